#!/usr/bin/env python3
"""Does kubedouble.py fail in the way that each of its scenarios promises?"""
import http.client
import json
import os
import tempfile
import threading
import unittest

from kubedouble import Double
from lab.api import Api, ApiError


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.double = Double(cls.folder.name, pods=20)
        threading.Thread(target=cls.double.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.double.stop()
        cls.folder.cleanup()

    def api(self, scenario, token="lab-double-token-1", timeout=10):
        return Api(f"https://127.0.0.1:{self.double.server_address[1]}/{scenario}", self.double.authority.certificate, token=token, timeout=timeout)

    def watch(self, scenario, seconds=3):
        """(HTTP status, lines) of one watch."""
        with self.api(scenario).open("GET", f"/api/v1/pods?watch=1&resourceVersion=1000&allowWatchBookmarks=true&timeoutSeconds={seconds}") as answer:
            return answer.status, answer.read().splitlines() if answer.status == 200 else []

    def test_ok_lists_and_watches(self):
        pods = self.api("ok").get("/api/v1/pods")
        self.assertEqual((len(pods["items"]), pods["metadata"]["resourceVersion"]), (20, "1000"))
        status, lines = self.watch("ok", 2)
        self.assertEqual((status, [json.loads(line)["type"] for line in lines]), (200, ["MODIFIED"] * 2))

    def test_discovery_knows_pods(self):
        self.assertEqual(self.api("ok").get("/api/v1")["resources"][0]["kind"], "Pod")
        self.assertIn("gitVersion", self.api("ok").get("/version"))

    def test_throttled_refuses_four_times_and_says_when_to_come_again(self):
        statuses = []
        for _ in range(10):
            answer = self.api("throttled").open("GET", "/api/v1/pods")
            statuses.append(answer.status)
            if answer.status == 429:
                self.assertEqual(answer.headers["Retry-After"], "1")
            answer.read()
        self.assertEqual(statuses, [429, 200] * 4 + [200, 200])

    def test_short_watch_ends_cleanly_after_a_second(self):
        self.assertEqual(len(self.watch("short-watch", 60)[1]), 1)

    def test_gone_comes_as_status_and_as_event(self):
        self.assertEqual([self.watch("gone-status", 1)[0] for _ in range(2)], [200, 410])
        self.watch("gone-event", 1)
        last = json.loads(self.watch("gone-event", 9)[1][-1])
        self.assertEqual((last["type"], last["object"]["code"], last["object"]["metadata"]), ("ERROR", 410, {}))

    def test_unauthorized_until_the_token_is_the_one_in_the_file(self):
        with open(os.path.join(self.folder.name, "token"), "w") as f:
            f.write("fresh")
        with self.assertRaises(ApiError) as raised:
            self.api("unauthorized").get("/api/v1/pods")
        self.assertEqual(raised.exception.status, 401)
        self.assertTrue(self.api("unauthorized", token="fresh").get("/api/v1/pods")["items"])

    def test_cuts_happen_twice_and_then_no_more(self):
        for scenario in ("cut-list", "cut-chunk"):
            for _ in range(2):
                with self.subTest(scenario=scenario), self.assertRaises((http.client.IncompleteRead, OSError)):
                    self.api(scenario).open("GET", "/api/v1/pods").read()
            self.assertEqual(len(self.api(scenario).get("/api/v1/pods")["items"]), 20)

    def test_cut_line_ends_within_a_line(self):
        with self.assertRaises((http.client.IncompleteRead, OSError)):
            self.watch("cut-line")

    def test_strange_objects(self):
        self.assertGreater(len(self.api("huge", timeout=60).request("GET", "/api/v1/pods")), 50_000_000)
        self.assertIn(b'{"a":' * 20_000, self.api("deep").request("GET", "/api/v1/pods"))
        with self.assertRaises(UnicodeDecodeError):
            self.api("not-utf8").request("GET", "/api/v1/pods").decode()
        with self.assertRaises(ValueError):
            self.api("bad-json").get("/api/v1/pods")

    def test_silent_sends_headers_only(self):
        answer = self.api("silent", timeout=1).open("GET", "/api/v1/pods")
        self.assertEqual(answer.status, 200)
        with self.assertRaises(TimeoutError):
            answer.read()

    def test_errors_and_log_in_pages(self):
        self.assertEqual([self.api("errors").open("GET", "/api/v1/pods").status for _ in range(2)], [500, 200])
        self.assertIn(b"Sign in", self.api("html").request("GET", "/api/v1/pods"))

    def test_wrong_name_is_refused_by_a_client_that_looks(self):
        with self.assertRaisesRegex(OSError, "localhost"):
            Api(f"https://localhost:{self.double.server_address[1]}", self.double.authority.certificate).get("/version")


if __name__ == "__main__":
    unittest.main(warnings="ignore")   # the sockets of what was cut are left to the collector
