"""Rows 8 to 12: the window with all its views open, on a cluster of its own or on what stream_double replays."""
import contextlib
import json
import os
import subprocess
import time

from .cluster import LAB, own_lab
from .figures import at_most, median, plain
from .process import CannotMeasure
from .replay import MIB, double

OBJECTS = 1000


def memory(cluster, programs, runs=2):
    """Row 8."""
    stats = [cluster.room.run([os.path.join(programs, "bench_window"), "views", cluster.kubeconfig]).stats() for _ in range(runs)]
    text = f"{stats[0]['rows']:,} pods live, with the details of one and the overview: "
    return [at_most(8, text + "peak memory of the window", max(s["peak_rss_kb"] for s in stats) / MIB, 130, "MB", digits=0),
            plain(8, text + "of that, the table alone / with the details",
                  f"{stats[0]['table_peak_kb'] / MIB:.0f} / {stats[0]['details_peak_kb'] / MIB:.0f} MB")]


def keystroke(room, programs, pods=100_000):
    """Row 10."""
    with double(room, programs, "keystroke", "--pods", str(pods)) as kubeconfig:
        table = [room.run([os.path.join(programs, "bench_window"), "table", kubeconfig]).stats() for _ in range(3)]
    return [at_most(10, f"{table[0]['rows']:,} rows: slowest filter keystroke with its repaint, median of 3 runs",
                    median([t["keystroke_ms"] for t in table]), 30, "ms", {"runs": table}, digits=0)]


@contextlib.contextmanager
def config_maps(cluster, count):
    """As many of one kind, in a namespace that goes again."""
    def kubectl(*words, text=None):
        run = subprocess.run([cluster.kubectl, *cluster.choice, *words], input=text, capture_output=True, text=True)
        if run.returncode:
            raise CannotMeasure(run.stderr.strip())
    name = "bench-switch"
    items = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}]
    items += [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"made-{i}", "namespace": name}, "data": {"key": "value " * 20}}
              for i in range(count)]
    kubectl("create", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    try:
        yield
    finally:
        kubectl("delete", "namespace", name, "--wait=false")


def switch(cluster, programs):
    """Row 11. What the server takes for the same LIST is measured beside it, by the same program without a window."""
    with config_maps(cluster, OBJECTS):
        time.sleep(3)
        command = [os.path.join(programs, "timonierctl"), "get", "configmaps", "-A", "--stats", *cluster.choice]
        listed = median([cluster.room.run(command, keep_output=False).stats()["complete_ms"] for _ in range(5)])
        stats = [cluster.room.run([os.path.join(programs, "bench_window"), "switch", cluster.kubeconfig, "configmaps"]).stats() for _ in range(3)]
    if min(s["rows"] for s in stats) < OBJECTS:
        raise CannotMeasure(f"only {stats} config maps came")
    return [at_most(11, f"to a kind of {stats[0]['rows']:,} objects never shown before, over the {listed:.0f} ms of `timonierctl get`",
                    median([s["cold_ms"] for s in stats]) - listed, 100, "ms", {"runs": stats}, digits=0),
            at_most(11, "back to it, within a minute: slowest of 5", median([s["warm_ms"] for s in stats]), 50, "ms", digits=0),
            plain(11, "back to the pods (10,000)", f"{median([s['warm_pods_ms'] for s in stats]):.0f} ms")]


def fleet(room, programs, clusters=10, seconds=60):
    """Row 12: ten contexts that lead to one lab of 1,000 pods; each is a cluster of its own to the window."""
    with own_lab(room.path("fleet"), nodes=10, pods=1000) as kubeconfig:
        if not kubeconfig:
            raise CannotMeasure("there is no lab")
        engines = subprocess.run([os.path.join(LAB, "engines"), "--check"],
                                 capture_output=True, text=True).stdout.strip()
        view = subprocess.run([os.path.join(engines, "kubectl"), "config", "view", "--raw", "--minify", "--flatten", "-o", "json", "--context", "admin",
                               "--kubeconfig", kubeconfig], capture_output=True, text=True)
        config = json.loads(view.stdout)
        context = config["contexts"][0]["context"]
        config["contexts"] = [{"name": f"cluster-{i}", "context": context} for i in range(clusters)]
        config["current-context"] = "cluster-0"
        path = room.path("fleet.kubeconfig")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(config, file)
        try:
            stats = room.run([os.path.join(programs, "bench_window"), "fleet", path, str(seconds)]).stats()
        finally:
            os.remove(path)
    if stats["pods"] < clusters * 1000:
        raise CannotMeasure(f"not all pods came: {stats}")
    name = f"{clusters} clusters of 1,000 pods open, idle for {seconds} s: "
    return [at_most(12, name + "CPU of the whole process", stats["cpu_share"] * 100, 3, "% of a core", stats),
            at_most(12, name + "memory", stats["peak_rss_kb"] / MIB, 250, "MB", digits=0)]
