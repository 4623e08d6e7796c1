"""A lab that `tests/lab/up` (or ctest's fixture) started: found by its folder, steered over its control socket.

    lab = RunningLab.of_ctest()        # the folder is in TIMONIER_LAB_DIR
    lab.proxy("blackhole"); lab.kill_apiserver(); lab.restart_apiserver(); lab.forget_history(); lab.kubectl("get", "pods")
"""
import json
import os
import socket

from .cluster import Cluster
from .process import LabError


class RunningLab(Cluster):
    def __init__(self, directory):
        super().__init__(directory)
        try:
            with open(self.path("lab.json")) as f:
                self.ports = json.load(f)["ports"]
        except FileNotFoundError:
            raise LabError(f"no lab in {self.directory}") from None

    @classmethod
    def of_ctest(cls):
        return cls(os.environ.get("TIMONIER_LAB_DIR") or "")

    def order(self, *words, timeout=120):
        """The answer of the holder (see holder.py for the words); LabError if it says no."""
        folder = os.open(self.directory, os.O_PATH | os.O_DIRECTORY)   # as short a path as a socket needs
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(timeout)
                try:
                    s.connect(f"/proc/self/fd/{folder}/control")
                except OSError as error:
                    raise LabError(f"nothing runs in {self.directory}: {error}") from error
                s.sendall(" ".join(str(w) for w in words).encode() + b"\n")
                with s.makefile() as f:
                    answer = json.loads(f.readline() or '{"ok": false, "error": "it ended"}')
        finally:
            os.close(folder)
        if not answer.pop("ok"):
            raise LabError(answer["error"])
        return answer

    def status(self):
        return self.order("status")

    def kill_apiserver(self):
        self.order("kill-apiserver")

    def restart_apiserver(self):
        self.order("restart-apiserver")

    def stop_engine(self, name):
        self.order("stop-engine", name)

    def start_engine(self, name):
        self.order("start-engine", name)

    def proxy(self, mode, *numbers):
        return self.order("proxy", mode, *numbers)

    def stop(self):
        self.order("stop")
