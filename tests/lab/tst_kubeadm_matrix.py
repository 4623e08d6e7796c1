"""What must not break kubeadm over ssh, on real hosts: Timonier killed at every step (before, in, after), the connection cut in every step, hosts that lose their power or boot in the
middle, apt locked and dpkg interrupted, a full disk, an expired token, an init that failed halfway and was ended by hand, noise and odd people. After each: the state is that of an
undisturbed run, nothing is there twice, and undo leaves a listing of each host as it was.

In a few minutes: kills and cuts on hosts on which everything is installed. TIMONIER_MATRIX=whole: all of it, on bare hosts too, half an hour. TIMONIER_MATRIX_SEED draws others. Prints a table with its counts.
"""
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import unittest

from lab import hosts
from lab.cutter import Cutter
from lab.kubeadm import Fleet
from lab.process import LabError, wait_until

NAMES = ["h1", "h2"]
WHOLE = os.environ.get("TIMONIER_MATRIX") == "whole"
SEED = int(os.environ.get("TIMONIER_MATRIX_SEED") or 1)   # the same each time, so that what fails is the change
PLACES = {"before": "checking", "in": "applying", "after": "done"}
ROWS = []   # (what, on which disks, how many times, seconds)


def tearDownModule():
    for row in ROWS:
        print("| {} | {} | {} | {:.0f} s |".format(*row), file=sys.stderr)


