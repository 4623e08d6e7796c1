"""Rows 1, 2, 4 and 7: the real API server. Times are compared in turns, pair by pair, since a machine's mood changes by the second."""
import os
import time

from .figures import Figure, at_least, at_most, median, plain
from .process import CannotMeasure, memory_kib

MIB = 1024
LEAST = 9_500   # pods: "10,000" are made by controllers, and some are not there yet
LIST = "/api/v1/pods"                             # what timonierctl asks for: the newest
WINDOW_LIST = "/api/v1/pods?resourceVersion=0"    # what the window asks for: what the server has at hand


def compare(cluster, programs, pairs):
    """Rows 1 and 2: A B A' B' …, and kubectl for comparison."""
    ctl, window = os.path.join(programs, "timonierctl"), os.path.join(programs, "timonier")
    room = cluster.room
    taken = {name: [] for name in ("curl", "ctl", "curl_window", "window", "kubectl")}
    ctl_stats, window_stats, kubectl_peaks = [], [], []

    def turn():
        taken["curl"].append(cluster.curl(LIST).seconds)
        run = room.run([ctl, "get", "pods", "-A", "--stats", *cluster.choice], keep_output=False)
        taken["ctl"].append(run.seconds)
        ctl_stats.append(run.stats())
        taken["curl_window"].append(cluster.curl(WINDOW_LIST).seconds)
        run = room.run([window, "--kind", "pods", "--stats", "--exit-when-complete", *cluster.choice])
        window_stats.append(run.stats())
        taken["window"].append(window_stats[-1]["complete_ms"] / 1000)

    turn()   # warms the caches of both sides
    for values in (*taken.values(), ctl_stats, window_stats):
        values.clear()
    for number in range(pairs):
        turn()
        if number < 3:
            run = room.run([cluster.kubectl, "get", "pods", "-A", *cluster.choice], keep_output=False)
            taken["kubectl"].append(run.seconds)
            kubectl_peaks.append(run.peak_kib)
    rows = ctl_stats[-1]["rows"]
    if rows != window_stats[-1]["rows"]:
        raise CannotMeasure(f"timonierctl had {rows} rows, the window {window_stats[-1]['rows']}")
    if rows < LEAST:
        raise CannotMeasure(f"the cluster has {rows} pods; the targets are for 10,000")
    ctl_ratio = median([b / a for a, b in zip(taken["curl"], taken["ctl"])])
    window_ratio = median([b / a for a, b in zip(taken["curl_window"], taken["window"])])
    times = {name: [round(v, 3) for v in values] for name, values in taken.items()}
    text = f"{rows:,} pods: "
    return [
        at_most(1, text + "`timonierctl get pods -A`, exec to exit, against curl", ctl_ratio, 1.15, "x", times),
        at_most(1, text + "peak memory of `timonierctl`", max(s["peak_rss_kib"] for s in ctl_stats) / MIB, 35, "MB", digits=1),
        plain(1, text + "medians of curl, timonierctl, kubectl",
              " / ".join(f"{median(taken[n]):.2f} s" for n in ("curl", "ctl", "kubectl"))),
        plain(1, text + "peak memory of kubectl", f"{median(kubectl_peaks) / MIB:.0f} MB"),
        at_most(2, text + "window complete and sorted, against curl", window_ratio, 1.3, "x"),
        plain(2, text + "medians of curl, window", " / ".join(f"{median(taken[n]):.2f} s" for n in ("curl_window", "window"))),
        at_most(2, text + "peak memory of the window when complete", max(s["peak_rss_kib"] for s in window_stats) / MIB, 110, "MB", digits=1),
        _later(cluster, window, median(taken["window"]), text)]


def _later(cluster, window, complete, text, seconds=20):
    with cluster.room.background([window, *cluster.choice]) as process:
        time.sleep(complete * 1.5 + seconds)
        now, peak = (memory_kib(process.pid, field) / MIB for field in ("VmRSS", "VmHWM"))
    return at_most(2, text + f"memory of the window {seconds} s later (now; the target is for the peak)", peak, 110, "MB",
                   {"rss_mb": round(now, 1)}, digits=1)


def decode(cluster, programs):
    """Row 4, on the bytes of the real server where there is one."""
    room, arguments, source = (cluster.room, [], "a LIST of the server")
    captured = room.path("pods.json")
    cluster.curl(LIST, captured)
    try:
        runs = [room.run([os.path.join(programs, "bench_decode"), captured]).stats() for _ in range(3)]
    finally:
        os.remove(captured)
    middle = sorted(runs, key=lambda s: s["ratio"])[1]
    return [at_least(4, f"frame + parse + store of {source}, against simdjson reading names only", middle["ratio"], 0.3, "x", middle),
            plain(4, "the same in MB/s of JSON on one core: names only / frame / + parse, rows / + store",
                  " / ".join(f"{middle[k]}" for k in ("names_only_mb_s", "frame_mb_s", "rows_mb_s", "store_mb_s"))),
            plain(4, "memory of a row / of its place in the store", f"{middle['bytes_per_row']} / {middle['bytes_per_stored']} bytes")]


def first_paint(cluster, programs, room, runs=10):
    """Row 7. --stats counts from the process's start, which the kernel tells in hundredths of a second, rounded down."""
    window = os.path.join(programs, "timonier")

    def measure(what, arguments, good):
        times = [room.run([window, "--stats", "--exit-when-complete", *arguments], good).stats()["first_paint_ms"] for _ in range(runs)]
        return at_most(7, f"first paint after exec, {what}: worst of {runs} (median {median(times) / 1000:.2f} s)", max(times) / 1000, 0.35, "s",
                       {"ms": times})
    figures = [measure("no kubeconfig (welcome page)", [], (0, 1))]
    if cluster:
        figures.append(measure("a kubeconfig", cluster.choice, (0,)))
    else:
        figures.append(Figure(7, "first paint after exec, a kubeconfig", problem="there is no cluster to measure against"))
    return figures
