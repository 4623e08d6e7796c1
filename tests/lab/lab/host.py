"""One host of the lab: a disk image, a network namespace, systemd-nspawn. Lives in the namespaces that hosts_inside.py made.

The life of a host: prepare() -> start() -> wait_ready(); it restarts by itself when it is rebooted from inside, and can be cut off and
started again. Traps that this knows (see README.md): on cgroup v1 each host needs a group of its own in every hierarchy, and its view of
them writable; addresses are set from outside, since networkd waits for udev.
"""
import base64
import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import threading
import time

from .host_limits import CGROUPS, own_groups, remove_group, unified
from .process import LabError

SOURCE = "/etc/apt/sources.list.d/kubernetes.list"
REBOOTED = 133   # systemd-nspawn's exit code with --keep-unit (EXIT_FORCE_RESTART)


def command(*words, check=True, text=None, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, input=text, **more)
    if check and done.returncode:
        raise LabError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.stdout.strip() or f'exit code {done.returncode}'}")
    return done


def newest(folder, name, end=""):
    """FOLDER/NAME-REVISION END with the highest revision: what tests/lab/hosts-engine made last."""
    found = [(int(match[1]), one) for one in os.listdir(folder) if (match := re.fullmatch(rf"{name}-(\d+){re.escape(end)}", one))]
    if not found:
        raise LabError(f"there is no {name}{end} in {folder}")
    return os.path.join(folder, max(found)[1])


