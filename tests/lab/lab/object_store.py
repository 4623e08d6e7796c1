"""A real object store, SeaweedFS, as Kubeflow ships one (the engine `seaweedfs`), on loopback; and a client of it that is not ours (botocore).

    store = ObjectStore(folder)          # store.start(); store.stop()
    store.s3("list_objects_v2", Bucket="models")       # the answer as JSON; bodies as base64
    store.install(lab.api)               # the Service and the Secret that Kubeflow has, in `kubeflow`, on a pod that leads to it
"""
import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

from .control_plane import TESTS_LAB, engines
from .process import Child, free_ports, wait_until

sys.path.insert(0, os.path.join(os.path.dirname(TESTS_LAB), "cloud"))
from cloud import made as python_with_packages   # noqa: E402

KEYS = {"admin": ("AKADMIN0000000000001", "admin-secret-that-nobody-sees"), "reader": ("AKREADER000000000001", "reader-secret")}
ACTIONS = {"admin": ["Admin", "Read", "Write", "List", "Tagging"], "reader": ["Read", "List"]}

CLIENT = """import base64, json, sys
import botocore.config, botocore.exceptions, botocore.session
url, key, secret, operation, arguments = json.load(sys.stdin)
client = botocore.session.get_session().create_client("s3", region_name="us-east-1", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret,
                                                       config=botocore.config.Config(s3={"addressing_style": "path"}, proxies={}, retries={"max_attempts": 0}))
try:
    answer = getattr(client, operation)(**arguments)
except botocore.exceptions.ClientError as error:
    answer = {"error": error.response["Error"]["Code"]}
if "Body" in answer:
    answer["Body"] = base64.b64encode(answer["Body"].read()).decode()
json.dump(answer, sys.stdout, default=str)
"""


def reason_to_skip():
    """Why there can be none here; empty: there can."""
    done = subprocess.run([os.path.join(TESTS_LAB, "engines"), "--check", "seaweedfs"], capture_output=True, text=True)
    if done.returncode and not os.environ.get("TIMONIER_STORE_LAB"):
        return f"{done.stderr.strip()} (TIMONIER_STORE_LAB=1 has it built, in some minutes)"
    python, reason = python_with_packages()
    return "" if python else f"botocore cannot be had from PyPI: {reason}"


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ObjectStore:
    def __init__(self, folder, full=False):
        os.makedirs(folder, exist_ok=True)
        subprocess.run([os.path.join(TESTS_LAB, "engines"), "seaweedfs"], check=True, stdout=subprocess.DEVNULL)
        self.folder, self.full = folder, full
        ports = iter(free_ports(8))
        self.port = next(ports)
        options = {"s3.port": self.port, "s3.port.grpc": next(ports), "master.port": next(ports), "master.port.grpc": next(ports), "volume.port": next(ports), "volume.port.grpc": next(ports),
                   "filer.port": (filer := next(ports)), "filer.port.grpc": next(ports), "s3.port.iceberg": 0, "s3.port.lance": 0, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "dir": folder,
                   "s3.config": os.path.join(folder, "identities.json"), "filer.localSocket": os.path.join(folder, "filer.sock"), "master.telemetry": "false", "master.volumeSizeLimitMB": 64,
                   "volume.max": 100, "volume.preStopSeconds": 0, "filer": "true", "s3": "true",
                   "volume.minFreeSpace": "100" if full else "1"}   # percent: a disk that is never free enough is full
        self.filer = filer
        with open(options["s3.config"], "w") as file:
            json.dump({"identities": [{"name": who, "credentials": [{"accessKey": id, "secretKey": key}], "actions": ACTIONS[who]} for who, (id, key) in KEYS.items()]}, file)
        # Its own settings and log files stay in its folder.
        self.child = Child("seaweedfs", [os.path.join(engines(), "seaweedfs"), "-logtostderr", "server", *(f"-{name}={value}" for name, value in options.items())],
                           os.path.join(folder, "seaweedfs.log"), env={"HOME": folder, "PATH": os.environ["PATH"], "TMPDIR": folder})

    def start(self):
        self.child.start()
        wait_until("the object store", self.answers, 60)
        if not self.full:
            # It lists long before it can write: after a kill its volumes are known to it some 10 to 60 s later.
            wait_until("the object store to have room", self.writes, 120)

    def answers(self):
        if not self.child.running():
            with open(self.child.log) as log:
                raise RuntimeError("the object store ended: " + log.read()[-2000:])
        try:
            return "error" not in self.s3("list_buckets")
        except (OSError, ValueError):
            return False

    def writes(self):
        """Into the bucket that tests use, where there is one: each has volumes of its own."""
        try:
            names = self.filer_names("buckets/")
            place = f"http://127.0.0.1:{self.filer}/{'buckets/models' if 'models' in names else 'probe'}/written"
            for method, data in (("PUT", b"a letter"), ("DELETE", None)):
                with OPENER.open(urllib.request.Request(place, data=data, method=method), timeout=60):
                    pass
            return True
        except OSError:   # urllib's HTTPError is one too
            return False

    def stop(self):
        self.child.terminate()

    def s3(self, operation, who="admin", **arguments):
        python, reason = python_with_packages()
        if not python:
            raise RuntimeError(reason)
        done = subprocess.run([python, "-c", CLIENT], input=json.dumps([f"http://127.0.0.1:{self.port}", *KEYS[who], operation, arguments]), capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]})
        return json.loads(done.stdout)

    def keys(self, bucket):
        """Key -> size; None where there is no such bucket."""
        answer = self.s3("list_objects_v2", Bucket=bucket)
        return None if "error" in answer else {one["Key"]: one["Size"] for one in answer.get("Contents", ())}

    def count(self, folder):
        """Of files in a folder ("models/a/b"), by the store's own filer: in milliseconds, for those who want to be there in time."""
        return len(self.filer_names(f"buckets/{folder}/"))

    def filer_names(self, folder):
        request = urllib.request.Request(f"http://127.0.0.1:{self.filer}/{folder}?limit=1000", headers={"Accept": "application/json"})
        try:
            with OPENER.open(request, timeout=10) as answer:
                return {os.path.basename(one["FullPath"]) for one in json.load(answer).get("Entries") or ()}
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return set()
            raise

    def read(self, bucket, key):
        return base64.b64decode(self.s3("get_object", Bucket=bucket, Key=key)["Body"])

    def install(self, api, ns="kubeflow", who="admin", port=None):
        """As kubeflow/manifests v1.11 has it: applications/pipeline/upstream/third-party/seaweedfs."""
        api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ns}})
        id, key = KEYS[who]
        api.create(f"/api/v1/namespaces/{ns}/secrets", {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mlpipeline-minio-artifact"}, "stringData": {"accesskey": id, "secretkey": key}})
        api.create(f"/api/v1/namespaces/{ns}/services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "minio-service"},
                                                         "spec": {"selector": {"app": "seaweedfs"}, "ports": [{"name": "http", "port": 9000, "targetPort": port or self.port}]}})
        api.create(f"/apis/apps/v1/namespaces/{ns}/deployments", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "seaweedfs"}, "spec": {
            "selector": {"matchLabels": {"app": "seaweedfs"}}, "template": {"metadata": {"labels": {"app": "seaweedfs"}}, "spec": {"containers": [{"name": "seaweedfs", "image": "chrislusf/seaweedfs:4.00"}]}}}})
        wait_until("the store's pod", lambda: api.get(f"/apis/apps/v1/namespaces/{ns}/deployments/seaweedfs").get("status", {}).get("readyReplicas"), 60)
