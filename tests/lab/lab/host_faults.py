"""What can be wrong with a host: one function each, by the name that `hosts up --plant NAME@HOST` takes. Each says in its first line what
a person would find. They can be planted before a host starts and on one that runs; where a thing cannot be had on one machine for one host
alone (swap, a clock, memory), what stands in for it, and who is not deceived, is said.
"""
import os
import re

FAULTS = {}


def fault(function):
    FAULTS[function.__name__.replace("_", "-")] = function
    return function


def plant(name, host, lab):
    """`name` may carry a value: port-taken:10250."""
    name, _, value = name.partition(":")
    FAULTS[name](host, lab, *([value] if value else []))


def show_memory(host, **changes):
    """/proc/meminfo shows these figures (kB) instead of the machine's, and those of earlier faults. A figure may be a function, asked at every start."""
    host.memory_shown.update(changes)

    def shown():
        figures = {name: figure() if callable(figure) else figure for name, figure in host.memory_shown.items()}
        with open("/proc/meminfo", encoding="ascii") as file:
            lines = [line.split() for line in file]
        return "".join(f"{name:<16}{figures.get(name[:-1], value):>8} {' '.join(unit)}\n" for name, value, *unit in lines)
    host.cover("/proc/meminfo", shown)


def install(host, packages):
    host.soon(f"apt-get -qq update && apt-get -qq install -y --no-install-recommends {packages}")


SWAPS = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
SWAP = "/swapfile                               file\t\t1048572\t\t0\t\t-2\n"
SWAP_TOOL = """#!/bin/sh
# The lab's stand-in for {name}: swap is the whole machine's. It changes what this host shows.
for word; do
  case $word in -s|--summary|--show*|--version|--help) exec /usr/sbin/{name}.real "$@" ;; esac
done
[ $# -gt 0 ] || exec /usr/sbin/{name}.real
[ "$(id -u)" = 0 ] || {{ echo "{name}: Not superuser." >&2; exit 32; }}
cat > /proc/swaps <<'S'
{shown}S
changed=$(sed 's/^\\(Swap[TF][a-z]*: *\\)[0-9]*/\\1{size}/' /proc/meminfo)
echo "$changed" > /proc/meminfo
"""


@fault
def swap(host, lab):
    """Swap is on, and in fstab. Swap is the whole machine's: /proc/swaps and /proc/meminfo show some here, and swapoff and swapon of this
    host turn what they show off and on."""
    host.write("/etc/fstab", host.read("/etc/fstab") + "/swapfile none swap sw 0 0\n")
    host.write("/swapfile", b"\0" * 65536, 0o600)
    for name, shown, size in (("swapoff", SWAPS, 0), ("swapon", SWAPS + SWAP, 1048572)):
        if not os.path.exists(host.path(f"/usr/sbin/{name}.real")):
            os.rename(host.path(f"/usr/sbin/{name}"), host.path(f"/usr/sbin/{name}.real"))
        host.write(f"/usr/sbin/{name}", SWAP_TOOL.format(name=name, shown=shown, size=size), 0o755)
    wanted = lambda: re.search(r"^/swapfile", host.read("/etc/fstab"), re.M)   # noqa: E731 (as a boot would ask)
    host.cover("/proc/swaps", lambda: SWAPS + (SWAP if wanted() else ""))
    show_memory(host, **dict.fromkeys(("SwapTotal", "SwapFree"), lambda: 1048572 if wanted() else 0))


@fault
def one_cpu(host, lab):
    """One CPU: the host's cpuset has one, and /proc/cpuinfo shows one."""
    host.cpus = "0"
    host.relimit()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        host.cover("/proc/cpuinfo", file.read().split("\n\n")[0] + "\n\n")


@fault
def small_memory(host, lab):
    """967 MB of memory, as a t2.micro has: the host's memory group ends there, and /proc/meminfo shows it. (sysinfo(2), which kubeadm
    asks, still tells the machine's.)"""
    host.memory = 967 << 20
    host.relimit()
    show_memory(host, MemTotal=str(967 << 10), MemFree="412000", MemAvailable="701000")


