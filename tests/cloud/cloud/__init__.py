"""What the tests of clouds share: emulators from PyPI in a folder of their own, a proxy that loses answers, timonierctl in a world of its own."""
import calendar
import ctypes
import hashlib
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

REVIEW_SECRET = "the-secret-of-the-lab-s-webhook-0123456789"
PACKAGES = ("botocore==1.43.106", "moto[server]==5.2.5", "ministack==1.5.33",
            "azure-identity==1.27.0", "azure-mgmt-authorization==4.0.0", "azure-mgmt-compute==39.0.0", "azure-mgmt-containerregistry==15.0.0", "azure-mgmt-containerservice==41.8.0", "azure-mgmt-msi==7.1.0",
            "azure-mgmt-network==33.1.0", "azure-mgmt-resource==26.0.0", "azure-mgmt-resource-subscriptions==1.0.0")


# Its answers' dates come from time.time, what it holds requests' dates against from datetime.
CLOCK = """import datetime, time, types
here = time.time
time.time = lambda: here() + {skew}
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(seconds={skew})
import ministack.core.sigv4
ministack.core.sigv4.dt = types.SimpleNamespace(**dict(vars(datetime), datetime=Shifted))
"""


def made():
    """A Python with the packages, made once for a user; None and the reason where it cannot be."""
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "timonier", "cloud")
    name = hashlib.sha256("\n".join((*PACKAGES, sys.version)).encode()).hexdigest()[:12]
    folder = os.path.join(cache, name)
    python = os.path.join(folder, "bin", "python")
    if os.path.exists(os.path.join(folder, "complete")):
        return python, ""
    os.makedirs(cache, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=900)
        except (OSError, subprocess.TimeoutExpired) as error:
            return None, str(error)
        if done.returncode:
            return None, (done.stderr or done.stdout).strip()[-400:]
    open(os.path.join(folder, "complete"), "w", encoding="utf-8").close()
    return python, ""


def enter():
    """Goes on in the Python that has the packages, or leaves with 77 and the reason."""
    if os.environ.get("TIMONIER_CLOUD_PYTHON"):
        return
    python, reason = made()
    if not python:
        print(f"skipped: the emulators cannot be had from PyPI: {reason}")
        sys.exit(77)
    os.environ["TIMONIER_CLOUD_PYTHON"] = python
    os.execv(python, [python, "-B", *sys.argv])


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a test that ran out of its time cleans up nothing


