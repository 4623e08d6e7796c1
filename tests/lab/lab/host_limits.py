"""What the kernel counts for the hosts of a lab, and what is left of it when they are gone: control groups, and root's inotify instances."""
import contextlib
import os

CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd", "unified")
CGROUPS = "/sys/fs/cgroup"
GROUP = "timonier-hosts-"   # and the id of the process that holds the lab
INOTIFY = "/proc/sys/fs/inotify/max_user_instances"
INOTIFY_BEFORE = "/run/timonier-hosts-inotify"   # while there are labs: what it was before the first


def unified():
    return os.path.exists(f"{CGROUPS}/cgroup.controllers")


def own_groups(name):
    """The folders of a new group called `name`: below this process's own in each hierarchy; at the top where there is one for all (version 2), since
    a group with processes of its own cannot hand controllers on."""
    if unified():
        return [f"{CGROUPS}/{name}"]
    groups = []
    with open("/proc/self/cgroup", encoding="ascii") as file:
        for line in file:
            _, controllers, path = line.strip().split(":", 2)
            folder = controllers.removeprefix("name=") or "unified"   # nspawn takes the place in that one for all: hosts would share groups
            if folder in CONTROLLERS and os.path.isdir(f"{CGROUPS}/{folder}"):
                groups.append(f"{CGROUPS}/{folder}{path.rstrip('/')}/{name}")
    return groups


def remove_group(folder):
    """Of a hierarchy, with everything below; only empty groups can go."""
    for top, folders, _ in os.walk(folder, topdown=False):
        for one in folders:
            os.rmdir(os.path.join(top, one))
    if os.path.isdir(folder):
        os.rmdir(folder)


def groups_of(pid):
    return own_groups(f"{GROUP}{pid}")


def in_use(folder):
    for top, _, _ in os.walk(folder):
        with open(os.path.join(top, "cgroup.procs"), encoding="ascii") as file:
            if file.read():
                return True
    return False


def remove_leftovers():
    """Control groups of a holder that was killed. One whose id is unknown here but that has processes is a lab's in another process namespace."""
    for folder in {os.path.dirname(group) for group in groups_of(0)}:
        for name in os.listdir(folder):
            pid = name.removeprefix(GROUP)
            if pid != name and not os.path.exists(f"/proc/{pid}"):
                with contextlib.suppress(OSError):
                    if not in_use(os.path.join(folder, name)):
                        remove_group(os.path.join(folder, name))


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
