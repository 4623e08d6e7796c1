#!/usr/bin/env python3
"""A model of one's own, from the file to the answer: uploaded through a short-lived pod to a volume, served, asked, on a real control plane
whose pods' commands and ports are really there (tests/lab/kubelet: this computer in the place of the containers)."""
import asyncio
import hashlib
import http.server
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from lab import workloads
from lab.api import ApiError
from lab.control_plane import ControlPlane, engines
from lab.process import free_ports, wait_until
from lab.program import command_line, environment
from lab.proxy import FaultProxy

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


class Model(unittest.TestCase):
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

    def parts(self, name):
        return [os.path.join(self.there, one) for one in os.listdir(self.there) if one.startswith(f"{name}.timonier-")]

    def test_a_model_is_uploaded_served_asked_replaced_and_removed(self):
        first = os.urandom(3 * MB)
        path = self.write("first.onnx", first)
        Backend.model = os.path.join(self.there, "nets/cats.onnx")
        values = ("modelPath=nets/cats.onnx", "backendProbe=/healthz", f"question={self.question}", "questionAnswer=tabby")
        done = self.app("deploy", "own", "model=" + path, *values)
        with open(Backend.model, "rb") as f:
            self.assertEqual(hashlib.sha256(f.read()).hexdigest(), hashlib.sha256(first).hexdigest())
        with open(self.question, "rb") as f:
            self.assertEqual(Backend.asked, [("image/jpeg", f.read())])
        self.assertIn("SHA-256 " + hashlib.sha256(first).hexdigest() + " compared there", done.stdout)
        self.assertIn("recognition-backend:80/healthz answers with status 200", done.stdout)
        self.assertIn('answered with status 200', done.stdout)
        self.assertIn('"label": "tabby cat", "model": "' + hashlib.sha256(first).hexdigest(), done.stdout)
        self.assertIsNone(self.pod("own"))
        self.assertNotIn("upload", json.dumps(self.api.get("/api/v1/namespaces/own/configmaps/timonier-set-recognition")["data"]))
        self.assertNotIn(path, json.dumps(self.api.get("/api/v1/namespaces/own/configmaps")))   # of no use to the next computer
        template = self.backend("own")["spec"]["template"]
        self.assertEqual(template["metadata"]["annotations"]["timonier.dev/model-sha256"], hashlib.sha256(first).hexdigest())
        self.assertIn({"name": "MODEL_PATH", "value": "/models/nets/cats.onnx"}, template["spec"]["containers"][0]["env"])

        # Once more: nothing is sent. Without the file: what lies there stays, and no pod is started anew for it.
        arrived = os.stat(Backend.model)
        steps = self.steps("own", "model=" + path, *values)
        self.assertEqual((steps["model"], steps["apply"], steps["question"]), ("already", "already", "done"))
        os.remove(path)
        steps = self.steps("own", "backendReplicas=2")
        self.assertEqual((steps["model"], steps["apply"]), ("already", "done"))
        self.assertEqual(self.backend("own")["spec"]["template"], template)
        self.assertEqual((os.stat(Backend.model).st_ino, os.stat(Backend.model).st_mtime_ns), (arrived.st_ino, arrived.st_mtime_ns))

        # Another file takes its place, and the pods are new.
        second = self.write("second.onnx", os.urandom(MB))
        with open(second, "rb") as f:
            summed = hashlib.sha256(f.read()).hexdigest()
        done = self.app("deploy", "own", "model=" + second, f"question={self.question}")
        self.assertIn(summed, done.stdout.split("answered with status")[1])
        self.assertEqual(self.backend("own")["spec"]["template"]["metadata"]["annotations"]["timonier.dev/model-sha256"], summed)
        self.assertEqual(self.claim("own")["timonier.dev/model-sha256"], summed)

        done = self.app("remove", "own")
        self.assertIn("PersistentVolumeClaim own/recognition-models goes too, and what lies in it", done.stdout)
        self.assertIsNone(self.exists("/api/v1/namespaces/own"))

    def test_the_pod_that_takes_the_file_runs_with_no_rights_and_bears_the_mark_of_the_set(self):
        path, seen = self.write("seen.onnx", os.urandom(MB)), {}
        stop = threading.Event()

        def look():
            while not stop.is_set() and not seen:
                pod = self.pod("watched")
                if pod:
                    seen.update(pod)
        looker = threading.Thread(target=look)
        looker.start()
        self.app("deploy", "watched", "model=" + path)
        stop.set()
        looker.join()
        spec, labels = seen["spec"], seen["metadata"]["labels"]
        mine = self.backend("watched")["metadata"]["labels"]["applyset.kubernetes.io/part-of"]
        self.assertEqual(labels["applyset.kubernetes.io/part-of"], mine)
        self.assertEqual((spec["securityContext"]["runAsUser"], spec["securityContext"]["fsGroup"], spec["automountServiceAccountToken"]), (1000, 1000, False))
        self.assertEqual(spec["containers"][0]["securityContext"]["capabilities"], {"drop": ["ALL"]})
        self.assertEqual(spec["volumes"], [{"name": "volume", "persistentVolumeClaim": {"claimName": "recognition-models"}}])
        self.assertGreater(spec["activeDeadlineSeconds"], 0)
        self.app("remove", "watched")

    def test_where_pods_must_be_restricted_the_file_arrives_all_the_same(self):
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
        path = self.write("strict.onnx", os.urandom(1000))
        self.app("deploy", "strict", "model=" + path, "modelPath=strict.onnx", "backendNonRoot=true")
        self.assertEqual(os.path.getsize(os.path.join(self.there, "strict.onnx")), 1000)
        self.app("remove", "strict")

    def sparse(self, name, size):
        path = self.write(name, os.urandom(MB))
        os.truncate(path, size)
        return path

    def begin(self, ns, path, name, **more):
        process = subprocess.Popen(self.line("deploy", ns, "model=" + path, "modelPath=" + name, **more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment())
        while process.poll() is None and not any(os.path.getsize(part) > MB for part in self.parts(name)):
            time.sleep(0.005)
        return process

    def test_killed_in_the_middle_of_the_upload_and_run_again(self):
        path = self.sparse("killed.onnx", 300 * MB)
        process = self.begin("killed", path, "killed.bin")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it was faster than this test")
        self.assertFalse(os.path.exists(os.path.join(self.there, "killed.bin")))
        self.assertIsNotNone(self.pod("killed"))
        status = json.loads(self.app("status", "killed", "-o", "json").stdout)[0]   # never half-known
        self.assertIn(("Pod", "recognition-model-upload"), {(o["kind"], o["name"]) for o in status["objects"]})
        self.assertIsNone(self.exists("/apis/apps/v1/namespaces/killed/deployments/recognition-backend"))   # nothing runs that would look for it
        self.app("deploy", "killed", "model=" + path, "modelPath=killed.bin")
        self.assertEqual(os.path.getsize(os.path.join(self.there, "killed.bin")), 300 * MB)
        self.assertIsNone(self.pod("killed"))
        wait_until("no part is left", lambda: not self.parts("killed.bin"), 20)
        # Once more, and given up: the pod goes with the rest.
        os.truncate(path, 301 * MB)
        process = self.begin("killed", path, "killed.bin")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertIsNotNone(self.pod("killed"))
        self.assertNotIn("timonier.dev/model-sha256", self.claim("killed"))   # who knows what lies there now
        self.app("remove", "killed")
        self.assertIsNone(self.exists("/api/v1/namespaces/killed"))
        os.remove(os.path.join(self.there, "killed.bin"))

    def test_interrupted_it_takes_its_pod_away(self):
        path = self.sparse("stopped.onnx", 300 * MB)
        process = self.begin("stopped", path, "stopped.bin")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertIsNone(self.pod("stopped"))
        self.assertFalse(os.path.exists(os.path.join(self.there, "stopped.bin")))
        self.app("remove", "stopped")

    def test_an_upload_that_is_cut_is_made_again(self):
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        proxy = FaultProxy(self.lab.ports["proxy"], self.lab.ports["apiserver"])
        do = lambda what: asyncio.run_coroutine_threadsafe(what, loop).result(10)
        do(proxy.start())
        self.addCleanup(lambda: (do(proxy.stop()), loop.call_soon_threadsafe(loop.stop)))
        path = self.sparse("cut.onnx", 300 * MB)
        process = self.begin("cut", path, "cut.bin", kubeconfig=self.lab.kubeconfig_proxied)
        do(proxy.set_mode("cut"))
        self.assertIsNone(process.poll(), "it was faster than this test")
        self.assertFalse(os.path.exists(os.path.join(self.there, "cut.bin")))
        out, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, out)
        self.assertIn("was cut after", out)
        self.assertEqual(os.path.getsize(os.path.join(self.there, "cut.bin")), 300 * MB)
        self.assertIsNone(self.pod("cut"))
        self.app("remove", "cut")
        os.remove(os.path.join(self.there, "cut.bin"))

    def test_a_missing_right_is_found_before_anything_is_sent(self):
        rights = "/apis/rbac.authorization.k8s.io/v1"
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "rights"}})
        rules = [{"apiGroups": ["", "apps", "policy", "networking.k8s.io"], "verbs": ["*"], "resources": ["pods", "configmaps", "services", "persistentvolumeclaims", "deployments", "poddisruptionbudgets", "networkpolicies", "pods/portforward"]}]
        self.api.create(rights + "/namespaces/rights/roles", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "most"}, "rules": rules})
        self.api.create(rights + "/namespaces/rights/rolebindings", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "most"},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "most"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "nobody"}]})
        path = self.write("rights.onnx", b"x")
        done = self.app("deploy", "rights", "model=" + path, user="nobody", code=1)
        self.assertIn("you may not get pods/exec in rights", done.stderr)
        self.assertIsNone(self.exists("/api/v1/namespaces/rights/persistentvolumeclaims/recognition-models"))
        self.assertIsNone(self.exists("/api/v1/namespaces/rights/configmaps/timonier-set-recognition"))
        done = self.app("deploy", "rights", "model=" + path + ".not", code=1)
        self.assertIn("rights.onnx.not", done.stdout + done.stderr)

    def test_what_the_volume_refuses_is_told_in_the_shell_s_words(self):
        path = self.write("refused.onnx", b"x")
        with open(os.path.join(self.there, "in-the-way"), "w"):
            pass
        done = self.app("deploy", "refused", "model=" + path, "modelPath=in-the-way/m.bin", code=1)
        self.assertIn("the folder of in-the-way/m.bin could not be made in the volume: mkdir:", done.stderr)
        self.assertIsNone(self.pod("refused"))
        done = self.app("plan", "refused", "model=" + self.sparse("large.onnx", 30 * MB), "modelSize=20Mi", code=1)
        self.assertIn("the volume recognition-models has room for 21.0 MB", done.stderr)
        self.app("remove", "refused")

    def test_an_answer_that_is_not_one_is_told_with_its_cause(self):
        path = self.write("asked.onnx", b"a model")
        Backend.model = os.path.join(self.there, "asked.bin")
        for more, words, hint in (
                (("questionAnswer=dog",), "“dog” does not stand in the answer: {\"label\": \"tabby cat\"", "right model"),
                (("questionPath=/classify",), "answered with status 404: no such page", "the path where it takes questions"),
                (("questionPath=/die",), "broke the connection off before it answered", "logs of its pods")):
            done = self.app("deploy", "asked", "model=" + path, "modelPath=asked.bin", f"question={self.question}", "questionPath=/predict", *more, code=1)
            self.assertIn(words, done.stderr)
            self.assertIn(hint, done.stderr)
        Backend.well = 503
        done = self.app("deploy", "asked", "model=" + path, "backendProbe=/healthz", "--wait", "4s", code=1)
        self.assertIn("/healthz answers with status 503", done.stderr)
        Backend.well = 200
        done = self.app("deploy", "asked", "model=" + path, "--wait", "4s", code=1, port=self.dead)
        self.assertIn(f"listens on port {self.dead}", done.stderr)
        self.assertIn("has it started?", done.stderr)
        self.app("deploy", "asked", "model=" + path)   # mended, it goes on
        self.app("remove", "asked")


if __name__ == "__main__":
    unittest.main()
