"""What can be done to a lab by anyone who knows its folder, whoever owns the processes.

The folder: kubeconfig (contexts admin, token, exec, readonly, single, nobody), kubeconfig.proxied (the same through the fault
proxy), lab.json (ports, engines), log/, pki/, exec/ (see exec_plugin.py), pod.log and pod.previous.log (what every pod's log
shows: append_log), control (a socket, while tests/lab/up runs it: see holder.py).
"""
import datetime
import json
import os
import subprocess
import urllib.request

from .api import Api
from .process import LabError


class Cluster:
    def __init__(self, directory):
        self.directory = os.path.abspath(directory)
        self.ports = {}
        self._api = None

    def path(self, name):
        return os.path.join(self.directory, name)

    @property
    def kubeconfig(self):
        return self.path("kubeconfig")

    @property
    def kubeconfig_proxied(self):
        """Goes through the fault proxy, where one runs."""
        return self.path("kubeconfig.proxied")

    @property
    def server(self):
        return f"https://127.0.0.1:{self.ports['apiserver']}"

    @property
    def api(self):
        """A client with every right, which belongs to the lab and not to what is tested."""
        if self._api is None:
            self._api = Api(self.server, self.path("pki/ca.crt"), self.path("pki/bootstrap.crt"), self.path("pki/bootstrap.key"))
        return self._api

    def kubectl(self, *arguments, user="admin", check=True, proxied=False, stdin=None):
        """kubectl's CompletedProcess, its output as text; LabError with its words if it fails, unless check=False."""
        with open(self.path("lab.json")) as f:
            binary = os.path.join(json.load(f)["engines"], "kubectl")
        config = self.kubeconfig_proxied if proxied else self.kubeconfig
        # kubectl's caches stay in the folder: the person's own are none of the lab's business.
        done = subprocess.run([binary, "--kubeconfig", config, "--context", user, "--cache-dir", self.path("kubectl-cache"), *arguments],
                              input=stdin, capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": self.directory})
        if check and done.returncode != 0:
            raise LabError(f"kubectl {' '.join(arguments)} as {user}: {done.stderr.strip()}")
        return done

    def append_log(self, *lines, file="pod.log"):
        """What every container of every pod says next, as a container runtime writes it (stamped now)."""
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
        with open(self.path(file), "a") as f:
            f.write("".join(f"{now} stdout F {line}\n" for line in lines))

    def populate(self, nodes=10, pods=100, namespaces=24, say=lambda text: None):
        """Nodes, pods and some of every other kind: see populate.py. Returns {"nodes": …, "pods": …, "seconds": …}."""
        from .populate import populate
        return populate(self, nodes, pods, namespaces, say)

    def _etcd(self, call, body):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['etcd']}/v3/{call}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def compact(self):
        """Throws away etcd's history. A LIST at an exact old version, a continue token or a watch that etcd itself serves
        then gets 410; a watch that the API server's cache still covers does not: see forget_history(). Returns the revision."""
        revision = int(self._etcd("kv/range", {"key": "AA=="})["header"]["revision"])
        self._etcd("kv/compaction", {"revision": revision, "physical": True})
        return revision

    def forget_history(self):
        """Every resource version known so far becomes too old (410), for lists and watches. The API server restarts on the way:
        its watch cache, which would bridge the gap, dies with it."""
        self.api.create("/api/v1/namespaces/default/events", {
            "apiVersion": "v1", "kind": "Event", "metadata": {"generateName": "history-"}, "reason": "HistoryForgotten", "type": "Normal",
            "involvedObject": {"kind": "Namespace", "name": "default", "namespace": "default"}})
        self.kill_apiserver()
        self.compact()
        self.restart_apiserver()
