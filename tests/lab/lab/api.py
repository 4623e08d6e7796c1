"""A small Kubernetes API client for the lab itself: JSON over one keep-alive HTTPS connection per thread.

It is not the client under test, and shares nothing with it.
"""
import http.client
import json
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit


class ApiError(RuntimeError):
    """An answer of 400 or more; `status` is the HTTP status, `reason` the one of the Status object."""

    def __init__(self, method, path, status, body):
        try:
            answer = json.loads(body)
        except ValueError:
            answer = {}
        self.status, self.reason = status, answer.get("reason", "")
        super().__init__(f"{method} {path}: {status} {answer.get('message') or body[:200]!r}")


class Api:
    """Calls one API server. Safe to share between threads."""

    def __init__(self, server, ca, certificate=None, key=None, token=None, timeout=60):
        url = urlsplit(server)
        self.host, self.port, self.prefix, self.timeout, self.token = url.hostname, url.port, url.path, timeout, token
        self.tls = ssl.create_default_context(cafile=ca)
        if certificate:
            self.tls.load_cert_chain(certificate, key)
        self._local = threading.local()

    def open(self, method, path, body=None, content_type="application/json", accept="application/json"):
        """The raw http.client response, still to be read: for watches."""
        connection = http.client.HTTPSConnection(self.host, self.port, context=self.tls, timeout=self.timeout)
        connection.request(method, self.prefix + path, body, self._headers(content_type, accept))
        response = connection.getresponse()
        response.owner = connection   # or it is closed when the local goes away
        return response

    def _headers(self, content_type, accept):
        headers = {"Accept": accept, "Content-Type": content_type, "User-Agent": "timonier-lab"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def request(self, method, path, body=None, content_type="application/json", accept="application/json"):
        """The answer's text. ApiError for a status of 400 or more; a dead kept connection is replaced once."""
        data = json.dumps(body) if isinstance(body, (dict, list)) else body
        for attempt in (1, 2):
            connection = getattr(self._local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = http.client.HTTPSConnection(self.host, self.port, context=self.tls, timeout=self.timeout)
                self._local.connection = connection
            try:
                connection.request(method, self.prefix + path, data, self._headers(content_type, accept))
                response = connection.getresponse()
                text = response.read()
                break
            except (OSError, http.client.HTTPException):
                connection.close()
                self._local.connection = None
                if fresh or attempt == 2:
                    raise
        if response.status >= 400:
            raise ApiError(method, path, response.status, text)
        return text

    def get(self, path, **more):
        return json.loads(self.request("GET", path, **more))

    def create(self, path, body, exists_ok=True):
        """POST. An object that is there already is left as it is, and fetched."""
        try:
            return json.loads(self.request("POST", path, body))
        except ApiError as error:
            if not (exists_ok and error.status == 409 and error.reason == "AlreadyExists"):
                raise
            return self.get(path.split("?")[0] + "/" + body["metadata"]["name"])

    def patch(self, path, body):
        return json.loads(self.request("PATCH", path, body, content_type="application/merge-patch+json"))

    def delete(self, path):
        return json.loads(self.request("DELETE", path))


def in_parallel(function, items, threads=12):
    """Calls function(item) for each item over several connections; the first failure is raised."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
