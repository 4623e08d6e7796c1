"""What no two hosts share, and what a host's lab has for all of them."""
import gzip
import os
import uuid

from .host import SOURCE, command


def built_in():
    """Modules that Kubernetes asks for and this kernel has without any file."""
    wanted = {"overlay": "OVERLAY_FS", "br_netfilter": "BRIDGE_NETFILTER", "nf_conntrack": "NF_CONNTRACK", "ip_tables": "IP_NF_IPTABLES", "vxlan": "VXLAN", "ip_vs": "IP_VS"}
    try:
        with gzip.open("/proc/config.gz", "rt", encoding="utf-8") as file:
            config = set(file.read().split("\n"))
        return [name for name, option in wanted.items() if f"CONFIG_{option}=y" in config]
    except OSError:
        return ["overlay", "br_netfilter"] if os.path.isdir("/proc/sys/net/bridge") else ["overlay"]


def make_its_own(host, lab):
    """What no two hosts share, and what this lab has its own: names, keys, people's passwords, package sources, the kernel's modules."""
    host.write("/etc/hostname", host.name + "\n")
    host.write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n" + "".join(f"{one.address} {one.name}\n" for one in lab.hosts))
    host.write("/etc/resolv.conf", f"nameserver {lab.gateway}\n")   # where nobody answers: quickly no, instead of slowly nothing
    host.write("/etc/machine-id", uuid.uuid4().hex + "\n", 0o444)
    host.write("/etc/apt/sources.list", f"deb {lab.url}/debian bookworm main\n")
    if os.path.exists(host.path(SOURCE)):   # on a disk that was prepared when the server had another address
        lab.kubernetes_source(host)
    for user in lab.users:
        host.set_password(user, lab.password_hash)
        host.write(f"/etc/ssh/authorized_keys/{user}", lab.public_keys)
    host.make_host_keys()
    modules = f"/lib/modules/{os.uname().release}"
    if not os.path.isdir(modules):
        # A kernel with everything built in and no list of it: modprobe then says nothing, as where it loads something.
        host.write(modules + "/modules.builtin", "".join(f"kernel/{name}.ko\n" for name in built_in()))
        host.write(modules + "/modules.order", "")
        command("chroot", host.root, "depmod", os.uname().release)
