"""What kubedouble.py answers. One `Answers` per request; which scenario does what is told at the top of kubedouble.py."""
import json
import os
from urllib.parse import parse_qs, urlsplit

SCENARIOS = ("ok", "throttled", "throttled-forever", "short-watch", "gone-status", "gone-event", "error-event", "unauthorized",
             "cut-list", "cut-chunk", "cut-line", "bad-json", "huge", "deep", "not-utf8", "slow", "silent", "errors", "html", "wrong-name")
_FIRST_VERSION = 1000
_STRANGE = ("huge", "deep", "not-utf8")


def pod(index, version, phase="Running"):
    return {"metadata": {"name": f"pod-{index:05d}", "namespace": f"team-{'abc'[index % 3]}", "uid": f"00000000-0000-4000-8000-{index:012d}",
                         "resourceVersion": str(version), "creationTimestamp": "2026-01-01T00:00:00Z", "labels": {"app": f"app-{index % 7}"}},
            "spec": {"nodeName": f"node-{index % 5}", "containers": [{"name": "main", "image": f"registry.example.com/app:{index % 4}"}]},
            "status": {"phase": phase, "podIP": f"198.18.{index // 250 % 250}.{index % 250 + 1}", "startTime": "2026-01-01T00:00:01Z",
                       "conditions": [{"type": "Ready", "status": "True"}],
                       "containerStatuses": [{"name": "main", "image": f"registry.example.com/app:{index % 4}", "imageID": "", "ready": True,
                                              "restartCount": version % 3, "state": {"running": {"startedAt": "2026-01-01T00:00:02Z"}}}]}}


