# The beginning of every script that a plan of kubeadm runs on a host: sh -c "keep.sh + NAME.sh" NAME VERB ARGUMENTS. Exit 0: so it is, or it is done; 10: it is
# not so; anything else: it failed, and standard error says why.
#
# What a step changes is kept below $store first, once, on the disk: undo brings it back, also after a reboot and for a Timonier that lost its journal.
set -eu
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root=/var/lib/timonier/kubeadm
store=$root/$0
verb=$1
shift
no() {
    [ $# -eq 0 ] || printf '%s\n' "$*"
    exit 10
}
# Remembers a file as it is now; one that is not there is remembered as missing.
keep() {
    mkdir -p "$store/files"
    chmod 700 /var/lib/timonier
    touch "$store/kept"
    if grep -qxF -e "$1" "$store/kept"; then return 0; fi
    if [ -e "$1" ] || [ -L "$1" ]; then
        mkdir -p "$store/files$(dirname "$1")"
        cp -a "$1" "$store/files$1"
        sync
    fi
    printf '%s\n' "$1" >> "$store/kept"
    sync
}
# Remembers a fact under a name; the first one counts.
note() {
    mkdir -p "$store"
    chmod 700 /var/lib/timonier
    if [ -e "$store/$1" ]; then return 0; fi
    cat > "$store/.$1"
    sync
    mv "$store/.$1" "$store/$1"
}
restore() {
    [ -f "$store/kept" ] || return 0
    while IFS= read -r path; do
        if [ -e "$store/files$path" ] || [ -L "$store/files$path" ]; then
            mkdir -p "$(dirname "$path")"
            cp -a --remove-destination "$store/files$path" "$path"
        else
            rm -f "$path"
        fi
    done < "$store/kept"
}
forget() { rm -rf "$store"; }
# Whole, or as it was.
write() {
    mkdir -p "$(dirname "$1")"
    cat > "$1.timonier-new"
    chmod 644 "$1.timonier-new"
    sync
    mv "$1.timonier-new" "$1"
}
