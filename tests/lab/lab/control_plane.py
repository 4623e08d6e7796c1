"""The control plane: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and metrics-server as children.

    with ControlPlane("/tmp/x") as lab:            # starts, and stops whatever happens
        lab.populate(nodes=10, pods=500)
        lab.kubectl("get", "pods", "-A", user="readonly")
        lab.kill_apiserver(); lab.restart_apiserver()

Everything listens on 127.0.0.1 alone and lives in one folder. Start it from the main thread (see process.py).
"""
import json
import os
import shutil
import subprocess
import sys
import time

from . import metrics, users
from .api import ApiError
from .cluster import Cluster
from .pki import Authority, signing_key
from .process import Child, LabError, free_ports, wait_until

TESTS_LAB = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENGINES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok", "metrics-server", "lab-kubelet")
PORTS = ("etcd", "etcd_peer", "apiserver", "kwok", "metrics", "proxy", "application", "nobody")


def engines(version=None):
    """The folder of the engines, which are built first where they are missing (minutes; progress on stderr)."""
    command = [os.path.join(TESTS_LAB, "engines")] + (["--version", version] if version else [])
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class ControlPlane(Cluster):
    """Owns the processes. What needs only the folder (kubectl, populate, compact, …) is in Cluster."""

    def __init__(self, directory, version=None, metrics_seconds=15, reachable_pods=False, authenticator=None):
        """`authenticator`: the URL of somebody else's TokenReview webhook, asked about tokens that the API server does not know. `reachable_pods`: the API server calls webhooks at the addresses in EndpointSlices (see own_network.py), as one with kube-proxy
        would in effect, and not at ClusterIPs, which lead nowhere here; and real_pods.py runs what has a program."""
        super().__init__(directory)
        self.version, self.metrics_seconds, self.reachable_pods, self.authenticator = version, metrics_seconds, reachable_pods, authenticator
        self.children = {}
        self.stopped = set()   # those that were told to

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """LabError with the end of the log of whatever did not come up; nothing stays behind then."""
        try:
            self._prepare()
            self.children["etcd"].start()
            self.children["kube-apiserver"].start()
            self._wait_ready()
            # metrics-server is behind an ExternalName, which an API server that looks for endpoints does not take; and an APIService that does
            # not answer keeps every namespace from going away.
            measured = [] if self.reachable_pods else metrics.objects(self.ports["metrics"], self.authority.certificate)
            for path, body in users.rbac() + measured:
                self.api.create(path, body)
            for name in ("kube-controller-manager", "kube-scheduler", "kwok", "pods" if self.reachable_pods else "metrics-server"):
                self.children[name].start()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """In an order that spares the logs; each is given 5 s, then killed."""
        for names in (("pods", "metrics-server", "kwok", "kube-scheduler", "kube-controller-manager"), ("kube-apiserver",), ("etcd",)):
            running = [self.children[n] for n in names if n in self.children]
            if names == ("kube-apiserver",):   # it would wait for its watches, up to a minute
                for child in running:
                    child.kill()
            for child in running:
                child.terminate()
            for child in running:
                child.stop(5)

    def kill_apiserver(self):
        """SIGKILL: connections are reset, nobody is told."""
        self.stopped.add("kube-apiserver")
        self.children["kube-apiserver"].kill()

    def restart_apiserver(self, wait=True):
        """On the same port, with the same certificate. Its watch cache begins anew."""
        self.children["kube-apiserver"].kill()
        self.start_engine("kube-apiserver")
        if wait:
            self._wait_ready()

    def stop_engine(self, name):
        self._engine(name).stop()
        self.stopped.add(name)

    def start_engine(self, name):
        self._engine(name).start()
        self.stopped.discard(name)

    def _engine(self, name):
        if name not in self.children:
            raise LabError(f"no engine is called {name}: {', '.join(self.children)}")
        return self.children[name]

    def dead(self):
        """Names of the children that ended by themselves."""
        return [n for n, c in self.children.items() if c.process is not None and not c.running() and n not in self.stopped]

    def _wait_ready(self, timeout=90):
        def ready():
            for name in ("etcd", "kube-apiserver"):
                if not self.children[name].running():
                    raise LabError(f"{name} ended: see {self.children[name].log}\n{self.children[name].tail()}")
            try:
                return self.api.request("GET", "/readyz")
            except (OSError, ApiError):
                return False
        wait_until("kube-apiserver ready", ready, timeout)

    def _prepare(self):
        bin_folder = engines(self.version)
        if os.path.exists(self.path("lab.json")):
            shutil.rmtree(self.directory)
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        os.makedirs(self.path("log"), exist_ok=True)
        self.ports = dict(zip(PORTS, free_ports(len(PORTS))))
        self.authority = Authority(self.path("pki"))
        tokens = users.make_credentials(self.directory, self.authority)
        signing_key(self.path("pki/service-account.key"))
        self.authority.server("apiserver", ["127.0.0.1", "localhost", "kubernetes", "kubernetes.default",
                                            "kubernetes.default.svc", "10.96.0.1"])
        self.authority.server("kubelet", ["127.0.0.1", "localhost"])
        self.authority.server("metrics-server", ["127.0.0.1", "localhost", "metrics-server.kube-system.svc"])
        self.authority.client("kubelet-client", "kube-apiserver-kubelet-client", ["system:masters"])
        front = Authority(self.path("pki"), "front-proxy-ca", "/CN=timonier lab front proxy CA")
        front.client("front-proxy-client", "front-proxy-client")

        def write(name, port, who):
            users.private(self.path(name), users.kubeconfig(self.directory, self.authority, f"https://127.0.0.1:{port}", tokens, who))

        write("kubeconfig", self.ports["apiserver"], users.CONTEXTS)
        write("kubeconfig.proxied", self.ports["proxy"], users.CONTEXTS)
        for name in ("bootstrap", "system:kube-controller-manager", "system:kube-scheduler"):
            write(f"kubeconfig.{name.removeprefix('system:')}", self.ports["apiserver"], (name,))
        if self.authenticator:
            with open(self.path("authenticator.yaml"), "w") as f:
                json.dump({"apiVersion": "v1", "kind": "Config", "clusters": [{"name": "it", "cluster": {"server": self.authenticator}}], "users": [{"name": "it"}],
                           "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}], "current-context": "it"}, f)
        for name, lines in (("pod.log", 1000), ("pod.previous.log", 50)):
            open(self.path(name), "w").close()
            self.append_log(*(f"line {i:05d}: the quick brown fox jumps over the lazy dog" for i in range(lines)), file=name)
        self._write_kwok_config()
        self._make_children(bin_folder)
        with open(self.path("lab.json"), "w") as f:
            json.dump({"server": self.server, "ports": self.ports, "engines": bin_folder, "started": time.time()}, f, indent=1)

    def _write_kwok_config(self):
        options = {"apiVersion": "config.kwok.x-k8s.io/v1alpha1", "kind": "KwokConfiguration", "options": {
            "cidr": "10.64.0.0/12", "nodeIP": "127.0.0.1", "nodePort": self.ports["kwok"], "nodeLeaseDurationSeconds": 40,
            "serverAddress": f"127.0.0.1:{self.ports['kwok']}", "manageNodesWithAnnotationSelector": "kwok.x-k8s.io/node=fake",
            "tlsCertFile": self.path("pki/kubelet.crt"), "tlsPrivateKeyFile": self.path("pki/kubelet.key"),
            "podPlayStageParallelism": 16, "nodePlayStageParallelism": 4, "nodeLeaseParallelism": 4,
            "podsOnNodeSyncParallelism": 16, "enableDebuggingHandlers": True}}
        logs = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterLogs", "metadata": {"name": "logs"},
                "spec": {"logs": [{"logsFile": self.path("pod.log"), "previousLogsFile": self.path("pod.previous.log"), "follow": True}]}}
        # Every port of every pod is what a test lets listen on the port "application"; nobody ever listens behind port 81.
        forwards = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterPortForward", "metadata": {"name": "forwards"}, "spec": {"forwards": [
            {"ports": [81], "target": {"address": "127.0.0.1", "port": self.ports["nobody"]}},
            {"target": {"address": "127.0.0.1", "port": self.ports["application"]}}]}}
        # A command in a container runs here, in the folder "containers"; its paths are those of this computer.
        os.makedirs(self.path("containers"), exist_ok=True)
        execs = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterExec", "metadata": {"name": "execs"}, "spec": {"execs": [
            {"local": {"workDir": self.path("containers"), "envs": [{"name": "PATH", "value": "/usr/local/bin:/usr/bin:/bin"}]}}]}}
        with open(self.path("kwok.yaml"), "w") as f:
            for part in (options, logs, forwards, execs):
                f.write(json.dumps(part) + "\n---\n")
            for name in ("nodes", "pods", "rollouts", "usage"):
                with open(os.path.join(TESTS_LAB, "kwok", f"{name}.yaml")) as source:
                    f.write(source.read() + "\n---\n")

    def _make_children(self, bin_folder):
        from . import commands   # the command lines, long and dull, in a file of their own
        for name, arguments in commands.all_of(self).items():
            self.children[name] = Child(name, [os.path.join(bin_folder, name), *arguments], self.path(f"log/{name}.log"))
        if self.reachable_pods:
            program = os.path.join(TESTS_LAB, "lab", "real_pods.py")
            self.children["pods"] = Child("pods", [sys.executable, "-B", program, self.directory], self.path("log/pods.log"))
