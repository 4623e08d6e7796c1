"""The process that owns the hosts of tests/lab/hosts: process 1 of its own namespaces (mounts, network, processes), so that whatever
happens to it, every host, mount, veth pair and address goes with it. hosts.py starts it (`unshare … python -m lab.hosts_inside`) and talks
to it over the socket DIR/control: one JSON line in, one out.

The network: a bridge br0 in here with the hosts and the package server, and one veth pair into the network that this was started from, which is
how a test reaches the hosts. Nothing is forwarded: a host has a default route, and no internet.
"""
import concurrent.futures
import contextlib
import ipaddress
import json
import os
import secrets
import socketserver
import sys
import threading
import time
import traceback

from . import host_faults
from .host import SOURCE, Host, command, newest
from .host_identity import make_its_own
from .mirror import Mirror
from .process import LabError

SLOTS = 8   # labs that one network can have at a time: 198.51.100.0/24 (RFC 5737) in eight parts
USERS = {"ops": "asks", "nopass": "free", "frenchy": "asks", "fishy": "free", "homeless": "asks", "nosudo": "none"}


class Lab:
    def __init__(self, directory, engine, group, outside, wishes):
        self.directory, self.group, self.outside, self.wishes = directory, group, outside, wishes
        self.engine_folder, self.version = engine, wishes["version"]
        self.image = wishes["disk"]
        self.users = list(USERS)
        self.password = secrets.token_urlsafe(12)
        self.password_hash = self.hash_of(self.password)
        self.lock = threading.Lock()

    @staticmethod
    def hash_of(password):
        return command("openssl", "passwd", "-6", "-stdin", text=password).stdout.strip()

    # --- the network ----------------------------------------------------------------------------------------------------------------
    def make_network(self):
        for slot in range(SLOTS):
            self.network = ipaddress.ip_network(f"198.51.100.{slot * 32}/27")
            name = f"tmnhosts{slot}"
            made = command("ip", "link", "add", "up0", "type", "veth", "peer", "name", name, "netns", f"/proc/self/fd/{self.outside}", check=False, pass_fds=(self.outside,))
            if made.returncode == 0:
                break
        else:
            raise LabError(f"no room for more hosts in this network: {made.stderr.strip()}")
        self.slot, self.prefix = slot, self.network.prefixlen
        self.outer, self.gateway = self.address(1), self.address(2)
        self.url = f"http://{self.gateway}"
        command("ip", "-batch", "-", text=f"link set lo up\nlink add br0 type bridge\nlink set up0 master br0 up\naddr add {self.gateway}/{self.prefix} dev br0\nlink set br0 up\n")
        command("nsenter", f"--net=/proc/self/fd/{self.outside}", "ip", "-batch", "-", text=f"addr add {self.outer}/{self.prefix} dev {name}\nlink set {name} up\n", pass_fds=(self.outside,))
        for path in ("ipv4/ip_forward", "ipv6/conf/all/forwarding", "bridge/bridge-nf-call-iptables", "bridge/bridge-nf-call-ip6tables"):
            if os.path.exists(f"/proc/sys/net/{path}"):
                with open(f"/proc/sys/net/{path}", "w", encoding="ascii") as file:
                    file.write("0")

    def address(self, number):
        return str(self.network[number])

    # --- what hosts are made of -----------------------------------------------------------------------------------------------------
    def versions(self):
        """Kubernetes' version -> the folder of what tests/lab/hosts-engine made for it; this lab's first."""
        cache = os.path.dirname(self.engine_folder)
        found = {name.removeprefix("hosts-lab-"): os.path.join(cache, name) for name in sorted(os.listdir(cache)) if name.startswith("hosts-lab-")}
        return {self.version: self.engine_folder, **found}

    def folders(self):
        """What the server serves. Kubernetes' packages of all versions that were made, under one root, as pkgs.k8s.io has them."""
        yield "debian", os.path.join(newest(os.path.join(os.path.dirname(self.engine_folder), "hosts-debian"), "pool"))
        yield "images", newest(self.engine_folder, "images")
        for folder in self.versions().values():
            with contextlib.suppress(LabError):
                yield "", os.path.join(newest(folder, "packages"), "kubernetes")

    def engine(self, name):
        return os.path.join(newest(self.engine_folder, "images"), name)

    def kubernetes_url(self, version):
        return f"{self.url}/core:/stable:/v{'.'.join(version.split('.')[:2])}/deb/"

    def packages_key(self):
        with open(os.path.join(newest(os.path.join(os.path.dirname(self.engine_folder), "hosts-debian"), "pool"), "Release.key"), encoding="ascii") as file:
            return file.read()

    def kubernetes_source(self, host):
        host.write("/etc/apt/keyrings/kubernetes-apt-keyring.asc", self.packages_key())
        host.write(SOURCE, f"deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.asc] {self.kubernetes_url(self.version)} /\n")

    def make_user_keys(self):
        keys = os.path.join(self.directory, "keys")
        os.makedirs(keys, exist_ok=True)
        self.passphrase = secrets.token_urlsafe(9)
        self.keys = {"key": ("ed25519", ""), "key_ecdsa": ("ecdsa", ""), "key_rsa": ("rsa", ""), "key_locked": ("ed25519", self.passphrase)}
        self.public_keys = ""
        for name, (kind, passphrase) in self.keys.items():
            file = os.path.join(keys, name)
            command("ssh-keygen", "-q", "-t", kind, *(["-b", "2048"] if kind == "rsa" else []), "-N", passphrase, "-C", f"timonier-lab-{name}", "-f", file)
            with open(file + ".pub", encoding="ascii") as public:
                self.public_keys += public.read()

    # --- all of it ------------------------------------------------------------------------------------------------------------------
    def start(self):
        for folder in ("root", "disk", "log"):
            os.makedirs(os.path.join(self.directory, folder))
        self.make_network()
        self.make_user_keys()
        self.mirror = Mirror(self.gateway, 80, list(self.folders()), os.path.join(self.directory, "log", "mirror.log"))
        self.mirror.start()
        self.hosts = [Host(self, name, number + 1) for number, name in enumerate(self.wishes["names"])]
        self.first = self.hosts[0]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda host: (host.prepare(), make_its_own(host, self)), self.hosts))
            self.describe()
            for name, host in self.wishes["plants"]:
                host_faults.plant(name, self.host(host), self)
            list(pool.map(lambda host: (host.start(), host.wait_ready(), host.run_late()), self.hosts))

    def host(self, name):
        for one in self.hosts:
            if one.name == name:
                return one
        raise LabError(f"there is no host {name}")

    @staticmethod
    def images(folder):
        try:
            images = newest(folder, "images")
        except LabError:   # of a version that is being made
            return None
        return {"all": os.path.join(images, "images.tar"), "worker": os.path.join(images, "images-worker.tar"), "web": os.path.join(images, "web.tar")}

    def describe(self):
        """hosts.json, known_hosts and ssh_config, for tests and for people. Written before faults are planted: it promises what a sound host has."""
        path = lambda name: os.path.join(self.directory, name)   # noqa: E731
        hosts, known = [], []
        for host in self.hosts:
            keys = list(host.host_keys())
            known += [f"{host.address} {kind} {key}\n" for kind, key, _ in keys]
            hosts.append({"name": host.name, "address": host.address, "port": 22, "mac": host.mac, "machineId": host.read("/etc/machine-id").strip(),
                          "hostKeys": [{"type": kind, "key": key, "fingerprint": fingerprint} for kind, key, fingerprint in keys],
                          "planted": [name for name, where in self.wishes["plants"] if where == host.name]})
        described = {
            "version": self.version, "network": str(self.network), "outside": self.outer, "gateway": self.gateway,
            "cgroups": 2 if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else 1,
            "hosts": hosts,
            "users": {name: {"password": self.password, "sudo": sudo} for name, sudo in USERS.items()},
            "keys": {name: {"file": path(f"keys/{name}"), "type": kind, "passphrase": passphrase} for name, (kind, passphrase) in self.keys.items()},
            "knownHosts": path("known_hosts"), "sshConfig": path("ssh_config"),
            "mirror": {"debian": f"{self.url}/debian", "suite": "bookworm", "component": "main", "kubernetes": self.kubernetes_url(self.version), "kubernetesRoot": self.url,
                       "key": self.kubernetes_url(self.version) + "Release.key", "keyFile": path("packages.asc"), "images": f"{self.url}/images/"},
            "images": self.images(self.engine_folder),
            "versions": {version: {"kubernetes": self.kubernetes_url(version), "images": self.images(folder)} for version, folder in self.versions().items() if self.images(folder)},
            "networkManifest": self.engine("network.yaml"), "podSubnet": "10.244.0.0/16",
            "web": {"image": "registry.example.com/lab/web:1", "port": 8080},
            "kubectl": os.path.join(os.path.dirname(self.engine_folder), f"kubernetes-{self.version}", "kubectl"),
        }
        config = f"UserKnownHostsFile {path('known_hosts')}\nGlobalKnownHostsFile none\nStrictHostKeyChecking yes\nIdentityFile {path('keys/key')}\nIdentitiesOnly yes\nUser ops\n"
        config += "".join(f"Host {host.name}\n  HostName {host.address}\n" for host in self.hosts)
        for name, content in (("known_hosts", "".join(known)), ("ssh_config", config), ("packages.asc", self.packages_key()), ("hosts.json", json.dumps(described, indent=1) + "\n")):
            descriptor = os.open(path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)

    def obey(self, order):
        match order.get("order"):
            case "status":
                return {"hosts": {host.name: "on" if host.init else "off" for host in self.hosts}, "slot": self.slot}
            case "run":
                done = self.host(order["host"]).run(order["script"], check=False, timeout=order.get("timeout", 300))
                return {"code": done.returncode, "out": done.stdout, "err": done.stderr}
            case "kubernetes-source":
                self.kubernetes_source(self.host(order["host"]))
            case "plant":
                host_faults.plant(order["fault"], self.host(order["host"]), self)
            case "repair-mirror":
                self.mirror.refused.clear()
            case "unmount":
                self.host(order["host"]).unmount()
            case "cut":
                self.host(order["host"]).cut()
            case "start":
                host = self.host(order["host"])
                if not host.init:
                    host.start()
                host.wait_ready()
            case "stop":
                threading.Thread(target=lambda: (time.sleep(0.05), os._exit(0))).start()
            case other:
                raise LabError(f"no such order: {other}")
        return {}


