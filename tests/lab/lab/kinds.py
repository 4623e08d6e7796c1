"""A few objects of every kind that the program knows by heart, and a custom resource that it does not."""
import base64

from .workloads import Workload

_DAY = "2026-01-01T00:00:00Z"


def _template(app, image, command=None, **spec):
    container = {"name": app, "image": image, "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
    if command:
        container["command"] = command
    return {"metadata": {"labels": {"app": app}}, "spec": {"containers": [container], **spec}}


def _named(version, kind, name, **rest):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **rest.pop("metadata", {})}, **rest}


def cluster_wide():
    """(path, object) of what has no namespace."""
    crd = _named("apiextensions.k8s.io/v1", "CustomResourceDefinition", "boats.lab.timonier.dev", spec={
        "group": "lab.timonier.dev", "scope": "Namespaced",
        "names": {"plural": "boats", "singular": "boat", "kind": "Boat", "shortNames": ["bt"], "categories": ["all"]},
        "versions": [{"name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                      "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                          "spec": {"type": "object", "properties": {"length": {"type": "integer"}, "rig": {"type": "string"},
                                                                    "built": {"type": "string", "format": "date-time"}}},
                          "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}},
                      "additionalPrinterColumns": [
                          {"name": "Rig", "type": "string", "jsonPath": ".spec.rig", "description": "How she is rigged"},
                          {"name": "Length", "type": "integer", "jsonPath": ".spec.length"},
                          {"name": "Afloat", "type": "boolean", "jsonPath": ".status.afloat"},
                          {"name": "Built", "type": "date", "jsonPath": ".spec.built", "priority": 1},
                          {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}]}]})
    storage = "/apis/storage.k8s.io/v1/storageclasses"
    volumes = [("/api/v1/persistentvolumes", _named("v1", "PersistentVolume", f"volume-{i}", spec={
        "capacity": {"storage": f"{i + 1}Gi"}, "accessModes": ["ReadWriteOnce"], "storageClassName": "standard",
        "persistentVolumeReclaimPolicy": ["Retain", "Delete"][i % 2], "hostPath": {"path": f"/srv/volume-{i}"}})) for i in range(6)]
    rbac = "rbac.authorization.k8s.io"
    return [
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd),
        (storage, _named("storage.k8s.io/v1", "StorageClass", "standard", provisioner="kubernetes.io/no-provisioner",
                         metadata={"annotations": {"storageclass.kubernetes.io/is-default-class": "true"}})),
        (storage, _named("storage.k8s.io/v1", "StorageClass", "fast", provisioner="lab.timonier.dev/fast", allowVolumeExpansion=True,
                         volumeBindingMode="WaitForFirstConsumer")),
        *volumes,
        (f"/apis/{rbac}/v1/clusterroles", _named(f"{rbac}/v1", "ClusterRole", "boat-viewer", rules=[
            {"apiGroups": ["lab.timonier.dev"], "resources": ["boats"], "verbs": ["get", "list", "watch"]}])),
        (f"/apis/{rbac}/v1/clusterrolebindings", _named(f"{rbac}/v1", "ClusterRoleBinding", "boat-viewers", roleRef={
            "apiGroup": rbac, "kind": "ClusterRole", "name": "boat-viewer"}, subjects=[{"kind": "ServiceAccount", "name": "builder", "namespace": "team-a"}])),
        ("/apis/scheduling.k8s.io/v1/priorityclasses", _named("scheduling.k8s.io/v1", "PriorityClass", "important", value=1000)),
    ]


def ground(namespace):
    """What pods need to be admitted: the service account that the controllers would make, and settings to mount."""
    core = f"/api/v1/namespaces/{namespace}"
    return [(f"{core}/serviceaccounts", _named("v1", "ServiceAccount", "default")),
            (f"{core}/configmaps", _named("v1", "ConfigMap", "settings", data={"app.conf": "threads = 4\n", "greeting": "hello"}))]


