#!/usr/bin/env python3
"""What a network and a real API server do to us: is each fault named, healed from, and is the live store right afterwards?

Each test compares the rows that the events of `timonierctl watch` leave with `kubectl get -o json`, by name and resourceVersion.
"""
import json
import os
import tempfile
import time
import unittest

from lab.process import wait_until
from lab.program import Watch, ctl, version_of
from lab.running import RunningLab
from lab.users import private

lab = RunningLab.of_ctest()
_PATHS = {"pods": "/api/v1/pods", "configmaps": "/api/v1/configmaps", "boats": "/apis/lab.timonier.dev/v1/boats"}
_BASE = "/api/v1/namespaces/default/configmaps"


def in_cluster(kind):
    return {version_of(item) for item in json.loads(lab.kubectl("get", kind, "-A", "-o", "json", "--show-managed-fields").stdout)["items"]}


class Faults(unittest.TestCase):
    def setUp(self):
        lab.proxy("pass")
        self.addCleanup(lab.proxy, "pass")
        self.made = 0

    def watch(self, *arguments, **more):
        watch = Watch(*arguments, **{"kubeconfig": lab.kubeconfig_proxied, **more})
        self.addCleanup(watch.__exit__)
        return watch

    def mark(self, name):
        """A change behind the watcher's back: one object new, one changed, one gone."""
        lab.api.create(_BASE, {"metadata": {"name": f"{name}-stays"}, "data": {"n": "1"}})
        lab.api.create(_BASE, {"metadata": {"name": f"{name}-goes"}})
        lab.api.patch(f"{_BASE}/{name}-stays", {"data": {"n": str(time.time())}})
        lab.api.delete(f"{_BASE}/{name}-goes")
        self.addCleanup(lab.api.delete, f"{_BASE}/{name}-stays")

    def agrees(self, watch, kind="configmaps", timeout=40):
        """No row lost, none left behind, each the newest, no event that does not fit the one before."""
        end = time.monotonic() + timeout
        while (ours := watch.versions()) != (theirs := in_cluster(kind)) and time.monotonic() < end:
            time.sleep(0.3)
        self.assertEqual((sorted(ours - theirs)[:5], sorted(theirs - ours)[:5]), ([], []), watch.stderr)
        self.assertEqual(watch.strays, [])

    def ends_calmly(self, watch, cpu_ms=1500, connections=40):
        code, stats = watch.stop()
        self.assertEqual(code, 130, watch.stderr)
        self.assertLess(stats["cpu_ms"], cpu_ms)
        self.assertLessEqual(stats["connections"], connections)
        self.assertNotRegex(watch.stderr, "terminate called|Sanitizer|Assertion")

    def stale_then_live(self, break_it, heal, why, kind="configmaps", stale_within=15, live_within=45):
        """The course that every loss of the server has."""
        watch = self.watch(kind, "-A")
        seen = watch.wait_state("Watching")
        break_it()
        gone = watch.wait_state("Stale", seen, stale_within)
        self.assertRegex(watch.states[gone - 1]["error"], why)
        self.assertTrue(watch.states[gone - 1]["complete"], "the rows stay")
        self.assertTrue(watch.versions())
        watch.wait("word on stderr", lambda w: "timonierctl: Stale: " in "".join(w._words), 5)
        heal()
        watch.wait_state("Watching", gone, live_within)
        self.agrees(watch, kind)
        self.ends_calmly(watch)


