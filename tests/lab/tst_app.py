#!/usr/bin/env python3
"""`timonierctl app` on a real control plane: the recognition product and others deployed, updated, cut off, refused, looked at while they
cannot start, and removed without a trace."""
import base64
import json
import os
import random
import signal
import subprocess
import tempfile
import time
import unittest

from lab import workloads
from lab.api import ApiError, in_parallel
from lab.control_plane import ControlPlane, engines
from lab.process import wait_until
from lab.program import command_line, environment

BACKEND = "backendImage=registry.example.com/recognition/backend:1"
# An entry of one's own, whose pods behave as the test wants: annotations steer kwok (kwok/pods.yaml).
STAGED = """id: staged
title: Staged
summary: Pods that do as they are told
parameters:
  - {id: state, title: State, type: text}
  - {id: after, title: Ready after, type: text, default: 0s}
  - {id: replicas, title: Replicas, type: integer, default: "1"}
  - {id: key, title: Key, type: secret, required: true}
sources: [{templates: m.yaml}]
"""
STAGED_MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
      annotations:
        lab.timonier.dev/state:
          $if: state!=
          $value: ${state}
        lab.timonier.dev/ready-after:
          $if: state=
          $value: ${after}
    spec:
      containers:
        - name: main
          image: registry.example.com/only/on-my-machine:1
          resources:
            requests:
              cpu: 10m
            limits:
              cpu: 10m
---
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
stringData:
  key: ${key}
"""


# One whose objects come from elsewhere: a tree that is kustomized and a chart.
ELSEWHERE = """id: elsewhere
title: Elsewhere
summary: An overlay and a chart
parameters:
  - {id: greeting, title: Greeting, type: text, default: hello}
sources:
  - {archive: "https://nowhere.invalid/tree.tar.gz", kustomize: [overlay]}
  - {chart: {repository: "https://nowhere.invalid/charts", name: little, values: {greeting: "${greeting}", fixed: 3}}, inside: little}
