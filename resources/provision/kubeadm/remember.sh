# What is there before anything is touched, and the very last step back: folders that programs made are removed, where there were none.
places='/etc/kubernetes /etc/kubernetes/pki /etc/kubernetes/manifests /var/lib/kubelet /var/lib/etcd /var/lib/containerd /run/containerd /etc/containerd /opt/containerd /etc/cni /etc/cni/net.d /opt/cni /opt/cni/bin /var/lib/cni /usr/lib/cni
/etc/apt/keyrings /var/log/pods /var/log/containers /var/log/calico /var/lib/calico /var/run/calico /run/flannel /run/kubernetes /usr/libexec/kubernetes /run/xtables.lock /var/lib/dockershim /etc/crictl.yaml /root/.kube
/etc/systemd/system/kubelet.service.d /usr/lib/systemd/system/kubelet.service.d /var/lib/kube-proxy'
case $verb in
check) [ -f "$store/absent" ] || no ;;
apply) # the cluster's name
    printf '%s\n' "$1" | note cluster
    ls -A /etc/cni/net.d 2>/dev/null | note network || :
    ip -o link show 2>/dev/null | awk -F': ' '{ sub(/@.*/, "", $2); print $2 }' | note links
    ip route show 2>/dev/null | note routes || :
    for place in /opt; do [ ! -d "$place" ] || printf '%s\n' "$place"; done | note folders # dpkg takes an empty one with it
    for file in /etc/kubernetes/manifests/.[!.]* /var/lib/kubelet/.[!.]*; do [ ! -f "$file" ] || keep "$file"; done # a package's own, which kubeadm reset takes away
    for place in $places; do [ -e "$place" ] || printf '%s\n' "$place"; done | note absent
    ;;
undo)
    [ -f "$store/absent" ] || exit 0
    while IFS= read -r place; do
        awk -v under="$place/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | while IFS= read -r mounted; do umount -l "$mounted" 2>/dev/null || :; done
        rm -rf --one-file-system "$place"
    done < "$store/absent"
    restore
    if [ -f "$store/folders" ]; then while IFS= read -r place; do mkdir -p "$place"; done < "$store/folders"; fi
    systemctl daemon-reload 2>/dev/null || :
    systemctl reset-failed 2>/dev/null || :
    rm -rf "$root"
    rmdir /var/lib/timonier 2>/dev/null || :
    ;;
esac
