"""Child processes that never outlive their parent, and free loopback ports for them.

A child is stopped by the id of the process that was started here, never by name. The kernel kills it when the thread that
started it dies (PR_SET_PDEATHSIG), so children are started from the main thread only.
"""
import ctypes
import os
import random
import signal
import socket
import subprocess
import threading
import time

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class LabError(RuntimeError):
    """What went wrong, and where to look."""


class Child:
    """One engine: its command line, its log file and, while it runs, its process."""

    def __init__(self, name, argv, log, env=None):
        self.name, self.argv, self.log, self.env = name, [str(a) for a in argv], log, env
        self.process = None

    def start(self):
        if self.running():
            return
        if threading.current_thread() is not threading.main_thread():
            raise LabError(f"{self.name}: children are started from the main thread only")
        parent = os.getpid()

        def die_with_parent():
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:   # it died before the line above
                os._exit(1)

        with open(self.log, "ab") as log:
            # A session of its own: a Ctrl+C in the terminal reaches the parent, which then stops them in order.
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env,
                                            start_new_session=True, preexec_fn=die_with_parent)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def pid(self):
        return self.process.pid if self.running() else None

    def kill(self):
        """As a crash would: no goodbye to anyone."""
        if self.running():
            self.process.kill()
            self.process.wait()

    def terminate(self):
        if self.running():
            self.process.terminate()

    def stop(self, patience=10):
        self.terminate()
        if self.process is not None:
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()

    def tail(self, lines=15):
        try:
            with open(self.log, errors="replace") as f:
                return "".join(f.readlines()[-lines:])
        except FileNotFoundError:
            return ""


def free_ports(count):
    """Free loopback ports below the range the kernel hands out for outgoing connections: an engine that is killed and
    started again finds its port still free."""
    held, ports = [], []
    candidates = random.sample(range(20000, 32000), 2000)
    try:
        for port in candidates:
            s = socket.socket()
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                s.close()
                continue
            held.append(s)
            ports.append(port)
            if len(ports) == count:
                return ports
    finally:
        for s in held:
            s.close()
    raise LabError(f"no {count} free ports on 127.0.0.1")


def wait_until(what, condition, timeout, pause=0.1):
    """Calls condition() until it is true. LabError after `timeout` seconds; what condition() raises passes through."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise LabError(f"{what}: not after {timeout} s")
        time.sleep(pause)
    return value
