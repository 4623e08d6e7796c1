# Images in containerd's namespace of Kubernetes. The first arguments of check and pull: version, repository or "-", "control-plane" or "worker", "archive" or "-".
here() { ctr -n k8s.io images ls -q; }
wanted() {
    if [ "$2" = - ]; then kubeadm config images list --kubernetes-version "$1"; else kubeadm config images list --kubernetes-version "$1" --image-repository "$2"; fi 2>/dev/null |
        if [ "$3" = worker ]; then grep -E '/(kube-proxy|pause|coredns)[:@]|/coredns/'; else cat; fi
}
missing() {
    here > /run/timonier-images
    wanted "$@" | while IFS= read -r image; do grep -qxF -e "$image" /run/timonier-images || printf '%s\n' "$image"; done
    rm -f /run/timonier-images
}
case $verb in
check) # and the stamps of archives that were imported
    role=$3 archive=$4
    if [ "$role" = worker ] && [ "$archive" = - ]; then exit 0; fi # the kubelet pulls them
    lack=$(missing "$1" "$2" "$3")
    shift 4
    for stamp in "$@"; do grep -qxF -e "$stamp" "$store/done" 2>/dev/null || no "an archive"; done
    [ -z "$lack" ] || { [ $# -gt 0 ] && [ "$role" = worker ]; } || no "$lack"
    ;;
begin) here | note before ;;
import) # the file, its stamp
    ctr -n k8s.io images import "$1" > /dev/null
    rm -f "$1"
    printf '%s\n' "$2" >> "$store/done"
    ;;
pull)
    for image in $(missing "$1" "$2" "$3"); do
        printf 'pull %s\n' "$image"
        ctr -n k8s.io images pull "$image" > /dev/null
    done
    ;;
undo)
    if [ -f "$store/before" ] && systemctl is-active --quiet containerd; then
        here | while IFS= read -r image; do grep -qxF -e "$image" "$store/before" || ctr -n k8s.io images rm "$image" > /dev/null 2>&1 || :; done
    fi
    rm -f /var/tmp/timonier-images-*
    forget
    ;;
esac