@fault
def port_taken(host, lab, port="6443"):
    """Somebody listens on a port that Kubernetes needs (6443, or port-taken:NUMBER)."""
    host.copy(lab.engine("web"), "/usr/local/bin/old-application", 0o755)
    host.write("/etc/systemd/system/old-application.service", f"[Service]\nExecStart=/usr/local/bin/old-application {port}\n[Install]\nWantedBy=multi-user.target\n")
    host.soon("systemctl daemon-reload; systemctl enable --now --quiet old-application.service")


@fault
def cri_disabled(host, lab):
    """containerd runs, as Docker's package configures it: without its CRI plugin."""
    install(host, "containerd")
    host.soon("printf 'disabled_plugins = [\"cri\"]\\n' > /etc/containerd/config.toml; systemctl restart containerd")


@fault
def cgroup_driver(host, lab):
    """containerd runs with the cgroupfs driver (SystemdCgroup = false), where the kubelet will use systemd's."""
    install(host, "containerd")
    host.soon("containerd config default | sed 's/SystemdCgroup = true/SystemdCgroup = false/' > /etc/containerd/config.toml; systemctl restart containerd")


@fault
def machine_id(host, lab):
    """The machine-id of the first host: a copied virtual machine."""
    host.write("/etc/machine-id", lab.first.read("/etc/machine-id"), 0o444)


@fault
def duplicate_hostname(host, lab):
    """The name of the first host."""
    host.write("/etc/hostname", lab.first.name + "\n")
    host.hostname = lab.first.name
    host.soon(f"hostname {lab.first.name}")


@fault
def clock(host, lab, seconds="600"):
    """The clock is ten minutes fast (clock:SECONDS): for every program that is linked dynamically, see host-files/clock.c."""
    host.copy(lab.engine("clock.so"), "/usr/local/lib/lab-clock.so")
    host.write("/etc/lab-clock-offset", seconds + "\n")
    host.write("/etc/ld.so.preload", "/usr/local/lib/lab-clock.so\n")
    host.soon("systemctl restart ssh 2> /dev/null || true")   # who runs already keeps the right time


@fault
def full_disk(host, lab):
    """Less than 200 MB are left on the disk."""
    host.soon("fallocate -l $(( $(stat -f -c '%a * %S' /) - 150000000 )) /var/lib/old-backup")


@fault
def no_sudo(host, lab):
    """ops may not use sudo."""
    host.write("/etc/group", re.sub(r"^(sudo:x:\d+:)(.*)$", lambda found: found[1] + ",".join(name for name in found[2].split(",") if name != "ops"), host.read("/etc/group"), flags=re.M))


@fault
def wrong_password(host, lab):
    """The password that hosts.json tells is not the password of ops here (its key is)."""
    host.set_password("ops", lab.hash_of(lab.password + "-changed"))


@fault
def changed_host_key(host, lab):
    """Other host keys than those in known_hosts and hosts.json."""
    host.make_host_keys()
    host.soon("systemctl try-restart ssh || true")


@fault
def no_systemd(host, lab):
    """No systemd: sshd was started by a shell, as under WSL."""
    host.systemd = False
    if host.init:
        host.cut()
        host.start()


@fault
def unresolved_hostname(host, lab):
    """Its own name does not resolve."""
    host.write("/etc/hosts", re.sub(rf"^.*\s{host.name}$\n", "", host.read("/etc/hosts"), flags=re.M))


@fault
def cut_off(host, lab):
    """It reaches every host but the first, and that one does not reach it: a firewall between the two."""
    host.add_route(f"unreachable {lab.first.address}")


@fault
def overlapping_route(host, lab):
    """A route of its own lies in the range that the lab's pods get (10.244.0.0/16)."""
    host.add_route(f"10.244.7.0/24 via {lab.gateway}")


