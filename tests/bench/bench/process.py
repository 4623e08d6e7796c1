"""Runs a program and says what it took. Everything is spawned from this one small process, with an environment that has nothing of
the person's: no kubeconfig, no settings, no proxy, no screen."""
import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass


class CannotMeasure(Exception):
    """Why a figure could not be had. Not a bad figure: none."""


@dataclass
class Run:
    code: int
    seconds: float   # from exec to exit
    peak_kib: int    # ru_maxrss: never less than what this process itself had when it spawned the other
    out: str
    err: str

    def stats(self):
        """The line of JSON that our programs print: at the end of stderr, benchmarks on stdout."""
        for line in reversed((self.err + "\n" + self.out).splitlines()):
            if line.startswith("{"):
                return json.loads(line)
        raise CannotMeasure(f"it printed no figures: {self.err.strip()[-300:]}")


class Room:
    """A scratch folder, and the environment of what runs in it."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(self.path("home"), exist_ok=True)
        os.makedirs(self.path("run"), mode=0o700, exist_ok=True)
        # SHLVL: as started from a shell, or the window first asks the login shell for its environment.
        self.environment = {"PATH": os.environ.get("PATH", ""), "HOME": self.path("home"), "XDG_RUNTIME_DIR": self.path("run"),
                            "LC_ALL": "C.UTF-8", "SHLVL": "1", "QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "*=false"}

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def run(self, arguments, good=(0,), keep_output=True, **environment):
        """Waits for the end. CannotMeasure if the exit code is not a good one."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            null = os.open(os.devnull, os.O_RDWR)
            actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, out.fileno() if keep_output else null, 1),
                       (os.POSIX_SPAWN_DUP2, err.fileno(), 2)]
            begin = time.monotonic()
            try:
                child = os.posix_spawnp(arguments[0], arguments, {**self.environment, **environment}, file_actions=actions)
            except OSError as error:
                raise CannotMeasure(f"{os.path.basename(arguments[0])} cannot be run: {error.strerror}") from error
            finally:
                os.close(null)
            _, status, usage = os.wait4(child, 0)
            seconds = time.monotonic() - begin
            out.seek(0)
            err.seek(0)
            run = Run(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss, out.read().decode(), err.read().decode(errors="replace"))
        if run.code not in good:
            raise CannotMeasure(f"{os.path.basename(arguments[0])} ended with {run.code}: {run.err.strip()[-300:]}")
        return run

    @contextlib.contextmanager
    def background(self, arguments, **options):
        """A process that is ended, if it has not ended, when the block is left."""
        try:
            process = subprocess.Popen(arguments, env=self.environment, stderr=subprocess.DEVNULL, **options)
        except OSError as error:
            raise CannotMeasure(f"{os.path.basename(arguments[0])} cannot be run: {error.strerror}") from error
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def memory_kib(pid, field):
    """VmRSS or VmHWM of a process that runs."""
    try:
        with open(f"/proc/{pid}/status") as f:
            for line in f:
                if line.startswith(field + ":"):
                    return int(line.split()[1])
    except OSError:
        pass
    raise CannotMeasure(f"the process had ended before its {field} was read")
