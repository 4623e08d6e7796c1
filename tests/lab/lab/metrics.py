"""How metrics-server is reached: kwok plays the kubelets' resource metrics, metrics-server scrapes them, and an APIService
hands metrics.k8s.io to it."""
import base64

NAMESPACE = "kube-system"
GROUP, VERSION = "metrics.k8s.io", "v1beta1"


def arguments(kubeconfig, port, crt, key, ca, seconds):
    return ["--kubeconfig", kubeconfig, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
            "--bind-address=127.0.0.1", f"--secure-port={port}", f"--tls-cert-file={crt}", f"--tls-private-key-file={key}",
            f"--kubelet-certificate-authority={ca}", "--kubelet-use-node-status-port",
            "--kubelet-preferred-address-types=InternalIP", f"--metric-resolution={seconds}s"]


def objects(port, ca):
    """(path, object): a Service whose external name is this machine, since no endpoint may be a loopback address."""
    with open(ca, "rb") as f:
        bundle = base64.b64encode(f.read()).decode()
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "metrics-server", "labels": {"k8s-app": "metrics-server"}},
               "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"name": "https", "port": port}]}}
    api = {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": f"{VERSION}.{GROUP}"},
           "spec": {"group": GROUP, "version": VERSION, "groupPriorityMinimum": 100, "versionPriority": 100, "caBundle": bundle,
                    "service": {"name": "metrics-server", "namespace": NAMESPACE, "port": port}}}
    return [(f"/api/v1/namespaces/{NAMESPACE}/services", service), ("/apis/apiregistration.k8s.io/v1/apiservices", api)]