def status(code, reason, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


def _bytes(value):
    return json.dumps(value, separators=(",", ":")).encode()


def strange(scenario, value):
    """The bytes of a pod with something in it that no real server would store."""
    marked = dict(value, metadata={**value["metadata"], "annotations": {"strange": "@@"}})
    raw = _bytes(marked)
    if scenario == "huge":
        return raw.replace(b"@@", b"x" * 50_000_000)
    if scenario == "not-utf8":
        return raw.replace(b"@@", b"caf\xe9 \xff\xfe \xc3\x28")
    return raw.replace(b'"@@"', b'{"a":' * 20_000 + b"1" + b"}" * 20_000)


class Cut(Exception):
    """The connection is to end here and now."""


class Answers:
    def __init__(self, handler, scenario, path):
        self.handler, self.server, self.scenario = handler, handler.server, scenario
        url = urlsplit(path)
        self.path, self.query = url.path, {k: v[0] for k, v in parse_qs(url.query).items()}
        self.pace = 2048 if scenario == "slow" else 0

    def give(self):
        if self.scenario == "html":
            return self._whole(200, b"<!DOCTYPE html><title>Sign in</title><form>Please sign in</form>", "text/html")
        if self.scenario == "unauthorized" and not self._has_fresh_token():
            return self._whole(401, status(401, "Unauthorized", "Unauthorized"))
        if self.path != "/api/v1/pods":
            return self._discovery()
        if self._refused():
            return None
        try:
            return self._watch() if self.query.get("watch") in ("1", "true") else self._list()
        except Cut:
            self.handler.wfile.flush()
            self.handler.close_connection = True

    def _has_fresh_token(self):
        with open(os.path.join(self.server.directory, "token")) as f:
            return self.handler.headers.get("Authorization") == f"Bearer {f.read().strip()}"

    def _refused(self):
        count = self.server.next(self.scenario, "pods") if self.scenario in ("throttled", "throttled-forever", "errors") else 0
        if self.scenario == "throttled-forever" or (self.scenario == "throttled" and count % 2 and count < 8):
            self._whole(429, status(429, "TooManyRequests", "too many requests, please try again later"), retry_after=1)
            return True
        if self.scenario == "errors" and count % 2:
            self._whole(500, status(500, "InternalError", "etcdserver: leader changed"))
            return True
        return False

    def _whole(self, code, body, kind="application/json", retry_after=None):
        body = body if isinstance(body, bytes) else _bytes(body)
        self.handler.send_response(code)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.handler.send_header("Retry-After", str(retry_after))
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def _discovery(self):
        pods = {"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get", "list", "watch"], "shortNames": ["po"]}
        known = {"/version": {"major": "1", "minor": "36", "gitVersion": "v1.36.0-double", "platform": "linux/amd64"},
                 "/api": {"kind": "APIVersions", "versions": ["v1"]},
                 "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
                 "/api/v1": {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": [pods]}}
        if self.path in known:
            self._whole(200, known[self.path])
        else:
            self._whole(404, status(404, "NotFound", "the server could not find the requested resource"))

    def _start_stream(self):
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", "application/json")
        self.handler.send_header("Transfer-Encoding", "chunked")
        self.handler.end_headers()
        self.handler.wfile.flush()
        if self.scenario == "silent":
            self.server.ending.wait()
            raise Cut

    def _send(self, data, chunk_is_short=False):
        """One chunk, or many at the slow scenario's pace. With chunk_is_short more is announced than comes, and then the end."""
        step = self.pace // 4 or len(data)
        for at in range(0, len(data), step):
            part = data[at:at + step]
            self.handler.wfile.write(b"%x\r\n" % (len(part) + (1000 if chunk_is_short else 0)) + part)
            if chunk_is_short:
                raise Cut
            self.handler.wfile.write(b"\r\n")
            self.handler.wfile.flush()
            if self.pace and self.server.ending.wait(0.25):
                raise Cut

    def _end_stream(self):
        self.handler.wfile.write(b"0\r\n\r\n")

    def _list(self):
        number = self.server.next(self.scenario, "list")
        self._start_stream()
        self._send(_bytes({"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": str(_FIRST_VERSION)}})[:-1] + b',"items":[')
        for i in range(self.server.pods):
            raw = _bytes(pod(i, _FIRST_VERSION - self.server.pods + i))
            if i == 1 and self.scenario in _STRANGE:
                raw = strange(self.scenario, pod(i, _FIRST_VERSION))
            if i == 2 and self.scenario == "bad-json":
                raw = raw.replace(b'"spec":', b'"spec":,', 1)
            if i == self.server.pods // 2 and number <= 2 and self.scenario in ("cut-list", "cut-chunk"):
                self._send(b"," + raw[:len(raw) // 2], chunk_is_short=self.scenario == "cut-chunk")
                raise Cut
            self._send((b"," if i else b"") + raw)
        self._send(b"]}\n")
        self._end_stream()

    def _event(self, kind, value):
        self._send(b'{"type":"%s","object":' % kind.encode() + (value if isinstance(value, bytes) else _bytes(value)) + b"}\n")

    def _watch(self):
        number, version = self.server.next(self.scenario, "watch"), int(self.query.get("resourceVersion") or 0)
        if number % 2 == 0 and self.scenario == "gone-status":
            return self._whole(410, status(410, "Expired", f"too old resource version: {version} (9000)"))
        self._start_stream()
        version = max(version, _FIRST_VERSION)
        end, sent = float(self.query.get("timeoutSeconds", 300)), 0
        end = min(end, 1) if self.scenario == "short-watch" else end
        while sent < end:
            sent, version = sent + 1, version + 1
            value = {"kind": "Pod", "apiVersion": "v1", **pod(version % self.server.pods, version)}
            if sent == 1 and self.scenario in _STRANGE:
                value = strange(self.scenario, value)
            if sent == 1 and number <= 2 and self.scenario == "cut-line":
                raw = b'{"type":"MODIFIED","object":' + _bytes(value)
                self._send(raw[:len(raw) // 2])
                raise Cut
            if sent == 2 and self.scenario == "bad-json":
                self._send(b'{"type":"MODIFIED","object":{"metadata":{"name":}}}\n')
            self._event("MODIFIED", value)
            if number % 2 == 0 and self.scenario in ("gone-event", "error-event"):
                code, reason = (410, "Expired") if self.scenario == "gone-event" else (500, "InternalError")
                self._event("ERROR", status(code, reason, f"{reason}: {version} (9000)"))
                break
            if sent % 10 == 0 and self.query.get("allowWatchBookmarks") in ("1", "true"):
                self._event("BOOKMARK", {"kind": "Pod", "apiVersion": "v1", "metadata": {"resourceVersion": str(version)}})
            if self.server.ending.wait(1):
                raise Cut
        return self._end_stream()