class Control(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            try:
                answer = {"ok": True, **self.server.lab.obey(json.loads(line))}
            except Exception as error:   # told to whoever asked, with the place in the log
                traceback.print_exc()
                answer = {"ok": False, "error": f"{error}" or type(error).__name__}
            self.wfile.write(json.dumps(answer).encode() + b"\n")


class ControlServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def main():
    wishes = json.loads(sys.argv[1])
    directory, outside = wishes["directory"], wishes["outside"]
    os.chdir(directory)
    command("mount", "--make-rprivate", "/")
    # nspawn and ip keep their notes below /run: theirs are nobody else's, and gone with this.
    command("mount", "-t", "tmpfs", "tmpfs", "/run")
    lab = Lab(directory, wishes["engine"], wishes["group"], outside, wishes)
    try:
        lab.start()
        server = ControlServer("control", Control)
        server.lab = lab
        threading.Thread(target=server.serve_forever, daemon=True).start()
    except Exception as error:
        traceback.print_exc()
        print(json.dumps({"ok": False, "error": f"{error}"}), flush=True)
        os._exit(1)
    print(json.dumps({"ok": True}), flush=True)
    sys.stdin.read()   # its other end is hosts.py's: closed, whatever happened to that
    os._exit(0)


if __name__ == "__main__":
    main()
