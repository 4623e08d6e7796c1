"""Real Debian hosts on this machine: systemd, sshd, people with and without sudo, a package mirror, and faults where one asks for them.

    with hosts.up(folder, 3, plants=["swap@h2"]) as lab:       # or tests/lab/hosts up, and Hosts(folder)
        lab.ssh("h1", "id -un")                                  # as ops, the host's key checked
        lab.run("h1", "…")                                       # as root, by no ssh
        lab.plant("apt-locked", "h2"); lab.cut("h3"); lab.start("h3")
        lab["mirror"]["kubernetes"]                              # hosts.json

Needs root, systemd-nspawn, loop devices; reason_to_skip() says what is missing. The hosts are reached from the network namespace that up() was
called in. They end with the process that holds them, which ends with its owner: nothing of them stays, whoever is killed.
"""
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess

from .host import newest
from .host_faults import FAULTS
from .host_limits import remove_leftovers
from .hosts_holder import hold
from .process import LabError

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VERSION = "1.36.3"


def engine(version=None, check=False, disk="bare"):
    """The folder of what hosts are made of; made first if it is not there (some minutes). LabError if it cannot be."""
    done = subprocess.run([os.path.join(HERE, "hosts-engine"), "--version", version or os.environ.get("TIMONIER_LAB_VERSION") or VERSION, "--disk", disk, *(["--check"] if check else [])],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE if check else None, text=True)
    if done.returncode:
        raise LabError(done.stderr.strip() if check else "what the hosts are made of could not be made (see above)")
    return done.stdout.strip()


def reason_to_skip(version=None):
    """Why this machine cannot have such hosts, or None."""
    if os.geteuid() != 0:
        return "hosts need root here"
    for tool in ("systemd-nspawn", "unshare", "nsenter", "ip", "ssh-keygen", "ssh", "openssl", "losetup"):
        if not shutil.which(tool):
            return f"{tool} is not here"
    if subprocess.run(["unshare", "-n", "-m", "-p", "--fork", "true"], capture_output=True).returncode:
        return "namespaces cannot be made here"
    if subprocess.run(["losetup", "--find"], capture_output=True).returncode:
        return "there are no loop devices here"
    try:
        engine(version, check=True)
    except LabError as error:
        if not os.environ.get("TIMONIER_HOSTS_LAB"):
            return f"{error} (TIMONIER_HOSTS_LAB=1 has it made, in some minutes)"
    return None


