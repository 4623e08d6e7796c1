# etcd of a control plane: how it is, a snapshot of it, the data of a snapshot in the place of its own. Its tools are those of its own image, so they fit its version: found
# in the container that runs, or, where none does, in the image. Data is exchanged within etcd's own folder, which may be a disk of its own.
manifest=/etc/kubernetes/manifests/etcd.yaml
[ -e $manifest ] || manifest=$root/programs/aside/etcd.yaml
[ -e "$manifest" ] || { printf 'there is no etcd on this host (no /etc/kubernetes/manifests/etcd.yaml)\n' >&2; exit 1; }
flag() { sed -n "s/^ *- --$1=//p" "$manifest"; }
data=$(flag data-dir)
before=$data/.timonier-before
new=$data/.timonier-new
tools=
for process in $(pgrep -x etcd || :); do
    if [ -x "/proc/$process/root/usr/local/bin/etcdctl" ]; then tools=/proc/$process/root/usr/local/bin; fi
done
running() { [ -n "$tools" ] || { printf 'etcd does not run on this host\n' >&2; exit 1; }; }
need_tools() {
    if [ -z "$tools" ]; then
        image=$(sed -n 's/^ *image: *//p' "$manifest")
        mkdir -p "$store/image"
        trap 'ctr -n k8s.io images unmount --rm "$store/image" > /dev/null 2>&1 || :' EXIT
        ctr -n k8s.io images mount "$image" "$store/image" > /dev/null
        tools=$store/image/usr/local/bin
    fi
    [ -x "$tools/etcdutl" ] || { printf 'the image of etcd has no etcdutl\n' >&2; exit 1; }
}
ask() {
    "$tools/etcdctl" --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key --command-timeout=8s "$@"
}
case $verb in
facts) # lines of "key value", also where it does not run
    printf 'name %s\npeer %s\n' "$(flag name)" "$(flag initial-advertise-peer-urls)"
    ;;
status)
    running
    ask endpoint status -w json
    ;;
members) # two lines of JSON: who they are, and how each is. Without a majority only what this one knows.
    running
    ask member list -w json 2> /dev/null || ask member list --consistency s -w json
    ask endpoint health --cluster -w json 2> /dev/null || :
    ;;
remove) # the id, in hexadecimal
    running
    ask member remove "$1"
    ;;
snapshot) # on standard output; what it is on standard error
    running
    mkdir -p "$store"
    chmod 700 /var/lib/timonier "$store"
    file=$store/backup-$$
    trap 'rm -f "$file" "$file.part" "$file.words"' EXIT
    trap 'exit 1' HUP INT TERM
    umask 077
    ask --command-timeout=10m snapshot save "$file" > "$file.words" 2>&1 || { cat "$file.words" >&2; exit 1; }
    "$tools/etcdutl" snapshot status "$file" -w json >&2
    cat "$file"
    ;;
prepared) # the mark of a snapshot: is its data ready to be put in place, or there already?
    [ "$(cat "$store/prepared" 2>/dev/null)" = "$1" ] || no
    [ -d "$new/member" ] || [ -d "$before" ] || no
    ;;
prepare) # mark, the member's name and peer address, all members, by how many revisions it is raised. The snapshot lies there.
    need_tools
    rm -rf "$new" "$store/prepared"
    "$tools/etcdutl" snapshot status "$store/snapshot" -w json
    words=$("$tools/etcdutl" snapshot restore "$store/snapshot" --data-dir "$new" --name "$2" --initial-advertise-peer-urls "$3" --initial-cluster "$4" --initial-cluster-token "timonier-$1" --bump-revision "$5" --mark-compacted 2>&1) || {
        printf '%s\n' "$words" >&2
        rm -rf "$new"
        exit 1
    }
    rm -f "$store/snapshot"
    sync
    printf '%s\n' "$1" > "$store/prepared"
    sync
    ;;
exchanged)
    [ -d "$before" ] && [ ! -d "$new" ] || no
    ;;
exchange) # while no etcd runs. An older "before", of a restore that was given up, is the one that counts.
    if [ -d "$new/member" ]; then
        if [ -d "$before" ]; then
            rm -rf "$data/member"
        elif [ -d "$data/member" ]; then
            mv "$data/member" "$before"
        else
            mkdir -m 700 "$before"
        fi
        mv "$new/member" "$data/member"
        rm -rf "$new"
        sync
    fi
    [ -d "$before" ] || { printf 'the data of the snapshot is not there\n' >&2; exit 1; }
    ;;
back) # while no etcd runs
    if [ -d "$before" ]; then
        rm -rf "$data/member"
        [ ! -d "$before/snap" ] || mv "$before" "$data/member"
    fi
    rm -rf "$before" "$new"
    sync
    ;;
forget)
    rm -rf "$before" "$new" "$store/snapshot" "$store/prepared"
    ;;
undo)
    rm -rf "$new"
    forget
    ;;
esac
