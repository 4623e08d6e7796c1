#!/usr/bin/env python3
"""Is the lab itself what it claims to be? Users, kinds, odd pods, metrics, logs, too old versions, and every mode of the proxy."""
import json
import os
import socket
import ssl
import time
import unittest

from lab.api import Api, ApiError
from lab.process import wait_until
from lab.running import RunningLab

lab = RunningLab.of_ctest()


class Users(unittest.TestCase):
    def may(self, user, verb, what, *more):
        answer = lab.kubectl("auth", "can-i", verb, what, *more, user=user, check=False)
        return answer.stdout.strip() == "yes"

    def test_admin_token_and_exec_may_do_everything(self):
        for user in ("admin", "token", "exec"):
            with self.subTest(user=user):
                self.assertEqual(lab.kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}", user=user).stdout, user)
                self.assertTrue(self.may(user, "*", "*", "-A"))

    def test_readonly_sees_everything_but_secrets_and_changes_nothing(self):
        for kind in ("pods", "nodes", "deployments", "clusterroles", "boats.lab.timonier.dev", "persistentvolumes"):
            self.assertTrue(self.may("readonly", "list", kind, "-A"), kind)
        lab.kubectl("get", "pods", "-A", user="readonly")
        self.assertIn("forbidden", lab.kubectl("get", "secrets", "-A", user="readonly", check=False).stderr.lower())
        self.assertFalse(self.may("readonly", "delete", "pods", "-A"))

    def test_single_sees_its_namespace_alone(self):
        self.assertIn("Running", lab.kubectl("get", "pods", user="single").stdout)   # its context names team-a
        for arguments in (("get", "pods", "-A"), ("get", "namespaces"), ("get", "pods", "-n", "team-b")):
            self.assertIn("forbidden", lab.kubectl(*arguments, user="single", check=False).stderr.lower(), arguments)

    def test_nobody_is_known_and_may_do_nothing(self):
        self.assertIn("nobody", lab.kubectl("auth", "whoami", user="nobody").stdout)
        self.assertIn("forbidden", lab.kubectl("get", "pods", user="nobody", check=False).stderr.lower())

    def test_a_stranger_is_turned_away(self):
        with self.assertRaises(ApiError) as raised:
            Api(lab.server, lab.path("pki/ca.crt"), token="rubbish").get("/api/v1/pods")
        self.assertEqual(raised.exception.status, 401)

    def test_the_exec_plugin_counts_its_runs(self):
        def runs():
            with open(lab.path("exec/runs")) as f:
                return len(f.readlines())
        lab.kubectl("version", user="exec")
        before = runs()
        lab.kubectl("get", "--raw", "/readyz", user="exec")
        self.assertEqual(runs(), before + 1)


class Contents(unittest.TestCase):
    def test_there_are_objects_of_every_kind(self):
        kinds = ["nodes", "pods", "services", "endpointslices", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs",
                 "ingresses", "persistentvolumes", "persistentvolumeclaims", "storageclasses", "horizontalpodautoscalers", "serviceaccounts",
                 "roles", "rolebindings", "clusterroles", "clusterrolebindings", "configmaps", "secrets", "events", "namespaces", "boats"]
        for kind in kinds:
            with self.subTest(kind=kind):
                self.assertTrue(lab.kubectl("get", kind, "-A", "--no-headers").stdout.strip())

    def test_pods_are_owned_running_and_some_are_not_well(self):
        pods = lab.api.get("/api/v1/pods")["items"]
        self.assertGreater(len(pods), 250)
        self.assertGreater(sum(p["status"]["phase"] == "Running" for p in pods), 0.8 * len(pods))
        self.assertEqual({o["kind"] for p in pods for o in p["metadata"].get("ownerReferences", [])},
                         {"ReplicaSet", "StatefulSet", "DaemonSet", "Job"})
        waiting = {c["state"]["waiting"]["reason"] for p in pods for c in p["status"].get("containerStatuses", []) if "waiting" in c["state"]}
        self.assertIn("CrashLoopBackOff", waiting)
        self.assertTrue(any(p["metadata"].get("managedFields") for p in pods))

    def test_controllers_agree_with_what_was_made(self):
        def settled():
            sets = lab.api.get("/apis/apps/v1/replicasets")["items"]
            return all(s["status"].get("observedGeneration") and s["status"]["replicas"] == s["spec"]["replicas"] for s in sets)
        wait_until("replica sets settled", settled, 60, pause=1)

    def test_printer_columns_of_a_custom_resource(self):
        self.assertRegex(lab.kubectl("get", "boats", "-n", "team-a").stdout, r"NAME +RIG +LENGTH +AFLOAT +AGE")

    def test_logs_come_through_the_kubelet_port(self):
        name = lab.kubectl("get", "pods", "-o", "jsonpath={.items[0].metadata.name}", user="single").stdout
        lab.append_log("a last word")
        self.assertIn("a last word", lab.kubectl("logs", name, "--tail=2", user="single").stdout)
        self.assertIn("line 00049", lab.kubectl("logs", name, "--previous", user="single").stdout)

    def test_metrics_of_nodes_and_pods_arrive(self):
        def items(what):
            return lab.api.get(f"/apis/metrics.k8s.io/v1beta1/{what}")["items"]
        wait_until("node metrics", lambda: len(items("nodes")) == 5, 120, pause=2)
        wait_until("pod metrics", lambda: len(items("pods")) > 200, 120, pause=2)


