"""The cluster that is measured against: one that is there (only read), or a lab of our own with nothing in it that makes noise."""
import base64
import contextlib
import json
import os
import subprocess
import sys
import time

from .process import CannotMeasure

TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAB = os.path.join(TESTS, "lab")
# What changes pods, or is busy, while nothing should be: the API server and etcd are all that is measured against.
NOISE = ("metrics-server", "kwok", "kube-controller-manager", "kube-scheduler")


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def own_lab(directory, nodes=100, pods=10000):
    """Its kubeconfig; the lab ends with the block, or with this process."""
    sys.path.insert(0, LAB)
    from lab.process import LabError
    from lab.running import RunningLab
    say(f"starting a lab of {nodes} nodes and {pods} pods (minutes)")
    try:
        up = subprocess.run([os.path.join(LAB, "up"), "--nodes", str(nodes), "--pods", str(pods), "--dir", directory, "--with-parent"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if up.returncode:
            yield None
            return
        time.sleep(10)   # what was started last comes to rest
        lab = RunningLab(directory)
        for engine in NOISE:
            lab.stop_engine(engine)
        yield up.stdout.strip().splitlines()[-1]
    except LabError as error:
        say(str(error))
        yield None
    finally:
        subprocess.run([os.path.join(LAB, "down"), directory], stdin=subprocess.DEVNULL)


class Cluster:
    def __init__(self, kubeconfig, context, room):
        self.kubeconfig, self.context, self.room = os.path.abspath(kubeconfig), context, room
        engines = subprocess.run([os.path.join(LAB, "engines"), "--check"], capture_output=True, text=True)
        self.kubectl = os.path.join(engines.stdout.strip(), "kubectl") if engines.returncode == 0 else "kubectl"
        choice = ["--context", context] if context else []
        view = room.run([self.kubectl, "config", "view", "--raw", "--minify", "--flatten", "-o", "json", "--kubeconfig", self.kubeconfig, *choice])
        config = json.loads(view.out)
        self.context = config["current-context"]
        self.server = config["clusters"][0]["cluster"]["server"]
        self.files = {}
        for name, data in (("cacert", config["clusters"][0]["cluster"].get("certificate-authority-data")),
                           ("cert", config["users"][0]["user"].get("client-certificate-data")),
                           ("key", config["users"][0]["user"].get("client-key-data"))):
            if not data:
                raise CannotMeasure(f"the context {self.context} has no {name}: curl needs a CA and a client certificate")
            self.files[name] = room.path(name + ".pem")
            with open(os.open(self.files[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
                f.write(base64.b64decode(data))
        self.choice = ["--kubeconfig", self.kubeconfig, "--context", self.context]

    def forget(self):
        """The copies of the credentials go when the measuring ends."""
        for path in self.files.values():
            os.remove(path)

    def curl(self, path, output=os.devnull):
        """One run of the yardstick. Its own user agent would make the server indent its JSON."""
        run = self.room.run(["curl", "--silent", "--show-error", "--fail", "--compressed", "--http2", "--user-agent", "timonier-bench",
                             "--header", "Accept: application/json", "--cacert", self.files["cacert"], "--cert", self.files["cert"],
                             "--key", self.files["key"], "--output", output, "--write-out", "%{http_version}", self.server + path])
        if run.out != "2":
            raise CannotMeasure(f"curl spoke HTTP/{run.out}, not HTTP/2")
        return run
