# The certificates of a control plane: renewed by kubeadm, and its programs started anew with them, for they read them only once.
manifests=/etc/kubernetes/manifests
aside=/run/timonier/manifests
export KUBECONFIG=/etc/kubernetes/admin.conf
# A run that was cut left them there.
back() { for file in "$aside"/*.yaml; do [ ! -e "$file" ] || mv "$file" "$manifests/"; done; }
case $verb in
renew)
    mkdir -p "$aside"
    back
    kubeadm certs renew all
    programs=
    for program in kube-apiserver kube-controller-manager kube-scheduler etcd; do
        [ -e "$manifests/$program.yaml" ] || continue
        mv "$manifests/$program.yaml" "$aside/"
        programs="$programs $program"
    done
    for _ in $(seq 120); do
        left=
        for program in $programs; do if pgrep -x "$(printf %.15s "$program")" > /dev/null; then left="$left $program"; fi; done
        [ -n "$left" ] || break
        sleep 0.5
    done
    back
    for _ in $(seq 120); do
        if kubectl get --request-timeout=5s --raw /readyz > /dev/null 2>&1; then exit 0; fi
        sleep 1
    done
    printf 'the API server does not come back\n' >&2
    exit 1
    ;;
esac
