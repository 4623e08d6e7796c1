# The programs of a control plane, which are static pods: ended and begun anew, for they read certificates and data only once. Their manifests lie aside meanwhile,
# on the disk, so that a run that was cut, or a host that boots, finds them again.
manifests=/etc/kubernetes/manifests
aside=$store/aside
case $verb in
due) # they must be begun anew
    mkdir -p "$store"
    touch "$store/due"
    ;;
check) # they were, and none lies aside
    [ ! -e "$store/due" ] || no "they must be begun anew"
    for file in "$aside"/*.yaml; do [ ! -e "$file" ] || no "$file"; done
    ;;
stop)
    mkdir -p "$aside"
    touch "$store/due"
    programs='kube-apiserver kube-controller-manager kube-scheduler etcd'
    for program in $programs; do [ ! -e "$manifests/$program.yaml" ] || mv "$manifests/$program.yaml" "$aside/"; done
    sync
    for _ in $(seq 240); do
        left=
        for program in $programs; do if pgrep -x "$(printf %.15s "$program")" > /dev/null; then left="$left $program"; fi; done
        [ -n "$left" ] || exit 0
        sleep 0.5
    done
    printf 'these do not end, though their manifests are gone; see whether the kubelet runs:%s\n' "$left" >&2
    exit 1
    ;;
start)
    for file in "$aside"/*.yaml; do
        [ -e "$file" ] || continue
        cp -a "$file" "$manifests/.${file##*/}.new" # the kubelet passes over names that begin with a dot
        mv "$manifests/.${file##*/}.new" "$manifests/${file##*/}"
        rm -f "$file"
    done
    ;;
await) # this host's own API server
    for _ in $(seq 150); do
        if kubectl --kubeconfig /etc/kubernetes/admin.conf --server https://127.0.0.1:6443 --tls-server-name kubernetes get --request-timeout=5s --raw /readyz > /dev/null 2>&1; then
            forget
            exit 0
        fi
        sleep 1
    done
    printf 'the API server does not come back\n' >&2
    exit 1
    ;;
esac
