"""A TCP proxy in front of one host's sshd, that cuts what goes through it."""
import contextlib
import select
import socket
import threading


class Cutter:
    def __init__(self, address, port=22):
        self.to = (address, port)
        self.lock, self.pairs, self.refuses, self.cuts = threading.Lock(), set(), False, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                if self.refuses:
                    client.close()
                else:
                    threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        with client, contextlib.suppress(OSError), socket.create_connection(self.to, timeout=10) as host:
            host.settimeout(None)
            with self.lock:
                self.pairs.add((client, host))
            try:
                other = {client: host, host: client}
                while True:
                    for one in select.select([client, host], [], [])[0]:
                        piece = one.recv(1 << 18)
                        if not piece:
                            return
                        other[one].sendall(piece)
            except (OSError, ValueError):   # it was cut
                pass
            finally:
                with self.lock:
                    self.pairs.discard((client, host))

    def cut(self, refusing=0.0):
        """Every connection ends at once, without a word; and new ones are turned away for so many seconds."""
        if refusing:
            self.refuses = True
            threading.Timer(refusing, self._let_in).start()
        with self.lock:
            pairs = list(self.pairs)
            self.cuts += len(pairs)
        for pair in pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _let_in(self):
        self.refuses = False

    def close(self):
        self.listener.close()
        self.cut()
