"""The process behind `tests/lab/up`: owns a control plane and its fault proxy, and takes orders on the socket DIR/control.

One line in, one JSON line out: {"ok": true, …} or {"ok": false, "error": "…"}. A connection may send many lines.

  status                           children with their ids, what ended by itself, the proxy's mode and counters
  kill-apiserver                   SIGKILL
  restart-apiserver                the same port; answers once it is ready
  stop-engine NAME, start-engine NAME   as `status` names them: kube-controller-manager, kube-scheduler, kwok, metrics-server, …
  proxy MODE [NUMBER…]             see proxy.py
  stop                             everything ends, and this process with it

It ends, with all its children, on `stop`, SIGTERM, SIGINT, or when its owner (up --with-parent) is gone.
"""
import asyncio
import json
import os
import signal
import sys
import traceback

from .control_plane import ControlPlane
from .process import LabError
from .proxy import FaultProxy


class Holder:
    def __init__(self, lab):
        self.lab, self.proxy = lab, None
        self.over = asyncio.Event()
        self.told_dead = set()

    async def obey(self, words):
        match words:
            case ["status"]:
                return {"children": {n: c.pid() for n, c in self.lab.children.items()}, "dead": self.lab.dead(),
                        "proxy": self.proxy.status()}
            case ["kill-apiserver"]:
                self.lab.kill_apiserver()
            case ["restart-apiserver"]:
                self.lab.restart_apiserver(wait=False)   # children are started on this thread; the wait is not for it
                await asyncio.to_thread(self.lab._wait_ready)
            case ["stop-engine", name]:
                self.lab.stop_engine(name)
            case ["start-engine", name]:
                self.lab.start_engine(name)
            case ["proxy", mode, *arguments]:
                await self.proxy.set_mode(mode, *arguments)
                return self.proxy.status()
            case ["stop"]:
                self.over.set()
            case _:
                raise ValueError(f"no such order: {' '.join(words)}")
        return {}

    async def converse(self, reader, writer):
        try:
            while line := await reader.readline():
                try:
                    answer = {"ok": True, **await self.obey(line.decode().split())}
                except (LabError, ValueError, OSError) as error:
                    answer = {"ok": False, "error": str(error)}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass   # whoever asked has gone
        finally:
            writer.close()

    async def run(self, owner, started):
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.over.set)
        if owner:
            gone = os.pidfd_open(owner)
            loop.add_reader(gone, lambda: (loop.remove_reader(gone), self.over.set()))
        self.proxy = FaultProxy(self.lab.ports["proxy"], self.lab.ports["apiserver"])
        await self.proxy.start()
        os.chdir(self.lab.directory)   # a socket's path may have 107 bytes: relative, it always fits
        control = await asyncio.start_unix_server(self.converse, "control")
        started()
        while not self.over.is_set():
            try:
                await asyncio.wait_for(self.over.wait(), 2)
            except asyncio.TimeoutError:
                self._tell_of_the_dead()
        control.close()
        await self.proxy.stop()

    def _tell_of_the_dead(self):
        for name in set(self.lab.dead()) - self.told_dead:
            self.told_dead.add(name)
            print(f"{name} ended by itself:\n{self.lab.children[name].tail()}", file=sys.stderr, flush=True)


def hold(directory, version, metrics_seconds, owner, report):
    """Runs until told to end. report(text) is called once: "ready", or why it did not start."""
    def interrupted(*_):
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)   # until the loop takes over: ControlPlane.start cleans up
    lab = ControlPlane(directory, version, metrics_seconds)
    try:
        lab.start()

        async def main():
            await Holder(lab).run(owner, lambda: report("ready"))
        asyncio.run(main())
        return 0
    except KeyboardInterrupt:
        report("interrupted")
        return 130
    except Exception as error:   # told to whoever waits, with the place in the log
        traceback.print_exc()
        report(f"{error}")
        return 1
    finally:
        lab.stop()
        for name in ("control", "holder.pid"):
            try:
                os.remove(os.path.join(os.path.abspath(directory), name))
            except FileNotFoundError:
                pass
