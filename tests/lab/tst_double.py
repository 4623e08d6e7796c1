#!/usr/bin/env python3
"""What a person sees of an API server that misbehaves as no real one can be made to: scenarios of kubedouble.py."""
import json
import os
import tempfile
import threading
import time
import unittest

from kubedouble import Double
from lab.program import Watch, ctl

PODS = 20
ALL = {f"pod-{i:05d}" for i in range(PODS)}


class Misbehaving(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.double = Double(folder.name, pods=PODS)
        self.addCleanup(self.double.stop)
        self.kubeconfig = os.path.join(folder.name, "kubeconfig")
        threading.Thread(target=self.double.serve_forever, daemon=True).start()

    def get(self, scenario, *more, **variables):
        return ctl("get", "pods", "-A", *more, kubeconfig=self.kubeconfig, user=scenario, **variables)

    def watch(self, scenario, seconds=60):
        watch = Watch("pods", "-A", kubeconfig=self.kubeconfig, user=scenario, seconds=seconds)
        self.addCleanup(watch.__exit__)
        return watch

    def requests(self, *marks):
        """Lines of the double's log with all of the marks in them."""
        with open(os.path.join(self.double.directory, "requests.log")) as f:
            return [line for line in f if all(mark in line for mark in marks)]

    def complete(self, done, names=ALL):
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({line.split()[1] for line in done.stdout.splitlines()[1:]}, names)

    def refused(self, done, *words):
        """Exit 1, one line and a hint, nothing that looks like a result."""
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        lines = done.stderr.splitlines()
        self.assertTrue(lines[0].startswith("timonierctl: ") and len(lines) == 2 and lines[1].startswith("  "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def calm(self, watch, cpu_ms=1500):
        code, stats = watch.stop()
        self.assertEqual((code, watch.strays), (130, []), watch.stderr)
        self.assertLess(stats["cpu_ms"], cpu_ms)
        return stats


class Get(Misbehaving):
    def test_what_passes_is_waited_for(self):
        for scenario in ("ok", "throttled", "errors", "unauthorized"):
            with self.subTest(scenario=scenario):
                self.complete(self.get(scenario))

    def test_objects_that_no_real_server_stores_have_their_rows(self):
        for scenario in ("huge", "deep", "not-utf8"):
            with self.subTest(scenario=scenario):
                self.complete(self.get(scenario))

    def test_a_huge_object_costs_its_size_once_or_twice_and_no_more(self):
        done = self.get("huge", "--stats")
        self.assertLess(json.loads(done.stderr.splitlines()[-1])["peak_rss_kib"], 200_000)

    def test_bytes_that_are_no_utf8_are_shown_as_replaced(self):
        for form in ("json", "yaml"):
            with self.subTest(format=form):
                done = self.get("not-utf8", "-o", form)   # decoding stdout as UTF-8 is part of the test
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} ", done.stdout)

    def test_one_broken_object_is_missed_and_the_others_are_there(self):
        for form in ("table", "json", "yaml", "name"):
            with self.subTest(format=form):
                done = self.get("bad-json", "-o", form)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "^timonierctl: .*not .*JSON|is not JSON")
                self.assertEqual({name for name in ALL if name in done.stdout}, ALL - {"pod-00002"})
                if form == "json":
                    self.assertEqual(len(json.loads(done.stdout)["items"]), PODS - 1)

    def test_a_list_cut_in_the_middle_is_no_list(self):
        for scenario in ("cut-list", "cut-chunk"):
            with self.subTest(scenario=scenario):
                self.refused(self.get(scenario), "cut the connection in the middle of the answer")

    def test_refusals_say_what_they_are(self):
        for scenario, words in (("throttled-forever", ("too many requests", "busy")), ("html", ("web page", "sign in")),
                                ("wrong-name", ("localhost", "127.0.0.1", "tls-server-name"))):
            with self.subTest(scenario=scenario):
                began = time.monotonic()
                self.refused(self.get(scenario), *words)
                self.assertLess(time.monotonic() - began, 20)
        self.assertLessEqual(len(self.requests("throttled-forever")), 8)

    def test_slow_bodies_are_read_to_their_end(self):
        self.complete(self.get("slow"))


class Live(Misbehaving):
    """All scenarios of a watch side by side: most of the time is the double's own."""

    def lives(self, watch, names=ALL, timeout=30):
        watch.wait("all rows, live", lambda w: {n for _, n in w.rows} == names and w.states and w.states[-1]["state"] == "Watching", timeout)

    def moves(self, watch, more=4, seen=None):
        """Changes keep coming."""
        seen = watch.events if seen is None else seen
        watch.wait("changes", lambda w: w.events >= seen + more, 30)

    def test_watches(self):
        for name in ("gone-status", "gone-event", "error-event"):   # every second watch fails there: the first one is somebody else's
            self.lives(self.watch(name, 90))
        watches = {name: self.watch(name, 90) for name in (
            "ok", "throttled", "short-watch", "gone-status", "gone-event", "error-event", "cut-list", "cut-chunk", "cut-line",
            "bad-json", "deep", "not-utf8", "errors", "slow", "unauthorized")}
        for name, watch in watches.items():
            with self.subTest(scenario=name):
                self.lives(watch, ALL - {"pod-00002"} if name == "bad-json" else ALL)
        seen = {name: watch.events for name, watch in watches.items()}
        for name, watch in watches.items():
            with self.subTest(scenario=name, moves=True):
                self.moves(watch, seen=seen[name])
        for name in ("gone-status", "gone-event"):   # too fast to be seen as a state, as it should be
            self.assertEqual(len([r for r in self.requests(f"/{name}/api/v1/pods") if "watch=" not in r]), 3)
        for name, word in (("error-event", "InternalError"), ("bad-json", "JSON"),
                           ("cut-list", "cut the connection"), ("cut-chunk", "cut the connection"), ("cut-line", "cut the connection"),
                           ("throttled", "too many requests"), ("errors", "leader changed")):
            with self.subTest(scenario=name, word=word):
                watches[name].wait(word, lambda w, word=word: any(word in s["error"] for s in w.states) and word in "".join(w._words), 30)
        for name, watch in watches.items():
            with self.subTest(scenario=name, calm=True):
                self.calm(watch)
                self.assertLessEqual(len(self.requests(f"/{name}/")), 60)

    def test_a_fifty_megabyte_object(self):
        watch = self.watch("huge")
        self.lives(watch)
        watch.wait("the change of it", lambda w: w.events > PODS + 4, 40)
        self.assertLess(self.calm(watch, 6000)["peak_rss_kib"], 260_000)

    def test_what_never_works_is_asked_seldom(self):
        """And is called by its name, on stderr as in the STATE events."""
        watches = {name: self.watch(name) for name in ("throttled-forever", "html", "wrong-name", "silent")}
        for name, word in (("throttled-forever", "too many requests"), ("html", "web page"), ("wrong-name", "certificate"), ("silent", "")):
            with self.subTest(scenario=name):
                if word:
                    watches[name].wait_state("Stale")
                    self.assertIn(word, watches[name].states[1]["error"])
                    watches[name].wait("word on stderr", lambda w, word=word: word in "".join(w._words), 5)
        time.sleep(12)
        for name, watch in watches.items():
            with self.subTest(scenario=name):
                self.assertEqual(watch.rows, {})
                self.calm(watch, 500)
                self.assertLessEqual(len(self.requests(f"/{name}/")), 16)

    def test_a_token_that_expires_while_watching(self):
        watch = self.watch("unauthorized")
        self.lives(watch)
        with open(os.path.join(self.double.directory, "token"), "w") as f:
            f.write("the-next-token")
        self.moves(watch, 6)
        self.complete(self.get("unauthorized"))
        self.calm(watch)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
