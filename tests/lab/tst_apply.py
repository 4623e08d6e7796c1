#!/usr/bin/env python3
"""`timonierctl apply`, `sets` and `remove` on a real control plane of their own: what goes in, in which order, what is refused and how it
is said, what is left after a kill, and that what is removed is exactly what was applied."""
import base64
import http.server
import json
import os
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from lab import workloads
from lab.api import ApiError, in_parallel
from lab.control_plane import ControlPlane
from lab.pki import Authority
from lab.process import wait_until
from lab.program import command_line, environment

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.%(group)s}
spec:
  group: %(group)s
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""


def space(name):
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"


def deployment(name, ns, replicas=1, ready="0s", more=""):
    return f"""apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {ns}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{lab.timonier.dev/ready-after: {ready}}}}}
    spec:
      containers: [{{name: web, image: "example.com/web:1"}}]
{more}"""


def config(name, ns, value="x"):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {ns}}}\ndata: {{key: {value}}}\n"


class Apply(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="apply-")
        cls.lab = ControlPlane(os.path.join(cls.folder.name, "lab"))
        cls.lab.start()
        cls.api = cls.lab.api
        in_parallel(lambda node: cls.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(3)])

    @classmethod
    def tearDownClass(cls):
        cls.lab.stop()
        cls.folder.cleanup()

    def ctl(self, *arguments, documents=None, user=None, timeout=120):
        text = None if documents is None else "---\n".join(documents)
        return subprocess.run(command_line(arguments, self.lab.kubeconfig, user), input=text, capture_output=True, text=True, timeout=timeout, env=environment())

    def apply(self, *documents, arguments=(), code=0, **more):
        done = self.ctl("apply", "-f", "-", *arguments, documents=documents, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def states(self, done):
        return {(o["kind"], o["name"]): o["state"] for o in json.loads(done.stdout)["objects"]}

    def exists(self, path):
        try:
            return self.api.get(path)
        except ApiError as error:
            self.assertEqual(error.status, 404)
            return None

    def test_what_is_written_in_the_wrong_order_goes_in_at_once_and_a_second_time_changes_nothing(self):
        documents = ["apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: order}\nspec: {size: 3}\n", deployment("web", "order", 2), config("c", "order"),
                     CRD % {"group": "example.com"}, space("order")]
        done = self.apply(*documents, arguments=("-o", "json", "--wait", "60s"))
        self.assertEqual(set(self.states(done).values()), {"created"})
        self.assertEqual(self.api.get("/apis/apps/v1/namespaces/order/deployments/web")["status"]["availableReplicas"], 2)   # it waited
        self.assertEqual(self.api.get("/apis/example.com/v1/namespaces/order/widgets/w")["spec"]["size"], 3)
        time.sleep(2)   # the controllers have said their last word
        self.assertEqual(set(self.states(self.apply(*documents, arguments=("-o", "json"))).values()), {"unchanged"})
        documents[2] = config("c", "order", "other")
        again = self.states(self.apply(*documents, arguments=("-o", "json")))
        self.assertEqual([k for k, v in again.items() if v == "changed"], [("ConfigMap", "c")])

    def test_a_webhook_comes_after_what_serves_it_and_before_what_it_intercepts(self):
        webhook = """apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gate.hooks}
webhooks:
- name: gate.hooks.example.com
  clientConfig: {service: {name: gate, namespace: hooks}}
  rules: [{apiGroups: [hooks.example.com], apiVersions: ["*"], operations: [CREATE], resources: [widgets]}]
  failurePolicy: Ignore
  timeoutSeconds: 1
  sideEffects: None
  admissionReviewVersions: [v1]
"""
        service = "apiVersion: v1\nkind: Service\nmetadata: {name: gate, namespace: hooks}\nspec: {selector: {app: gate}, ports: [{port: 443}]}\n"
        done = self.apply("apiVersion: hooks.example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: hooks}\n", webhook, service, deployment("gate", "hooks", ready="4s"),
                          CRD % {"group": "hooks.example.com"}, space("hooks"))
        self.assertIn("waiting for service/gate in hooks: no pod behind the service is ready yet", done.stderr)
        names = [line.split(":")[0] for line in done.stdout.splitlines()]
        gate, hook, widget = (next(i for i, n in enumerate(names) if n.startswith(k)) for k in ("service/gate", "validatingwebhook", "widget."))
        self.assertTrue(gate < hook < widget, names)
        pod = self.api.get("/api/v1/namespaces/hooks/pods?labelSelector=app%3Dgate")["items"][0]
        ready = next(c for c in pod["status"]["conditions"] if c["type"] == "Ready")
        made = self.api.get("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/gate.hooks")["metadata"]["creationTimestamp"]
        self.assertEqual(ready["status"], "True")
        self.assertGreaterEqual(made, ready["lastTransitionTime"])

    def test_a_webhook_that_cannot_be_reached_is_tried_again_and_one_that_is_never_there_is_said(self):
        self.apply(space("away"))
        hook = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "away"}, "webhooks": [{
            "name": "away.example.com", "clientConfig": {"url": "https://127.0.0.1:9/"}, "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "away"}}}]}
        path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
        self.api.create(path, hook)
        done = self.apply(config("c", "away"), arguments=("--wait", "2s"), code=3)
        self.assertIn("failed calling webhook", done.stderr)
        timer = threading.Timer(3, lambda: self.api.delete(f"{path}/away"))
        timer.start()
        begun = time.monotonic()
        self.apply(config("c", "away"))
        timer.join()
        self.assertGreater(time.monotonic() - begun, 2)
        self.assertTrue(self.exists("/api/v1/namespaces/away/configmaps/c"))

    def test_a_conflict_names_the_owner_and_the_field_and_is_forced_only_when_told(self):
        self.apply(space("conflict"), deployment("web", "conflict", 1))
        self.lab.kubectl("scale", "deployment/web", "-n", "conflict", "--replicas=3")
        done = self.apply(deployment("web", "conflict", 2), config("beside", "conflict"), code=1)
        self.assertRegex(done.stderr, r"kubectl looks after \.spec\.replicas")
        self.assertIn("--force-conflicts", done.stderr)
        path = "/apis/apps/v1/namespaces/conflict/deployments/web"
        self.assertEqual(self.api.get(path)["spec"]["replicas"], 3)
        self.assertTrue(self.exists("/api/v1/namespaces/conflict/configmaps/beside"))   # what does not hang on it goes on
        self.apply(deployment("web", "conflict", 2), arguments=("--force-conflicts",))
        self.assertEqual(self.api.get(path)["spec"]["replicas"], 2)

    def test_what_cannot_heal_fails_at_once_and_says_what_to_do(self):
        self.apply(space("wrong"), deployment("web", "wrong"))
        self.api.create("/api/v1/namespaces/wrong/resourcequotas", {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"secrets": "0"}}})
        wait_until("the quota to be counted", lambda: self.api.get("/api/v1/namespaces/wrong/resourcequotas/q").get("status", {}).get("hard"), 30)
        cases = {"field is immutable": deployment("web", "wrong").replace("matchLabels: {app: web}", "matchLabels: {app: other}").replace("labels: {app: web}", "labels: {app: other}"),
                 "nonsense": config("c", "wrong") + "nonsense: 1\n",
                 "exceeded quota": "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: wrong}\n",
                 'namespaces "nowhere" not found': config("c", "nowhere"),
                 "the server has no kind Deploymnt": "apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: x}\n",
                 "write that in apiVersion": "apiVersion: v1\nkind: Deployment\nmetadata: {name: x}\n"}
        for words, document in cases.items():
            with self.subTest(words):
                begun = time.monotonic()
                done = self.apply(document, code=1)
                self.assertLess(time.monotonic() - begun, 5)
                self.assertIn(words, done.stderr)
                self.assertRegex(done.stderr, r"(?m)^timonierctl: -:\d")

    def test_what_hangs_on_a_failure_is_not_sent(self):
        bad = (CRD % {"group": "bad.example.com"}).replace("openAPIV3Schema: {type: object,", "openAPIV3Schema: {type: nothing,")
        done = self.apply("apiVersion: bad.example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: default}\n", bad, code=1)
        self.assertIn("widget.bad.example.com/w in default: not sent: it needs CustomResourceDefinition widgets.bad.example.com", done.stderr)

    def test_missing_rights_are_found_before_anything_is_sent(self):
        done = self.apply(config("rights", "default"), deployment("rights", "default"), user="readonly", code=1)
        self.assertRegex(done.stderr, "you may not create configmaps in default, create deployments.apps in default; nothing was changed")
        self.assertIsNone(self.exists("/api/v1/namespaces/default/configmaps/rights"))

    def test_a_dry_run_changes_nothing_tells_what_would_and_masks_secrets(self):
        secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: dry}\nstringData: {password: %s, same: same}\n"
        self.apply(space("dry"), config("left", "dry"), secret % "swordfish", config("c", "dry"))
        done = self.apply(config("left", "dry"), secret % "marlin", config("c", "dry", "z"), config("new", "dry"), arguments=("--diff",))
        self.assertIn("-  key: x\n+  key: z\n", done.stdout)
        self.assertIn('-  password: "*** (before)"\n+  password: "*** (after)"\n   same: "***"', done.stdout)
        for word in ("swordfish", "marlin"):
            self.assertNotIn(word, done.stdout + done.stderr)
            self.assertNotIn(base64.b64encode(word.encode()).decode(), done.stdout + done.stderr)
        self.assertIn("configmap/left in dry: would be left", done.stdout)
        self.assertIn("configmap/new in dry: would be created", done.stdout)
        self.assertIsNone(self.exists("/api/v1/namespaces/dry/configmaps/new"))
        self.assertEqual(self.api.get("/api/v1/namespaces/dry/configmaps/c")["data"]["key"], "x")
        later = self.states(self.apply(space("dry-later"), config("c", "dry-later"), CRD % {"group": "dry.example.com"},
                                       "apiVersion: dry.example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: dry}\n", arguments=("--dry-run", "-o", "json")))
        self.assertEqual((later["ConfigMap", "c"], later["Widget", "w"]), ("later", "later"))
        self.assertIsNone(self.exists("/api/v1/namespaces/dry-later"))

    def test_a_set_is_pruned_and_removed_and_nothing_else(self):
        everything = [space("set"), CRD % {"group": "set.example.com"}, "apiVersion: set.example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: set}\n",
                      deployment("web", "set"), config("a", "set"), config("b", "set")]
        self.apply(*everything, arguments=("--set", "mine"))
        self.api.create("/api/v1/namespaces/set/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}})
        planned = self.apply(*everything[:-1], arguments=("--prune", "mine", "--dry-run", "-o", "json"))
        self.assertEqual([k for k, v in self.states(planned).items() if v == "prune"], [("ConfigMap", "b")])
        done = self.apply(*everything[:-1], arguments=("--prune", "mine", "-o", "json"))
        self.assertEqual([k for k, v in self.states(done).items() if v == "removed"], [("ConfigMap", "b")])
        self.assertIsNone(self.exists("/api/v1/namespaces/set/configmaps/b"))
        self.assertTrue(self.exists("/api/v1/namespaces/set/configmaps/theirs"))
        # The namespace holds something of somebody else's: it stays, and says whose.
        removed = self.ctl("remove", "mine")
        self.assertEqual(removed.returncode, 1, removed.stderr)
        self.assertRegex(removed.stderr, r"namespace/set: kept: .*1 configmaps \(theirs\)")
        self.assertIsNone(self.exists("/apis/apps/v1/namespaces/set/deployments/web"))
        self.assertIsNone(self.exists("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.set.example.com"))
        self.assertTrue(self.exists("/api/v1/namespaces/set/configmaps/theirs"))
        self.assertEqual(self.ctl("sets", "mine").stdout, "namespace/set: is there\n")
        self.assertEqual(self.ctl("remove", "mine", "--with-others").returncode, 0)
        self.assertIsNone(self.exists("/api/v1/namespaces/set"))
        self.assertIsNone(self.exists("/api/v1/namespaces/default/configmaps/timonier-set-mine"))

    def test_a_finalizer_that_holds_is_named_and_the_set_goes_on_listing_it(self):
        held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: default, finalizers: [example.com/cleanup]}\n"
        self.apply(held, config("free", "default"), arguments=("--set", "held"))
        done = self.ctl("remove", "held", "--wait", "2s")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("the finalizer example.com/cleanup holds it", done.stderr)
        self.assertEqual(self.ctl("sets", "held").stdout, "configmap/held in default: is there\n")
        self.api.patch("/api/v1/namespaces/default/configmaps/held", {"metadata": {"finalizers": None}})
        self.assertEqual(self.ctl("remove", "held").returncode, 0)

    def test_a_namespace_that_is_still_going_is_waited_for_with_what_holds_it(self):
        self.apply(space("going"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: going, finalizers: [example.com/cleanup]}\n")
        self.api.delete("/api/v1/namespaces/going")
        wait_until("the namespace to say what holds it", lambda: any(c["type"] == "NamespaceFinalizersRemaining" and c["status"] == "True" for c in
                                                                      self.api.get("/api/v1/namespaces/going")["status"].get("conditions", [])), 30)
        timer = threading.Timer(2, lambda: self.api.patch("/api/v1/namespaces/going/configmaps/held", {"metadata": {"finalizers": None}}))
        timer.start()
        done = self.apply(space("going"), config("new", "going"))
        timer.join()
        self.assertRegex(done.stderr, "waiting for namespace/going: the namespace is being deleted, and that is held up: .*example.com/cleanup")
        self.assertTrue(self.exists("/api/v1/namespaces/going/configmaps/new"))
        self.assertNotIn("deletionTimestamp", self.api.get("/api/v1/namespaces/going")["metadata"])

    def test_killed_in_the_middle_what_may_be_there_is_known_and_the_same_order_ends_it(self):
        documents = [space("killed"), *(config(f"c{i}", "killed") for i in range(400))]
        process = subprocess.Popen(command_line(("apply", "-f", "-", "--set", "killed"), self.lab.kubeconfig), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True, env=environment())
        process.stdin.write("---\n".join(documents))
        process.stdin.close()
        wait_until("some to be there", lambda: self.exists("/api/v1/namespaces/killed") and len(self.api.get("/api/v1/namespaces/killed/configmaps")["items"]) > 20, 30, 0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        there = json.loads(self.ctl("sets", "killed", "-o", "json").stdout)["objects"]
        self.assertEqual(len(there), 401)
        self.assertTrue(any(not o["exists"] for o in there), "it was not killed in the middle")
        self.apply(*documents, arguments=("--set", "killed"))
        self.assertTrue(all(o["exists"] for o in json.loads(self.ctl("sets", "killed", "-o", "json").stdout)["objects"]))
        self.assertEqual(self.ctl("remove", "killed").returncode, 0)

    def test_an_immutable_field_is_replaced_only_where_that_is_said_and_only_that_object(self):
        self.apply(space("replace"), deployment("web", "replace"), deployment("other", "replace"), arguments=("--wait", "60s"))
        path = "/apis/apps/v1/namespaces/replace/deployments"
        before = {name: self.api.get(f"{path}/{name}")["metadata"]["uid"] for name in ("web", "other")}
        changed = [deployment(name, "replace").replace(f"app: {name}", f"app: {name}-2") for name in ("web", "other")]
        done = self.apply(changed[0], code=1)
        self.assertIn("--replace deployment.apps/web: its pods go", done.stderr)
        self.assertEqual(self.api.get(f"{path}/web")["metadata"]["uid"], before["web"])
        self.assertIn("there is no deployment.apps/nowhere in these manifests", self.apply(changed[0], arguments=("--replace", "deployment.apps/nowhere"), code=1).stderr)
        done = self.apply(*changed, arguments=("--replace", "deployment.apps/web", "--wait", "60s", "-o", "json"), code=1)
        self.assertEqual(self.states(done), {("Deployment", "web"): "changed", ("Deployment", "other"): "failed"})
        web = self.api.get(f"{path}/web")
        self.assertNotEqual(web["metadata"]["uid"], before["web"])
        self.assertEqual((web["spec"]["selector"]["matchLabels"]["app"], web["status"]["availableReplicas"]), ("web-2", 1))
        self.assertEqual(self.api.get(f"{path}/other")["metadata"]["uid"], before["other"])
        self.assertEqual(self.api.get("/api/v1/namespaces/replace/pods?labelSelector=app%3Dweb")["items"], [])   # the old pods went with it
        # A second time there is nothing to replace.
        again = self.apply(changed[0], arguments=("--replace", "deployment.apps/web", "-o", "json"))
        self.assertEqual(self.api.get(f"{path}/web")["metadata"]["uid"], web["metadata"]["uid"], again.stdout)
        # What holds the old one is named, and waited for no longer than told.
        held = "apiVersion: v1\nkind: ConfigMap\nimmutable: true\nmetadata: {name: held, namespace: replace, finalizers: [example.com/cleanup]}\ndata: {key: %s}\n"
        self.apply(held % "x")
        late = self.apply(held % "z", arguments=("--replace", "configmap/held", "--wait", "2s"), code=3)
        self.assertIn("the finalizer example.com/cleanup", late.stderr)
        self.api.patch("/api/v1/namespaces/replace/configmaps/held", {"metadata": {"finalizers": None}})

    def test_a_claim_is_waited_for_until_it_is_bound_but_not_one_that_waits_for_its_pod(self):
        classes = "".join(f"---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}}}\nprovisioner: example.com/none\nvolumeBindingMode: {mode}\n"
                          for name, mode in (("at-once", "Immediate"), ("with-pod", "WaitForFirstConsumer")))
        def claim(name, storage_class):
            return (f"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: claims}}\n"
                    f"spec: {{storageClassName: {storage_class}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n")
        self.apply(space("claims"), classes)
        begun = time.monotonic()
        self.apply(claim("late", "with-pod"), arguments=("--wait", "30s"))
        self.assertLess(time.monotonic() - begun, 5)
        self.assertEqual(self.api.get("/api/v1/namespaces/claims/persistentvolumeclaims/late")["status"]["phase"], "Pending")
        self.assertIn("there is no storage class nowhere", self.apply(claim("lost", "nowhere"), arguments=("--wait", "2s"), code=3).stderr)
        volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "claims-1"},
                  "spec": {"storageClassName": "at-once", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/nowhere"}}}
        timer = threading.Timer(2, lambda: self.api.create("/api/v1/persistentvolumes", volume))
        timer.start()
        done = self.apply(claim("now", "at-once"), arguments=("--wait", "60s"))
        timer.join()
        self.assertIn("waiting for persistentvolumeclaim/now in claims: no volume is bound to it yet", done.stderr)
        self.assertEqual(self.api.get("/api/v1/namespaces/claims/persistentvolumeclaims/now")["status"]["phase"], "Bound")

    def test_a_definition_that_is_never_established_fails_at_once_and_its_objects_are_not_sent(self):
        self.apply(CRD % {"group": "taken.example.com"})
        rival = (CRD % {"group": "taken.example.com"}).replace("plural: widgets", "plural: rivals").replace("name: widgets.", "name: rivals.").replace("singular: widget", "singular: rival")
        begun = time.monotonic()
        done = self.apply(rival, "apiVersion: taken.example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: default}\n", arguments=("--set", "rival"), code=1)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertIn("its names are not accepted (", done.stderr)
        self.assertIn("not sent: it needs CustomResourceDefinition rivals.taken.example.com", done.stderr)
        there = {o["name"]: o["exists"] for o in json.loads(self.ctl("sets", "rival", "-o", "json").stdout)["objects"]}
        self.assertEqual(there, {"rivals.taken.example.com": True, "w": False})   # nothing is half known
        self.assertEqual(self.ctl("remove", "rival").returncode, 0)

    def test_what_an_admission_webhook_refuses_fails_at_once_in_its_words(self):
        authority = Authority(os.path.join(self.folder.name, "hook"), "hook")
        certificate, key = authority.server("server", ["127.0.0.1"])

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {
                    "uid": review["request"]["uid"], "allowed": False, "status": {"code": 500, "message": "the owner label is missing"}}}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.apply(space("refused"))
        with open(authority.certificate, "rb") as f:
            bundle = base64.b64encode(f.read()).decode()
        path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
        self.api.create(path, {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "refuses"}, "webhooks": [{
            "name": "refuses.example.com", "clientConfig": {"url": f"https://127.0.0.1:{server.server_port}/", "caBundle": bundle}, "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "refused"}}}]})
        self.addCleanup(lambda: self.api.delete(f"{path}/refuses"))
        def is_refused():
            try:
                self.api.create("/api/v1/namespaces/refused/configmaps?dryRun=All", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "probe"}})
            except ApiError:
                return True
            return False
        wait_until("the webhook to be asked", is_refused, 30)
        begun = time.monotonic()
        done = self.apply(config("c", "refused"), config("beside", "default"), code=1)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertIn("denied the request: the owner label is missing", done.stderr)
        self.assertTrue(self.exists("/api/v1/namespaces/default/configmaps/beside"))

    def test_z_the_api_server_restarts_in_the_middle(self):
        """The last: it takes the API server from all others."""
        documents = [space("away-server"), *(config(f"c{i}", "away-server") for i in range(300)), deployment("web", "away-server", ready="6s")]
        process = subprocess.Popen(command_line(("apply", "-f", "-", "--wait", "90s"), self.lab.kubeconfig), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, env=environment())
        process.stdin.write("---\n".join(documents))
        process.stdin.close()
        process.stdin = None
        wait_until("some to be there", lambda: self.exists("/api/v1/namespaces/away-server") and len(self.api.get("/api/v1/namespaces/away-server/configmaps")["items"]) > 20, 30, 0.01)
        self.lab.kill_apiserver()
        time.sleep(2)
        self.lab.restart_apiserver()
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("is tried again", err)
        self.assertEqual(len(out.splitlines()), 302)

    def test_what_the_cluster_fills_in_by_itself_is_no_conflict_the_second_time(self):
        text = """apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: gathered}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-gathered: "true"}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part-of-gathered, labels: {to-gathered: "true"}}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: injected}
webhooks:
- name: injected.example.com
  clientConfig: {caBundle: Cg==, service: {name: none, namespace: default}}
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Ignore
  rules: [{apiGroups: [nowhere.example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}]
"""
        self.apply(text)
        wait_until("the rules gathered", lambda: self.api.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/gathered")["rules"], 30)
        with open(self.lab.path("pki/ca.crt"), "rb") as f:   # as cert-manager's cainjector does
            bundle = base64.b64encode(f.read()).decode()
        hook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/injected"
        self.api.request("PATCH", hook + "?fieldManager=injector&force=true", {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "injected"},
                         "webhooks": [{"name": "injected.example.com", "clientConfig": {"caBundle": bundle}, "admissionReviewVersions": ["v1"], "sideEffects": "None"}]}, content_type="application/apply-patch+yaml")
        self.apply(text)
        self.assertEqual(self.api.get(hook)["webhooks"][0]["clientConfig"]["caBundle"], bundle)
        self.assertTrue(self.api.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/gathered")["rules"])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
