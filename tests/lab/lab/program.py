"""Runs timonierctl as a person would, and rebuilds from the events of `watch -o json` what the live store must hold.

    done = ctl("get", "pods", "-A", kubeconfig=lab.kubeconfig)       # CompletedProcess, text
    with Watch("pods", "-A", kubeconfig=lab.kubeconfig_proxied) as watch:
        watch.wait_state("Watching"); lab.proxy("cut"); watch.wait_state("Stale"); watch.rows
"""
import json
import os
import signal
import subprocess
import threading
import time


def program():
    return os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")


def environment(**changes):
    """That of the test without what would choose a cluster or a language; a value of None removes a variable."""
    kept = {k: v for k, v in os.environ.items() if k not in ("KUBECONFIG", "LANGUAGE", "TIMONIER_LOG")}
    kept.update(changes)
    return {k: v for k, v in kept.items() if v is not None}


def command_line(arguments, kubeconfig=None, user=None):
    return [program(), *arguments, *(["--kubeconfig", kubeconfig] if kubeconfig else []), *(["--context", user] if user else [])]


def ctl(*arguments, kubeconfig=None, user=None, timeout=90, text=True, **variables):
    return subprocess.run(command_line(arguments, kubeconfig, user), stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                          env=environment(**variables), **({"text": True, "encoding": "utf-8"} if text else {}))


def version_of(item):
    """What tells that a row is the newest one."""
    return item["metadata"].get("namespace", ""), item["metadata"]["name"], item["metadata"]["resourceVersion"]


class Watch:
    """A running `timonierctl watch`. `rows`: (namespace, name) -> the last event; `states`: the STATE events, oldest first."""

    def __init__(self, *arguments, kubeconfig=None, user=None, seconds=120, **variables):
        self.rows, self.states, self.events, self.strays = {}, [], 0, []
        self._words, self._changed = [], threading.Condition()
        self.process = subprocess.Popen(
            command_line(["watch", *arguments, "-o", "json", "--stats", "--for", f"{seconds}s"], kubeconfig, user),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment(**variables))
        self._readers = [threading.Thread(target=self._read_events, daemon=True), threading.Thread(target=self._read_words, daemon=True)]
        for reader in self._readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(5)
        self.process.stdout.close()
        self.process.stderr.close()

    def _read_events(self):
        for line in self.process.stdout:
            event = json.loads(line)
            with self._changed:
                self._apply(event)
                self._changed.notify_all()

    def _apply(self, event):
        self.events += 1
        kind, key = event["type"], (event.get("namespace", ""), event.get("name", ""))
        if kind == "STATE":
            self.states.append(event)
        elif kind == "RESET":
            self.rows.clear()
        elif (kind == "ADDED") == (key in self.rows):
            self.strays.append(event)   # added twice, or changed without having been added
        elif kind == "DELETED":
            del self.rows[key]
        else:
            self.rows[key] = event

    def _read_words(self):
        for line in self.process.stderr:
            with self._changed:
                self._words.append(line)
                self._changed.notify_all()

    @property
    def stderr(self):
        with self._changed:
            return "".join(self._words)

    def versions(self):
        with self._changed:
            return {(ns, name, row["resourceVersion"]) for (ns, name), row in self.rows.items()}

    def wait(self, what, condition, timeout=30):
        """Until condition(self) holds; AssertionError with what there is instead."""
        end = time.monotonic() + timeout
        with self._changed:
            while not condition(self):
                if not self._changed.wait(min(1, max(0, end - time.monotonic()))) and time.monotonic() >= end:
                    raise AssertionError(f"no {what} in {timeout} s; states {self.states}; stderr {''.join(self._words)[-2000:]}; "
                                         f"exit {self.process.poll()}")

    def wait_state(self, state, after=0, timeout=30):
        """The index behind the first STATE event called so, at or after index `after`."""
        self.wait(state, lambda w: any(s["state"] == state for s in w.states[after:]), timeout)
        return next(i for i, s in enumerate(self.states) if i >= after and s["state"] == state) + 1

    def stop(self):
        """Interrupts it; (exit code, the --stats line)."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        for reader in self._readers:
            reader.join(10)
        last = [w for w in self._words if w.startswith("{")]
        return self.process.returncode, json.loads(last[-1]) if last else {}
