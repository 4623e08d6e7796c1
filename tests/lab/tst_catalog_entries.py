#!/usr/bin/env python3
"""Entries of the catalogue as their makers ship them, with the programs that they install really running: cert-manager's controllers, webhook and
cainjector (the engine cert-manager, built from its module; its chart lies in the same module). They are deployed by `timonierctl app`, used in
the same run, updated, and removed without a trace.

Skipped with a printed reason where pods cannot have addresses (no namespaces) or the engine is not built and TIMONIER_ENTRIES_LAB is not set.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from lab import own_network, workloads
from lab.api import ApiError, in_parallel
from lab.control_plane import TESTS_LAB, ControlPlane, engines
from lab.process import wait_until
from lab.program import command_line, environment

USED = """apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: self, namespace: shop}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: shop}
spec: {secretName: web-tls, dnsNames: [NAMES], issuerRef: {name: self}}
"""


def reason_to_skip():
    ready = subprocess.run([os.path.join(TESTS_LAB, "engines"), "--check", "cert-manager", "helm"], capture_output=True, text=True)
    if ready.returncode and not os.environ.get("TIMONIER_ENTRIES_LAB"):
        return f"{ready.stderr.strip()} (TIMONIER_ENTRIES_LAB=1 has it built, in some minutes)"
    return own_network.enter()


class Entries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="entries-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.bin = engines()
        subprocess.run([os.path.join(TESTS_LAB, "engines"), "cert-manager", "helm"], check=True, stdout=subprocess.DEVNULL)
        cls.lab = ControlPlane(os.path.join(cls.folder, "lab"), reachable_pods=True)
        cls.addClassCleanup(cls.lab.stop)
        cls.lab.start()
        in_parallel(lambda node: cls.lab.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(3)])
        wait_until("nodes that take pods", lambda: not any(n["spec"].get("taints") for n in cls.lab.api.get("/api/v1/nodes")["items"]), 60)

    def environment(self):
        return environment(XDG_DATA_HOME=os.path.join(self.folder, "data"), XDG_CONFIG_HOME=os.path.join(self.folder, "config"), XDG_CACHE_HOME=os.path.join(self.folder, "cache"),
                           TIMONIER_FETCH="no", PATH=os.environ["PATH"] + os.pathsep + self.bin)

    def app(self, verb, *arguments, code=0):
        begun = time.monotonic()
        done = subprocess.run(command_line(["app", verb, *arguments], self.lab.kubeconfig), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150, env=self.environment())
        print(f"app {verb}: {time.monotonic() - begun:.1f} s", file=sys.stderr)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def trace(self):
        """Everything that is there but for what comes and goes by itself, or is kept by the control plane."""
        resources = self.lab.kubectl("api-resources", "--verbs=list", "-o", "name").stdout.split()
        kinds = [k for k in resources if not k.startswith(("events", "leases.", "componentstatuses", "controllerrevisions", "endpoints", "ipaddresses")) and "metrics" not in k]
        items = json.loads(self.lab.kubectl("get", ",".join(kinds), "-A", "-o", "json", "--ignore-not-found").stdout)["items"]
        return {(i["kind"], i["metadata"].get("namespace"), i["metadata"]["name"]) for i in items}

    def release(self, names, *values, folder=None):
        """A folder with cert-manager's release as its chart renders it, and an Issuer and a Certificate that use it."""
        module = subprocess.run([os.path.join(TESTS_LAB, "engines"), "--module", "cert-manager"], check=True, capture_output=True, text=True).stdout.strip()
        folder = folder or tempfile.mkdtemp(dir=self.folder)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "cert-manager.yaml"), "w") as file:
            subprocess.run([os.path.join(self.bin, "helm"), "template", "cert-manager", os.path.join(module, "deploy/charts/cert-manager"), "-n", "cert-manager", "--kube-version", "1.36.0",
                            "--set", ",".join(["crds.enabled=true", "startupapicheck.enabled=false", *values])], check=True, stdout=file)
        with open(os.path.join(folder, "used.yaml"), "w") as file:
            file.write(USED.replace("NAMES", ", ".join(names)))
        return "source=" + folder

    def certificate(self):
        """Its condition Ready and the names that it was really issued for, from the Secret."""
        shop = "/apis/cert-manager.io/v1/namespaces/shop"
        found = self.lab.api.get(f"{shop}/certificates/web")
        ready = [c["status"] for c in found.get("status", {}).get("conditions", ()) if c["type"] == "Ready" and c.get("observedGeneration") == found["metadata"]["generation"]]
        try:
            secret = self.lab.api.get("/api/v1/namespaces/shop/secrets/web-tls")
        except ApiError as error:
            self.assertEqual(error.status, 404)
            return ready, None
        return ready, secret["metadata"]["annotations"].get("cert-manager.io/alt-names")

    def test_cert_manager_is_deployed_used_in_the_same_run_updated_and_removed_without_a_trace(self):
        before = self.trace()
        first = self.release(["web.shop.svc"])
        plan = self.app("plan", "cert-manager", "--set", first)
        self.assertIn("checked after", plan)
        self.assertEqual(self.trace(), before)

        self.app("deploy", "cert-manager", "--set", first)
        wait_until("the certificate issued", lambda: self.certificate() == (["True"], "web.shop.svc"), 30)
        self.assertIn("Nothing was changed", self.app("deploy", "cert-manager", "--set", first))

        # What the webhook refuses is refused at once and in its words.
        wrong = self.release(["web.shop.svc"])
        with open(os.path.join(wrong.removeprefix("source="), "used.yaml"), "a") as file:
            file.write("---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: nameless, namespace: shop}\nspec: {secretName: nameless-tls, issuerRef: {name: self}}\n")
        said = self.app("deploy", "cert-manager", "--set", wrong, code=1)
        self.assertIn("at least one of", said)

        second = self.release(["shop.example.com", "web.shop.svc"], "webhook.replicaCount=2")
        self.app("deploy", "cert-manager", "--set", second)
        wait_until("the certificate issued anew", lambda: self.certificate() == (["True"], "shop.example.com,web.shop.svc"), 30)
        self.assertEqual(self.lab.api.get("/apis/apps/v1/namespaces/cert-manager/deployments/cert-manager-webhook")["status"]["readyReplicas"], 2)

        self.app("remove", "cert-manager")
        self.assertEqual(self.trace() - before, set())
        self.assertEqual(before - self.trace(), set())

    def test_what_somebody_else_keeps_in_the_namespace_holds_up_its_removal(self):
        self.app("deploy", "cert-manager", "--set", self.release(["web.shop.svc"]))
        self.lab.api.create("/api/v1/namespaces/cert-manager/secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "dns-account"}})
        self.assertIn("1 secrets (dns-account)", self.app("remove", "cert-manager", code=1))
        self.lab.api.delete("/api/v1/namespaces/cert-manager/secrets/dns-account")
        self.app("remove", "cert-manager")

    def test_cert_manager_and_istio_are_deployed_updated_and_removed_in_the_window(self):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_entries")
        if not os.path.exists(program):
            self.skipTest("the window is not built here")
        entries = os.path.join(self.folder, "window")
        self.release(["web.shop.svc"], folder=os.path.join(entries, "cert-manager-1"))
        self.release(["shop.example.com", "web.shop.svc"], "webhook.replicaCount=2", folder=os.path.join(entries, "cert-manager-2"))
        charts = os.path.join(subprocess.run([os.path.join(TESTS_LAB, "engines"), "--module", "istio"], check=True, capture_output=True, text=True).stdout.strip(), "manifests/charts")
        for name, chart in (("base", "base"), ("istiod", "istio-control/istio-discovery"), ("gateway", "gateway")):
            shutil.copytree(os.path.join(charts, chart), os.path.join(entries, "istio", name), copy_function=shutil.copyfile)
        for folder, _, _ in os.walk(entries):   # the module's are read-only
            os.chmod(folder, 0o755)
        # No istiod runs in its pod: its namespace is left out of the injection, or the gateway's pods would wait for that webhook.
        self.lab.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system", "labels": {"istio-injection": "disabled"}}})
        wait_until("what each namespace has", lambda: ("ConfigMap", "istio-system", "kube-root-ca.crt") in self.trace(), 30)
        before = self.trace()
        done = subprocess.run([program], env=dict(self.environment(), TIMONIER_LAB_DIR=self.lab.directory, TIMONIER_ENTRIES=entries, QT_QPA_PLATFORM="offscreen"), capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertEqual(self.trace() ^ before, set())


if __name__ == "__main__":
    reason = reason_to_skip()
    if reason:
        print("skipped: " + reason)
        sys.exit(77)
    unittest.main()
