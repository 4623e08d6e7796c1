#!/usr/bin/env python3
"""What others package, into a real control plane of its own: kustomizations through kubectl or kustomize, archives, https addresses.

Nothing comes from the internet: the programs are the lab's own, the addresses a server's on loopback with an authority of its own."""
import http.server
import io
import json
import os
import ssl
import subprocess
import tarfile
import tempfile
import threading
import unittest

from lab.api import ApiError
from lab.control_plane import ControlPlane
from lab.pki import Authority
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

    def ctl(self, *arguments, code=0, **variables):
        variables = {"PATH": f"{self.engines}:{os.environ['PATH']}", "TIMONIER_FETCH": "no", "HOME": self.folder} | variables
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


if __name__ == "__main__":
    unittest.main(warnings="ignore")
