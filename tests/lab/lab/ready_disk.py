"""The disk of a host on which everything is installed and every image imported, but no kubeadm has run: made on a bare host, by its own tools.

ready_disk.py VERSION DIR OUT.img
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from lab import hosts   # noqa: E402

INSTALL = """set -e
printf 'overlay\\nbr_netfilter\\n' > /etc/modules-load.d/k8s.conf
printf 'net.bridge.bridge-nf-call-iptables = 1\\nnet.bridge.bridge-nf-call-ip6tables = 1\\nnet.ipv4.ip_forward = 1\\n' > /etc/sysctl.d/k8s.conf
apt-get -qq update
apt-get -qq install -y ca-certificates curl gpg containerd conntrack kubelet kubeadm kubectl
apt-mark hold kubelet kubeadm kubectl
containerd config default | sed 's/SystemdCgroup = false/SystemdCgroup = true/; s#sandbox_image = .*#sandbox_image = "PAUSE"#' > /etc/containerd/config.toml
systemctl restart containerd
ctr -n k8s.io images import /var/tmp/images.tar
rm /var/tmp/images.tar
apt-get clean
systemctl enable kubelet
systemctl stop kubelet containerd
rm -rf /var/log/journal/*
fstrim / || true
sync
"""


def main(version, directory, out):
    with hosts.up(directory, 1, version=version) as lab:
        lab.add_kubernetes_source("h1")
        with open(lab["images"]["all"], "rb") as file:
            subprocess.run(lab.ssh_words("h1", "cat > /var/tmp/images.tar", user="nopass"), stdin=file, check=True)
        pause = lab.run("h1", "tar -xOf /var/tmp/images.tar manifest.json | grep -o 'registry.k8s.io/pause:[0-9.]*'")["out"].strip()
        lab.run("h1", INSTALL.replace("PAUSE", pause), timeout=600)
        lab.cut("h1")
        subprocess.run(["sync", "-f", os.path.join(directory, "disk")], check=True)
        lab.unmount("h1")
        subprocess.run(["cp", "--sparse=always", os.path.join(directory, "disk", "h1.img"), out], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
