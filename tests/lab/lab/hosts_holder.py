"""The process behind a lab of hosts that stays outside: it starts the one inside (hosts_inside.py), waits for an end (an order, a signal, its owner gone), and takes
away what the kernel does not."""
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys

from .host_limits import GROUP, groups_of, raise_inotify, remove_group, restore_inotify
from .process import LabError, wait_until

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def hold(wishes, answer_to, owner):
    """The process that is left outside: starts the one inside, waits for an end, and takes away what the kernel does not (groups, files)."""
    directory = wishes["directory"]
    os.setsid()
    log = os.open(directory.rstrip("/") + ".log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    stop_reading, stop_writing = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(stop_writing, b"x"))
    watched = [stop_reading]
    if owner:
        try:
            watched.append(os.pidfd_open(owner))
        except ProcessLookupError:
            return 1
    outside = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.set_inheritable(outside, True)
    wishes |= {"outside": outside, "group": f"{GROUP}{os.getpid()}"}
    raise_inotify()
    inside = subprocess.Popen(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--", sys.executable, "-B", "-m", "lab.hosts_inside", json.dumps(wishes)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(outside,), cwd=HERE, env=dict(os.environ, PYTHONPATH=HERE, LC_ALL="C.UTF-8"))
    ended = os.pidfd_open(inside.pid)
    watched.append(ended)
    code = 0
    try:
        ready = select.select([inside.stdout, *watched], [], [])[0]
        line = inside.stdout.readline() if inside.stdout in ready or ended in ready else b""
        os.write(answer_to, line or b'{"ok": false, "error": "it ended before the hosts were up"}')
        if line and json.loads(line)["ok"]:
            with open(os.path.join(directory, "holder.pid"), "w", encoding="ascii") as file:
                file.write(f"{os.getpid()}\n")
            os.close(answer_to)
            select.select(watched, [], [])
        else:
            code = 1
    finally:
        inside.stdin.close()
        try:
            inside.wait(20)
        except subprocess.TimeoutExpired:
            inside.kill()   # unshare's child, process 1 of all of them, dies with it
            inside.wait()
        clean(directory)
    return code


def clean(directory):
    """What is left when every process is gone: groups, disks."""
    def gone():
        for group in groups_of(os.getpid()):
            try:
                remove_group(group)
            except OSError:   # the last process is still being buried
                return False
        return True
    with contextlib.suppress(LabError):
        wait_until("the groups are gone", gone, 15)
    restore_inotify()
    for name in ("root", "disk", "keys"):
        shutil.rmtree(os.path.join(directory, name), ignore_errors=True)
    for name in ("control", "holder.pid", "hosts.json", "known_hosts", "ssh_config", "packages.asc"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(directory, name))
    with contextlib.suppress(LabError):
        wait_until("the disks are given back", lambda: directory + "/" not in losetup(), 15)


def losetup():
    return subprocess.run(["losetup", "--list", "--noheadings", "--output", "BACK-FILE"], capture_output=True, text=True).stdout