"""
TREE = {
    "overlay/kustomization.yaml": "resources: [../base]\nnamePrefix: over-\n",
    "base/kustomization.yaml": "resources: [cm.yaml]\n",
    "base/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tree}\ndata: {a: b}\n",
    "little/Chart.yaml": "apiVersion: v2\nname: little\nversion: 1.0.0\n",
    "little/values.yaml": "greeting: none\nfixed: 0\n",
    "little/templates/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-chart\ndata:\n  greeting: {{ .Values.greeting | quote }}\n  fixed: {{ .Values.fixed | quote }}\n",
}


class App(unittest.TestCase):
    played = None   # an environment with programs that are played
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="app-")
        cls.lab = ControlPlane(os.path.join(cls.folder.name, "lab"))
        cls.lab.start()
        cls.api = cls.lab.api
        in_parallel(lambda node: cls.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(3)])
        wait_until("nodes that take pods", lambda: not any(n["spec"].get("taints") for n in cls.api.get("/api/v1/nodes")["items"]), 60)
        own = os.path.join(cls.folder.name, "config", "timonier", "catalog", "staged")
        os.makedirs(own)
        cls.tree = os.path.join(cls.folder.name, "tree")
        files = {own + ".yaml": STAGED, os.path.join(own, "m.yaml"): STAGED_MANIFEST, os.path.join(os.path.dirname(own), "elsewhere.yaml"): ELSEWHERE}
        files.update({os.path.join(cls.tree, path): text for path, text in TREE.items()})
        for path, text in files.items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as f:
                f.write(text)
        cls.key = os.path.join(cls.folder.name, "key")
        with open(cls.key, "w") as f:
            f.write("correct-horse-battery\n")

    @classmethod
    def tearDownClass(cls):
        cls.lab.stop()
        cls.folder.cleanup()

    def environment(self):
        return environment(XDG_DATA_HOME=os.path.join(self.folder.name, "data"), XDG_CONFIG_HOME=os.path.join(self.folder.name, "config"), XDG_CACHE_HOME=os.path.join(self.folder.name, "cache"),
                           TIMONIER_FETCH="no", **(self.played or {"PATH": os.environ["PATH"] + os.pathsep + engines()}))

    def app(self, verb, *arguments, code=0, user=None, timeout=120):
        done = subprocess.run(command_line(["app", verb, *arguments], self.lab.kubeconfig, user), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, env=self.environment())
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def runs(self, *arguments, code=0):
        done = subprocess.run(command_line(["runs", *arguments], self.lab.kubeconfig), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, env=self.environment())
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def status(self, *arguments):
        return json.loads(self.app("status", *arguments, "-o", "json").stdout)[0]

    def exists(self, path):
        try:
            return self.api.get(path)
        except ApiError as error:
            self.assertEqual(error.status, 404)
            return None

    def space(self, name):
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def trace(self):
        """Everything that is there but for what comes and goes by itself."""
        resources = self.lab.kubectl("api-resources", "--verbs=list", "-o", "name").stdout.split()
        kinds = [k for k in resources if not k.startswith(("events", "leases.", "componentstatuses", "controllerrevisions", "endpoints", "ipaddresses")) and "metrics" not in k]
        return set(self.lab.kubectl("get", ",".join(kinds), "-A", "-o", "name", "--ignore-not-found").stdout.split())

    def test_the_recognition_product_is_deployed_updated_and_removed_without_a_trace(self):
        before = self.trace()
        done = self.app("deploy", "recognition", "-n", "rec", "--set", BACKEND)
        self.assertIn("Open the recognition page: http://127.0.0.1:", done.stdout)   # its NodePort
        secret = self.api.get("/api/v1/namespaces/rec/secrets/recognition-coturn")["data"]["secret"]
        self.assertEqual(len(base64.b64decode(secret)), 40)
        status = self.status("recognition", "-n", "rec")
        self.assertTrue(status["ready"], status)
        self.assertEqual(status["values"], {"backendImage": BACKEND.split("=")[1]})
        front = self.api.get("/api/v1/namespaces/rec/services/recognition-frontend")["spec"]
        self.assertEqual((front["type"], front["ports"][0]["port"], front["ports"][0]["targetPort"]), ("NodePort", 5555, "http"))
        relay = self.api.get("/apis/apps/v1/namespaces/rec/deployments/recognition-coturn")["spec"]["template"]["spec"]
        self.assertTrue(relay["hostNetwork"] and relay["securityContext"]["runAsNonRoot"])
        self.assertNotIn(base64.b64decode(secret).decode(), json.dumps(relay))   # not among its arguments

        again = self.app("deploy", "recognition", "-n", "rec")   # with the values of last time
        self.assertIn("Nothing was changed: it is so already", again.stdout)

        plan = json.loads(self.app("plan", "recognition", "-n", "rec", "--set", "frontReplicas=3", "-o", "json").stdout)
        changed = {o["name"]: o["diff"] for o in plan["objects"] if o["state"] == "change"}
        self.assertEqual(set(changed), {"recognition-frontend", "timonier-app-recognition"})
        self.assertIn("-  replicas: 1\n+  replicas: 3", changed["recognition-frontend"])

        self.app("deploy", "recognition", "-n", "rec", "--set", "frontReplicas=3", "--set", "expose=LoadBalancer", "--set", "services=frontend,coturn")
        self.assertEqual(self.api.get("/apis/apps/v1/namespaces/rec/deployments/recognition-frontend")["status"]["availableReplicas"], 3)
        self.assertIsNone(self.exists("/apis/apps/v1/namespaces/rec/deployments/recognition-backend"))   # pruned
        self.assertEqual(self.api.get("/api/v1/namespaces/rec/secrets/recognition-coturn")["data"]["secret"], secret)   # made up once
        waits = next(o for o in self.status("recognition", "-n", "rec")["objects"] if o["kind"] == "Service" and o["name"] == "recognition-frontend")
        self.assertEqual((waits["state"], waits["why"]), ("not-ready", "no load balancer has given it an address yet"))

        self.app("remove", "recognition", "-n", "rec")
        self.assertEqual(self.trace() - before, set())
        self.app("remove", "recognition", "-n", "rec", code=1)

    def test_an_image_that_cannot_be_pulled_is_said_with_what_to_do(self):
        started = time.monotonic()
        done = self.app("deploy", "staged", "-n", "pull", "--set", "state=ImagePullBackOff", "--set-file", "key=" + self.key, "--wait", "6s", code=1)
        self.assertLess(time.monotonic() - started, 20)
        self.assertIn("The image cannot be pulled", done.stderr)
        self.assertIn("has to be pushed", done.stderr)
        status = self.status("staged", "-n", "pull")
        self.assertFalse(status["ready"])
        stuck = next(o for o in status["objects"] if o["kind"] == "Deployment")
        self.assertEqual(stuck["state"], "stuck")
        self.assertEqual(stuck["why"].count("The image cannot be pulled"), 1, stuck["why"])   # said, and once
        self.assertTrue(stuck["culprit"].startswith("pod/staged-"))
        self.assertIn("on-my-machine:1", stuck["evidence"])
        self.assertTrue(stuck["fix"])
        # Mended, it goes on from there: the secret is read back from the cluster.
        self.app("deploy", "staged", "-n", "pull", "--set", "state=")
        self.assertTrue(self.status("staged", "-n", "pull")["ready"])
        self.app("remove", "staged", "-n", "pull")

    def test_killed_in_the_middle_and_run_again(self):
        before = self.trace()
        rng = random.Random(7)
        for attempt in range(6):
            process = subprocess.Popen(command_line(["app", "deploy", "recognition", "-n", "cut", "--set", BACKEND], self.lab.kubeconfig), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment())
            time.sleep(rng.uniform(0.05, 0.35))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if self.exists("/api/v1/namespaces/cut/configmaps/timonier-set-recognition"):   # never half-known
                listed = {(o["kind"], o["name"]) for o in self.status("recognition", "-n", "cut")["objects"]}
                self.assertIn(("Deployment", "recognition-frontend"), listed)
        self.app("deploy", "recognition", "-n", "cut", "--set", BACKEND)
        self.assertTrue(self.status("recognition", "-n", "cut")["ready"])
        for attempt in range(3):   # and on the way back
            process = subprocess.Popen(command_line(["app", "remove", "recognition", "-n", "cut"], self.lab.kubeconfig), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env=self.environment())
            time.sleep(rng.uniform(0.05, 0.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
        if self.exists("/api/v1/namespaces/cut/configmaps/timonier-set-recognition"):
            self.app("remove", "recognition", "-n", "cut")
        deadline = time.monotonic() + 30   # the namespace may be on its way out already
        while self.trace() - before and time.monotonic() < deadline:
            time.sleep(0.5)
        self.assertEqual(self.trace() - before, set())

    def test_a_run_that_was_cut_off_is_resumed_from_the_journal(self):
        process = subprocess.Popen(command_line(["app", "deploy", "staged", "-n", "journal", "--set", "after=3s", "--set-file", "key=" + self.key, "-o", "json"], self.lab.kubeconfig),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=self.environment())
        for line in process.stdout:
            event = json.loads(line)
            if event.get("step") == "ready" and event.get("state") == "applying":
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        run = next(r for r in json.loads(self.runs("-o", "json").stdout) if r["target"].endswith("/journal/staged"))
        self.assertEqual((run["provider"], run["state"]), ("app", "interrupted"))
        self.runs("resume", str(run["id"]))
        self.assertTrue(self.status("staged", "-n", "journal")["ready"])
        self.assertEqual(self.api.get("/api/v1/namespaces/journal/secrets/staged")["data"]["key"], base64.b64encode(b"correct-horse-battery").decode())
        self.app("remove", "staged", "-n", "journal")

    def test_a_secret_is_nowhere_but_in_the_cluster(self):
        done = self.app("deploy", "staged", "-n", "quiet", "--set", "key=correct-horse-battery", code=1)
        self.assertIn("--set-file key=FILE", done.stderr)
        done = self.app("deploy", "staged", "-n", "quiet", code=1)
        self.assertIn("key: it is needed", done.stderr)
        done = self.app("deploy", "staged", "-n", "quiet", "--set-file", "key=" + self.key)
        plan = self.app("plan", "staged", "-n", "quiet", "--set", "replicas=2")
        kept = json.dumps(self.api.get("/api/v1/namespaces/quiet/configmaps"))
        for text in (done.stdout, done.stderr, plan.stdout, kept):
            self.assertNotIn("correct-horse-battery", text)
        for folder, _, files in os.walk(os.path.join(self.folder.name, "data")):
            for name in files:
                with open(os.path.join(folder, name), "rb") as f:
                    self.assertNotIn(b"correct-horse-battery", f.read(), name)
        self.app("remove", "staged", "-n", "quiet")

    def test_fields_that_another_looks_after_are_named_and_taken_only_when_told(self):
        self.app("deploy", "nginx", "-n", "owned")
        path = "/apis/apps/v1/namespaces/owned/deployments/nginx"
        self.lab.kubectl("-n", "owned", "scale", "deployment/nginx", "--replicas=4")
        done = self.app("deploy", "nginx", "-n", "owned", "--set", "replicas=2", code=1)
        self.assertIn(".spec.replicas", done.stderr)
        self.assertEqual(self.api.get(path)["spec"]["replicas"], 4)
        self.app("deploy", "nginx", "-n", "owned", "--set", "replicas=2", "--force-conflicts")
        self.assertEqual(self.api.get(path)["spec"]["replicas"], 2)
        self.app("remove", "nginx", "-n", "owned")

    def test_a_quota_that_is_used_up_is_said_and_gone_on_from_once_it_is_raised(self):
        self.space("full")
        self.api.create("/api/v1/namespaces/full/resourcequotas", {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}}})
        done = self.app("deploy", "staged", "-n", "full", "--set", "replicas=3", "--set-file", "key=" + self.key, "--wait", "8s", code=1)
        self.assertIn("ResourceQuota", done.stderr)
        status = self.status("staged", "-n", "full")
        self.assertFalse(status["ready"])
        self.assertEqual({o["state"] for o in status["objects"] if o["kind"] == "Deployment"}, {"stuck"})
        self.assertEqual({o["state"] for o in status["objects"] if o["kind"] != "Deployment"}, {"ready"})
        self.lab.kubectl("-n", "full", "patch", "resourcequota", "q", "--type=merge", "-p", '{"spec":{"hard":{"pods":"10"}}}')
        self.app("deploy", "staged", "-n", "full", "--wait", "100s")
        self.assertTrue(self.status("staged", "-n", "full")["ready"])
        self.app("remove", "staged", "-n", "full")
        self.assertIsNotNone(self.exists("/api/v1/namespaces/full"))   # it was there before, and is not ours

    def test_what_cannot_work_is_found_before_anything_is_sent(self):
        cases = [
            (("recognition", "--set", BACKEND, "--set", "ownModel=true"), None, "Storage: there is no StorageClass"),
            (("recognition", "--set", BACKEND, "--set", "expose=Ingress", "--set", "host=a.example.com"), None, "Ingress controller: there is none"),
            (("recognition", "--set", "serving=InferenceService"), None, "the server has no kind InferenceService"),
            (("recognition", "--set", BACKEND, "--set", "frontReplicas=10000"), None, "frontReplicas: at most 500"),
            (("recognition",), None, "backendImage: it is needed"),
            (("recognition", "--set", "frontReplica=2", "--set", BACKEND), None, "frontReplicas is meant?"),
            (("nginx", "--set", "replicas=100", "--set", "nodePort=31999"), "readonly", "you may not"),
            (("web", "--set", "image=a:1", "--set", "cpu=100"), None, "larger than what is free on any node"),
            (("nginxx",), None, "Did you mean “nginx”?"),
        ]
        for arguments, user, words in cases:
            with self.subTest(arguments=arguments):
                done = self.app("deploy", *arguments, "-n", "never", user=user, code=1)
                self.assertIn(words, done.stderr)
                self.assertIsNone(self.exists("/api/v1/namespaces/never"))

    def test_the_slips_of_the_report_are_caught(self):
        self.app("deploy", "nginx", "-n", "slips", "--set", "nodePort=31555")
        path = os.path.join(self.folder.name, "slip.yaml")
        with open(path, "w") as f:
            f.write("""apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: c, image: "po001int/front:latest", ports: [{containerPort: 3000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: NodePort, selector: {app: front}, ports: [{port: 3000, targetPort: 5555, nodePort: 31555}]}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: fronts}, ports: [{port: 80}]}
