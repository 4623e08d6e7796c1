#!/usr/bin/env python3
"""A stand-in for an API server, over real TLS and HTTP/1.1, for answers that a real one cannot be made to give on demand.

    tests/lab/kubedouble.py --dir DIR [--pods 100] [--scenario NAME] [--port P]

It makes DIR/kubeconfig with one context per scenario (the server's URL is https://127.0.0.1:PORT/NAME; `--scenario` names the
current one), prints that path when it serves, and ends with SIGTERM, SIGINT or the end of its stdin. Deterministic: the same
request number of the same scenario gets the same answer. Served: /version, /api, /apis (and their discovery), /api/v1/pods as
LIST and watch. Written from the documented protocol: kubernetes.io/docs/reference/using-api/api-concepts.

Scenarios (pod k of n is named pod-0000k; resource versions start at 1000; a watch sends one MODIFIED pod a second and a BOOKMARK
every tenth event where nothing else is said):
  ok                 nothing wrong
  throttled          every other request, the first included: 429 with Retry-After: 1, until 4 were refused; then as ok
  throttled-forever  429 with Retry-After: 1 for every pods request
  short-watch        each watch ends cleanly after 1 s
  gone-status        every second watch is answered with HTTP 410 (Expired)
  gone-event         every second watch: one MODIFIED, then ERROR with a 410 Status whose metadata is empty, then the end
  error-event        every second watch: ERROR with a 500 Status
  unauthorized       401 to every token but the one in DIR/token at that moment (rewrite it: the old one has expired)
  cut-list           the connection ends in the middle of an object of the LIST, the first two times
  cut-chunk          …in the middle of a chunk: its announced length is not reached (first two times)
  cut-line           the first two watches end in the middle of a line
  bad-json           the third pod of the LIST is broken JSON; of a watch, the second line
  huge               the second pod has an annotation of 50 MB (also in the first watch event)
  deep               the second pod has labels below 20,000 nested objects (first watch event as well)
  not-utf8           the second pod's annotation has bytes that are no UTF-8 (first watch event as well)
  slow               2 kB a second, in the LIST and in watches
  silent             headers, then not a byte
  errors             HTTP 500 for every other pods request
  html               200, but the page of a proxy that wants a log-in
  wrong-name         see --dir/kubeconfig: the context's server is https://localhost, and the certificate is for 127.0.0.1 alone
"""
import argparse
import os
import signal
import socketserver
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.pki import Authority                                  # noqa: E402
from lab.scenarios import SCENARIOS, Answers                   # noqa: E402
from lab.users import private                                  # noqa: E402

_TOKEN = "lab-double-token-1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name, _, rest = self.path.lstrip("/").partition("/")
        if name not in SCENARIOS:
            name, rest = self.server.scenario, self.path.lstrip("/")
        try:
            Answers(self, name, "/" + rest).give()
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True   # the client had enough; that is its right

    def log_message(self, form, *arguments):
        with self.server.lock:   # never the headers: they hold a token
            print(f"{self.command} {self.path} {arguments[1] if len(arguments) > 1 else ''}", file=self.server.log, flush=True)


class Double(socketserver.ThreadingTCPServer):
    """The server; counts the requests of each scenario so that answers follow a script."""
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, directory, pods=100, scenario="ok", port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.directory, self.pods, self.scenario = os.path.abspath(directory), pods, scenario
        self.lock, self.counts, self.ending = threading.Lock(), {}, threading.Event()
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        self.log = open(os.path.join(self.directory, "requests.log"), "a")
        self.authority = Authority(os.path.join(self.directory, "pki"))
        crt, key = self.authority.server("double", ["127.0.0.1"])
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(crt, key)
        private(os.path.join(self.directory, "token"), _TOKEN + "\n")
        private(os.path.join(self.directory, "kubeconfig"), self._kubeconfig())

    def get_request(self):
        s, address = self.socket.accept()
        return self.tls.wrap_socket(s, server_side=True, do_handshake_on_connect=False), address   # shaken in its own thread

    def handle_error(self, request, client_address):
        kind = sys.exc_info()[0]
        if kind is None or not issubclass(kind, (OSError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def next(self, scenario, what):
        """1 for the first request of that sort in that scenario, 2 for the second, …"""
        with self.lock:
            key = (scenario, what)
            self.counts[key] = self.counts.get(key, 0) + 1
            return self.counts[key]

    def _kubeconfig(self):
        port, ca = self.server_address[1], self.authority.certificate
        text = f"apiVersion: v1\nkind: Config\ncurrent-context: {self.scenario}\nclusters:\n"
        for name in SCENARIOS:
            host = "localhost" if name == "wrong-name" else "127.0.0.1"
            text += f"- name: {name}\n  cluster:\n    server: https://{host}:{port}/{name}\n    certificate-authority: {ca}\n"
        text += "contexts:\n" + "".join(f"- name: {n}\n  context: {{cluster: {n}, user: double}}\n" for n in SCENARIOS)
        return text + f"users:\n- name: double\n  user:\n    tokenFile: {self.directory}/token\n"

    def stop(self):
        self.ending.set()
        self.shutdown()
        self.server_close()
        self.log.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--pods", type=int, default=100)
    parser.add_argument("--scenario", default="ok", choices=sorted(SCENARIOS))
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = Double(options.dir, options.pods, options.scenario, options.port)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if not sys.stdin.isatty() and os.fstat(0).st_rdev != os.stat(os.devnull).st_rdev:   # a pipe from a test: its end is ours
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), over.set()), daemon=True).start()
    print(os.path.join(server.directory, "kubeconfig"), flush=True)
    over.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
