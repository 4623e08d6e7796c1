"""An HTTP proxy double (RFC 9110, CONNECT only), plain or behind TLS, with or without a password. On loopback.

For what a real proxy package would start as a service of the whole machine; the SOCKS proxy of the tests is a real one."""
import base64
import select
import socket
import ssl
import threading


class ProxyDouble:
    """with ProxyDouble(certificate=(file, key), login="user:password", refuse=False) as proxy: proxy.port, proxy.tunnels"""

    def __init__(self, certificate=None, login=None, refuse=False):
        self.login, self.refuse = login, refuse
        self.tunnels = []          # "host:port" of each CONNECT that was granted
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            if self._tls:
                client = self._tls.wrap_socket(client, server_side=True)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = client.recv(1)      # nothing of what follows the head may be taken
                if not byte:
                    return
                head += byte
            lines = head.decode("latin-1").split("\r\n")
            method, target, _ = lines[0].split(" ")
            wanted = "Basic " + base64.b64encode((self.login or "").encode()).decode()
            if self.login and not any(line.lower() == ("proxy-authorization: " + wanted).lower() for line in lines):
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            if method != "CONNECT" or self.refuse:
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            host, port = target.rsplit(":", 1)
            with socket.create_connection((host.strip("[]"), int(port))) as server:
                self.tunnels.append(target)
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._relay(client, server)
        except (OSError, ValueError):
            pass
        finally:
            client.close()

    @staticmethod
    def _relay(client, server):
        pair = {client: server, server: client}
        while True:
            # What TLS has read ahead is not seen by select.
            ready = [client] if isinstance(client, ssl.SSLSocket) and client.pending() else select.select(list(pair), [], [], 60)[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                pair[source].sendall(data)