""")
        plan = self.app("plan", "manifests", "-n", "slips", "--set", "source=" + path, code=1)
        for words in ("Write port: 5555, targetPort: 3000", "is taken by the Service nginx in slips", "Select app=front, as the pods of Deployment slips/front have it"):
            self.assertIn(words, plan.stdout)
        self.assertIsNone(self.exists("/apis/apps/v1/namespaces/slips/deployments/front"))
        self.app("remove", "nginx", "-n", "slips")

    def test_what_somebody_else_made_is_not_taken_over(self):
        self.space("theirs")
        self.lab.kubectl("-n", "theirs", "create", "deployment", "nginx", "--image=example.com/other:1")
        done = self.app("deploy", "nginx", "-n", "theirs", code=1)
        self.assertIn("Deployment theirs/nginx", done.stderr)
        deployment = self.api.get("/apis/apps/v1/namespaces/theirs/deployments/nginx")
        self.assertEqual(deployment["spec"]["template"]["spec"]["containers"][0]["image"], "example.com/other:1")
        self.assertNotIn("applyset.kubernetes.io/part-of", deployment["metadata"].get("labels", {}))
        self.app("deploy", "nginx", "--name", "mine", "-n", "theirs")
        self.app("remove", "nginx", "--name", "mine", "-n", "theirs")
        self.assertIsNotNone(self.exists("/apis/apps/v1/namespaces/theirs/deployments/nginx"))

    def test_overlays_and_charts_are_taken_from_a_folder_where_there_is_no_internet(self):
        self.app("deploy", "elsewhere", "-n", "trees", code=1)   # the address leads nowhere
        self.assertIsNone(self.exists("/api/v1/namespaces/trees"))
        self.app("deploy", "elsewhere", "-n", "trees", "--set", "source=" + self.tree, "--set", 'greeting=a: "b" {c}')
        self.assertEqual(self.api.get("/api/v1/namespaces/trees/configmaps/over-tree")["data"], {"a": "b"})
        self.assertEqual(self.api.get("/api/v1/namespaces/trees/configmaps/elsewhere-chart")["data"], {"greeting": 'a: "b" {c}', "fixed": "3"})
        self.app("remove", "elsewhere", "-n", "trees")
        self.assertIsNone(self.exists("/api/v1/namespaces/trees"))

    def test_a_token_is_made_on_request(self):
        self.app("deploy", "headlamp")
        token = self.app("token", "headlamp").stdout.strip()
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self.assertEqual(claims["sub"], "system:serviceaccount:headlamp:headlamp-user")
        self.app("remove", "headlamp")
        self.app("token", "nginx", code=1)

    def test_what_a_program_of_somebody_elses_installs_is_planned_run_taken_back_and_refused_where_it_cannot_be(self):
        # kfctl: the cluster is too new for it, whatever is on this computer.
        done = self.app("plan", "kubeflow-kfctl", code=1)
        self.assertRegex(done.stdout, r"Kubernetes: v1\.\d+.*Kubeflow by kfctl v1\.2\.0 is for 1\.21 or older")
        self.assertIn("v1beta1", done.stdout)
        self.assertIn("kfctl is not on this computer", done.stdout)
        # juju: neither the program nor a controller is there.
        done = self.app("plan", "kubeflow-juju", code=1)
        self.assertIn("juju is not on this computer", done.stdout)
        self.assertIn("the controller microk8s-localhost does not live on this cluster", done.stdout)
        self.app("deploy", "kubeflow-juju", code=1)
        self.assertIsNone(self.exists("/api/v1/namespaces/default/configmaps/timonier-app-kubeflow-juju"))
        # All is there, but for the room that the bundle wants.
        world = os.path.join(self.folder.name, "juju")
        os.makedirs(world)
        self.played = {"PATH": os.path.join(os.path.dirname(os.path.abspath(__file__)), "played") + os.pathsep + os.environ["PATH"] + os.pathsep + engines(), "JUJU_DOUBLE": world}
        self.space("controller-microk8s-localhost")
        arguments = ("kubeflow-juju", "--despite-checks", "--set-file", "dexPassword=" + self.key)
        with open(os.path.join(world, "fails"), "w") as f:
            f.write("deploy")
        done = self.app("deploy", *arguments, code=1)
        self.assertIn("cannot deploy bundle", done.stderr)
        status = self.status("kubeflow-juju")   # nothing is half-known
        self.assertEqual([bool(one["missing"]) for one in status["commands"]], [False, True, True])
        os.remove(os.path.join(world, "fails"))
        done = self.app("deploy", *arguments)
        self.assertIn("1 of 3 are not active yet (katib: waiting)", done.stdout)
        self.assertTrue(self.status("kubeflow-juju")["ready"])
        with open(os.path.join(world, "log")) as f:
            log = f.read()
        self.assertIn("deploy kubeflow --channel 1.10/stable --trust -m microk8s-localhost:kubeflow", log)
        self.assertEqual(log.count("add-model kubeflow -c microk8s-localhost"), 1)   # the second run found it
        self.assertIn('{"dex-auth":{"static-password":"correct-horse-battery","static-username":"admin"}}', log)   # from the file
        self.assertNotIn("argv: config dex-auth -m microk8s-localhost:kubeflow --file dex.yaml static", log)
        for text in (done.stdout, done.stderr):
            self.assertNotIn("correct-horse-battery", text)
        self.assertEqual(subprocess.run(["grep", "-rl", "correct-horse-battery", os.path.join(self.folder.name, "data")], capture_output=True, text=True).stdout, "")
        self.assertIn("context: " + json.loads(self.lab.kubectl("config", "view", "-o", "json").stdout)["current-context"], log)
        with open(os.path.join(world, "fails"), "w") as f:
            f.write("show-model")
        self.app("remove", "kubeflow-juju", code=1)   # it cannot be asked: that is not "gone"
        self.assertIsNotNone(self.exists("/api/v1/namespaces/default/configmaps/timonier-app-kubeflow-juju"))
        os.remove(os.path.join(world, "fails"))
        self.app("remove", "kubeflow-juju")
        self.assertFalse(os.path.exists(os.path.join(world, "model")))
        self.assertIsNone(self.exists("/api/v1/namespaces/default/configmaps/timonier-app-kubeflow-juju"))
        self.assertEqual([name for _, _, names in os.walk(os.path.join(self.folder.name, "data", "timonier", "applications")) for name in names], [])

    def test_after_each_failure_the_status_lists_what_exists_and_what_does_not(self):
        """Section 5 of the issue, each with `app status` behind it."""
        widgets = ("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: %s.half.example.com}\nspec:\n  group: half.example.com\n  scope: Namespaced\n"
                   "  names: {plural: %s, singular: %s, kind: Widget, listKind: WidgetList}\n  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n")
        def config(name, more=""):
            return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{more}}}\ndata: {{a: b}}\n"
        def deploy(ns, *documents, arguments=(), code=1, user=None):
            path = os.path.join(self.folder.name, ns + ".yaml")
            with open(path, "w") as f:
                f.write("---\n".join(documents))
            return self.app("deploy", "manifests", "-n", ns, "--set", "source=" + path, *arguments, code=code, user=user)
        def states(ns):
            return {(o["kind"], o["name"]): o["state"] for o in self.status("manifests", "-n", ns)["objects"]}

        with self.subTest("a definition that is never established"):
            self.api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "gadgets.half.example.com"},
                "spec": {"group": "half.example.com", "scope": "Namespaced", "names": {"plural": "gadgets", "singular": "gadget", "kind": "Widget", "listKind": "WidgetList"},
                         "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}]}})
            self.addCleanup(lambda: self.api.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.half.example.com"))
            wait_until("the first to have its names", lambda: any(c["type"] == "Established" and c["status"] == "True" for c in self.api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.half.example.com").get("status", {}).get("conditions") or []), 20)
            done = deploy("half-crd", widgets % ("widgets", "widgets", "widget"), "apiVersion: half.example.com/v1\nkind: Widget\nmetadata: {name: w}\n", config("beside"))
            self.assertIn("its names are not accepted", done.stderr)
            found = states("half-crd")
            self.assertEqual((found["Widget", "w"], found["ConfigMap", "beside"]), ("missing", "ready"))
            self.assertIn(found["CustomResourceDefinition", "widgets.half.example.com"], ("stuck", "not-ready"))
            self.app("remove", "manifests", "-n", "half-crd")
        with self.subTest("an object that admission refuses"):
            path = "/apis/admissionregistration.k8s.io/v1"
            self.api.create(f"{path}/validatingadmissionpolicies", {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "half"}, "spec": {
                "failurePolicy": "Fail", "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}]},
                "matchConditions": [{"name": "named", "expression": "object.metadata.name == 'refused'"}], "validations": [{"expression": "false", "message": "not with this name"}]}})
            self.api.create(f"{path}/validatingadmissionpolicybindings", {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "half"},
                                                                          "spec": {"policyName": "half", "validationActions": ["Deny"]}})
            self.addCleanup(lambda: [self.api.delete(f"{path}/{kind}/half") for kind in ("validatingadmissionpolicybindings", "validatingadmissionpolicies")])
            def refuses():
                try:
                    self.api.create("/api/v1/namespaces/default/configmaps?dryRun=All", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "refused"}})
                except ApiError:
                    return True
                return False
            wait_until("the policy to be heard", refuses, 30)
            done = deploy("half-refused", config("refused"), config("beside"))
            self.assertIn("not with this name", done.stderr)
            found = states("half-refused")
            self.assertEqual((found["ConfigMap", "refused"], found["ConfigMap", "beside"]), ("missing", "ready"))
            self.app("remove", "manifests", "-n", "half-refused")
        with self.subTest("a field that cannot be changed"):
            deploy("half-fixed", config("fixed").replace("kind:", "immutable: true\nkind:"), code=0)
            done = deploy("half-fixed", config("fixed").replace("kind:", "immutable: true\nkind:").replace("a: b", "a: c"), config("new"))
            self.assertIn("immutable", done.stderr)
            self.assertEqual(self.api.get("/api/v1/namespaces/half-fixed/configmaps/fixed")["data"], {"a": "b"})   # and still there
            self.assertEqual(states("half-fixed")["ConfigMap", "new"], "ready")
            self.app("remove", "manifests", "-n", "half-fixed")
        with self.subTest("a conflict with another manager"):
            deploy("half-owned", config("shared"), code=0)
            self.api.request("PATCH", "/api/v1/namespaces/half-owned/configmaps/shared?fieldManager=other&force=true", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "shared"}, "data": {"a": "theirs"}},
                             content_type="application/apply-patch+yaml")
            done = deploy("half-owned", config("shared").replace("a: b", "a: c"), config("beside"))
            self.assertIn("other", done.stderr)
            self.assertIn(".data.a", done.stderr)
            found = states("half-owned")
            self.assertEqual((found["ConfigMap", "shared"], found["ConfigMap", "beside"]), ("ready", "ready"))
            self.assertEqual(self.api.get("/api/v1/namespaces/half-owned/configmaps/shared")["data"], {"a": "theirs"})   # left as it was
            self.app("remove", "manifests", "-n", "half-owned")
        with self.subTest("a namespace that is stuck in Terminating"):
            self.space("half-going")
            self.api.create("/api/v1/namespaces/half-going/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "held", "finalizers": ["example.com/cleanup"]}})
            self.api.delete("/api/v1/namespaces/half-going")
            done = deploy("half-other", config("late", ", namespace: half-going"), config("beside"), arguments=("--wait", "3s"), code=3)
            self.assertIn("being terminated", done.stderr)
            found = states("half-other")
            self.assertEqual((found["ConfigMap", "late"], found["ConfigMap", "beside"]), ("missing", "ready"))
            self.api.patch("/api/v1/namespaces/half-going/configmaps/held", {"metadata": {"finalizers": None}})
            self.app("remove", "manifests", "-n", "half-other")
        with self.subTest("no permission for one kind"):
            rbac = "/apis/rbac.authorization.k8s.io/v1"
            self.space("half-rights")
            self.api.create(f"{rbac}/namespaces/half-rights/roles", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "maps"},
                                                                     "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}]})
            self.api.create(f"{rbac}/namespaces/half-rights/rolebindings", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "maps"},
                            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "maps"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "readonly"}]})
            done = deploy("half-rights", config("mine"), "apiVersion: v1\nkind: Service\nmetadata: {name: theirs}\nspec: {clusterIP: None, ports: [{port: 80}]}\n", user="readonly")
            self.assertIn("you may not create services in half-rights; nothing was changed", done.stderr)
            self.assertIsNone(self.exists("/api/v1/namespaces/half-rights/configmaps/mine"))

    def test_a_webhook_whose_pod_cannot_start_is_said_while_the_objects_are_sent(self):
        path = os.path.join(self.folder.name, "hook.yaml")
        with open(path, "w") as f:
            f.write("""apiVersion: apps/v1