class Emulator:
    """"ministack" (EKS with its add-ons and access entries; signatures are checked) or "moto" (the network with its dependencies). `skew`: seconds that
    ministack's clock is before ours; it refuses requests that are dated otherwise, as AWS does."""

    def __init__(self, kind, skew=0):
        self.folder = tempfile.mkdtemp(prefix="timonier-cloud-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        programs = os.path.dirname(os.environ["TIMONIER_CLOUD_PYTHON"])
        if kind == "ministack":
            # What its TokenReview webhook is asked by is a secret that only the cluster of its own making learns (it would be k3s in Docker): here the lab's
            # API server asks, so it has to be known.
            known = f"import secrets; secrets.token_urlsafe = lambda count=32: {REVIEW_SECRET!r}; from ministack.__main__ import main; main()"
            command = [os.path.join(programs, "python"), "-c", (CLOCK.format(skew=skew) if skew else "") + known]
            extra = {"GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "AUTH": "true", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "DOCKER_HOST": "unix:///nonexistent", "LOG_LEVEL": "ERROR"}
        else:
            command = [os.path.join(programs, "moto_server"), "-H", "127.0.0.1", "-p", str(self.port)]
            extra = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(command, env=dict(os.environ, TMPDIR=self.folder, HOME=self.folder, **extra), cwd=self.folder, stdout=self.log, stderr=self.log, start_new_session=True, preexec_fn=_die_with_parent)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        text = open(self.log.name, encoding="utf-8", errors="replace").read()[-2000:]
        self.stop()
        raise RuntimeError(f"{kind} does not start: {text}")

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Proxy:
    """Between timonierctl and an emulator. `fault(number, request)` is asked for each request that changes something: None hands it on; "kill"
    hands it on and kills the program before it hears the answer; "lose" hands it on and hangs up; (status, body) answers in its place."""

    def __init__(self, emulator):
        proxy = self
        self.fault = lambda number, request: None
        self.rewrite = lambda request, content: content  # of an answer
        self.instead = lambda request: None              # (status, document, or bytes of XML): answered here
        self.seen = []       # (method, path, headers, body)
        self.changes = 0
        self.victim = None   # a Popen
        self.refused = 0     # how many were
        self.skew = 0        # seconds that the cloud's clock is before ours: what is signed by another one is refused
        self.lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def date_time_string(self, timestamp=None):
                return super().date_time_string(time.time() + proxy.skew)

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = (self.command, self.path, dict(self.headers.items()), body)
                fault = None
                with proxy.lock:
                    proxy.seen.append(request)
                    if is_change(request):
                        proxy.changes += 1
                        fault = proxy.fault(proxy.changes, request)
                late = refused_by_clock(request, proxy.skew)
                proxy.refused += late is not None
                if here := late or proxy.instead(request):
                    isXml = isinstance(here[1], bytes)
                    return self.answer(here[0], {"Content-Type": "text/xml" if isXml else "application/json"}, here[1] if isXml else json.dumps(here[1]).encode())
                if isinstance(fault, tuple):
                    return self.answer(fault[0], {"Content-Type": "text/xml"}, fault[1])
                there = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=60)
                there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():  # Host too: it is signed
                    there.putheader(name, value)
                there.endheaders(body)
                got = there.getresponse()
                content = got.read()
                there.close()
                if fault == "kill":
                    os.kill(proxy.victim.pid, signal.SIGKILL)
                if fault:
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                return self.answer(got.status, {name: value for name, value in got.getheaders() if name.lower() not in ("transfer-encoding", "content-length", "connection")}, proxy.rewrite(request, content))

            def answer(self, status, headers, content):
                try:
                    if any(name.lower() == "date" for name in headers):
                        self.send_response_only(status)  # it is the emulator's clock that tells
                    else:
                        self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = do_DELETE = handle_one

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # whoever was killed hangs up
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def calm(self):
        with self.lock:
            self.fault, self.changes, self.skew = lambda number, request: None, 0, 0
            self.seen = []

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def action_of(request):
    """"CreateVpc" of a query, "POST /clusters" of REST."""
    method, path, headers, body = request
    if body.startswith(b"Action="):
        return body[7:].split(b"&")[0].decode()
    return f"{method} {path}"


def refused_by_clock(request, skew):
    """As AWS refuses what was signed more than five minutes ago, or in the future."""
    signed = request[2].get("X-Amz-Date") or request[2].get("x-amz-date")
    if not skew or not signed or abs(calendar.timegm(time.strptime(signed, "%Y%m%dT%H%M%SZ")) - time.time() - skew) < 300:
        return None
    words = f"Signature expired: {signed} is now earlier than it may be"
    if request[3].startswith(b"Action"):
        return 403, f"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>{words}</Message></Error></ErrorResponse>".encode()
    return 403, {"__type": "InvalidSignatureException", "message": words}


def keys_expire(test, spec):
    """A session's keys whose time is over: nothing is made, and what to do is said."""
    def expired(request):
        if request[3].startswith(b"Action"):
            return 403, b"<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>"
        return 403, {"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"}
    below, test.proxy.instead = test.proxy.instead, expired
    checks = {check["id"]: check for check in test.world.json("cluster", "plan", "-f", spec, "-o", "json")["checks"]}
    results = [test.world.ctl("cluster", verb, "-f", spec) for verb in ("create", "left", "delete")]
    test.proxy.instead = below
    test.assertEqual(checks["identity"]["state"], "bad", checks)
    for code, printed in results:
        test.assertEqual(code, 1, printed)
        test.assertIn("the AWS keys have expired", printed)
    test.assertIn("Sign in again", results[0][1])
    test.assertEqual(test.proxy.changes, 0)


def is_change(request):
    action = action_of(request)
    return not action.startswith(("Describe", "Get", "List", "GET "))


class World:
    """timonierctl with a home, keys and a journal of its own."""

    def __init__(self, url, key="test", secret="test"):
        self.folder = tempfile.mkdtemp(prefix="timonier-cloud-")
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.folder, "XDG_DATA_HOME": self.folder + "/data", "XDG_CACHE_HOME": self.folder + "/cache", "LC_ALL": "C.UTF-8", "KUBECONFIG": self.folder + "/kubeconfig",
                            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_PRICING": "http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED": "true"}  # of prices nobody tells, but in tst_prices.py
        self.program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def start(self, *arguments):
        return subprocess.Popen([self.program, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")

    def ctl(self, *arguments, timeout=120):
        """Exit code, and all it printed."""
        process = self.start(*arguments)
        try:
            printed, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return process.returncode, printed

    def json(self, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.environment, capture_output=True, text=True, timeout=120)
        return json.loads(done.stdout)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def crashes(what, points, makes, takes, killed, left):
    """The crash matrix, in a line."""
    return (f"{what}: killed {killed['create']} times at {makes} {points} of create, {killed['delete']} times at {takes} of delete, each time after the request and before its answer; "
            f"left: {sum(map(len, left.values()))}")


def as_aws_calls_it(request, content):
    """moto calls addresses and NAT gateways otherwise in its tags, and keeps the tags of what is gone."""
    return content.replace(b"vpc-elastic-ip", b"elastic-ip").replace(b">nat-gateway<", b">natgateway<") if action_of(request) == "DescribeTags" else content


def left_is(test, world, spec, kinds, priced):
    """`cluster left` names these kinds of things, each with a way to take it away, and what of them costs."""
    left = world.json("cluster", "left", "-f", spec, "-o", "json")
    counts = {kind: [thing["kind"] for thing in left["left"]].count(kind) for kind in {thing["kind"] for thing in left["left"]}}
    test.assertEqual(counts, kinds)
    costs = {thing["kind"] for thing in left["left"] if thing["hour"] != 0}
    test.assertEqual(costs, priced)
    test.assertTrue(all(thing["removal"].startswith(("aws --region eu-west-3 ", "az ")) for thing in left["left"]), left)
    code, printed = world.ctl("cluster", "left", "-f", spec)
    test.assertEqual(code, 0, printed)
    for thing in left["left"]:
        test.assertIn(f"{thing['kind']} {thing['id']}: ", printed)
        test.assertIn("→ " + thing["removal"], printed)
    test.assertIn("timonierctl cluster delete -f " + spec, printed)
    return left


def nothing_is_left(test, world, spec):
    code, printed = world.ctl("cluster", "left", "-f", spec)
    test.assertEqual(code, 0, printed)
    test.assertIn("Nothing of it is left in the account", printed)
    test.assertEqual(world.json("cluster", "left", "-f", spec, "-o", "json")["left"], [])


def window(test, world, case, more, timeout=400):
    """A case of tests/lab/tst_window_cloud.cpp in `world`'s home."""
    program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_cloud")
    if not os.path.exists(program):
        test.skipTest("the window is not built here")
    environment = world.environment | {"XDG_CONFIG_HOME": world.folder + "/config", "QT_QPA_PLATFORM": "offscreen"} | more
    done = subprocess.run([program, case], env=environment, capture_output=True, text=True, timeout=timeout)
    test.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