class Host:
    def __init__(self, lab, name, number):
        self.lab, self.name = lab, name
        self.address = lab.address(9 + number)
        self.mac = f"02:00:5e:{lab.slot:02x}:00:{9 + number:02x}"
        self.root = os.path.join(lab.directory, "root", name)
        self.disk = os.path.join(lab.directory, "disk", name + ".img")
        self.console = os.path.join(lab.directory, "log", name + ".log")
        self.systemd, self.cpus, self.memory, self.memory_shown = True, None, None, {}
        self.hostname, self.groups, self.routes = name, [], []
        self.covered, self.late = {}, []     # files of /proc that show something else; scripts for the first start
        self.process, self.init, self.wanted = None, None, False

    # --- before it starts -----------------------------------------------------------------------------------------------------------
    def prepare(self):
        command("cp", "--sparse=always", self.lab.image, self.disk)
        os.makedirs(self.root)
        command("mount", "-o", "loop,noatime,barrier=0", self.disk, self.root)

    def path(self, path):
        return self.root + path

    def write(self, path, content, mode=0o644):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        if os.path.islink(self.path(path)):   # it may lead out of this root
            os.remove(self.path(path))
        with open(self.path(path), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(self.path(path), mode)

    def read(self, path):
        with open(self.path(path), encoding="utf-8") as file:
            return file.read()

    def copy(self, source, path, mode=0o644):
        with open(source, "rb") as file:
            self.write(path, file.read(), mode)

    def set_password(self, user, hashed):
        shadow = re.sub(rf"^{user}:[^:]*:", lambda _: f"{user}:{hashed}:", self.read("/etc/shadow"), flags=re.M)
        self.write("/etc/shadow", shadow, 0o640)

    def make_host_keys(self):
        for kind in ("ed25519", "ecdsa"):
            file = self.path(f"/etc/ssh/ssh_host_{kind}_key")
            for old in (file, file + ".pub"):
                if os.path.exists(old):
                    os.remove(old)
            command("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", self.name, "-f", file)

    def host_keys(self):
        """(type, public key in base64, SHA256 fingerprint) of each."""
        for kind in ("ed25519", "ecdsa"):
            name, key, _ = self.read(f"/etc/ssh/ssh_host_{kind}_key.pub").split()
            yield name, key, "SHA256:" + base64.b64encode(hashlib.sha256(base64.b64decode(key)).digest()).decode().rstrip("=")

    # --- its network ----------------------------------------------------------------------------------------------------------------
    def make_network(self):
        command("ip", "netns", "del", self.name, check=False)
        command("ip", "link", "del", "vb-" + self.name, check=False)
        command("ip", "netns", "add", self.name)
        command("ip", "link", "add", "vb-" + self.name, "type", "veth", "peer", "name", "eth0", "address", self.mac, "netns", self.name)
        command("ip", "link", "set", "vb-" + self.name, "master", "br0", "up")
        command("ip", "-n", self.name, "-batch", "-", text=f"link set lo up\naddr add {self.address}/{self.lab.prefix} brd + dev eth0\n"
                f"link set eth0 up\nroute add default via {self.lab.gateway}\n" + "".join(f"route add {route}\n" for route in self.routes))
        # A host that nobody has prepared: some kernels hand the machine's own values on.
        for name in ("ipv4/ip_forward", "bridge/bridge-nf-call-iptables", "bridge/bridge-nf-call-ip6tables"):
            command("nsenter", f"--net=/run/netns/{self.name}", "sh", "-c", f"! [ -e /proc/sys/net/{name} ] || echo 0 > /proc/sys/net/{name}")

    def add_route(self, route):
        """In the words of `ip route add`; there again after a reboot."""
        self.routes.append(route)
        if self.init:
            command("ip", "-n", self.name, "route", "add", *route.split())

    # --- running --------------------------------------------------------------------------------------------------------------------
    def start(self):
        self.make_network()
        groups = own_groups(f"{self.lab.group}/{self.name}")
        for group in groups:
            self._forget(group)
            os.makedirs(group)
            if unified():
                for folder in (CGROUPS, os.path.dirname(group)):
                    for controller in ("cpu", "cpuset", "io", "memory", "pids"):
                        with contextlib.suppress(OSError), open(f"{folder}/cgroup.subtree_control", "w", encoding="ascii") as file:
                            file.write("+" + controller)
            if "/cpuset/" in group:
                for folder in (os.path.dirname(group), group):
                    for file in ("cpuset.cpus", "cpuset.mems"):
                        with open(f"{os.path.dirname(folder)}/{file}", encoding="ascii") as above, open(f"{folder}/{file}", "w", encoding="ascii") as own:
                            own.write(above.read())
        self.groups = groups
        self.relimit()
        environment = dict(os.environ, SYSTEMD_SECCOMP="0", SYSTEMD_NSPAWN_API_VFS_WRITABLE="1", SYSTEMD_NSPAWN_USE_CGNS="1",
                           SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1" if unified() else "0")
        words = ["systemd-nspawn", "--quiet", "-D", self.root, "-M", self.name, f"--hostname={self.hostname}", "--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{self.name}",
                 "--capability=all", "--drop-capability=CAP_SYS_TIME", "--private-users=no", "--bind=/dev/kmsg", "--console=pipe", "--link-journal=no", "--resolv-conf=off", "--timezone=off"]
        if os.path.isdir(modules := f"/lib/modules/{os.uname().release}"):
            words.append(f"--bind-ro={modules}")
        # The container runtime makes groups in every hierarchy, and nspawn mounts all but systemd's read-only. Before systemd begins: what it cannot write to then it never uses.
        begin = "/lib/systemd/systemd" if self.systemd else "/bin/sh -c 'mkdir -p /run/sshd; /usr/sbin/sshd; while :; do sleep 3600 & wait; done'"
        words += ["/bin/sh", "-c", f"for one in /sys/fs/cgroup/*/; do mount -o remount,rw,bind \"$one\" 2> /dev/null; done; exec {begin}"]

        def join_groups():
            for group in groups:
                with open(f"{group}/cgroup.procs", "w", encoding="ascii") as file:
                    file.write("0")

        with open(self.console, "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, preexec_fn=join_groups)
        self.wanted = True
        self.init = self._find_init()
        for target in self.covered:
            self._cover(target)
        threading.Thread(target=self._watch, args=(self.process,), daemon=True).start()

    def _forget(self, group):
        """What its last boot left of groups: a kubelet would take them for containers."""
        end = time.monotonic() + 10
        while True:
            try:
                return remove_group(group)
            except OSError as error:   # the last processes of that boot are still being buried
                if time.monotonic() > end:
                    raise LabError(f"{self.name}: {group} is still in use: {error}") from error
                time.sleep(0.05)

    def relimit(self):
        """The CPUs and the memory that its groups may use."""
        for group in self.groups:
            if self.cpus and ("/cpuset/" in group or unified()):
                with open(f"{group}/cpuset.cpus", "w", encoding="ascii") as file:
                    file.write(self.cpus)
            if self.memory and ("/memory/" in group or unified()):
                with open(f"{group}/memory.{'max' if unified() else 'limit_in_bytes'}", "w", encoding="ascii") as file:
                    file.write(str(self.memory))

    def _find_init(self):
        """Process 1 of the host, by its id here."""
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
                    children = file.read().split()
                for child in children:
                    with open(f"/proc/{child}/status", encoding="utf-8") as file:
                        ids = next(line for line in file if line.startswith("NSpid:")).split()
                    # The program of the host, no longer nspawn itself: then its mounts are made.
                    program = os.path.basename(os.readlink(f"/proc/{child}/exe"))
                    if len(ids) == 3 and ids[-1] == "1" and (program == "systemd" if self.systemd else "nspawn" not in program):
                        return int(child)
            except (OSError, StopIteration):
                pass
            time.sleep(0.02)
        raise LabError(f"{self.name} did not start: {self.tail()}")

    def _watch(self, process):
        """A host that reboots comes up again; one that was switched off stays off."""
        code = process.wait()
        if self.process is process and self.wanted:
            self.init = None
            if code == REBOOTED:
                self.start()
            else:
                self.wanted = False

    def tail(self):
        with open(self.console, encoding="utf-8", errors="replace") as file:
            return file.read()[-1500:]

    def wait_ready(self, patience=60):
        """Until sshd greets, and lets people in (systemd has it refuse everybody while the host boots)."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                with socket.create_connection((self.address, 22), timeout=2) as one:
                    if one.recv(4) == b"SSH-" and self.init and not os.path.exists(f"/proc/{self.init}/root/run/nologin"):
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise LabError(f"{self.name}: no sshd answers after {patience} s: {self.tail()}")

    def cut(self):
        """As if the power failed: every process of it is gone at once, the disk stays."""
        self.wanted = False
        if self.process:
            self.process.kill()
            self.process.wait()
        if self.init:
            end = time.monotonic() + 10
            while os.path.exists(f"/proc/{self.init}") and time.monotonic() < end:
                try:
                    os.kill(self.init, signal.SIGKILL)
                except ProcessLookupError:
                    break
                time.sleep(0.05)
        self.init = None

    def unmount(self):
        """Its disk is whole in its file: to be copied, or looked into."""
        self.cut()
        command("umount", self.root)

    def enter(self):
        if not self.init:
            raise LabError(f"{self.name} does not run")
        return ("nsenter", "-t", self.init, "-m", "-u", "-i", "-n", "-p", "-C")

    def run(self, script, check=True, timeout=300):
        """A shell script as root on the running host; no ssh has a part in it."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run([str(word) for word in (*self.enter(), "sh", "-c", script)], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              env=environment, timeout=timeout)
        if check and done.returncode:
            raise LabError(f"{self.name}: {script[:200]}: {done.stderr.strip()[-500:]}")
        return done

    def soon(self, script):
        """Now if it runs, else once it has started."""
        if self.init:
            self.run(script)
        else:
            self.late.append(script)

    def run_late(self):
        while self.late:
            self.run(self.late.pop(0))

    def cover(self, target, content):
        """The file `target` of /proc shows `content` (a text, or a function asked at every start) on this host. (A pod's /proc is its own.)"""
        self.covered[target] = content
        if self.init:
            self._cover(target)

    def _cover(self, target):
        file, content = "/run/.lab" + target.replace("/", "-"), self.covered[target]
        for _ in range(50):   # a host may still be so young that what enters it is killed
            done = subprocess.run([str(word) for word in (*self.enter(), "sh", "-c", f"umount {target} 2> /dev/null; cat > {file} && mount --bind {file} {target}")],
                                  input=content() if callable(content) else content, text=True, capture_output=True)
            if done.returncode == 0:
                return
            time.sleep(0.1)
        raise LabError(f"{self.name}: {target} cannot be covered: {done.stderr.strip() or done.returncode}")