class Matrix:
    """What both classes do; `disk` is theirs."""
    disk = "bare"

    @classmethod
    def setUpClass(cls):
        reason = hosts.reason_to_skip()
        if reason:
            raise unittest.SkipTest(reason)
        print(f"seed {SEED}, {cls.disk} hosts", file=sys.stderr)
        cls.folder = tempfile.mkdtemp(prefix="timonier-matrix-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.lab = hosts.up(os.path.join(cls.folder, "hosts"), names=NAMES, disk=cls.disk)
        cls.addClassCleanup(cls.lab.stop)
        cls.ways = {name: Cutter(cls.lab.host(name)["address"]) for name in NAMES}
        for way in cls.ways.values():
            cls.addClassCleanup(way.close)
        cls.fleet = Fleet(cls.folder, cls.lab, {name: way.port for name, way in cls.ways.items()})
        cls.more = {"images": {}} if cls.disk == "ready" else {}
        cls.undisturbed = None
        cls.random = random.Random(SEED)

    def setUp(self):
        self.spec = self.fleet.spec("lab", ["h1"], [{"host": "h2", "labels": {"tier": "back"}}], **self.more)
        self.before = self.listings()
        self.addCleanup(self.take_back)
        self.began = time.monotonic()
        if type(self).undisturbed is None:
            with self.fleet.create(self.spec) as run:
                self.assertEqual(run.end(), 0, run.errors)
                type(self).steps = list(dict.fromkeys(event["step"] for event in run.events if event and event["event"] == "step"))
                at = {state: {event["step"]: event["at"] for event in run.events if event and event["event"] == "step" and event["state"] == state} for state in ("applying", "done")}
                type(self).took = {step: at["done"][step] - began for step, began in at["applying"].items()}   # of those that had something to do
            type(self).undisturbed = self.fleet.state(NAMES)
            self.row("undisturbed", 1)
            self.undone()

    def take_back(self):
        try:
            self.fleet.delete(self.spec)
        except LabError as error:
            print(f"the hosts were not taken back: {error}", file=sys.stderr)

    def row(self, what, count):
        ROWS.append((what, self.disk, count, time.monotonic() - self.began))
        print(f"{what}, {self.disk} hosts: {count} times, {ROWS[-1][3]:.0f} s", file=sys.stderr)
        self.began = time.monotonic()

    def listings(self):
        """Of a containerd that was there before: what it has, not how it keeps it."""
        if self.disk == "bare":
            return self.fleet.listings(NAMES)
        return {name: [line for line in lines if not line.startswith("/var/lib/containerd")] + self.lab.run(name, "ctr -n k8s.io containers ls -q; ctr -n k8s.io images ls -q")["out"].splitlines()
                for name, lines in self.fleet.listings(NAMES).items()}

    def undone(self):
        self.fleet.delete(self.spec)
        after = self.listings()
        for name in NAMES:
            was, now = set(self.before[name]), set(after[name])
            self.assertEqual((sorted(was - now)[:20], sorted(now - was)[:20]), ([], []), f"{name}: gone {sorted(was - now)[:20]}, new {sorted(now - was)[:20]}")

    def ends_as_undisturbed(self, what, count):
        self.assertEqual(self.fleet.state(NAMES), self.undisturbed)
        self.row(what, count)
        self.undone()

    def kill_at_every_step(self, places):
        """One cluster, made by a Timonier that dies again and again: at each step once, at each of the `places` in turn or by chance, and goes on by `runs resume` or by running it again."""
        left = {step: self.random.choice(places) for step in self.steps if step in self.took}
        killed = []
        for attempt in range(len(left) + 10):
            armed = threading.Event()

            def heard(event, armed=armed):
                if armed.is_set() or event["event"] != "step" or left.get(event["step"]) is None or event["state"] != PLACES[left[event["step"]]]:
                    return
                armed.set()
                place = left.pop(event["step"])
                killed.append(f"{event['step']}: {place}")
                # In it: at any moment of what it takes.
                threading.Timer(self.random.uniform(0, self.took[event["step"]]) if place == "in" else 0, run.kill).start()
            run = self.fleet.create(self.spec) if attempt % 2 else self.fleet.resume(self.spec)
            with run:
                run.heard = heard
                for event in list(run.events):   # what came before it listened
                    if event:
                        heard(event)
                code = run.end()
            if code == 0:
                break
            self.assertTrue(armed.is_set(), f"nobody killed it, and it ended with {code} after {killed}: {run.errors[-2000:]}")
        else:
            self.fail(f"it came to no end: {killed}")
        for _ in range(2):   # the last kill may have come when all was done
            if code:
                with self.fleet.resume(self.spec) as run:
                    code = run.end()
        self.assertEqual(code, 0, run.errors)
        return killed

    def cut_in_every_step(self, refusing=0.0):
        """One Timonier, whose connection to the host of each step is cut once in it; it goes on by itself."""
        left = {step for step in self.steps if step in self.took and step != "kubeconfig"}
        cut = []

        def heard(event):
            if event["event"] == "step" and event["state"] == "applying" and event["step"] in left:
                left.discard(event["step"])
                cut.append(event["step"])
                way = self.ways["h2" if event["step"].endswith("h2") and event["step"].split()[0] != "join" else self.random.choice(NAMES) if event["step"].startswith("join") else "h1"]
                threading.Timer(self.random.uniform(0, 1.5), way.cut, [refusing]).start()
        with self.fleet.create(self.spec) as run:
            run.heard = heard
            self.assertEqual(run.end(), 0, run.errors[-3000:])
        return cut


class OnReadyHosts(Matrix, unittest.TestCase):
    disk = "ready"

    def test_killed_at_every_step_it_goes_on(self):
        killed = self.kill_at_every_step(["before", "in", "after"])
        self.assertGreater(len(killed), 4, killed)   # what a neighbour's death left to be found done is not begun again
        self.ends_as_undisturbed("killed once at each step, by chance before, in or after it", len(killed))

    def test_the_connection_is_cut_in_every_step(self):
        cut = self.cut_in_every_step()
        self.ends_as_undisturbed("connection cut once in each step", len(cut))


@unittest.skipUnless(WHOLE, "the whole matrix takes half an hour: TIMONIER_MATRIX=whole")
class OnBareHosts(Matrix, unittest.TestCase):
    def test_killed_before_each_step(self):
        self.ends_as_undisturbed("killed before each step", len(self.kill_at_every_step(["before"])))

    def test_killed_in_each_step(self):
        self.ends_as_undisturbed("killed in each step", len(self.kill_at_every_step(["in"])))

    def test_killed_after_each_step(self):
        self.ends_as_undisturbed("killed after each step", len(self.kill_at_every_step(["after"])))

    def test_killed_while_it_takes_back(self):
        with self.fleet.create(self.spec) as run:
            self.assertEqual(run.end(), 0, run.errors)
        kills = 0
        for delay in (1, 3, 5, 8, 2):
            with self.fleet.run("cluster", "delete", "-f", self.spec) as run:
                time.sleep(delay)
                kills += run.process.poll() is None
        self.undone()
        self.row("killed while it takes back", kills)

    def test_cut_in_each_step(self):
        self.ends_as_undisturbed("connection cut once in each step, and refused for 3 s", len(self.cut_in_every_step(3)))

    def power(self, host):
        self.lab.cut(host)
        self.lab.start(host)

    def test_hosts_lose_their_power_and_boot_while_they_are_prepared_and_join(self):
        with self.fleet.create(self.spec) as run:
            run.until("packages h2", "applying")
            time.sleep(self.random.uniform(1, 6))
            self.power("h2")
            run.until("images h1", "applying")
            self.lab.run("h1", "systemctl reboot", check=False)
            run.until("join h2", "applying")
            time.sleep(self.random.uniform(0.5, 3))
            self.lab.run("h2", "systemctl reboot", check=False)
            code = run.end()
        if code:   # it may have waited for less than a boot takes here
            print(f"after the boots it wanted to be resumed: {run.errors[-500:]}", file=sys.stderr)
            with self.fleet.resume(self.spec) as run:
                self.assertEqual(run.end(), 0, run.errors[-2000:])
        self.ends_as_undisturbed("a power failure while packages are installed, a boot while images go in, a boot while it joins", 3)

    def test_apt_is_locked_and_dpkg_was_interrupted(self):
        self.lab.plant("dpkg-interrupted", "h1")
        self.lab.plant("apt-locked", "h2")
        self.before = self.fleet.listings(NAMES)
        unlock = "systemctl disable --now unattended-upgrades; rm -f /etc/systemd/system/unattended-upgrades.service /usr/local/lib/unattended-upgrade"
        self.addCleanup(self.lab.run, "h2", unlock, check=False)
        timer = threading.Timer(25, self.lab.run, ["h2", unlock], {"check": False})
        timer.start()
        with self.fleet.create(self.spec) as run:
            self.assertEqual(run.end(), 0, run.errors[-2000:])
        timer.join()
        self.assertEqual(self.fleet.state(NAMES)["nodes"], self.undisturbed["nodes"])
        self.row("apt locked by another one for 25 s, dpkg interrupted", 2)
        self.fleet.delete(self.spec)
        self.assertEqual(self.lab.run("h1", "dpkg --audit; dpkg -l | grep -c kubelet", check=False)["out"], "0\n")

    def test_a_disk_is_full_and_a_token_has_expired(self):
        self.addCleanup(self.lab.run, "h2", "rm -f /var/big")
        with self.fleet.create(self.spec) as run:
            run.until("runtime h2", "done")
            self.lab.run("h2", "fallocate -l $(( $(stat -f -c '%a * %S' /) - 60000000 )) /var/big")
            self.assertEqual(run.end(), 1)
            self.assertRegex(run.errors, r"no room")
        self.lab.run("h2", "rm /var/big; ls /var/tmp/timonier* 2> /dev/null || true")
        with self.fleet.resume(self.spec) as run:
            run.until("door", "done")
            self.lab.run("h1", "kubectl --kubeconfig /etc/kubernetes/admin.conf delete secret -n kube-system --ignore-not-found $(kubectl --kubeconfig /etc/kubernetes/admin.conf get secrets -n kube-system -o name | "
                               "sed -n 's#secret/\\(bootstrap-token-.*\\)#\\1#p')", check=False)
            code = run.end()
        if code:
            self.assertIn("token", run.errors)
            with self.fleet.resume(self.spec) as run:
                self.assertEqual(run.end(), 0, run.errors[-2000:])
        self.ends_as_undisturbed("a full disk while images go in, a token that has expired", 2)

    def test_an_init_that_failed_halfway_is_ended_by_hand(self):
        with self.fleet.create(self.spec) as run:
            run.until("init", "applying")
            wait_until("init has written something", lambda: self.lab.run("h1", "test -f /etc/kubernetes/manifests/kube-apiserver.yaml", check=False)["code"] == 0, 60, 0.1)
            config = self.lab.run("h1", "cat /run/timonier/kubeadm-init.yaml")["out"]
            run.kill()
        self.lab.run("h1", "pkill -x kubeadm; kubeadm reset -f > /dev/null 2>&1; cat > /root/mine.yaml << 'E'\n" + config + "\nE\n"
                           "kubeadm init --config /root/mine.yaml > /root/mine.log 2>&1; code=$?; tail -5 /root/mine.log; rm /root/mine*; exit $code", timeout=300)
        authority = self.lab.run("h1", "cat /etc/kubernetes/pki/ca.crt")["out"]
        with self.fleet.resume(self.spec) as run:
            self.assertEqual(run.end(), 0, run.errors[-2000:])
            self.assertEqual(run.states()["init"], "already")
        self.assertEqual(self.lab.run("h1", "cat /etc/kubernetes/pki/ca.crt")["out"], authority)
        self.lab.run("h1", "kubectl --kubeconfig /etc/kubernetes/admin.conf delete -n kube-system secret $(kubectl --kubeconfig /etc/kubernetes/admin.conf get secrets -n kube-system -o name | sed -n 's#secret/##p' | "
                           "grep bootstrap-token) 2>&1; rm -rf /root/.kube", check=False)   # that person's own
        self.ends_as_undisturbed("an init that was ended halfway, done again by hand", 1)

    def test_much_noise_odd_people_and_hostile_names(self):
        self.lab.plant("banner", "h1")
        # Fifty megabytes while packages are installed; without a newline at the end.
        self.lab.run("h2", "printf 'DPkg::Post-Invoke {\"head -c 50000000 /dev/zero | tr \\\\\\\\000 x | fold -w 2000\";};\\n' > /etc/apt/apt.conf.d/99noise; cat /etc/apt/apt.conf.d/99noise")
        for person in ("fishy", "homeless"):   # what their shells make at their first sign-in is theirs
            self.lab.run("h1", f"su - {person} -c true", check=False)
            self.lab.run("h2", f"su - {person} -c true", check=False)
        self.before = self.fleet.listings(NAMES)
        self.addCleanup(self.lab.run, "h2", "rm -f /etc/apt/apt.conf.d/99noise")
        archive = os.path.join(self.folder, "im'ages; $(touch hostile) `touch hostile` \"é .tar")
        shutil.copy(self.lab["images"]["worker"], archive)
        spec = self.fleet.spec("lab", [{"host": "h1", "user": "fishy"}], [{"host": "h2", "user": "homeless", "labels": {"tier": "back"}}], images={"archives": [self.lab["images"]["all"]], "workerArchives": [archive]})
        with self.fleet.create(spec) as run:
            peak = 0
            while run.process.poll() is None:
                with open(f"/proc/{run.process.pid}/status", encoding="ascii", errors="replace") as file:
                    peak = max([peak, *(int(line.split()[1]) for line in file if line.startswith("VmHWM"))])
                time.sleep(0.5)
            self.assertEqual(run.end(), 0, run.errors[-2000:])
        journal = sum(os.path.getsize(os.path.join(top, one)) for top, _, files in os.walk(os.path.join(self.folder, "data")) for one in files) >> 20
        print(f"50 MB of a host's words: {peak >> 10} MB of memory, a journal of {journal} MB", file=sys.stderr)
        self.assertLess(peak, 250 << 10)
        self.assertLess(journal, 100)
        self.assertFalse(os.path.exists("hostile"))
        for name in NAMES:
            self.assertEqual(self.lab.run(name, "find / -xdev -name hostile")["out"], "")
        self.ends_as_undisturbed("50 MB of output, a banner, fish, no home, a hostile file name", 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