@fault
def silent(host, lab):
    """Nothing comes back of what is sent to it from outside: it is switched off, or a firewall drops everything."""
    host.add_route(f"blackhole {lab.outer}")


@fault
def mirror_silent(host, lab):
    """The package mirror (and the name server) never answers it."""
    host.soon(f"ip route add blackhole {lab.gateway}")   # the lab itself looks from there whether a host is up


@fault
def mirror_down(host, lab):
    """The package mirror closes this host's connections."""
    lab.mirror.refused.add(host.address)


@fault
def dead_source(host, lab):
    """An entry for Kubernetes' old package source, gone since 2024, is left in the lists."""
    host.write("/etc/apt/sources.list.d/kubernetes.list", "deb https://apt.kubernetes.io/ kubernetes-xenial main\n")


@fault
def half_installed(host, lab):
    """An earlier kubeadm init that stopped halfway: packages, certificates, manifests, a kubelet that finds no API server."""
    lab.kubernetes_source(host)
    host.soon("apt-get -qq update && apt-get -qq install -y --no-install-recommends containerd kubelet kubeadm kubectl")
    address = f"--apiserver-advertise-address={host.address}"
    host.soon(f"v=--kubernetes-version=$(kubeadm version -o short); kubeadm init phase certs all {address} $v && kubeadm init phase kubeconfig all {address} $v && "
              f"kubeadm init phase control-plane all {address} $v && mkdir -p /var/lib/etcd/member/wal && echo old > /var/lib/etcd/member/wal/0.wal && "
              "mkdir -p /etc/cni/net.d && echo '{\"cniVersion\": \"0.4.0\", \"name\": \"old\", \"plugins\": [{\"type\": \"bridge\"}]}' > /etc/cni/net.d/10-old.conflist")


@fault
def apt_locked(host, lab):
    """Another process (unattended-upgrades, it says) holds the locks of apt and dpkg, until its service is stopped."""
    host.write("/usr/local/lib/unattended-upgrade", "#!/usr/bin/python3\nimport fcntl, time\nheld = [open(name, 'w') for name in ('/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', "
               "'/var/lib/apt/lists/lock', '/var/cache/apt/archives/lock')]\nfor one in held: fcntl.lockf(one, fcntl.LOCK_EX)\nprint('locked', flush=True)\ntime.sleep(86400)\n", 0o755)
    host.write("/etc/systemd/system/unattended-upgrades.service", "[Service]\nExecStart=/usr/local/lib/unattended-upgrade\n[Install]\nWantedBy=multi-user.target\n")
    host.soon("systemctl daemon-reload; systemctl enable --now --quiet unattended-upgrades.service")


@fault
def dpkg_interrupted(host, lab):
    """dpkg was interrupted while it configured a package: apt wants `dpkg --configure -a` first."""
    stanza = next(one for one in host.read("/var/lib/dpkg/status").split("\n\n") if one.startswith("Package: tzdata\n"))
    host.write("/var/lib/dpkg/updates/0001", stanza.replace("install ok installed", "install ok unpacked") + "\n\n")


@fault
def french(host, lab):
    """The whole host speaks French."""
    host.write("/etc/default/locale", "LANG=fr_FR.UTF-8\nLANGUAGE=fr\n")


@fault
def banner(host, lab):
    """sshd shows a banner, and every shell prints a line of its own first."""
    host.write("/etc/ssh/banner", "*** Authorised use only. All your keystrokes are belong to the lab. ***\n")
    host.write("/etc/ssh/sshd_config.d/banner.conf", "Banner /etc/ssh/banner\n")
    for name in ("ops", "nopass"):
        host.write(f"/home/{name}/.bashrc", f"echo 'Welcome, {name}: 3 updates can be applied.'\n" + host.read(f"/home/{name}/.bashrc"))
    host.soon("systemctl try-reload-or-restart ssh || true")
