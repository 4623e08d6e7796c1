#!/usr/bin/env python3
"""What others package, into a real control plane of its own: kustomizations through kubectl or kustomize, archives, https addresses, Helm's charts.

Nothing comes from the internet: the programs are the lab's own, the addresses a server's on loopback with an authority of its own."""
import http.server
import io
import json
import os
import signal
import ssl
import subprocess
import tarfile
import tempfile
import threading
import unittest

from lab import workloads
from lab.api import ApiError, in_parallel
from lab.control_plane import ControlPlane
from lab.pki import Authority
from lab.process import wait_until
from lab.program import command_line, environment


def space(name):
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"


def config(name, ns, value="x"):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: {ns}}}\ndata: {{key: {value}}}\n"


def packed(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="packages-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = cls.temporary.name
        cls.lab = ControlPlane(os.path.join(cls.folder, "lab"))
        cls.lab.start()
        cls.addClassCleanup(cls.lab.stop)
        cls.api = cls.lab.api
        with open(cls.lab.path("lab.json")) as f:
            cls.engines = json.load(f)["engines"]
        cls.helm_folder = os.environ.get("TIMONIER_HELM") or cls.engines   # a folder with another helm, such as 4
        in_parallel(lambda node: cls.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(2)])

    def ctl(self, *arguments, code=0, **variables):
        variables = {"PATH": f"{self.helm_folder}:{self.engines}:{os.environ['PATH']}", "TIMONIER_FETCH": "no", "HOME": self.folder} | variables
        done = subprocess.run(command_line(arguments, self.lab.kubeconfig), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, env=environment(**variables))
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def write(self, files):
        for name, text in files.items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb" if isinstance(text, bytes) else "w") as f:
                f.write(text)
        return os.path.join(self.folder, next(iter(files)))

    def exists(self, path):
        try:
            return self.api.get(path)
        except ApiError as error:
            self.assertEqual(error.status, 404)
            return None

    def test_a_kustomization_goes_in_as_what_it_makes(self):
        self.write({"base/kustomization.yaml": "resources: [all.yaml]\ncommonLabels: {app: x}\n", "base/all.yaml": config("c", "kustomized") + "---\n" + space("kustomized"),
                    "over/kustomization.yaml": "resources: [../base]\nnamePrefix: big-\npatches:\n- target: {kind: ConfigMap}\n  patch: '[{\"op\": \"replace\", \"path\": \"/data/key\", \"value\": \"y\"}]'\n"})
        over = os.path.join(self.folder, "over")
        done = self.ctl("apply", "-k", over, "--set", "k")
        self.assertIn("kustomize warns: 'commonLabels' is deprecated", done.stderr)
        made = self.api.get("/api/v1/namespaces/kustomized/configmaps/big-c")
        self.assertEqual((made["data"]["key"], made["metadata"]["labels"]["app"]), ("y", "x"))
        self.assertIn("apply it with -k", self.ctl("apply", "-f", over, code=1).stderr.lower())
        self.ctl("remove", "k")
        self.assertIsNone(self.exists("/api/v1/namespaces/kustomized"))

    def test_what_is_wrong_with_a_kustomization_is_said_in_words(self):
        self.write({"plain/all.yaml": config("c", "default"), "outside/kustomization.yaml": "resources: [../plain/all.yaml]\n", "missing/kustomization.yaml": "resources: [nowhere.yaml]\n",
                    "unreachable/kustomization.yaml": "resources: [https://127.0.0.1:9/a.yaml]\n", "tab/kustomization.yaml": "resources:\n\t- a.yaml\n"})
        for name, words in {"plain": "has no kustomization.yaml", "nowhere": "does not exist", "outside": "which lies outside of it", "missing": "names nowhere.yaml, which is not there",
                            "unreachable": "cannot be fetched", "tab": "line 2: found character that cannot start any token"}.items():
            with self.subTest(name):
                self.assertIn(words, self.ctl("apply", "-k", os.path.join(self.folder, name), code=1).stderr)

    def test_without_kustomize_and_kubectl_it_says_what_to_install(self):
        self.write({"alone/kustomization.yaml": "resources: []\n"})
        done = self.ctl("apply", "-k", os.path.join(self.folder, "alone"), code=1, PATH="/nonexistent")
        self.assertIn("kustomize is not on this computer", done.stderr)
        self.assertIn("Install kustomize 5.0.0 or newer", done.stderr)

    def test_an_archive_goes_in_and_what_is_wrong_in_it_has_its_place(self):
        path = self.write({"release.tar.gz": packed({"release/z-space.yaml": space("archived"), "release/a.yaml": config("c", "archived"), "release/README.md": "no"})})
        self.ctl("apply", "-f", path)
        self.assertTrue(self.exists("/api/v1/namespaces/archived/configmaps/c"))
        path = self.write({"broken.tar.gz": packed({"release/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n"})})
        self.assertIn("broken.tar.gz/release/a.yaml:4", self.ctl("apply", "-f", path, code=1).stderr)

    def test_an_address_goes_in_over_https_only(self):
        authority = Authority(os.path.join(self.folder, "web"), "web")
        certificate, key = authority.server("server", ["localhost", "127.0.0.1"])
        bodies = {"/a.yaml": config("web", "default").encode(), "/release": packed({"a.yaml": config("web-archive", "default")}), "/page": b"<!DOCTYPE html><title>Sign in</title>"}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/moved":
                    self.send_response(302)
                    self.send_header("Location", "/a.yaml")
                    self.end_headers()
                    return
                self.send_response(200 if self.path in bodies else 404)
                self.end_headers()
                self.wfile.write(bodies.get(self.path, b"<html>not here</html>"))

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        at = f"localhost:{server.server_port}"
        trusting = {"SSL_CERT_FILE": authority.certificate}
        self.assertIn("not one to trust", self.ctl("apply", "-f", f"https://{at}/a.yaml", code=1).stderr)
        self.ctl("apply", "-f", f"https://{at}/moved", **trusting)
        self.assertTrue(self.exists("/api/v1/namespaces/default/configmaps/web"))
        self.ctl("apply", "-f", f"https://{at}/release", **trusting)
        self.assertTrue(self.exists("/api/v1/namespaces/default/configmaps/web-archive"))
        for path, words in {f"https://{at}/none.yaml": "has no such file (status 404)", f"https://{at}/page": "gives a web page, not manifests", f"http://{at}/a.yaml": "is not an https address"}.items():
            with self.subTest(path):
                self.assertIn(words, self.ctl("apply", "-f", path, code=1, **trusting).stderr)

    def chart(self, name="small", more=None):
        files = {f"{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: '7'\n",
                 f"{name}/values.yaml": "# how many\nreplicas: 1\nmessage: hello\nimage: example.com/web:1\n",
                 f"{name}/templates/all.yaml": """apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-c, labels: {kube: "{{ .Capabilities.KubeVersion.Major }}.{{ .Capabilities.KubeVersion.Minor }}"}}
data: {message: {{ .Values.message | quote }}, password: {{ .Values.password | default "none" | quote }}}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-s}
stringData: {password: {{ .Values.password | default "none" | quote }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}, annotations: {lab.timonier.dev/ready-after: {{ .Values.ready | default "0s" }}}}
    spec: {containers: [{name: web, image: {{ .Values.image | quote }}}]}
{{ if .Values.broken }}{{ required "broken needs a reason" .Values.reason }}{{ end }}
""",
                 f"{name}/templates/NOTES.txt": "Thank you for {{ .Release.Name }}\n"} | (more or {})
        self.write(files)
        return os.path.join(self.folder, name)

    def helm(self, *arguments, values=None, code=0, **variables):
        if values is not None:
            self.write({"values.yaml": values})
            arguments = (*arguments, "-f", os.path.join(self.folder, "values.yaml"))
        return self.ctl("helm", *arguments, code=code, **variables)

    def revisions(self, name, ns):
        return [(r["revision"], r["status"]) for r in json.loads(self.helm("history", name, "-n", ns, "-o", "json").stdout)["revisions"]]

    def test_a_release_is_installed_upgraded_rolled_back_and_removed_without_a_trace(self):
        chart = self.chart()
        done = self.helm("install", "web", chart, "-n", "helm-life", "--wait", "60s", "-o", "json", values="message: first\n")
        made = json.loads(done.stdout)
        self.assertEqual((made["revision"], made["status"], made["chart"], made["version"], made["appVersion"]), (1, "deployed", "small", "0.1.0", "7"))
        config = "/api/v1/namespaces/helm-life/configmaps/web-c"
        self.assertEqual(self.api.get(config)["data"]["message"], "first")
        self.assertEqual(self.api.get("/apis/apps/v1/namespaces/helm-life/deployments/web")["status"]["availableReplicas"], 1)   # it waited
        releases = json.loads(self.helm("list", "-A", "-o", "json").stdout)["releases"]
        self.assertIn(("helm-life", "web", 1, "deployed"), [(r["namespace"], r["name"], r["revision"], r["status"]) for r in releases])
        theirs = subprocess.run([os.path.join(self.helm_folder, "helm"), "list", "-n", "helm-life", "-q", "--kubeconfig", self.lab.kubeconfig], capture_output=True, text=True)
        self.assertEqual(theirs.stdout, "web\n")   # it is Helm's own
        # What the next one would change, values and objects, before it does.
        planned = json.loads(self.helm("diff", "web", chart, "-n", "helm-life", "-o", "json", values="message: second\n").stdout)
        self.assertIn("-message: first\n+message: second\n", planned["values"])
        self.assertEqual({o["kind"]: o["state"] for o in planned["objects"]}, {"ConfigMap": "change", "Secret": "leave", "Deployment": "leave"})
        self.assertEqual(self.api.get(config)["data"]["message"], "first")
        self.assertIn("revision 2 of small 0.1.0 is deployed", self.helm("install", "web", chart, "-n", "helm-life", values="message: second\n").stdout)
        self.assertEqual(self.helm("values", "web", "-n", "helm-life").stdout, "message: second\n")
        self.assertEqual(self.helm("values", "web", "-n", "helm-life", "--revision", "1").stdout, "message: first\n")
        self.helm("install", "web", chart, "-n", "helm-life")   # values of before are not kept
        self.assertEqual(self.api.get(config)["data"]["message"], "hello")
        self.helm("rollback", "web", "1", "-n", "helm-life", "--wait", "60s")
        self.assertEqual(self.api.get(config)["data"]["message"], "first")
        self.assertEqual(self.revisions("web", "helm-life"), [(1, "superseded"), (2, "superseded"), (3, "superseded"), (4, "deployed")])
        self.helm("uninstall", "web", "-n", "helm-life", "--wait", "60s")
        for path in (config, "/apis/apps/v1/namespaces/helm-life/deployments/web", "/api/v1/namespaces/helm-life/secrets/web-s"):
            self.assertIsNone(self.exists(path))
        self.assertEqual(self.api.get("/api/v1/namespaces/helm-life/secrets")["items"], [])   # nor a revision
        self.assertIn("there is no release web in helm-life", self.helm("history", "web", "-n", "helm-life", code=1).stderr)

    def test_an_upgrade_that_fails_is_told_known_and_can_be_taken_back(self):
        chart = self.chart()
        self.helm("install", "bad", chart, "-n", "helm-bad", "--wait", "60s")
        done = self.helm("install", "bad", chart, "-n", "helm-bad", values="replicas: -1\n", code=1)
        self.assertIn("the server refuses an object of the chart", done.stderr)
        self.assertEqual(self.revisions("bad", "helm-bad")[-1][1], "failed")
        self.helm("rollback", "bad", "1", "-n", "helm-bad", "--wait", "60s")
        self.assertEqual(self.revisions("bad", "helm-bad")[-1][1], "deployed")
        # Pods that are never ready are waited for no longer than told, and what failed is taken back where that is wanted.
        late = self.helm("install", "bad", chart, "-n", "helm-bad", "--wait", "3s", values="ready: 3600s\n", code=3)
        self.assertIn("bad is not ready in time", late.stderr)
        self.helm("install", "bad", chart, "-n", "helm-bad", "--wait", "3s", "--rollback-on-failure", values="ready: 3600s\n", code=3)
        self.helm("uninstall", "bad", "-n", "helm-bad")

    def test_what_is_wrong_with_a_chart_or_its_values_is_said_in_words(self):
        chart = self.chart()
        cases = [(("install", "w", chart, "-n", "default"), "broken: true\n", "a template of the chart fails with these values"),
                 (("install", "w", chart, "-n", "default"), "a: [\n", "are no YAML"),
                 (("install", "w", os.path.join(self.folder, "nowhere"), "-n", "default"), None, "there is no such chart"),
                 (("install", "W!", chart, "-n", "default"), None, "cannot be the name of a release"),
                 (("install", "w", "http://127.0.0.1:9/a.tgz", "-n", "default"), None, "is not an https address"),
                 (("install", "w", "https://u:pw@127.0.0.1:9/a.tgz", "-n", "default"), None, "no user and password"),
                 (("install", "w", "small", "--repo", "https://127.0.0.1:9/", "-n", "default"), None, "cannot reach"),
                 (("rollback", "w", "3", "-n", "default"), None, "there is no release w in default"),
                 (("uninstall", "w", "-n", "default"), None, "there is no release w in default")]
        for arguments, values, words in cases:
            with self.subTest(words):
                done = self.helm(*arguments, values=values, code=1)
                self.assertIn(words, done.stderr)
                self.assertNotIn("u:pw", done.stderr)
        self.api.create("/api/v1/namespaces/default/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "taken-c"}})
        self.assertIn("is there already, and not of this release", self.helm("install", "taken", chart, "-n", "default", code=1).stderr)
        self.assertEqual([r for r in json.loads(self.helm("list", "-n", "default", "-o", "json").stdout)["releases"] if r["status"] == "deployed"], [])

    def test_no_value_and_no_credential_is_seen_by_others(self):
        chart, secret = self.chart(), "Zq83-vXw1-fHk77"
        spy = self.write({"spy/helm": f"#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline >> {self.folder}/seen\nexec {self.helm_folder}/helm \"$@\"\n"})
        os.chmod(spy, 0o755)
        path = {"PATH": f"{os.path.dirname(spy)}:{self.engines}:{os.environ['PATH']}"}
        self.helm("install", "hush", chart, "-n", "helm-hush", values=f"password: {secret}\n", **path)
        self.assertEqual(self.api.get("/api/v1/namespaces/helm-hush/configmaps/hush-c")["data"]["password"], secret)
        done = self.helm("diff", "hush", chart, "-n", "helm-hush", values="password: other\nmessage: x\n", **path)
        values, secret_object = done.stdout.split("Secret hush-s", 1)[0], done.stdout.split("+++ Secret hush-s", 1)[1].split("---", 1)[0]
        for shown in (values, secret_object):
            self.assertIn('password: "*** (before)"', shown)
            self.assertIn('password: "*** (after)"', shown)
            self.assertNotIn(secret, shown)
        with open(os.path.join(self.folder, "seen")) as f:
            seen = f.read()
        self.assertIn("upgrade --install hush", seen)
        self.assertNotIn(secret, seen)
        self.assertEqual([n for n in os.listdir("/tmp") if n.startswith("timonier-") and n.endswith(".kubeconfig")], [])

    def test_a_preview_knows_the_cluster(self):
        shown = self.helm("template", "pre", self.chart(), "-n", "default").stdout
        version = json.loads(self.api.request("GET", "/version"))
        self.assertIn(f'kube: "{version["major"]}.{version["minor"]}"', shown)
        self.assertIsNone(self.exists("/api/v1/namespaces/default/configmaps/pre-c"))

    def test_helm_killed_in_the_middle_leaves_a_release_that_says_so_and_can_be_taken_back(self):
        chart = self.chart()
        self.helm("install", "cut", chart, "-n", "helm-cut", "--wait", "60s")
        self.write({"values.yaml": "ready: 3600s\n"})
        process = subprocess.Popen(command_line(("helm", "install", "cut", chart, "-n", "helm-cut", "--wait", "90s", "-f", os.path.join(self.folder, "values.yaml")), self.lab.kubeconfig),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(PATH=f"{self.helm_folder}:{os.environ['PATH']}", HOME=self.folder))
        wait_until("the upgrade to have begun", lambda: self.revisions("cut", "helm-cut")[-1] == (2, "pending-upgrade"), 30)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130, process.stderr.read())
        process.stderr.close()
        self.assertEqual(self.revisions("cut", "helm-cut")[-1], (2, "failed"))
        self.helm("rollback", "cut", "1", "-n", "helm-cut", "--wait", "60s")
        self.helm("uninstall", "cut", "-n", "helm-cut", "--wait", "60s")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
