"""`timonierctl rollout` under test: applications to roll out, the program as a process whose events are read, and who is behind a Service.

    shop = Shop(lab, "shop")                         # a namespace
    shop.application("web", replicas=4)              # a Deployment and its Service, settled
    with Rollout(shop, "start", "web", "--strategy", "canary", "--to", "image=example.com/web:2") as run:
        run.wait_step(4); run.kill()                 # as kill -9 does
"""
import json
import signal
import subprocess
import threading
import time

from .api import ApiError
from .process import wait_until
from .program import command_line, environment


def deployment(name, namespace, replicas=4, image="example.com/web:1", ready="1s", more=None, **spec):
    labels = {"app": name}
    template = {"metadata": {"labels": labels, "annotations": {"lab.timonier.dev/ready-after": ready}},
                "spec": {"containers": [{"name": "web", "image": image, "ports": [{"containerPort": 8080}]}]}}
    template["metadata"]["annotations"].update(more or {})
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace, "annotations": {"owner": "ada"}},
            "spec": {"replicas": replicas, "progressDeadlineSeconds": 60, "selector": {"matchLabels": labels}, "template": template, **spec}}


def service(name, namespace, selector=None):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": selector or {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}}


class Shop:
    """One namespace with applications."""

    def __init__(self, lab, namespace):
        self.lab, self.namespace = lab, namespace
        lab.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        self.deployments = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        self.services = f"/api/v1/namespaces/{namespace}/services"

    def application(self, name, **how):
        self.lab.api.create(self.deployments, deployment(name, self.namespace, **how))
        self.lab.api.create(self.services, service(name, self.namespace))
        self.settled(name)
        # The controller of endpoint slices may be seconds behind on a busy machine.
        wanted = self.get(name)["spec"]["replicas"]
        wait_until(f"{wanted} endpoints of {name}", lambda: len(Endpoints(self, name).look()) == wanted, 60)

    def get(self, name):
        return self.lab.api.get(f"{self.deployments}/{name}")

    def settled(self, name, timeout=90):
        def whole():
            d = self.get(name)
            wanted = d["spec"]["replicas"]
            return d["status"].get("observedGeneration") == d["metadata"]["generation"] and all(
                d["status"].get(k, 0) == wanted for k in ("replicas", "updatedReplicas", "availableReplicas"))
        wait_until(f"{name} settled", whole, timeout)

    def image(self, name):
        return self.get(name)["spec"]["template"]["spec"]["containers"][0]["image"]

    def listing(self, name):
        """All that a roll-out of the application (empty: of any) may touch or leave: without what every change of a Deployment leaves."""
        found = {}
        for path in (self.deployments, self.services, f"/api/v1/namespaces/{self.namespace}/configmaps",
                     f"/apis/gateway.networking.k8s.io/v1/namespaces/{self.namespace}/httproutes",
                     f"/apis/networking.istio.io/v1/namespaces/{self.namespace}/virtualservices",
                     f"/apis/networking.k8s.io/v1/namespaces/{self.namespace}/ingresses"):
            try:
                items = self.lab.api.get(path)["items"]
            except ApiError as error:
                if error.status != 404:
                    raise
                continue
            for item in items:
                if name and item["metadata"]["name"] not in (name, f"{name}-next", f"timonier-rollout-{name}"):
                    continue
                spec = json.loads(json.dumps(item.get("spec", {})))
                spec.pop("template", None)
                notes = {k: v for k, v in item["metadata"].get("annotations", {}).items() if not k.startswith("deployment.kubernetes.io/")}
                found[path.rsplit("/", 1)[1], item["metadata"]["name"]] = (spec, notes)
        return found

    def ctl(self, *arguments, user="admin", timeout=120, kubeconfig=None):
        return subprocess.run(command_line(["rollout", *arguments, "-n", self.namespace], kubeconfig or self.lab.kubeconfig, user), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, env=environment(HOME=self.lab.directory, XDG_DATA_HOME=self.lab.directory))


class Rollout:
    """A running `timonierctl rollout …`, and all it told."""

    def __init__(self, shop, *arguments, user="admin"):
        self.events, self._changed = [], threading.Condition()
        self.process = subprocess.Popen(command_line(["rollout", *arguments, "-n", shop.namespace, "-o", "json"], shop.lab.kubeconfig, user),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env=environment(HOME=shop.lab.directory, XDG_DATA_HOME=shop.lab.directory))
        self._words = []
        self._readers = [threading.Thread(target=self._read, daemon=True), threading.Thread(target=lambda: self._words.extend(self.process.stderr), daemon=True)]
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.events.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def stderr(self):
        return "".join(self._words)

    def wait(self, what, condition, timeout=90):
        """The first event for which it holds; AssertionError with the last one otherwise, or when the program ends."""
        end, seen = time.monotonic() + timeout, 0
        with self._changed:
            while True:
                for event in self.events[seen:]:
                    if condition(event):
                        return event
                seen = len(self.events)
                if time.monotonic() > end or (self.process.poll() is not None and not self._readers[0].is_alive() and seen == len(self.events)):
                    raise AssertionError(f"no {what}: exit {self.process.poll()}, last {self.events[-1:]}, stderr {self.stderr}")
                self._changed.wait(0.2)

    def wait_step(self, step, timeout=90):
        return self.wait(f"step {step}", lambda e: e["step"] >= step or e["phase"] in ("finished", "went-back"), timeout)

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        for reader in self._readers:
            reader.join(5)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        return self.end()

    def end(self, timeout=180):
        """Its exit code."""
        code = self.process.wait(timeout)
        for reader in self._readers:
            reader.join(10)
        return code


class Endpoints(threading.Thread):
    """Asks for a Service's ready endpoints again and again, as its clients meet them: the fewest there ever were, and how often some of
    them were of the version that ran at the beginning and others were not."""

    def __init__(self, shop, name):
        super().__init__(daemon=True)
        self.path = f"/apis/discovery.k8s.io/v1/namespaces/{shop.namespace}/endpointslices?labelSelector=kubernetes.io/service-name%3D{name}"
        self.api, self.least, self.most, self.looks, self._over = shop.lab.api, 10**6, 0, 0, threading.Event()
        self.problem, self.mixed = None, 0
        self.old = set(self.look())

    def look(self):
        """The names of the pods that are ready behind it."""
        return [e["targetRef"]["name"] for s in self.api.get(self.path)["items"] for e in s.get("endpoints") or () if e["conditions"].get("ready")]

    def run(self):
        while not self._over.wait(0.05):
            try:
                ready = self.look()
            except (OSError, ApiError) as error:
                self.problem = error
                continue
            self.least, self.most, self.looks = min(self.least, len(ready)), max(self.most, len(ready)), self.looks + 1
            self.mixed += 0 < len(self.old.intersection(ready)) < len(ready)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join(10)
