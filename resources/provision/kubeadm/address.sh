# A virtual address that the control planes hold by kube-vip, one of them at a time.
case $verb in
interface) # whose network it is in
    ip -o route show proto kernel match "$1" | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1
    ;;
answers) # is it somebody's? Also one who takes no ping has answered for its address.
    if ping -c 1 -W 1 "$1" > /dev/null 2>&1; then exit 0; fi
    ip neigh show to "$1" 2> /dev/null | grep -q lladdr || no
    ;;
await) # behind it an API server answers
    for _ in $(seq 90); do
        if kubectl --kubeconfig /etc/kubernetes/admin.conf --server "https://$1" get --request-timeout=3s --raw /readyz > /dev/null 2>&1; then exit 0; fi
        sleep 1
    done
    printf 'no API server answers at %s; see the log of the pod kube-vip\n' "$1" >&2
    exit 1
    ;;
esac
