"""A TCP proxy that fails on request. TLS passes through it untouched, so what it breaks is what a network breaks.

Modes, all of which hold until the next one:
  pass               forward everything (what was held back by blackhole is then delivered)
  blackhole          connections stay open, new ones are accepted, nothing is forwarded either way
  throttle BYTES     at most BYTES per second to the client, on each connection
  refuse             the port is closed (ECONNREFUSED) and open connections are reset
  cut-after N [C]    the next C connections (1 if not said) that bring N more bytes to the client are reset right there; then pass
And once, without changing the mode:
  cut                reset every open connection now

It runs in an asyncio loop; every method is called on that loop's thread.
"""
import asyncio
import socket
import struct

_CHUNK = 65536


class _Link:
    """One client connection and the server connection behind it."""

    def __init__(self, proxy, reader, writer):
        self.proxy, self.reader, self.writer = proxy, reader, writer
        self.server_writer = None
        self.remaining = None   # bytes to the client until the cut, once a cut was asked for

    async def run(self):
        await self.proxy.flowing.wait()
        try:
            server_reader, self.server_writer = await asyncio.open_connection("127.0.0.1", self.proxy.target)
        except OSError:
            self.reset()
            return
        ways = [asyncio.create_task(self._copy(self.reader, self.server_writer, downstream=False)),
                asyncio.create_task(self._copy(server_reader, self.writer, downstream=True))]
        try:
            await asyncio.wait(ways, return_when=asyncio.ALL_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            self.close()

    async def _copy(self, source, sink, downstream):
        try:
            while data := await source.read(min(_CHUNK, self.proxy.rate or _CHUNK) if downstream else _CHUNK):
                await self.proxy.flowing.wait()
                if downstream:
                    if self.remaining is not None and len(data) >= self.remaining:
                        await self._last_bytes(data[:self.remaining])
                        return
                    if self.remaining is not None:
                        self.remaining -= len(data)
                    self.proxy.delivered += len(data)
                sink.write(data)
                await sink.drain()
                if downstream and self.proxy.rate:
                    await asyncio.sleep(len(data) / self.proxy.rate)
            if sink.can_write_eof():
                sink.write_eof()
        except (OSError, RuntimeError):
            self.reset()

    async def _last_bytes(self, data):
        """A reset throws away what the client has not read yet, so the rest is given a moment to arrive."""
        self.proxy.delivered += len(data)
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0.1)
        self.reset()
        self.proxy.was_cut()

    def reset(self):
        """RST, not FIN."""
        for writer in (self.writer, self.server_writer):
            if writer is not None and not writer.is_closing():
                s = writer.get_extra_info("socket")
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()

    def close(self):
        for writer in (self.writer, self.server_writer):
            if writer is not None:
                writer.close()


class FaultProxy:
    def __init__(self, port, target):
        self.port, self.target = port, target
        self.mode, self.rate, self.cuts_left, self.cut_at = "pass", 0, 0, 0
        self.accepted = self.delivered = self.cut_count = 0
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.links, self.server = set(), None

    async def start(self):
        self.server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def stop(self):
        self.cut()
        if self.server is not None:
            self.server.close()
            self.server = None

    async def _accept(self, reader, writer):
        link = _Link(self, reader, writer)
        if self.cuts_left:
            link.remaining = self.cut_at
        self.accepted += 1
        self.links.add(link)
        try:
            await link.run()
        except asyncio.CancelledError:
            link.reset()
        finally:
            self.links.discard(link)

    def cut(self):
        """Resets every open connection; returns how many."""
        links = list(self.links)
        for link in links:
            link.reset()
        self.cut_count += len(links)
        return len(links)

    def was_cut(self):
        self.cut_count += 1
        self.cuts_left = max(0, self.cuts_left - 1)
        if not self.cuts_left:
            self._forget_cuts()
            self.mode = "pass"

    def _forget_cuts(self):
        self.cuts_left = 0
        for link in self.links:
            link.remaining = None

    async def set_mode(self, mode, *arguments):
        """ValueError for what it does not know."""
        if mode == "cut":
            self.cut()
            return
        if mode not in ("pass", "blackhole", "throttle", "refuse", "cut-after"):
            raise ValueError(f"no such mode: {mode}")
        numbers = [int(a) for a in arguments]
        if len(numbers) < (mode in ("throttle", "cut-after")) or any(n < 1 for n in numbers):
            raise ValueError(f"{mode} needs a number above 0")
        self.mode, self.rate = mode, numbers[0] if mode == "throttle" else 0
        self._forget_cuts()
        if mode == "cut-after":
            self.cut_at, self.cuts_left = numbers[0], (numbers + [1])[1]
            for link in self.links:
                link.remaining = self.cut_at
        if mode == "blackhole":
            self.flowing.clear()
        else:
            self.flowing.set()
        if mode == "refuse":
            await self.stop()
        elif self.server is None:
            await self.start()

    def status(self):
        return {"mode": self.mode, "open": len(self.links), "accepted": self.accepted, "delivered": self.delivered, "cut": self.cut_count}
