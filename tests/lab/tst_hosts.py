"""The lab's own hosts: that they are what hosts.json promises, that planted faults are what they say, and that nothing stays.

In a network of its own; skipped with a printed reason where such hosts cannot be. Under a minute.
"""
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from lab import hosts, own_network
from lab.host_limits import INOTIFY_BEFORE, groups_of as all_groups_of, other_labs, remove_leftovers
from lab.hosts_holder import losetup
from lab.process import LabError, wait_until

PLANTS = ["swap@h2", "one-cpu@h2", "small-memory@h2", "port-taken@h2", "french@h2", "dead-source@h2",
          "machine-id@h3", "clock@h3", "full-disk@h3", "no-sudo@h3", "wrong-password@h3", "unresolved-hostname@h3",
          "mirror-down@h4", "apt-locked@h4", "dpkg-interrupted@h4", "changed-host-key@h4", "cut-off@h2", "overlapping-route@h2",
          "no-systemd@h5", "banner@h5"]


def traces(folder):
    """What could be left: interfaces of this network, mounts, disks, control groups, processes that know the folder."""
    found = [f"interface {line.split()[0]}" for line in subprocess.run(["ip", "-br", "link"], capture_output=True, text=True, check=True).stdout.splitlines() if line.startswith("tmnhosts")]
    with open("/proc/self/mounts", encoding="utf-8") as file:
        found += [f"mount {line.split()[1]}" for line in file if folder in line]
    found += [f"disk {line}" for line in losetup().splitlines() if folder in line]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if folder in words and int(pid) != os.getpid():
            found.append(f"process {pid} {words[:80]}")
    return found


def groups_of(pid):
    return [group for group in all_groups_of(pid) if os.path.exists(group)]


class RealHosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="timonier-hosts-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.directory = os.path.join(cls.folder, "lab")
        started = time.monotonic()
        cls.lab = hosts.up(cls.directory, 5, PLANTS)
        cls.addClassCleanup(hosts.down, cls.directory)
        print(f"five hosts with {len(PLANTS)} faults in {time.monotonic() - started:.1f} s", file=sys.stderr)

    def out(self, host, command, user="nopass"):
        done = self.lab.ssh(host, command, user=user, check=False)
        return done.stdout + done.stderr

    def test_a_sound_host_is_what_hosts_json_promises(self):
        host = self.lab.host("h1")
        self.assertEqual(self.out("h1", "hostname; cat /etc/machine-id; systemctl is-system-running"), f"h1\n{host['machineId']}\nrunning\n")
        scanned = subprocess.run(["ssh-keyscan", "-t", "ed25519", host["address"]], capture_output=True, text=True, check=True).stdout.split()
        self.assertIn(scanned[2], [key["key"] for key in host["hostKeys"]])
        self.assertIn("Permission denied", self.out("h1", "true", user="root"))
        self.assertEqual(os.stat(os.path.join(self.directory, "hosts.json")).st_mode & 0o777, 0o600)
        self.assertEqual(self.out("h1", "sudo modprobe br_netfilter; cat /proc/sys/net/ipv4/ip_forward; which containerd kubelet curl"), "0\n")

    def test_sudo_asks_whom_it_should(self):
        password = self.lab["users"]["ops"]["password"]
        self.assertIn("a password is required", self.out("h1", "sudo -n true", user="ops"))
        self.assertEqual(self.lab.ssh("h1", "sudo -S -p '' id -un", stdin=password + "\n").stdout, "root\n")
        self.assertEqual(self.out("h1", "sudo -n id -un", user="nopass"), "root\n")
        self.assertIn("not in the sudoers file", self.lab.ssh("h1", "sudo -S -p '' true", user="nosudo", stdin=password + "\n", check=False).stderr)

    def test_people_are_as_people_are(self):
        self.assertIn("Aucun fichier ou dossier", self.out("h1", "ls /none", user="frenchy"))
        self.assertIn("3.", self.out("h1", "echo $version", user="fishy"))
        self.assertIn("/nonexistent", self.out("h1", "true", user="homeless"))

    def test_the_package_server_serves_what_a_host_needs_and_signs_it(self):
        said = self.out("h1", "sudo apt-get update 2>&1; apt-cache policy containerd | sed -n 3p")
        self.assertRegex(said, r"Get:1 http://198\.51\.100\.\d+/debian bookworm InRelease")
        self.assertIn("Candidate: 1.", said)
        self.assertNotIn("W:", said)
        index = urllib.request.urlopen(self.lab["mirror"]["kubernetes"] + "Packages", timeout=10).read().decode()
        self.assertIn(f"Package: kubelet\nVersion: {self.lab['version']}-1.1\n", index)
        listed = urllib.request.urlopen(self.lab["mirror"]["kubernetes"] + "InRelease", timeout=10).read().decode()
        self.assertIn(hashlib.sha256(index.encode()).hexdigest(), listed)
        self.assertTrue(urllib.request.urlopen(self.lab["mirror"]["key"], timeout=10).read().startswith(b"-----BEGIN PGP PUBLIC KEY"))

    def test_a_host_reaches_nothing_but_this_lab(self):
        self.assertNotEqual(self.lab.run("h1", "ping -c 1 -W 1 192.0.2.1", check=False)["code"], 0)   # documentation address: nobody's
        self.assertEqual(self.lab.run("h1", "ping -c 1 -W 2 h3", check=False)["code"], 0)

    def test_faults_of_the_network(self):
        self.assertIn("10.244.7.0/24", self.out("h2", "ip route"))
        self.assertNotEqual(self.lab.run("h2", "nc -z -w 2 h1 22", check=False)["code"], 0)
        self.assertNotEqual(self.lab.run("h1", "nc -z -w 2 h2 22", check=False)["code"], 0)
        self.assertEqual(self.lab.run("h2", "nc -z -w 2 h5 22", check=False)["code"], 0)

    def test_faults_of_the_machine_are_seen_on_the_host(self):
        self.assertRegex(self.out("h2", "cat /proc/swaps; LC_ALL=C free"), r"(?s)/swapfile.*Swap: +1048572 ")
        self.assertEqual(self.out("h2", "sudo swapoff -a; tail -n +2 /proc/swaps; LC_ALL=C free | awk '/^Swap/{print $2}'"), "0\n")
        self.assertEqual(self.out("h2", "nproc; LC_ALL=C free -m | awk '/^Mem/{print $2}'"), "1\n967\n")
        self.assertIn('"old-application"', self.out("h2", "sudo ss -ltnp 'sport = :6443'"))
        self.assertEqual(self.out("h3", "cat /etc/machine-id"), self.lab.host("h1")["machineId"] + "\n")
        self.assertAlmostEqual(float(self.out("h3", "date +%s")) - time.time(), 600, delta=10)
        self.assertLess(int(self.out("h3", "df -m --output=avail / | tail -1")), 200)
        self.assertIn("Temporary failure in name resolution", self.out("h3", "hostname -f"))

    def test_faults_of_people_and_keys(self):
        self.assertIn("not in the sudoers file", self.run_sudo("h3", self.lab["users"]["ops"]["password"] + "-changed"))
        self.assertIn("Sorry, try again", self.run_sudo("h3", self.lab["users"]["ops"]["password"]))
        self.assertIn("Host key verification failed", self.out("h4", "true"))
        self.assertIn("Aucun fichier", self.out("h2", "ls /none"))
        self.assertRegex(self.out("h5", "true"), r"(?s)Welcome, nopass.*Authorised use only")

    def run_sudo(self, host, password):
        return self.lab.ssh(host, "sudo -S -p '' true", stdin=password + "\n", check=False).stderr

    def test_faults_of_packages(self):
        self.assertIn("kubernetes-xenial", self.out("h2", "cat /etc/apt/sources.list.d/*"))
        locked = self.lab.run("h4", "apt-get install -y curl", check=False)["err"]
        self.assertRegex(locked, r"Could not get lock /var/lib/dpkg/lock-frontend. It is held by process \d+ \(unattended-upgr\)")
        interrupted = self.lab.run("h4", "systemctl stop unattended-upgrades; apt-get install -y curl", check=False)["err"]
        self.assertIn("dpkg was interrupted", interrupted)
        self.assertIn("Connection failed", self.lab.run("h4", "dpkg --configure -a; apt-get -o Acquire::Retries=0 update", check=False)["err"])
        self.lab.repair_mirror()
        self.assertEqual(self.lab.run("h4", "apt-get -qq update && apt-get -qq install -s curl > /dev/null")["err"], "")

    def test_no_systemd_is_no_systemd(self):
        self.assertIn("System has not been booted with systemd", self.out("h5", "sudo systemctl status"))

    def test_one_that_is_rebooted_or_cut_off_comes_up_again(self):
        self.lab.ssh("h1", "sudo reboot", user="nopass", check=False)
        wait_until("it came up again", lambda: self.lab.ssh("h1", "ps -o etimes= 1", user="nopass", check=False).stdout.strip() not in ("", *map(str, range(8, 300))), 60, 0.3)
        self.lab.ssh("h1", "sudo touch /var/tmp/mark", user="nopass")
        self.lab.cut("h1")
        self.assertEqual(self.lab.status()["h1"], "off")
        self.lab.start("h1")
        self.assertIn("/var/tmp/mark", self.out("h1", "ls /var/tmp/mark"))

    def test_z_a_runtime_with_faults_and_an_attempt_that_stopped_halfway(self):
        self.lab.plant("cri-disabled", "h1")
        self.assertIn("disabled_plugins", self.out("h1", "cat /etc/containerd/config.toml; systemctl is-active containerd"))
        self.lab.plant("half-installed", "h1")
        left = self.out("h1", "sudo ls /etc/kubernetes /etc/kubernetes/manifests /var/lib/etcd; systemctl is-active kubelet; kubeadm version -o short")
        for word in ("admin.conf", "pki", "kube-apiserver.yaml", "member", "v" + self.lab["version"]):
            self.assertIn(word, left)