class History(unittest.TestCase):
    def test_old_versions_are_gone_after_compaction(self):
        old = lab.api.get("/api/v1/pods?limit=1")["metadata"]["resourceVersion"]
        lab.forget_history()
        with self.assertRaises(ApiError) as raised:
            lab.api.get(f"/api/v1/pods?resourceVersion={old}&resourceVersionMatch=Exact&limit=1")
        self.assertEqual((raised.exception.status, raised.exception.reason), (410, "Expired"))
        watch = lab.api.open("GET", f"/api/v1/pods?watch=1&resourceVersion={int(old) - 5}&timeoutSeconds=5")
        code = watch.status if watch.status != 200 else json.loads(watch.readline())["object"]["code"]
        self.assertEqual(code, 410)

    def test_the_server_comes_back_on_the_same_port_after_a_crash(self):
        lab.kill_apiserver()
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", lab.ports["apiserver"]), 2)
        lab.restart_apiserver()
        self.assertIn("node-0000", lab.kubectl("get", "nodes").stdout)


class Proxy(unittest.TestCase):
    def setUp(self):
        lab.proxy("pass")
        self.addCleanup(lab.proxy, "pass")

    def connect(self, timeout=5):
        s = socket.create_connection(("127.0.0.1", lab.ports["proxy"]), timeout)
        self.addCleanup(s.close)
        return ssl.create_default_context(cafile=lab.path("pki/ca.crt")).wrap_socket(s, server_hostname="127.0.0.1")

    def ask(self, tls):
        tls.sendall(b"GET /version HTTP/1.1\r\nHost: lab\r\n\r\n")
        return tls.recv(4096)

    def test_pass_forwards(self):
        lab.kubectl("get", "pods", "-A", proxied=True)
        self.assertTrue(self.ask(self.connect()).startswith(b"HTTP/1.1 "))

    def test_cut_resets_what_is_open_and_lets_new_ones_through(self):
        tls = self.connect()
        self.ask(tls)
        lab.proxy("cut")
        with self.assertRaises(OSError):
            self.ask(tls) or self._raise_reset()
        self.assertTrue(self.ask(self.connect()))

    def _raise_reset(self):
        raise ConnectionResetError("ended cleanly, which a reset is not; but ended")

    def test_cut_after_gives_so_many_bytes_and_then_passes(self):
        before = lab.status()["proxy"]["delivered"]
        lab.proxy("cut-after", 20000)
        answer = lab.kubectl("get", "--raw", "/api/v1/pods", proxied=True, check=False)
        self.assertNotEqual(answer.returncode, 0)
        state = lab.status()["proxy"]
        self.assertEqual((state["delivered"] - before, state["mode"]), (20000, "pass"))
        lab.kubectl("get", "--raw", "/api/v1/pods", proxied=True)

    def test_blackhole_holds_everything_and_pass_delivers_it(self):
        tls = self.connect(timeout=1.5)
        self.ask(tls)
        lab.proxy("blackhole")
        tls.sendall(b"GET /version HTTP/1.1\r\nHost: lab\r\n\r\n")
        with self.assertRaises(TimeoutError):
            tls.recv(4096)
        with self.assertRaises(TimeoutError):   # accepted, and then nothing: the handshake hangs
            self.connect(timeout=1)
        lab.proxy("pass")
        self.assertTrue(tls.recv(4096))

    def test_throttle_slows(self):
        lab.proxy("throttle", 20000)
        started = time.monotonic()
        lab.kubectl("get", "--raw", "/api/v1/namespaces/kube-system/pods?limit=8", proxied=True)
        self.assertGreater(time.monotonic() - started, 1)

    def test_refuse_closes_the_port(self):
        tls = self.connect()
        self.ask(tls)
        lab.proxy("refuse")
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        lab.proxy("pass")
        self.assertTrue(self.ask(self.connect()))


class Secrecy(unittest.TestCase):
    def test_what_is_secret_is_readable_by_its_owner_alone(self):
        for name in ("", "tokens.csv", "kubeconfig", "kubeconfig.proxied", "pki/admin.key", "pki/ca.key", "exec/token"):
            self.assertEqual(os.stat(lab.path(name)).st_mode & 0o077, 0, name or "the folder")


if __name__ == "__main__":
    unittest.main(warnings="ignore")
