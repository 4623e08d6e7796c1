"""What the tests of models share: a control plane whose pods' commands and ports are on this computer (tests/lab/kubelet), a backend that
answers in them, and timonierctl in a world of its own."""
import hashlib
import http.server
import json
import os
import subprocess
import tempfile
import threading
import unittest

from lab import workloads
from lab.api import ApiError
from lab.control_plane import ControlPlane, engines
from lab.process import free_ports, wait_until
from lab.program import command_line, environment

MB = 1 << 20
IMAGE = "backendImage=registry.example.com/recognition/backend:1"


class Backend(http.server.BaseHTTPRequestHandler):
    """What listens in the backend's pod: it reads its model anew for each question."""
    protocol_version = "HTTP/1.1"
    model, well, asked = "", 200, []

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (body[:5], body[5:], b""):
            if part or part is not body[:5]:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def do_GET(self):
        self.answer(self.well if self.path == "/healthz" else 404, b'{"status": "so so"}')

    def do_POST(self):
        question = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/die":
            self.close_connection = True
            return
        if self.path != "/predict":
            return self.answer(404, b"no such page")
        self.asked.append((self.headers["Content-Type"], question))
        with open(self.model, "rb") as f:
            model = hashlib.sha256(f.read()).hexdigest()
        self.answer(200, json.dumps({"label": "tabby cat", "model": model}).encode())


class ModelLab(unittest.TestCase):
    """A control plane whose pods' commands and ports are really there; `self.app(…)` deploys the recognition backend in it."""
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="model-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.lab = ControlPlane(os.path.join(cls.folder.name, "lab"))
        cls.lab.start()
        cls.addClassCleanup(cls.lab.stop)
        cls.api = cls.lab.api
        kubelet, cls.port, cls.dead = free_ports(3)
        cls.there = cls.lab.path("containers")
        program = subprocess.Popen([os.path.join(engines(), "lab-kubelet"), "--listen", f"127.0.0.1:{kubelet}", "--certificate", cls.lab.path("pki/kubelet.crt"),
                                    "--key", cls.lab.path("pki/kubelet.key"), "--folder", cls.there], stderr=subprocess.DEVNULL)
        cls.addClassCleanup(lambda: (program.kill(), program.wait()))
        # kwok plays the pods' states; what is sent to a node's kubelet goes to one that does what it is told.
        for i in range(2):
            cls.api.create("/api/v1/nodes", workloads.node(i))
        wait_until("nodes that take pods", lambda: all(n["status"].get("daemonEndpoints") and not n["spec"].get("taints") for n in cls.api.get("/api/v1/nodes")["items"]), 60)
        for i in range(2):
            cls.api.patch(f"/api/v1/nodes/node-{i:04d}/status", {"status": {"daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet}}}})
        cls.api.create("/apis/storage.k8s.io/v1/storageclasses", {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "kubernetes.io/no-provisioner",
                                                                  "metadata": {"name": "lab", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}})
        for i in range(12):
            cls.api.create("/api/v1/persistentvolumes", {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"volume-{i}"},
                                                         "spec": {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "lab", "hostPath": {"path": "/nowhere"}}})
        backend = http.server.ThreadingHTTPServer(("127.0.0.1", cls.port), Backend)
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        cls.addClassCleanup(lambda: (backend.shutdown(), backend.server_close()))
        cls.question = cls.write("cat.jpg", os.urandom(20_000))

    @classmethod
    def write(cls, name, data):
        path = os.path.join(cls.folder.name, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def setUp(self):
        Backend.well, Backend.asked = 200, []

    def environment(self):
        return environment(XDG_DATA_HOME=os.path.join(self.folder.name, "data"), XDG_CONFIG_HOME=os.path.join(self.folder.name, "config"), XDG_CACHE_HOME=os.path.join(self.folder.name, "cache"),
                           TIMONIER_FETCH="no", PATH=os.environ["PATH"] + os.pathsep + engines(), http_proxy="http://127.0.0.1:9")   # a question must not go through a proxy

    def line(self, verb, ns, *arguments, kubeconfig=None, user=None, port=None):
        sets = [a for a in arguments if "=" in a and not a.startswith("-")]
        rest = [a for a in arguments if a not in sets]
        if verb in ("deploy", "plan"):
            sets += ["services=backend", IMAGE, f"backendContainerPort={port or self.port}"]
        return command_line(["app", verb, "recognition", "-n", ns, *rest, *(x for s in sets for x in ("--set", s))], kubeconfig or self.lab.kubeconfig, user)

    def app(self, verb, ns, *arguments, code=0, **more):
        done = subprocess.run(self.line(verb, ns, *arguments, **more), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, env=self.environment())
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def steps(self, ns, *arguments, **more):
        """Its steps and how they ended."""
        done = self.app("deploy", ns, *arguments, "-o", "json", **more)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        return {e["step"]: e["state"] for e in events if e.get("step") and e.get("state")}

    def exists(self, path):
        try:
            return self.api.get(path)
        except ApiError as error:
            self.assertEqual(error.status, 404)
            return None

    def pod(self, ns):
        return self.exists(f"/api/v1/namespaces/{ns}/pods/recognition-model-upload")

    def claim(self, ns):
        return self.api.get(f"/api/v1/namespaces/{ns}/persistentvolumeclaims/recognition-models")["metadata"]["annotations"]

    def backend(self, ns):
        return self.api.get(f"/apis/apps/v1/namespaces/{ns}/deployments/recognition-backend")
