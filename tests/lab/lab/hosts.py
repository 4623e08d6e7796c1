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
import sys

from .host import newest, own_groups, remove_group
from .host_faults import FAULTS
from .process import LabError, wait_until

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


INOTIFY = "/proc/sys/fs/inotify/max_user_instances"
INOTIFY_BEFORE = "/run/timonier-hosts-inotify"   # while there are labs: what it was before the first


def raise_inotify():
    """All hosts' root is one user to the kernel, and a kubelet alone wants twenty inotify instances, of 128 that most machines give to a user."""
    with open(INOTIFY, encoding="ascii") as file:
        now = int(file.read())
    if now < 4096:
        if not os.path.exists(INOTIFY_BEFORE):
            with open(INOTIFY_BEFORE, "w", encoding="ascii") as file:
                file.write(f"{now}\n")
        with open(INOTIFY, "w", encoding="ascii") as file:
            file.write("4096")


def other_labs():
    return {name for folder in {os.path.dirname(group) for group in groups_of(0)} for name in os.listdir(folder) if name.startswith(GROUP)}


def restore_inotify():
    """By the last lab that ends."""
    if not other_labs() and os.path.exists(INOTIFY_BEFORE):
        with open(INOTIFY_BEFORE, encoding="ascii") as before, open(INOTIFY, "w", encoding="ascii") as file:
            file.write(before.read())
        os.remove(INOTIFY_BEFORE)


GROUP = "timonier-hosts-"


def groups_of(pid):
    return own_groups(f"{GROUP}{pid}")


def remove_leftovers():
    """Control groups of a holder that was killed: empty by now, and nobody's."""
    for folder in {os.path.dirname(group) for group in groups_of(0)}:
        for name in os.listdir(folder):
            pid = name.removeprefix(GROUP)
            if pid != name and not os.path.exists(f"/proc/{pid}"):
                with contextlib.suppress(OSError):
                    remove_group(os.path.join(folder, name))


def hold(wishes, answer_to, owner):
    """The process that is left outside: starts the one inside, waits for an end, and takes away what the kernel does not (groups, files)."""
    directory = wishes["directory"]
    os.setsid()
    log = os.open(directory.rstrip("/") + ".log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    stop_reading, stop_writing = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(stop_writing, b"x"))
    watched = [stop_reading]
    if owner:
        try:
            watched.append(os.pidfd_open(owner))
        except ProcessLookupError:
            return 1
    outside = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.set_inheritable(outside, True)
    wishes |= {"outside": outside, "group": f"{GROUP}{os.getpid()}"}
    raise_inotify()
    inside = subprocess.Popen(["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private", "--", sys.executable, "-B", "-m", "lab.hosts_inside", json.dumps(wishes)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(outside,), cwd=HERE, env=dict(os.environ, PYTHONPATH=HERE, LC_ALL="C.UTF-8"))
    ended = os.pidfd_open(inside.pid)
    watched.append(ended)
    code = 0
    try:
        ready = select.select([inside.stdout, *watched], [], [])[0]
        line = inside.stdout.readline() if inside.stdout in ready or ended in ready else b""
        os.write(answer_to, line or b'{"ok": false, "error": "it ended before the hosts were up"}')
        if line and json.loads(line)["ok"]:
            with open(os.path.join(directory, "holder.pid"), "w", encoding="ascii") as file:
                file.write(f"{os.getpid()}\n")
            os.close(answer_to)
            select.select(watched, [], [])
        else:
            code = 1
    finally:
        inside.stdin.close()
        try:
            inside.wait(20)
        except subprocess.TimeoutExpired:
            inside.kill()   # unshare's child, process 1 of all of them, dies with it
            inside.wait()
        clean(directory)
    return code


def clean(directory):
    """What is left when every process is gone: groups, disks."""
    def gone():
        for group in groups_of(os.getpid()):
            try:
                remove_group(group)
            except OSError:   # the last process is still being buried
                return False
        return True
    with contextlib.suppress(LabError):
        wait_until("the groups are gone", gone, 15)
    restore_inotify()
    for name in ("root", "disk", "keys"):
        shutil.rmtree(os.path.join(directory, name), ignore_errors=True)
    for name in ("control", "holder.pid", "hosts.json", "known_hosts", "ssh_config", "packages.asc"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(directory, name))
    with contextlib.suppress(LabError):
        wait_until("the disks are given back", lambda: directory + "/" not in losetup(), 15)


def losetup():
    return subprocess.run(["losetup", "--list", "--noheadings", "--output", "BACK-FILE"], capture_output=True, text=True).stdout


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