class Connection(Faults):
    def test_api_server_killed_and_restarted(self):
        """With pods that change just before it and just after, seen by a second watch."""
        pods = self.watch("pods", "-A")
        pods.wait_state("Watching")
        names = [o["metadata"]["name"] for o in lab.api.get("/api/v1/namespaces/team-a/pods")["items"]][:4]

        def delete(some):
            for name in some:
                lab.api.delete(f"/api/v1/namespaces/team-a/pods/{name}")

        def kill():
            delete(names[:2])
            lab.kill_apiserver()

        def heal():
            lab.restart_apiserver()
            delete(names[2:])
            self.mark("killed")
        self.stale_then_live(kill, heal, "refuses connections|cut the connection")
        self.agrees(pods, "pods", 60)
        self.ends_calmly(pods, 2500)

    def test_connection_reset(self):
        def cut():
            lab.proxy("refuse")
            self.mark("reset")
        self.stale_then_live(cut, lambda: lab.proxy("pass"), "refuses connections|cut the connection")

    def test_connection_cut_again_and_again(self):
        watch = self.watch("configmaps", "-A")
        watch.wait_state("Watching")
        for i in range(6):
            lab.proxy("cut")
            self.mark(f"again-{i}")
            time.sleep(0.4)
        self.agrees(watch)
        self.ends_calmly(watch)

    def test_history_is_gone_when_the_watch_comes_back(self):
        watch = self.watch("configmaps", "-A")
        seen = watch.wait_state("Watching")
        lab.proxy("refuse")
        self.mark("compacted")
        lab.forget_history()
        lab.proxy("pass")
        watch.wait_state("Watching", watch.wait_state("Relisting", seen, 60), 30)
        self.agrees(watch)
        self.ends_calmly(watch)

    def test_list_cut_in_the_middle(self):
        for kind, behind in (("pods", 20_000), ("pods", 60_000)):
            with self.subTest(kind=kind, behind=behind):
                lab.proxy("cut-after", behind, 2)
                watch = self.watch(kind, "-A")
                watch.wait_state("Watching")
                self.assertTrue(any("cut the connection" in s["error"] for s in watch.states), watch.states)
                self.agrees(watch, kind)
                self.ends_calmly(watch)
                self.assertEqual(lab.status()["proxy"]["mode"], "pass")

    def test_get_cut_in_the_middle_of_the_list_is_an_error_and_no_half_table(self):
        lab.proxy("cut-after", 60_000, 9)
        done = ctl("get", "pods", "-A", kubeconfig=lab.kubeconfig_proxied)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("cut the connection", done.stderr)

    def test_watch_cut_in_the_middle_of_a_line(self):
        watch = self.watch("configmaps", "-A")
        seen = watch.wait_state("Watching")
        for behind in (150, 400, 777):
            lab.proxy("cut-after", behind)
            self.mark(f"line-{behind}")
            seen = watch.wait_state("Watching", watch.wait_state("Stale", seen), 30)
        self.agrees(watch)
        self.ends_calmly(watch)

    def test_slow_connection(self):
        lab.proxy("throttle", 30_000)
        watch = self.watch("pods", "-A")
        watch.wait("first rows", lambda w: len(w.rows) > 20, 20)
        self.assertFalse(watch.states[-1]["complete"])
        lab.proxy("pass")
        watch.wait_state("Watching", timeout=60)
        self.agrees(watch, "pods")
        self.ends_calmly(watch)

    def test_nobody_listens(self):
        lab.proxy("refuse")
        done = ctl("get", "pods", kubeconfig=lab.kubeconfig_proxied)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^timonierctl: .*127\.0\.0\.1:\d+ refuses connections")
        watch = self.watch("pods", "-A")
        seen = watch.wait_state("Stale")
        lab.proxy("pass")
        watch.wait_state("Watching", seen)
        self.agrees(watch, "pods")


class Slow(Faults):
    """The faults that take their time, side by side: a black hole (30 s of silence, 15 s for the question), a token that
    expires (asked again after up to 60 s), a server that is away for long."""

    def test_black_hole_and_stale_token(self):
        with tempfile.TemporaryDirectory() as folder:
            good = open(lab.path("tokens.csv")).readline().split(",")[0]
            token, config = os.path.join(folder, "token"), os.path.join(folder, "config")
            private(token, "an-expired-token")
            private(config, f"""apiVersion: v1
kind: Config
current-context: c
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "{lab.server}", certificate-authority: {lab.path('pki/ca.crt')}}}}}]
users: [{{name: u, user: {{tokenFile: {token}}}}}]
""")
            refused = self.watch("pods", "-A", kubeconfig=config)
            swallowed = self.watch("configmaps", "-A")
            watching = swallowed.wait_state("Watching")
            turned_away = refused.wait_state("Forbidden")
            self.assertRegex(refused.states[turned_away - 1]["error"], "Unauthorized")
            wait_until("the hint", lambda: "Sign in again" in refused.stderr, 10)   # another stream, that is read by another thread

            lab.proxy("blackhole")
            began = time.monotonic()
            private(token, good)
            self.mark("hole")
            stale = swallowed.wait_state("Stale", watching, 60)
            self.assertGreater(time.monotonic() - began, 25, "silence alone is no fault")
            self.assertRegex(swallowed.states[stale - 1]["error"], "nothing came any more")
            lab.proxy("pass")
            swallowed.wait_state("Watching", stale, 60)
            self.agrees(swallowed)
            self.ends_calmly(swallowed)

            refused.wait_state("Watching", turned_away, 75)
            self.agrees(refused, "pods")
            self.ends_calmly(refused)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
