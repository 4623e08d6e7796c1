#!/usr/bin/env python3
"""Containers that really run: while kwok says that a pod is Running, its program runs here, with the arguments of its container and the
rights of its ServiceAccount. What has no program in the table stays simulated.

    Child("pods", [sys.executable, "-B", real_pods.__file__, lab.directory], log)

A program that ends is started again, as a kubelet would; it ends with its pod. Its log: log/pod-NAMESPACE-NAME-CONTAINER.log. Where two pods want
the same port (a roll-out), the newer one gets it when the older one is gone.
"""
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lab.api import ApiError                                       # noqa: E402
from lab.cluster import Cluster                                    # noqa: E402
from lab.process import Child                                      # noqa: E402

# What an image is called -> the engine and its first argument.
PROGRAMS = [(re.compile(r"/cert-manager-(controller|webhook|cainjector)[:@]"), "cert-manager")]


def program_of(image):
    for pattern, engine in PROGRAMS:
        if found := pattern.search(image):
            return engine, found.group(1)
    return None


def expanded(text, variables):
    """$(NAME) as Kubernetes replaces it; $$ stands for a dollar, and what is not known stays."""
    return re.sub(r"\$\$|\$\(([A-Za-z_][\w.-]*)\)", lambda m: "$" if m.group() == "$$" else variables.get(m.group(1), m.group()), text)


def variables_of(pod, container):
    fields = {"metadata.namespace": pod["metadata"]["namespace"], "metadata.name": pod["metadata"]["name"], "status.podIP": pod["status"].get("podIP", "")}
    found = {}
    for one in container.get("env", ()):
        field = one.get("valueFrom", {}).get("fieldRef", {}).get("fieldPath")
        found[one["name"]] = fields.get(field, "") if field else expanded(one.get("value", ""), found)
    return found


class RealPods:
    def __init__(self, directory):
        self.lab = Cluster(directory)
        with open(self.lab.path("lab.json")) as f:
            known = json.load(f)
        self.lab.ports, self.engines = known["ports"], known["engines"]
        self.running = {}   # (uid, container) -> Child

    def kubeconfig(self, pod):
        ns, account = pod["metadata"]["namespace"], pod["spec"].get("serviceAccountName", "default")
        token = self.lab.api.create(f"/api/v1/namespaces/{ns}/serviceaccounts/{account}/token", {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 36000}})["status"]["token"]
        path = self.lab.path(f"pki/{pod['metadata']['uid']}.kubeconfig")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
            json.dump({"apiVersion": "v1", "kind": "Config", "current-context": "pod",
                       "clusters": [{"name": "lab", "cluster": {"server": self.lab.server, "certificate-authority": self.lab.path("pki/ca.crt")}}],
                       "users": [{"name": "pod", "user": {"token": token}}],
                       "contexts": [{"name": "pod", "context": {"cluster": "lab", "user": "pod", "namespace": ns}}]}, f)
        return path

    def step(self):
        there = set()
        for pod in self.lab.api.get("/api/v1/pods?fieldSelector=status.phase%3DRunning")["items"]:
            if "deletionTimestamp" in pod["metadata"]:
                continue
            for container in pod["spec"]["containers"]:
                if not (program := program_of(container["image"])):
                    continue
                key = pod["metadata"]["uid"], container["name"]
                there.add(key)
                if key not in self.running:
                    variables = variables_of(pod, container)
                    arguments = [expanded(a, variables) for a in container.get("args", ())]
                    name = f"pod-{pod['metadata']['namespace']}-{pod['metadata']['name']}-{container['name']}"
                    self.running[key] = Child(name, [os.path.join(self.engines, program[0]), program[1], "--kubeconfig", self.kubeconfig(pod), *arguments],
                                              self.lab.path(f"log/{name}.log"), env={**os.environ, **variables})
        for key in set(self.running) - there:
            self.running.pop(key).stop(3)
        for child in self.running.values():
            child.start()

    def run(self):
        """Until it is ended; the kernel ends the programs with it."""
        while True:
            try:
                self.step()
            except (OSError, ApiError, json.JSONDecodeError) as error:   # the API server may be away, and comes back
                print(f"pods: {error}", file=sys.stderr, flush=True)
            time.sleep(0.3)


if __name__ == "__main__":
    RealPods(sys.argv[1]).run()