kind: Deployment
metadata: {name: gate}
spec:
  selector: {matchLabels: {app: gate}}
  template:
    metadata: {labels: {app: gate}, annotations: {lab.timonier.dev/state: ImagePullBackOff}}
    spec: {containers: [{name: c, image: "registry.example.com/gate:1", ports: [{containerPort: 443}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: gate}
spec: {selector: {app: gate}, ports: [{port: 443}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: never-there}
webhooks:
- name: gate.never.example.com
  clientConfig: {service: {name: gate, namespace: hooked}}
  rules: [{apiGroups: [never.example.com], apiVersions: ["*"], operations: [CREATE], resources: ["*"]}]
  sideEffects: None
  admissionReviewVersions: [v1]
""")
        begun = time.monotonic()
        done = self.app("deploy", "manifests", "-n", "hooked", "--set", "source=" + path, "--wait", "8s", code=1)
        self.assertLess(time.monotonic() - begun, 25)
        self.assertIn("The image cannot be pulled", done.stderr)
        self.assertIn("Service hooked/gate", done.stderr)
        self.assertIn("registry.example.com/gate:1", done.stdout + done.stderr)
        self.assertEqual({o["kind"]: o["state"] for o in self.status("manifests", "-n", "hooked")["objects"]}["ValidatingWebhookConfiguration"], "missing")   # never sent: it would hold up others
        self.app("remove", "manifests", "-n", "hooked")

    def test_z_the_api_server_restarts_or_goes_away_in_the_middle(self):
        """The last: it takes the API server from all others."""
        path = os.path.join(self.folder.name, "many.yaml")
        with open(path, "w") as f:
            f.write("---\n".join(f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c{i}}}\ndata: {{a: b}}\n" for i in range(400)))
        there = lambda ns: {one["metadata"]["name"] for one in self.api.get(f"/api/v1/namespaces/{ns}/configmaps")["items"] if one["metadata"]["name"][1:].isdigit()}
        known = lambda ns: {o["name"]: o["state"] for o in self.status("manifests", "-n", ns)["objects"] if o["kind"] == "ConfigMap" and o["name"][1:].isdigit()}

        def begin(ns, wait):
            process = subprocess.Popen(command_line(["app", "deploy", "manifests", "-n", ns, "--set", "source=" + path, "--wait", wait], self.lab.kubeconfig), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, env=self.environment())
            wait_until("some to be there", lambda: self.exists(f"/api/v1/namespaces/{ns}") and len(there(ns)) > 20, 60, 0.01)
            self.lab.kill_apiserver()
            return process

        with self.subTest("back after two seconds"):
            process = begin("half-back", "90s")
            time.sleep(2)
            self.lab.restart_apiserver()
            out, err = process.communicate(timeout=150)
            self.assertEqual(process.returncode, 0, out + err)
            self.assertEqual(known("half-back"), {f"c{i}": "ready" for i in range(400)})
        with self.subTest("away for longer than one waits"):
            process = begin("half-away", "3s")
            out, err = process.communicate(timeout=150)
            self.assertIn(process.returncode, (1, 3), out + err)
            self.lab.restart_apiserver()
            found, here = known("half-away"), there("half-away")
            self.assertTrue(20 < len(here) < 400, len(here))
            self.assertEqual(found, {f"c{i}": "ready" if f"c{i}" in here else "missing" for i in range(400)})
            self.app("deploy", "manifests", "-n", "half-away", "--set", "source=" + path)
            self.assertEqual(set(known("half-away").values()), {"ready"})
        for ns in ("half-back", "half-away"):
            self.app("remove", "manifests", "-n", ns)

    def test_two_of_one_kind_live_side_by_side(self):
        for name in ("left", "right"):
            self.app("deploy", "web", "--name", name, "-n", "pair", "--set", "image=example.com/web:1", "--set", "env=A=1: {2}", "--set", "env=B='\"")
        container = self.api.get("/apis/apps/v1/namespaces/pair/deployments/left")["spec"]["template"]["spec"]["containers"][0]
        self.assertEqual(container["env"], [{"name": "A", "value": "1: {2}"}, {"name": "B", "value": "'\""}])
        self.app("remove", "web", "--name", "left", "-n", "pair", code=1)   # the namespace is the first one's, and holds the other
        self.assertIsNotNone(self.exists("/apis/apps/v1/namespaces/pair/deployments/right"))
        self.app("remove", "web", "--name", "right", "-n", "pair")
        self.app("remove", "web", "--name", "left", "-n", "pair")
        self.assertIsNone(self.exists("/api/v1/namespaces/pair"))


if __name__ == "__main__":
    unittest.main()
