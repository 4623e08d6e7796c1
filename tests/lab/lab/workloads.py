"""Deployments with their replica sets and pods, as a company's might look: made by rule from a seed, the same each time."""
import hashlib
import random

NAMESPACES = ["team-a", "team-b", "team-c", "payments", "checkout", "catalogue", "search", "identity", "billing", "mail", "media",
              "analytics", "warehouse", "machine-learning", "monitoring", "logging", "ingress", "messaging", "gateway", "storefront",
              "mobile-api", "internal-tools", "staging", "batch"]
_PARTS = ["api", "web", "worker", "cache", "proxy", "scheduler", "consumer", "frontend", "backend", "sync", "exporter", "gateway"]
_TEAMS = ["harbour", "lighthouse", "compass", "sextant", "anchor"]
_SIDECARS = [("mesh-proxy", "registry.example.com/mesh/proxy:1.24.1"), ("log-shipper", "registry.example.com/observability/shipper:3.1.9"),
             ("metrics-exporter", "quay.example.com/metrics/exporter:v0.15.0")]
_STATES = [("CrashLoopBackOff", 0.012), ("ImagePullBackOff", 0.006), ("Init", 0.004), ("OOMKilled", 0.004), ("Completed", 0.004),
           ("Terminating", 0.004)]
ENDED = ("OOMKilled", "Completed", "Terminating")   # what a replica set no longer counts


def namespaces(count):
    return (NAMESPACES + [f"tenant-{i:03d}" for i in range(count)])[:max(count, 1)]


def node(index):
    zone = "abc"[index % 3]
    return {"apiVersion": "v1", "kind": "Node", "metadata": {
        "name": f"node-{index:04d}",
        "annotations": {"kwok.x-k8s.io/node": "fake", "metrics.k8s.io/resource-metrics-path": f"/metrics/nodes/node-{index:04d}/metrics/resource"},
        "labels": {"kubernetes.io/arch": "arm64" if index % 10 == 9 else "amd64", "kubernetes.io/os": "linux",
                   "kubernetes.io/hostname": f"node-{index:04d}", "node.kubernetes.io/instance-type": ["m6.large", "m6.xlarge", "c6.2xlarge"][index % 3],
                   "topology.kubernetes.io/region": "eu-west", "topology.kubernetes.io/zone": f"eu-west-{zone}",
                   **({"node-role.kubernetes.io/control-plane": ""} if index == 0 else {})}},
        "spec": {"providerID": f"lab://eu-west-{zone}/node-{index:04d}"},
        "status": {"capacity": {"cpu": "64", "memory": "256Gi", "pods": "1000", "ephemeral-storage": "200Gi"},
                   "allocatable": {"cpu": "63500m", "memory": "250Gi", "pods": "1000", "ephemeral-storage": "180Gi"},
                   "nodeInfo": {"architecture": "amd64", "bootID": f"boot-{index}", "containerRuntimeVersion": "containerd://2.1.4",
                                "kernelVersion": "6.1.0-25-amd64", "kubeProxyVersion": "", "kubeletVersion": "v1.36.3", "machineID": f"machine-{index}",
                                "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)", "systemUUID": f"system-{index}"}}}


