"""Fills a lab. Most pods are made here together with their deployment and replica set while the controller-manager is stopped,
already bound to their node; when it comes back it finds everything as it would have made it. (Through the controllers and the
scheduler, each pod costs the API server twice as many writes.) A tenth goes the long way, so that all controllers have something.
"""
import json
import time

from . import kinds, workloads
from .api import in_parallel
from .process import LabError, wait_until

_WAITING = ("ImagePullBackOff", "Init")   # states whose phase stays Pending


def populate(lab, nodes, pods, namespaces, say):
    """Returns once every pod is what it is to be. LabError if that takes too long."""
    started = time.monotonic()
    api = lab.api
    names = workloads.namespaces(min(namespaces, max(1, pods // 10)))

    def create(item):
        api.create(*item)

    say(f"{nodes} nodes, {len(names)} namespaces")
    in_parallel(create, [("/api/v1/nodes", workloads.node(i)) for i in range(nodes)])
    in_parallel(create, [("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {
        "name": n, "labels": {"team": n}}}) for n in names])
    for item in kinds.cluster_wide():
        create(item)
    in_parallel(create, [item for n in names for item in kinds.ground(n)])
    wait_until("the custom resource served", lambda: _served(api, "/apis/lab.timonier.dev/v1"), 30)

    long_way = max(4, (pods - nodes) // 10)
    made = _direct(lab, names, max(0, pods - nodes - long_way), nodes, say)
    in_parallel(create, [item for i, n in enumerate(names) for item in kinds.in_namespace(n, i)])
    in_parallel(create, [item for w in made for item in kinds.around(w)])

    say(f"{long_way + nodes} pods through the controllers")
    path, body = kinds.daemon_set()
    api.create(path, body)
    expected = sum(w.size for w in made) + nodes
    for path, body, count in kinds.by_controllers(names[0], long_way):
        api.create(path, body)
        expected += count
    _settle(api, expected, _stuck(made) + 1, say)
    seconds = time.monotonic() - started
    return {"nodes": nodes, "pods": expected, "namespaces": len(names), "seconds": round(seconds, 1)}


def _stuck(made):
    """How many pods stay Pending for good."""
    return sum(state in _WAITING for w in made for state in w.states())


def _served(api, path):
    try:
        return api.get(path)
    except Exception:   # not yet: any failure means the same
        return None


def _direct(lab, names, pods, nodes, say):
    """Deployments of 3 to 60 pods, `pods` in all, with the controllers stopped."""
    made, left, index = [], pods, 0
    while left > 0:
        size = min(left, 3 + (index * index * 7) % 58)
        # The first namespace is the one that tests look into: nothing odd in it but what they put there.
        made.append(workloads.Workload(index, names[index % len(names)], size, nodes, healthy=index % len(names) == 0))
        left -= size
        index += 1
    if not made:
        return made
    api, done = lab.api, [0]

    def build(workload):
        apps = f"/apis/apps/v1/namespaces/{workload.namespace}"
        deployment = api.create(f"{apps}/deployments", workload.deployment())
        replica_set = api.create(f"{apps}/replicasets", workload.replica_set(deployment["metadata"]["uid"]))
        for pod in workload.pods(replica_set["metadata"]["uid"]):
            path = f"/api/v1/namespaces/{workload.namespace}/pods"
            api.create(path, pod)
            if pod["metadata"]["annotations"].get("lab.timonier.dev/state") == "Terminating":
                api.delete(f"{path}/{pod['metadata']['name']}")
            done[0] += 1   # only for the eye: a lost count between threads does not matter
            if done[0] % 1000 == 0:
                say(f"{done[0]} of {pods} pods")

    idle = ("kube-controller-manager", "metrics-server")   # kwok has enough to do without being measured
    for name in idle:
        lab.stop_engine(name)
    try:
        in_parallel(build, made, threads=16)
        # A replica set that still sees pods which are about to fail as alive would delete some as too many.
        _settle(api, pods, _stuck(made), say)
    finally:
        for name in idle:
            lab.start_engine(name)
    return made


def _count(api, query, limit):
    """How many pods match: up to `limit` for a selection; all of them without one, since a page then says how many remain."""
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    answer = json.loads(api.request("GET", f"/api/v1/pods?limit={limit}{query}", accept=accept))
    return len(answer["items"] or []) + answer["metadata"].get("remainingItemCount", 0)


def _settle(api, expected, stuck, say):
    state = {}

    def settled():
        state["all"] = _count(api, "", 1)
        state["pending"] = _count(api, "&fieldSelector=status.phase=Pending", stuck + 1)
        return state["all"] >= expected and state["pending"] <= stuck

    say("waiting for them to run")
    try:
        wait_until("every pod made and running", settled, timeout=900, pause=2)
    except LabError as error:
        raise LabError(f"{error}: {state['all']} of {expected} made, more than {stuck} pending") from error
