#!/usr/bin/env python3
"""Row 15: a set shaped like Kubeflow's (kubeflow_set.py) applied in one pass, against the report's loop with real kubectl.

    tests/bench/bench_apply.py --build build/release [--late 8]

Each way gets a control plane of its own, made for it and ended after it, and webhooks (one real HTTPS server) that begin to listen
`late` seconds after the start. Prints a table; exit code 1 if a way did not bring everything in.
"""
import argparse
import contextlib
import http.server
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "lab")]
import kubeflow_set                                # noqa: E402
from lab import workloads                          # noqa: E402
from lab.api import in_parallel                    # noqa: E402
from lab.control_plane import ControlPlane         # noqa: E402
from lab.process import free_ports                 # noqa: E402


class Allows(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"apiVersion": review["apiVersion"], "kind": review["kind"], "response": {"uid": review["request"]["uid"], "allowed": True}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def webhooks(lab, port, late):
    """Refuses connections at first, as a pod that still starts."""
    servers, lock = [], threading.Lock()

    def listen():
        lab.authority.server("webhook", ["127.0.0.1"])
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(lab.path("pki/webhook.crt"), lab.path("pki/webhook.key"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Allows)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        with lock:
            servers.append(server)
        server.serve_forever()
    timer = threading.Timer(late, listen)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        with lock:
            for server in servers:
                server.shutdown()
                server.server_close()


class Way:
    """A fresh control plane, the set on disk, and how long a command takes on it."""

    def __init__(self, programs, late):
        self.programs, self.late = programs, late

    @contextlib.contextmanager
    def fresh(self):
        with tempfile.TemporaryDirectory(prefix="bench-apply-") as folder, ControlPlane(os.path.join(folder, "lab")) as lab:
            in_parallel(lambda node: lab.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(5)])
            port, whole, plain = free_ports(1)[0], os.path.join(folder, "whole.yaml"), os.path.join(folder, "plain.yaml")
            import base64
            with open(lab.path("pki/ca.crt"), "rb") as f:
                hook = {"url": f"https://127.0.0.1:{port}/validate", "caBundle": base64.b64encode(f.read()).decode()}
            for path, text in ((whole, kubeflow_set.text(kubeflow_set.objects(1, hook))), (plain, kubeflow_set.text(kubeflow_set.objects(1, None)))):
                with open(path, "w") as f:
                    f.write(text)
            with open(lab.path("lab.json")) as f:
                kubectl = [os.path.join(json.load(f)["engines"], "kubectl"), "--kubeconfig", lab.kubeconfig, "--context", "admin", "--cache-dir", lab.path("cache")]
            time.sleep(5)   # the controllers have begun
            yield lab, port, whole, plain, kubectl

    def ours(self, lab, path):
        begun = time.monotonic()
        done = subprocess.run([os.path.join(self.programs, "timonierctl"), "apply", "-f", path, "--kubeconfig", lab.kubeconfig, "--context", "admin", "--stats"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        took = time.monotonic() - begun
        if done.returncode:
            raise SystemExit(f"timonierctl apply: {done.stderr[-2000:]}")
        return took, json.loads(done.stderr.splitlines()[-1])

    def objects(self, lab):
        return sum(len(lab.api.get(f"/apis/{g}/v1/part{n}s")["items"]) for n in range(60) for g in [kubeflow_set.GROUPS[n % 5]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--late", type=float, default=8)
    options = parser.parse_args()
    way = Way(os.path.abspath(os.path.join(options.build, "bin")), options.late)
    with way.fresh() as (lab, port, whole, plain, kubectl):
        with open(whole) as f:
            lines = sum(1 for _ in f)
        with webhooks(lab, port, options.late):
            first, stats = way.ours(lab, whole)
            time.sleep(10)
            again, second = way.ours(lab, whole)
            ours_there = way.objects(lab)
    with way.fresh() as (lab, port, whole, plain, kubectl), webhooks(lab, port, options.late):
        begun, rounds = time.monotonic(), 0
        while True:
            rounds += 1
            if subprocess.run([*kubectl, "apply", "-f", whole], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(10)   # as the report's loop does
        loop = time.monotonic() - begun
        loop_there = way.objects(lab)
    with way.fresh() as (lab, port, whole, plain, kubectl):
        plain_ours, _ = way.ours(lab, plain)
    with way.fresh() as (lab, port, whole, plain, kubectl):
        begun = time.monotonic()
        subprocess.run([*kubectl, "apply", "--server-side", "-f", plain], stdout=subprocess.DEVNULL, check=True)
        plain_kubectl = time.monotonic() - begun

    def row(what, figure, target, met):
        print(f"| 15 | {what} | {figure} | {target} | {'' if met is None else 'met' if met else '**not met**'} |", flush=True)
    parse = stats["planned_ms"] / 1000
    row(f"{stats['objects']} objects, {lines} lines, webhooks {options.late:.0f} s late: one pass against the loop ({first:.1f} s / {loop:.1f} s, {rounds} rounds)", f"{first / loop:.2f} x", "≤ 0.4 x", first / loop <= .4)
    row(f"what waits for nothing, against one kubectl apply --server-side ({plain_ours:.1f} s / {plain_kubectl:.1f} s)", f"{plain_ours / plain_kubectl:.2f} x", "≤ 0.7 x", plain_ours / plain_kubectl <= .7)
    row("read, discovered and planned", f"{parse:.2f} s", "≤ 1.0 s", parse <= 1)
    row("peak memory", f"{max(stats['peak_rss_kib'], second['peak_rss_kib']) / 1024:.0f} MB", "≤ 250 MB", stats["peak_rss_kib"] < 250 * 1024)
    row(f"applied again ({again:.1f} s): changed nothing in {second['unchanged']} of {second['objects']}", f"{again / first:.2f} x", "≤ 0.5 x", again / first <= .5)
    row("connections", f"{stats['connections']}", "", None)
    if ours_there != loop_there or stats["failed"]:
        raise SystemExit(f"not everything came in: {ours_there} custom resources by us, {loop_there} by kubectl")


if __name__ == "__main__":
    main()