def _container(name, image, port, rng):
    return {"name": name, "image": image, "imagePullPolicy": "IfNotPresent",
            "ports": [{"name": "http", "containerPort": port}],
            "env": [{"name": "LOG_LEVEL", "value": rng.choice(["info", "debug", "warn"])},
                    {"name": "DATABASE_URL", "value": f"postgres://db.{name}.svc:5432/{name}"},
                    {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
            "resources": {"requests": {"cpu": rng.choice(["10m", "25m", "50m"]), "memory": rng.choice(["32Mi", "64Mi", "128Mi"])},
                          "limits": {"memory": rng.choice(["256Mi", "512Mi", "1Gi"])}},
            "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}, "periodSeconds": 10},
            "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}, "initialDelaySeconds": 15, "periodSeconds": 20}}


class Workload:
    """One deployment of `size` pods in a namespace; `healthy` leaves the odd states out."""

    def __init__(self, index, namespace, size, nodes, healthy=False):
        rng = self._rng = random.Random(index)
        part = _PARTS[index % len(_PARTS)]
        self.index, self.namespace, self.size, self.nodes, self.healthy = index, namespace, size, nodes, healthy
        self.name = f"{part}-{rng.choice(_TEAMS)}-{index}"
        self.hash = hashlib.sha256(self.name.encode()).hexdigest()[:10]
        self.selector = {"app.kubernetes.io/name": part, "app.kubernetes.io/instance": self.name}
        labels = {**self.selector, "app.kubernetes.io/version": f"{rng.randrange(1, 6)}.{rng.randrange(30)}.{rng.randrange(12)}",
                  "app.kubernetes.io/part-of": namespace, "team": rng.choice(_TEAMS), "tier": rng.choice(["front", "middle", "back"])}
        image = f"registry.example.com/{namespace}/{part}:{labels['app.kubernetes.io/version']}"
        containers = [_container(part, image, 8080, rng)]
        for sidecar, sidecar_image in rng.sample(_SIDECARS, rng.choice([0, 0, 1, 1, 2])):
            containers.append(_container(sidecar, sidecar_image, 15000 + len(containers), rng))
        self.template = {"metadata": {"labels": labels, "annotations": {
            "prometheus.io/scrape": "true", "prometheus.io/port": "8080", "checksum/config": self.hash * 6,
            "lab.timonier.dev/cpu": f"{rng.randrange(2, 40)}m", "lab.timonier.dev/memory": f"{rng.randrange(16, 200)}Mi"}},
            "spec": {"containers": containers, "terminationGracePeriodSeconds": 30,
                     "volumes": [{"name": "config", "configMap": {"name": "settings"}}]}}
        containers[0]["volumeMounts"] = [{"name": "config", "mountPath": "/etc/app"}]
        if index % 4 == 0:
            self.template["spec"]["initContainers"] = [{"name": "migrate", "image": image, "command": ["/bin/migrate", "--up"]}]
        self._annotations = [self._pod_annotations() for _ in range(size)]

    def _pod_annotations(self):
        """Per pod: mostly none; some restarts, a few odd states."""
        rng = self._rng
        if self.healthy:
            return {}
        at, chance = 0.0, rng.random()
        for state, share in _STATES:
            at += share
            if chance < at and (state != "Init" or "initContainers" in self.template["spec"]):
                restarts = {"lab.timonier.dev/restarts": str(rng.randrange(3, 400))} if state == "CrashLoopBackOff" else {}
                return {"lab.timonier.dev/state": state, **restarts}
        return {"lab.timonier.dev/restarts": str(rng.randrange(1, 12))} if rng.random() < 0.06 else {}

    def states(self):
        """Of each pod; None for one that just runs."""
        return [a.get("lab.timonier.dev/state") for a in self._annotations]

    def _replicas(self):
        return sum(state not in ENDED for state in self.states())

    def deployment(self):
        return {"apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": self.name, "namespace": self.namespace, "labels": self.template["metadata"]["labels"],
                             "annotations": {"deployment.kubernetes.io/revision": "1"}},
                "spec": {"replicas": self._replicas(), "selector": {"matchLabels": self.selector}, "template": self.template}}

    def _hashed(self, labels):
        return {**labels, "pod-template-hash": self.hash}

    def replica_set(self, deployment_uid):
        labels = self._hashed(self.template["metadata"]["labels"])
        return {"apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": {"name": f"{self.name}-{self.hash}", "namespace": self.namespace, "labels": labels,
                             "annotations": {"deployment.kubernetes.io/revision": "1", "deployment.kubernetes.io/desired-replicas": str(self._replicas()),
                                             "deployment.kubernetes.io/max-replicas": str(self._replicas() + -(-self._replicas() // 4))},
                             "ownerReferences": [_owner("apps/v1", "Deployment", self.name, deployment_uid)]},
                "spec": {"replicas": self._replicas(), "selector": {"matchLabels": self._hashed(self.selector)},
                         "template": {"metadata": {**self.template["metadata"], "labels": labels}, "spec": self.template["spec"]}}}

    def pods(self, replica_set_uid):
        metadata = self.template["metadata"]
        owner = _owner("apps/v1", "ReplicaSet", f"{self.name}-{self.hash}", replica_set_uid)
        for i, extra in enumerate(self._annotations):
            suffix = hashlib.sha256(f"{self.name}/{i}".encode()).hexdigest()[:5]
            yield {"apiVersion": "v1", "kind": "Pod",
                   "metadata": {"name": f"{self.name}-{self.hash}-{suffix}", "namespace": self.namespace,
                                "generateName": f"{self.name}-{self.hash}-", "labels": self._hashed(metadata["labels"]),
                                "annotations": {**metadata["annotations"], **extra}, "ownerReferences": [owner]},
                   "spec": {**self.template["spec"], "nodeName": f"node-{(self.index * 7 + i) % self.nodes:04d}"}}


def _owner(version, kind, name, uid):
    return {"apiVersion": version, "kind": kind, "name": name, "uid": uid, "controller": True, "blockOwnerDeletion": True}
