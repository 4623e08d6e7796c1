"""Azure, played: sign-in, the resource manager, AKS, ACR, on one TLS port of loopback. Written from Microsoft's documents (learn.microsoft.com/rest/api),
and proven by Microsoft's own clients, which make, change and take away the same things on it (tst_azure_double.py) before ours is tried on it.

What can be made to go wrong is a field of Azure. Its files: `aad` signs in; `machine` gives the identities of the machine that one runs on; `arm` is what all of
the resource manager's answers have in common; `operations` are what takes its time; `groups`, `clusters`, `registries`, `roles`, `compute`, `networks` are the providers;
`retail` is the list of prices.
"""
import datetime
import http.server
import ipaddress
import os
import shutil
import signal
import socket
import ssl
import tempfile
import threading
import time
import urllib.parse
import uuid

from . import aad, arm, clusters, compute, groups, machine, networks, registries, retail, roles
from .operations import Operations

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
TENANT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
MACHINE, HEADER = "77777777-8888-7777-6666-555555555555", "a-header-of-the-double"  # an identity given to this machine; App Service's proof that it is the application
CLIENT, SECRET = "99999999-8888-7777-6666-555555555555", "a-Secret~of.the.double"


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        url = urllib.parse.urlsplit(target)
        self.path = urllib.parse.unquote(url.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))


class Azure:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="timonier-cloud-")
        self.lock = threading.RLock()
        self.forget()
        self.server, self.plain = _serve(self), _serve(self, plain=True)
        self.metadata = f"http://127.0.0.1:{self.plain.server_address[1]}"  # in the place of http://169.254.169.254
        threading.Thread(target=self.plain.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]
        self.url = f"https://127.0.0.1:{self.port}"
        self.authorities = self.folder + "/ca.pem"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forget(self):
        """Nothing is there, and nothing goes wrong."""
        self.fault = lambda number, request: None  # asked for each change: see handle()
        self.counts_all = False    # it is asked for each request, also those that only look
        self.victim = None         # a Popen: whom "kill" kills
        self.changes = 0
        self.seen = []             # of Request
        self.speed = 0.25          # seconds that a long operation takes
        self.style = None          # "async", "location", "state": of all long operations; None: what each does in Azure
        self.retry_after = None    # seconds, said where something runs
        self.spread = 0.0          # seconds until an identity is known everywhere
        self.skew = 0              # seconds that Azure's clock is before ours
        self.denied = set()        # actions: "Microsoft.ContainerService/managedClusters/write"
        self.cores = {"cores": 20, "standardDSv3Family": 20, "standardBSFamily": 20}  # limits in uksouth
        self.life = 3600           # seconds that a token is good for
        self.revoked = set()       # tokens that are good no more
        self.consented = False     # somebody has typed the device's code in
        self.identities = set()    # of this machine: "", its own; client ids of those it was given
        self.updating = 0          # how many times its metadata say 410 first
        self.unregistered = set()  # providers: "Microsoft.ContainerService"
        self.fails = None          # (code, message): how the next long operation ends
        self.api_server = None     # {"server", "ca", "cert", "key"}, base64 but the first: whom kubeconfigs name
        self.groups, self.clusters, self.registries, self.assignments = {}, {}, {}, {}
        self.networks, self.user_identities = {}, {}
        self.addresses_used = 0    # in subnets that are made from now on
        self.principals = {}       # object id -> since when it is known
        self.tokens = {}           # token -> {"until", "audience", "kind"}
        self.codes = {}            # device codes
        self.retail = []           # of Request: what the list of prices was asked for
        self.retail_page, self.retail_throttled, self.retail_gone = 1000, 0, False  # items on a page; how many answers are 429; whether it fails
        self.operations = Operations(self)

    def now(self):
        return time.time() + self.skew

    def handle(self, request):
        """(status, headers, body). What `fault(number, request)` says of a change: None, do it; (status, headers, body) instead of it; "lose" or "kill",
        do it and hang up, or kill whoever asked."""
        with self.lock:
            self.operations.tick()
            self.seen.append(request)
            fault = None
            if arm.is_change(request) or (self.counts_all and request.path.startswith("/subscriptions/")):
                self.changes += 1
                fault = self.fault(self.changes, request)
            answer = fault if isinstance(fault, tuple) else machine.handle(self, request) or aad.handle(self, request) or retail.handle(self, request) or registries.handle_docker(self, request) or arm.handle(self, request)
        if fault == "kill":
            os.kill(self.victim.pid, signal.SIGKILL)
        return None if fault in ("kill", "lose") else answer

    def calm(self):
        with self.lock:
            self.fault, self.counts_all, self.changes, self.seen = lambda number, request: None, False, 0, []

    def stop(self):
        for server in (self.server, self.plain):
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _serve(azure, plain=False):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def date_time_string(self, timestamp=None):
            return super().date_time_string(azure.now())

        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = azure.handle(Request(self.command, self.path, self.headers, body))
            if answer is None:
                self.close_connection = True
                return None
            status, headers, content = answer
            try:
                self.send_response(status)
                headers = {"Content-Type": "application/json; charset=utf-8", **headers, "Content-Length": str(len(content))}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_one

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, connection, address):  # the handshake on the connection's own thread
            try:
                connection.settimeout(60)
                with connection if plain else context.wrap_socket(connection, server_side=True) as safe:
                    self.RequestHandlerClass(safe, address, self)
            except OSError:
                pass

        def handle_error(self, *_):  # whoever was killed hangs up
            pass

    context = None if plain else _tls(azure.folder)
    return Server(("127.0.0.1", 0), Handler)


def _tls(folder):
    """An authority, and what it says of 127.0.0.1."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.timezone.utc)

    def certificate(name, key, issuer, by, is_authority):
        builder = x509.CertificateBuilder(issuer, name, key.public_key(), int(uuid.uuid4()), now - datetime.timedelta(days=1), now + datetime.timedelta(days=2))
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), True)
        if is_authority:
            builder = builder.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), False)
        if not is_authority:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]), False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH] if hasattr(x509, "ExtendedKeyUsageOID") else [x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), False)
        return builder.sign(by, hashes.SHA256())

    named = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    with open(folder + "/ca.pem", "wb") as file:
        file.write(certificate(named("azure double authority"), root, named("azure double authority"), root, True).public_bytes(serialization.Encoding.PEM))
    with open(folder + "/server.pem", "wb") as file:
        file.write(certificate(named("azure double"), leaf, named("azure double authority"), root, False).public_bytes(serialization.Encoding.PEM))
        file.write(leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/server.pem")
    return context