class Hosts:
    """A lab that runs, known by its folder."""

    def __init__(self, directory):
        self.directory = os.path.abspath(directory)
        try:
            with open(os.path.join(self.directory, "hosts.json"), encoding="utf-8") as file:
                self.described = json.load(file)
        except FileNotFoundError:
            raise LabError(f"no hosts in {self.directory}") from None

    def __getitem__(self, key):
        return self.described[key]

    def host(self, name):
        return next(host for host in self["hosts"] if host["name"] == name)

    def order(self, order, timeout=600, **more):
        folder = os.open(self.directory, os.O_PATH | os.O_DIRECTORY)   # as short a path as a socket needs
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.settimeout(timeout)
                try:
                    one.connect(f"/proc/self/fd/{folder}/control")
                except OSError as error:
                    raise LabError(f"no hosts run in {self.directory}: {error}") from error
                one.sendall(json.dumps({"order": order, **more}).encode() + b"\n")
                with one.makefile() as file:
                    answer = json.loads(file.readline() or '{"ok": false, "error": "it ended"}')
        finally:
            os.close(folder)
        if not answer.pop("ok"):
            raise LabError(answer["error"])
        return answer

    def status(self):
        return self.order("status")["hosts"]

    def run(self, host, script, check=True, timeout=300):
        """A shell script as root on a host, not over ssh: {"code", "out", "err"}."""
        answer = self.order("run", host=host, script=script, timeout=timeout)
        if check and answer["code"]:
            raise LabError(f"{host}: {script[:200]}: {answer['err'].strip()[-800:]}")
        return answer

    def add_kubernetes_source(self, host):
        """The host's package sources know Kubernetes', as a person would have entered it."""
        self.order("kubernetes-source", host=host)

    def plant(self, fault, host):
        self.order("plant", fault=fault, host=host)

    def repair_mirror(self):
        """The mirror serves all of them again (mirror-down)."""
        self.order("repair-mirror")

    def cut(self, host):
        """The power fails."""
        self.order("cut", host=host)

    def unmount(self, host):
        """Switched off, its disk written: DIRECTORY/disk/HOST.img can be copied."""
        self.order("unmount", host=host)

    def start(self, host):
        self.order("start", host=host)

    def ssh_words(self, host, *command, user="ops"):
        return ["ssh", "-F", self["sshConfig"], "-o", "BatchMode=yes", "-l", user, host, *command]

    def ssh(self, host, command, user="ops", check=True, stdin=None, timeout=300):
        done = subprocess.run(self.ssh_words(host, command, user=user), input=stdin or "", capture_output=True, text=True, errors="replace", timeout=timeout)
        if check and done.returncode:
            raise LabError(f"{user}@{host}: {command[:200]}: {done.stderr.strip()[-800:]}")
        return done

    def sudo(self, host, command, user="nopass", **more):
        return self.ssh(host, "sudo -n sh -c " + "'" + command.replace("'", "'\\''") + "'", user=user, **more)

    def stop(self):
        down(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def parse_plants(words, names):
    """["swap@h2"] -> [("swap", "h2")]; LabError for what there is not."""
    plants = []
    for word in words:
        fault, _, host = word.partition("@")
        if fault.partition(":")[0] not in FAULTS:
            raise LabError(f"there is no fault '{fault}' (there are: {' '.join(FAULTS)})")
        for name in names if host == "all" else [host]:
            if name not in names:
                raise LabError(f"there is no host '{host}' ({' '.join(names)})")
            plants.append((fault, name))
    return plants


def up(directory, count=3, plants=(), version=None, with_parent=None, names=None, disk="bare"):
    """Starts `count` hosts h1, h2, …, held by a process of their own, which ends when the process `with_parent` (an id; None: this one; 0: nobody) does.

    disk: "bare" has ssh and sudo; "ready" has the container runtime, Kubernetes' packages and all images too, before any kubeadm."""
    directory = os.path.abspath(directory)
    names = names or [f"h{number + 1}" for number in range(count)]
    if len(names) > 20:
        raise LabError("a lab has room for 20 hosts")
    if f"{directory}/".startswith("/run/"):
        raise LabError("the folder cannot be below /run")
    made = engine(version, disk=disk)
    down(directory)
    leftover(directory)
    wishes = {"directory": directory, "engine": made, "version": os.path.basename(made).removeprefix("hosts-lab-"), "names": names, "plants": parse_plants(plants, names),
              "disk": newest(made if disk == "ready" else os.path.join(os.path.dirname(made), "hosts-debian"), disk, ".img")}
    remove_leftovers()
    os.makedirs(directory, mode=0o700, exist_ok=True)
    reading, writing = os.pipe()
    holder = os.fork()
    if holder == 0:
        os.close(reading)
        os._exit(hold(wishes, writing, os.getppid() if with_parent is None else with_parent))
    os.close(writing)
    try:
        with os.fdopen(reading) as file:
            answer = json.loads(file.read() or '{"ok": false, "error": "the holder died"}')
    except BaseException:
        os.kill(holder, signal.SIGTERM)
        os.waitpid(holder, 0)
        raise
    if not answer["ok"]:
        os.waitpid(holder, 0)
        raise LabError(f"the hosts did not start: {answer['error']} (log: {directory}.log)")
    return Hosts(directory)


def down(directory, patience=60):
    """Ends the hosts of a folder, and waits until nothing of them is left; its log/ stays. True if some ran."""
    try:
        lab = Hosts(directory)
        with open(os.path.join(lab.directory, "holder.pid"), encoding="ascii") as file:
            pid = int(file.read())
        process = os.pidfd_open(pid)
    except (LabError, OSError, ValueError):
        leftover(directory)
        return False
    try:
        try:
            lab.order("stop")
        except LabError:   # the one inside died: is this still its holder?
            if not is_holder(pid, lab.directory):
                leftover(directory)
                return False
            signal.pidfd_send_signal(process, signal.SIGTERM)
        if not select.select([process], [], [], patience)[0]:
            raise LabError(f"the holder of {directory} (process {pid}) does not end")
    finally:
        os.close(process)
    return True


def is_holder(pid, directory):
    """Its output goes to the folder's log: an id in a file may by now be another's."""
    try:
        return os.readlink(f"/proc/{pid}/fd/2") == directory.rstrip("/") + ".log"
    except OSError:
        return False


def leftover(directory):
    """Files of hosts whose holder was killed: a new start finds the folder free."""
    for name in ("root", "disk", "keys", "log"):
        shutil.rmtree(os.path.join(os.path.abspath(directory), name), ignore_errors=True)
    for name in ("control", "holder.pid", "hosts.json"):
        with contextlib.suppress(OSError):
            os.remove(os.path.join(directory, name))
