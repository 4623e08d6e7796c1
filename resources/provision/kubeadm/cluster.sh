# A host as a node: whether it is one, and how it ceases to be one.
export KUBECONFIG=/etc/kubernetes/admin.conf
case $verb in
planes) # is the first control plane complete? Everything that the last phases of init make is there.
    [ -f /etc/kubernetes/admin.conf ] || no
    kubectl get --request-timeout=10s --raw /readyz > /dev/null 2>&1 || no "the API server does not answer"
    kubectl get --request-timeout=10s -o name -n kube-system configmap/kubeadm-config configmap/kubelet-config daemonset/kube-proxy deployment/coredns service/kube-dns > /dev/null 2>&1 || no "kubeadm init did not end"
    kubectl get --request-timeout=10s -o name -n kube-public configmap/cluster-info > /dev/null 2>&1 || no "kubeadm init did not end"
    ;;
joined) # does this host think it is a node of the cluster whose authority is on standard input?
    [ -f /etc/kubernetes/kubelet.conf ] || no
    [ -f /etc/kubernetes/pki/ca.crt ] || no
    cmp -s - /etc/kubernetes/pki/ca.crt || no "it belongs to another cluster"
    [ "$1" != control-plane ] || [ -f /etc/kubernetes/manifests/kube-apiserver.yaml ] || no
    systemctl is-active --quiet kubelet || no "the kubelet does not run"
    ;;
remains) # of an attempt; one whose Timonier died, or lost its connection, may not have written anything yet, and goes on
    ! pgrep -x kubeadm > /dev/null || exit 0
    for place in /etc/kubernetes/manifests/*.yaml /etc/kubernetes/*.conf /etc/kubernetes/pki/ca.crt; do [ ! -e "$place" ] || exit 0; done
    no
    ;;
papers) # does kubeadm's configuration lie there, with what is secret in it?
    for place in /run/timonier/kubeadm-*.yaml; do [ ! -e "$place" ] || exit 0; done
    no
    ;;
burn) rm -f /run/timonier/kubeadm-*.yaml ;;
leave) # socket, pod subnet, virtual address or "-"; and what kubeadm reset leaves behind
    # One whose Timonier died may still run: it goes on until it finds nobody to tell.
    if pkill -x kubeadm 2>/dev/null; then for _ in 1 2 3 4 5 6 7 8 9 10; do pgrep -x kubeadm > /dev/null || break; sleep 0.5; done; fi
    failed=0
    if command -v kubeadm > /dev/null; then kubeadm reset -f --cri-socket "$1" || failed=$?; fi
    systemctl stop kubelet 2>/dev/null || :
    systemctl stop kubepods.slice 2>/dev/null || : # a half of its groups, and the next kubelet would not start
    for table in iptables ip6tables; do
        command -v $table-save > /dev/null || continue
        rules=$($table-save 2>/dev/null | grep -vE 'KUBE-|CNI-|cali[-:]|cali-|FLANNEL|flannel' || :)
        [ -z "$rules" ] || printf '%s\n' "$rules" | $table-restore 2>/dev/null || :
    done
    ! command -v ipvsadm > /dev/null || ipvsadm --clear || :
    ! command -v nft > /dev/null || for family in ip ip6; do nft delete table $family kube-proxy 2>/dev/null || :; done
    for link in $(ip -o link show | awk -F': ' '{ sub(/@.*/, "", $2); print $2 }'); do
        case $link in
        cni0 | flannel.* | flannel-v6.* | cali* | vxlan.calico | vxlan-v6.calico | kube-ipvs0 | tunl0 | nodelocaldns)
            grep -qxF -e "$link" $root/remember/links 2>/dev/null || ip link delete "$link" 2>/dev/null || :
            ;;
        esac
    done
    [ "$3" = - ] || ip -o addr show to "$3" | while read -r _ link _ address _; do ip addr delete "$address" dev "$link"; done
    ip route show root "$2" 2>/dev/null | while IFS= read -r route; do # to the pods of other hosts
        # shellcheck disable=SC2086
        grep -qxF -e "$route" $root/remember/routes 2>/dev/null || ip route delete $route 2>/dev/null || :
    done
    if [ -f $root/remember/network ]; then
        for file in /etc/cni/net.d/* /etc/cni/net.d/.[!.]*; do [ ! -e "$file" ] || grep -qxF -e "${file##*/}" $root/remember/network || rm -rf "$file"; done
    fi
    rm -rf /var/lib/cni/networks /var/lib/cni/results /var/lib/cni/cache /var/lib/cni/flannel /run/flannel /run/timonier /etc/kubernetes/tmp
    exit $failed
    ;;
esac
