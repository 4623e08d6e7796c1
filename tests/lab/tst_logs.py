#!/usr/bin/env python3
"""`timonierctl logs` against a real API server and kubelet port: every line once, through cuts and floods."""
import os
import queue
import re
import signal
import subprocess
import threading
import time
import unittest

from lab.program import command_line, ctl, environment
from lab.running import RunningLab

lab = RunningLab.of_ctest()


class Following:
    """`logs -f`, its lines as they come."""

    def __init__(self, *arguments, kubeconfig):
        self.process = subprocess.Popen(command_line(["logs", "-f", *arguments], kubeconfig), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=environment())
        self.lines, self.came, self.words = [], queue.Queue(), []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=lambda: self.words.extend(self.process.stderr), daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self.came.put(None)

    def until(self, last, timeout=40):
        """Waits for a line that ends so."""
        end = time.monotonic() + timeout
        while not any(line.endswith(last) for line in self.lines[-400:]):
            try:
                self.came.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line {last!r}; last {self.lines[-3:]}; {self.words}; exit {self.process.poll()}") from None

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(15)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Logs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pods = [p for p in lab.api.get("/api/v1/namespaces/team-a/pods")["items"]
                if p["status"].get("phase") == "Running" and len(p["spec"]["containers"]) > 1
                and all("running" in c["state"] for c in p["status"].get("containerStatuses", [{"state": {}}]))]
        cls.pod, cls.containers = pods[0]["metadata"]["name"], [c["name"] for c in pods[0]["spec"]["containers"]]
        cls.with_init = cls.containers + [c["name"] for c in pods[0]["spec"].get("initContainers", [])]
        cls.labels = pods[0]["metadata"]["labels"]

    def setUp(self):
        lab.proxy("pass")
        self.addCleanup(lab.proxy, "pass")

    def logs(self, *arguments, **more):
        return ctl("logs", *arguments, "-n", "team-a", **{"kubeconfig": lab.kubeconfig, **more})

    def kubectl(self, *arguments):
        return lab.kubectl("logs", *arguments, "-n", "team-a").stdout

    def follow(self, *arguments):
        following = Following(*arguments, "-n", "team-a", kubeconfig=lab.kubeconfig_proxied)
        self.addCleanup(lambda: following.process.poll() is None and following.process.kill())
        return following

    def test_as_kubectl(self):
        for options in ((), ("--previous",), ("--tail=7",), ("--tail=0",), ("--tail=3", "--timestamps"), ("--since=1h",),
                        ("-c", self.containers[-1], "--tail=2")):
            with self.subTest(options=options):
                done = self.logs(self.pod, *options)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout, self.kubectl(self.pod, *options))
        self.assertEqual(self.logs(f"pod/{self.pod}", "--tail", "1").stdout, self.kubectl(self.pod, "--tail=1"))

    def test_since_leaves_out_what_is_older(self):
        time.sleep(2.1)
        lab.append_log("young enough")
        self.assertEqual(self.logs(self.pod, "--since", "1s").stdout, "young enough\n")

    def test_several_pods_say_whose_line_it_is(self):
        selector = f"app.kubernetes.io/instance={self.labels['app.kubernetes.io/instance']}"
        names = {p["metadata"]["name"] for p in lab.api.get(f"/api/v1/namespaces/team-a/pods?labelSelector={selector}")["items"]
                 if p["status"]["phase"] == "Running"}
        done = self.logs("-l", selector, "--tail=2")
        seen = {m[1] for m in re.finditer(r"(?m)^\[([^/]+)/[^\]]+\] ", done.stdout)}
        self.assertTrue(names - seen == set() or done.returncode == 1, (names - seen, done.stderr))
        both = self.logs(self.pod, "--all-containers", "--tail=1").stdout
        self.assertEqual({m[1] for m in re.finditer(rf"(?m)^\[{self.pod}/([^\]]+)\] ", both)}, set(self.with_init))

    def test_what_is_not_there_is_named(self):
        done = self.logs(self.pod, "-c", "mistyped")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("mistyped", done.stderr)
        for container in self.containers:
            self.assertIn(container, done.stderr)
        done = self.logs("no-such-pod")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no-such-pod", done.stderr)
        self.assertIn("app=nothing", self.logs("-l", "app=nothing").stderr)
        for wrong in (("--since", "soon"), ("--tail", "many"), ("--nonsense",)):
            self.assertEqual(self.logs(self.pod, *wrong).returncode, 2)
        self.assertEqual(self.logs().returncode, 2)

    def test_follow_through_cuts_has_every_line_once(self):
        mark = f"cuts-{time.time()}"
        following = self.follow(self.pod, "--tail=1")
        following.came.get(timeout=20)
        for i in range(60):
            lab.append_log(f"{mark} {i:03d}", *([f"{mark} {i:03d} in the same breath"] if i % 7 == 0 else []))
            if i in (10, 30):
                lab.proxy("cut")
            if i == 45:
                lab.proxy("cut-after", 40)
            time.sleep(0.05)
        following.until(f"{mark} 059")
        self.assertEqual(following.stop(), 130)
        ours = [line for line in following.lines if mark in line]
        self.assertEqual(ours, sorted(f"{mark} {i:03d}" + end for i in range(60) for end in (("", " in the same breath") if i % 7 == 0 else ("",))))
        self.assertIn("cut the connection", "".join(following.words))

    def test_follow_survives_a_cut_before_its_first_line(self):
        mark = f"early-{time.time()}"
        following = self.follow(self.pod, "--tail=0")
        time.sleep(1.5)
        lab.proxy("cut")
        time.sleep(3)
        lab.append_log(f"{mark} after")
        following.until(f"{mark} after")
        self.assertEqual(following.stop(), 130)
        self.assertEqual([line for line in following.lines if mark not in line], [], "--tail=0 meant nothing old")

    def test_a_flood_that_nobody_reads_costs_no_memory(self):
        """40 MB of log into a pipe that is full: the reader of the network goes on, the buffer spills, then counts what it drops."""
        process = subprocess.Popen(command_line(["logs", "-f", self.pod, "--tail=1", "-n", "team-a"], lab.kubeconfig), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        self.addCleanup(lambda: (process.kill(), process.wait(), process.stdout.close(), process.stderr.close()))
        process.stdout.readline()
        size = os.path.getsize(lab.path("pod.log"))
        self.addCleanup(os.truncate, lab.path("pod.log"), size)   # the next tests print this file whole
        for i in range(20):
            lab.append_log(*(f"flood {i} {k} {'x' * 2000}" for k in range(1000)))
        time.sleep(4)
        with open(f"/proc/{process.pid}/status") as f:
            peak = int(re.search(r"VmHWM:\s+(\d+)", f.read())[1])
        self.assertLess(peak, 90_000)
        self.assertIsNone(process.poll())
        self.assertTrue(process.stdout.readline())
        process.send_signal(signal.SIGINT)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
