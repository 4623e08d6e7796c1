"""A row of the table: what it says, what it should say; and the table as text, Markdown and JSON."""
import json
import os
import time
from dataclasses import asdict, dataclass, field


@dataclass
class Figure:
    row: int          # 1 to 12: tests/bench/README.md says how each is measured
    what: str
    figure: str = ""
    target: str = ""  # empty: only for comparison
    met: bool | None = None
    values: dict = field(default_factory=dict)
    problem: str = "" # why it could not be measured


def at_most(row, what, value, target, unit, values=None, digits=2):
    return Figure(row, what, f"{value:.{digits}f} {unit}", f"≤ {target:g} {unit}", value <= target, values or {})


def at_least(row, what, value, target, unit, values=None, digits=2):
    return Figure(row, what, f"{value:.{digits}f} {unit}", f"≥ {target:g} {unit}", value >= target, values or {})


def plain(row, what, figure, values=None):
    return Figure(row, what, figure, values=values or {})


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def machine():
    def first(path, key, otherwise=""):
        try:
            with open(path) as f:
                return next((line.split(sep, 1)[1].strip().strip('"') for line in f for sep in (":", "=") if line.startswith(key) and sep in line),
                            otherwise)
        except OSError:
            return otherwise
    memory = int(first("/proc/meminfo", "MemTotal", "0 kB").split()[0]) / 2**20
    return {"cpu": first("/proc/cpuinfo", "model name", os.uname().machine), "cores": len(os.sched_getaffinity(0)), "memory_gib": round(memory, 1),
            "os": first("/etc/os-release", "PRETTY_NAME", "?"), "kernel": os.uname().release, "load": round(os.getloadavg()[0], 1),
            "date": time.strftime("%Y-%m-%d")}


def told(machine_):
    return (f"{machine_['cpu']}, {machine_['cores']} cores, {machine_['memory_gib']} GiB, {machine_['os']}, Linux {machine_['kernel']}, "
            f"load {machine_['load']} at the start, {machine_['date']}")


def _verdict(figure):
    if figure.problem:
        return "not measured"
    return "" if figure.met is None else "met" if figure.met else "NOT MET"


def as_text(figures):
    lines = [(str(f.row), f.what, f.problem or f.figure, f.target, _verdict(f)) for f in figures]
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths + [0])).rstrip() for line in lines)


def as_markdown(figures, machine_):
    lines = ["| | measured | figure | target | |", "|---|---|---|---|---|"]
    lines += [f"| {f.row} | {f.what} | {f.problem or f.figure} | {f.target} | {_verdict(f)} |" for f in figures]
    return "\n".join([f"Machine: {told(machine_)}.", "", *lines])


def write_json(path, figures, machine_):
    with open(path, "w") as f:
        json.dump({"machine": machine_, "figures": [asdict(figure) for figure in figures]}, f, indent=1, ensure_ascii=False)