class Endings(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="timonier-hosts-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.directory = os.path.join(self.folder, "lab")

    def test_down_leaves_nothing(self):
        lab = hosts.up(self.directory, 1)
        self.assertTrue(traces(self.folder))   # so that the next lines say something
        with open(os.path.join(self.directory, "holder.pid"), encoding="ascii") as file:
            holder = int(file.read())
        self.assertTrue(groups_of(holder))
        self.assertTrue(hosts.down(self.directory))
        self.assertEqual(traces(self.folder) + groups_of(holder), [])
        self.assertEqual(os.listdir(self.directory), ["log"])
        self.assertTrue(other_labs() or not os.path.exists(INOTIFY_BEFORE))
        self.assertRaises(LabError, lab.status)

    def test_nothing_runs_on_when_the_holder_is_killed(self):
        hosts.up(self.directory, 1, with_parent=0)
        with open(os.path.join(self.directory, "holder.pid"), encoding="ascii") as file:
            holder = int(file.read())
        os.kill(holder, signal.SIGKILL)
        os.waitpid(holder, 0)
        wait_until("everything is gone", lambda: not traces(self.folder), 20)
        remove_leftovers()   # as the next start does
        self.assertEqual(groups_of(holder), [])

    def test_they_end_with_whoever_asked_for_it(self):
        subprocess.run(["sh", "-c", f"'{hosts.HERE}/hosts' up --dir '{self.directory}' --hosts 1 --with-parent > /dev/null 2>&1; true"], check=True)
        wait_until("everything is gone", lambda: not traces(self.folder), 20)


if __name__ == "__main__":
    reason = hosts.reason_to_skip() or own_network.enter()
    if reason:
        print("skipped: " + reason)
        sys.exit(77)
    unittest.main()
