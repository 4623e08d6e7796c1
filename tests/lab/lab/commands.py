"""The command lines of the engines, as kubeadm would write them, on loopback and without waiting for disks."""
from . import metrics


def all_of(lab):
    """name -> arguments, for the folder and the ports of `lab`."""
    ports, path = lab.ports, lab.path

    def pki(name):
        return path(f"pki/{name}")

    etcd_url, peer_url = f"http://127.0.0.1:{ports['etcd']}", f"http://127.0.0.1:{ports['etcd_peer']}"
    return {
        "etcd": ["--name=lab", f"--data-dir={path('etcd')}", f"--listen-client-urls={etcd_url}", f"--advertise-client-urls={etcd_url}",
                 f"--listen-peer-urls={peer_url}", f"--initial-advertise-peer-urls={peer_url}", f"--initial-cluster=lab={peer_url}",
                 "--unsafe-no-fsync", "--quota-backend-bytes=8589934592", "--log-level=warn"],
        "kube-apiserver": [
            f"--etcd-servers={etcd_url}", "--bind-address=127.0.0.1", f"--secure-port={ports['apiserver']}",
            "--advertise-address=192.0.2.1",  # of no use to anyone here, but it must not be a loopback one
            "--endpoint-reconciler-type=none", f"--cert-dir={path('pki')}",
            f"--tls-cert-file={pki('apiserver.crt')}", f"--tls-private-key-file={pki('apiserver.key')}",
            f"--client-ca-file={pki('ca.crt')}", f"--token-auth-file={path('tokens.csv')}", "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction", "--allow-privileged=true", "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={pki('service-account.key')}", f"--service-account-signing-key-file={pki('service-account.key')}",
            f"--kubelet-certificate-authority={pki('ca.crt')}", f"--kubelet-client-certificate={pki('kubelet-client.crt')}",
            f"--kubelet-client-key={pki('kubelet-client.key')}", "--kubelet-preferred-address-types=InternalIP",
            f"--requestheader-client-ca-file={pki('front-proxy-ca.crt')}", "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={pki('front-proxy-client.crt')}", f"--proxy-client-key-file={pki('front-proxy-client.key')}",
            # Compaction is for the tests to do, when they want it.
            "--etcd-compaction-interval=0", f"--enable-aggregator-routing={str(lab.reachable_pods).lower()}",
            *([f"--authentication-token-webhook-config-file={path('authenticator.yaml')}", "--authentication-token-webhook-version=v1"] if lab.authenticator else [])],
        "kube-controller-manager": [
            f"--kubeconfig={path('kubeconfig.kube-controller-manager')}", "--use-service-account-credentials=true", "--secure-port=0",
            "--leader-elect=false", f"--service-account-private-key-file={pki('service-account.key')}", f"--root-ca-file={pki('ca.crt')}",
            f"--cluster-signing-cert-file={pki('ca.crt')}", f"--cluster-signing-key-file={pki('ca.key')}",
            "--kube-api-qps=500", "--kube-api-burst=1000", "--node-monitor-grace-period=3m",
            "--concurrent-deployment-syncs=10", "--concurrent-replicaset-syncs=10"],
        "kube-scheduler": [f"--kubeconfig={path('kubeconfig.kube-scheduler')}", "--secure-port=0", "--leader-elect=false",
                           "--kube-api-qps=500", "--kube-api-burst=1000"],
        "kwok": [f"--kubeconfig={path('kubeconfig.bootstrap')}", f"--config={path('kwok.yaml')}", "--v=WARN"],
        "metrics-server": metrics.arguments(path("kubeconfig.bootstrap"), ports["metrics"], pki("metrics-server.crt"),
                                            pki("metrics-server.key"), pki("ca.crt"), lab.metrics_seconds),
    }