def in_namespace(namespace, index):
    """Small things of every namespace."""
    core, rbac = f"/api/v1/namespaces/{namespace}", "rbac.authorization.k8s.io"
    secret = base64.b64encode(f"not so secret {index}".encode()).decode()
    return [
        (f"{core}/secrets", _named("v1", "Secret", "credentials", type="Opaque", data={"password": secret, "user": secret})),
        (f"{core}/serviceaccounts", _named("v1", "ServiceAccount", "builder")),
        (f"/apis/{rbac}/v1/namespaces/{namespace}/roles", _named(f"{rbac}/v1", "Role", "pod-reader", rules=[
            {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}])),
        (f"/apis/{rbac}/v1/namespaces/{namespace}/rolebindings", _named(f"{rbac}/v1", "RoleBinding", "builders", roleRef={
            "apiGroup": rbac, "kind": "Role", "name": "pod-reader"}, subjects=[{"kind": "ServiceAccount", "name": "builder", "namespace": namespace}])),
        (f"{core}/persistentvolumeclaims", _named("v1", "PersistentVolumeClaim", "data", spec={
            "accessModes": ["ReadWriteOnce"], "storageClassName": "standard" if index < 4 else "fast", "resources": {"requests": {"storage": "1Gi"}}})),
        (f"/apis/batch/v1/namespaces/{namespace}/cronjobs", _named("batch/v1", "CronJob", "nightly-report", spec={
            "schedule": "0 3 1 1 *", "suspend": index % 3 == 0,
            "jobTemplate": {"spec": {"template": _template("report", "registry.example.com/report:2.1", restartPolicy="Never")}}})),
        (f"/apis/lab.timonier.dev/v1/namespaces/{namespace}/boats", _named("lab.timonier.dev/v1", "Boat", f"boat-{index}", spec={
            "length": 6 + index, "rig": ["sloop", "ketch", "yawl", "cutter"][index % 4], "built": _DAY})),
        (f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets", _named("policy/v1", "PodDisruptionBudget", "calm", spec={
            "maxUnavailable": 1, "selector": {"matchLabels": {"tier": "front"}}})),
        (f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies", _named("networking.k8s.io/v1", "NetworkPolicy", "default-deny", spec={
            "podSelector": {}, "policyTypes": ["Ingress"]})),
        (f"{core}/events", {"apiVersion": "v1", "kind": "Event", "metadata": {"name": f"settled.{index}"}, "type": "Normal" if index % 3 else "Warning",
                            "reason": "Settled", "message": "The lab was here.", "count": index + 1, "firstTimestamp": _DAY, "lastTimestamp": _DAY,
                            "source": {"component": "lab"}, "involvedObject": {"kind": "ConfigMap", "name": "settings", "namespace": namespace}}),
    ]


def around(workload: Workload):
    """A service for each deployment; an ingress and an autoscaler (which has nothing to do) for some."""
    found = [(f"/api/v1/namespaces/{workload.namespace}/services", _named("v1", "Service", workload.name, spec={
        "selector": workload.selector, "type": ["ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"][workload.index % 4],
        "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}))]
    if workload.index % 4 == 1:
        found.append((f"/apis/networking.k8s.io/v1/namespaces/{workload.namespace}/ingresses", _named(
            "networking.k8s.io/v1", "Ingress", workload.name, spec={"ingressClassName": "nginx", "rules": [{
                "host": f"{workload.name}.example.com", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {
                    "service": {"name": workload.name, "port": {"name": "http"}}}}]}}]})))
    if workload.index % 6 == 2:
        size = workload.deployment()["spec"]["replicas"]
        found.append((f"/apis/autoscaling/v2/namespaces/{workload.namespace}/horizontalpodautoscalers", _named(
            "autoscaling/v2", "HorizontalPodAutoscaler", workload.name, spec={
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload.name}, "minReplicas": max(1, size),
                "maxReplicas": max(1, size), "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {
                    "type": "Utilization", "averageUtilization": 80}}}]})))
    return found


def by_controllers(namespace, pods):
    """What the real controllers and the scheduler make into pods: about `pods` of them. Yields (path, object, pods it becomes)."""
    apps = f"/apis/apps/v1/namespaces/{namespace}"
    sets = max(1, pods // 3)
    yield (f"{apps}/statefulsets", _named("apps/v1", "StatefulSet", "database", spec={
        "replicas": sets, "serviceName": "database", "podManagementPolicy": "Parallel", "selector": {"matchLabels": {"app": "database"}},
        "template": _template("database", "registry.example.com/postgres:16.4")}), sets)
    yield (f"/apis/batch/v1/namespaces/{namespace}/jobs", _named("batch/v1", "Job", "import", spec={
        "completions": max(1, pods // 6), "parallelism": max(1, pods // 6), "template": _template("import", "registry.example.com/import:1.0", ["/bin/import"],
                                                                                   restartPolicy="Never")}), max(1, pods // 6))
    rest = max(1, pods - sets - max(1, pods // 6) - 1)
    yield (f"{apps}/deployments", _named("apps/v1", "Deployment", "storefront", spec={
        "replicas": rest, "selector": {"matchLabels": {"app": "storefront"}},
        "template": _template("storefront", "registry.example.com/storefront:4.2.0")}), rest)
    # No node has this label: the scheduler says so in the pod's conditions, and in an event.
    yield (f"/api/v1/namespaces/{namespace}/pods", _named("v1", "Pod", "nowhere-to-go", spec={
        "nodeSelector": {"disk": "floppy"}, "containers": [{"name": "main", "image": "registry.example.com/antique:0.1"}]}), 1)


def daemon_set():
    return ("/apis/apps/v1/namespaces/kube-system/daemonsets", _named("apps/v1", "DaemonSet", "node-agent", spec={
        "selector": {"matchLabels": {"app": "node-agent"}},
        "template": _template("node-agent", "registry.example.com/node-agent:1.8.2", tolerations=[{"operator": "Exists"}])}))
