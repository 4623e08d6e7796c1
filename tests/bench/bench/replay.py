"""Rows 3, 5 and 6: what no API server on the same machine could send fast enough is replayed by stream_double, over real TLS."""
import contextlib
import os
import subprocess

from .figures import Figure, at_most, median, plain
from .process import CannotMeasure

MIB = 1024
USABLE_MS = 300   # a keystroke or a sort that takes longer is felt as waiting


@contextlib.contextmanager
def double(room, programs, name, *options):
    """The kubeconfig of a stream_double that serves."""
    directory = room.path(name)
    os.makedirs(directory, exist_ok=True)
    with room.background([os.path.join(programs, "stream_double"), directory, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True) as process:
        kubeconfig = process.stdout.readline().strip()
        if not kubeconfig:
            raise CannotMeasure("stream_double did not start")
        yield kubeconfig


def many(room, programs, pods=100_000):
    """Row 3."""
    with double(room, programs, "many", "--pods", str(pods)) as kubeconfig:
        choice = ["--kubeconfig", kubeconfig]
        ctl = [room.run([os.path.join(programs, "timonierctl"), "get", "pods", "-A", "--stats", *choice], keep_output=False).stats()
               for _ in range(3)]
        window = [room.run([os.path.join(programs, "timonier"), "--kind", "pods", "--stats", "--exit-when-complete", *choice]).stats() for _ in range(3)]
        table = [room.run([os.path.join(programs, "bench_window"), "table", kubeconfig]).stats() for _ in range(3)]
    if {s["rows"] for s in (*ctl, *window, *table)} != {pods}:
        raise CannotMeasure(f"not all of {pods} rows came")
    text = f"{pods:,} pods replayed: "
    key, by_text, by_number = (median([t[k] for t in table]) for k in ("keystroke_ms", "sort_text_ms", "sort_number_ms"))
    seconds = median([s["complete_ms"] for s in ctl]) / 1000
    return [
        at_most(3, text + "peak memory of the window when complete", max(s["peak_rss_kib"] for s in window) / MIB, 300, "MB",
                {"complete_ms": [s["complete_ms"] for s in window]}, digits=0),
        at_most(3, text + "and after typing into the filter and sorting", max(t["peak_rss_kb"] for t in table) / MIB, 300, "MB", digits=0),
        at_most(3, text + f"table usable: slowest of keystroke {key:.0f}, sort by text {by_text:.0f}, by number {by_number:.0f}",
                max(key, by_text, by_number), USABLE_MS, "ms", digits=0),
        plain(3, text + "window complete", f"{median([s['complete_ms'] for s in window]) / 1000:.1f} s"),
        plain(3, text + "`timonierctl get pods -A`: time, MB/s of JSON, peak memory",
              f"{seconds:.1f} s / {ctl[0]['json_bytes'] / 1e6 / seconds:.0f} MB/s / {max(s['peak_rss_kib'] for s in ctl) / MIB:.0f} MB")]


def stream(room, programs, runs=3, seconds=10, rate=5000):
    """Row 5; the worst of the runs counts."""
    def measure(clock):
        with double(room, programs, "stream", "--rate", str(rate)) as kubeconfig:
            return room.run([os.path.join(programs, "bench_window"), "stream", kubeconfig, str(seconds)], BENCH_CLOCK=clock).stats()
    wall, cpu = [measure("wall") for _ in range(runs)], measure("cpu")
    text = f"{wall[0]['rows']:,} rows sorted by what changes, {rate:,} events/s for {seconds} s: "
    got = min(s["events_per_s"] for s in wall)
    return [
        Figure(5, text + "events that reached the model", f"{got:,.0f} /s", f"≥ {rate * 0.98:,.0f} /s", got >= rate * 0.98, {"runs": wall}),
        at_most(5, text + f"slowest frame ({cpu['slowest_frame_ms']:.0f} ms in CPU time)", max(s["slowest_frame_ms"] for s in wall), 33, "ms",
                digits=0),
        at_most(5, text + "CPU of the whole process", max(s["cpu_share"] for s in wall), 0.5, "cores"),
        plain(5, text + "of that, the GUI thread", f"{max(s['gui_cpu_share'] for s in wall):.2f} cores")]


def latency(room, programs, seconds=20, rate=1000):
    """Row 6."""
    with double(room, programs, "latency", "--rate", str(rate), "--stamped", "1") as kubeconfig:
        stats = room.run([os.path.join(programs, "bench_window"), "latency", kubeconfig, str(seconds)]).stats()
    if stats["events_per_s"] < rate * 0.98:
        raise CannotMeasure(f"only {stats['events_per_s']} events/s were sent")
    text = f"from the socket to the model, {rate:,} events/s for {seconds} s: "
    return [at_most(6, text + "p99", stats["p99_ms"], 60, "ms", stats, digits=0),
            plain(6, text + "median / worst", f"{stats['p50_ms']:.0f} / {stats['worst_ms']:.0f} ms")]
