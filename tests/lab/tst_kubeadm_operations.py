"""What is done to a cluster on real hosts that is there: a check's fix pressed, certificates renewed, etcd backed up and brought back.

With TIMONIER_HOSTS_PLANES=1 also three control planes behind a virtual address (some five minutes): the same with several members of etcd, also killed and taken back halfway; the holder of the address loses its power,
it and a worker are removed though they do not answer. Skipped with a printed reason where hosts cannot run (tests/lab/README.md).
"""
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from lab import hosts
from lab.kubeadm_person import Person

# The API server's certificate once more, by the same authority, with a month to live.
AGED = """set -e
cd /etc/kubernetes/pki
openssl x509 -x509toreq -in apiserver.crt -signkey apiserver.key -copy_extensions copyall -out /tmp/aged.csr
openssl x509 -req -in /tmp/aged.csr -CA ca.crt -CAkey ca.key -set_serial 7 -days 30 -copy_extensions copyall -out /tmp/aged.crt
cp /tmp/aged.crt apiserver.crt
rm /tmp/aged.*"""


class OperationsOnHosts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = hosts.reason_to_skip()
        if reason:
            raise unittest.SkipTest(reason)

    def begin(self, count, plants=()):
        self.folder = tempfile.mkdtemp(prefix="timonier-operations-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.lab = hosts.up(os.path.join(self.folder, "hosts"), count, plants=plants)
        self.addCleanup(self.lab.stop)
        self.person = Person(self.lab, self.folder)

    def timed(self, words, *arguments):
        started = time.monotonic()
        out = self.person.ctl(*arguments)
        print(f"{words}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        return out

    def kubectl(self, *arguments, stdin=None):
        return self.person.kubectl("lab", *arguments, stdin=stdin)

    def until(self, what, seconds, ask):
        """The cause is waited for, not a time."""
        end = time.monotonic() + seconds
        while True:
            try:
                if ask():
                    return
                last = ""
            except (AssertionError, subprocess.TimeoutExpired) as error:
                last = str(error)
            self.assertLess(time.monotonic(), end, f"{what}: not after {seconds} s {last}")
            time.sleep(1)

    def config_maps(self):
        return {name.removeprefix("configmap/") for name in self.kubectl("get", "configmaps", "-o", "name").split()} - {"kube-root-ca.crt"}

    def back_and_forth(self, spec):
        """What was there at the backup is there again, what came later is gone, and pods did not notice."""
        self.kubectl("create", "deployment", "web", f"--image={self.lab['web']['image']}")
        self.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
        pods = json.loads(self.kubectl("get", "pods", "-l", "app=web", "-o", "json"))["items"]
        self.kubectl("create", "configmap", "first", "--from-literal=a=1")
        file = os.path.join(self.folder, "lab.db")
        told = json.loads(self.person.ctl("cluster", "backup", "-f", spec, "--to", file, "-o", "json"))
        self.assertEqual((told["size"], stat.S_IMODE(os.stat(file).st_mode)), (os.path.getsize(file), 0o600))
        self.assertGreater(told["keys"], 100)
        self.assertIn("takes no other's place", self.person.ctl("cluster", "backup", "-f", spec, "--to", file, code=1))
        self.kubectl("delete", "configmap", "first")
        self.kubectl("create", "configmap", "second", "--from-literal=b=2")
        asked = self.person.ctl("cluster", "restore", "-f", spec, "--from", file, code=1)
        self.assertIn(f"revision {told['revision']}", asked)
        self.assertIn("are lost", asked)
        self.assertEqual(self.config_maps(), {"second"})
        # Bytes that are not etcd's: nothing begins.
        damaged = os.path.join(self.folder, "damaged.db")
        with open(file, "rb") as whole, open(damaged, "wb") as half:
            half.write(whole.read().replace(b"configmaps/default/first", b"configmaps/default/fIrst"))
        self.assertIn("was damaged", self.person.ctl("cluster", "restore", "-f", spec, "--from", damaged, "--yes", code=1))
        self.timed("restored", "cluster", "restore", "-f", spec, "--from", file, "--yes")
        self.assertEqual(self.config_maps(), {"first"})
        self.assertEqual(set(self.person.nodes("lab").values()), {"True"})
        now = json.loads(self.kubectl("get", "pods", "-l", "app=web", "-o", "json"))["items"]
        self.assertEqual([(pod["metadata"]["uid"], pod["status"]["containerStatuses"][0]["restartCount"]) for pod in now], [(pod["metadata"]["uid"], 0) for pod in pods])
        # Controllers see what is new: they do not hold on to what was.
        self.kubectl("scale", "deployment/web", "--replicas=2")
        self.kubectl("rollout", "status", "deployment/web", "--timeout=120s")
        return file

    def taken_back(self, spec, file):
        """Killed when the data is exchanged: what was there comes back."""
        self.kubectl("create", "configmap", "third", "--from-literal=c=3")
        run = self.person.begin("cluster", "restore", "-f", spec, "--from", file, "--yes")
        self.addCleanup(run.stdout.close)
        for line in run.stdout:
            if "place of etcd" in line and "done" in line:
                break
        run.kill()
        run.wait()
        self.until("the snapshot's data is there", 60, lambda: self.config_maps() == {"first"})
        self.timed("taken back", "cluster", "restore", "-f", spec, "--undo")
        self.assertEqual(self.config_maps(), {"first", "third"})
        for host in ("h1", "h2", "h3"):
            self.assertEqual(self.lab.run(host, "ls -A /var/lib/etcd")["out"].split(), ["member"])

    def test_a_cluster_is_renewed_backed_up_and_brought_back(self):
        self.begin(2, plants=["swap@h2"])
        spec = self.person.spec("lab", ["h1"], ["h2"])
        self.assertIn("swapoff", self.person.ctl("cluster", "fix", "h2", "swap", "-f", spec))
        self.assertNotIn("swapfile", self.lab.run("h2", "cat /proc/swaps; grep -v '^#' /etc/fstab || true")["out"])
        self.timed("two hosts to Ready", "cluster", "create", "-f", spec)

        self.lab.run("h1", AGED)
        ends = lambda: {one["name"]: one["left"] for one in json.loads(self.person.ctl("cluster", "certs", "-f", spec, "-o", "json"))}  # noqa: E731
        self.assertLess(ends()["apiserver"], 31 * 86400)
        self.timed("renewed", "cluster", "certs", "renew", "-f", spec)
        self.assertGreater(ends()["apiserver"], 300 * 86400)
        # The one that runs has read it: what it shows is what lies there.
        address = self.lab.host("h1")["address"]
        shown = subprocess.run(f"openssl s_client -connect {address}:6443 < /dev/null 2> /dev/null | openssl x509 -noout -enddate", shell=True, capture_output=True, text=True).stdout
        self.assertEqual(shown, self.lab.run("h1", "openssl x509 -noout -enddate -in /etc/kubernetes/pki/apiserver.crt")["out"])
        self.assertIn("nothing to do", self.person.ctl("cluster", "certs", "renew", "-f", spec))

        self.back_and_forth(spec)

    @unittest.skipUnless(os.environ.get("TIMONIER_HOSTS_PLANES"), "three control planes take some five minutes: TIMONIER_HOSTS_PLANES=1")
    def test_three_control_planes_hold_an_address_and_bear_a_loss(self):
        self.begin(4)
        address = self.lab["outside"].rsplit(".", 1)[0] + "." + str(int(self.lab["outside"].rsplit(".", 1)[1]) + 28)
        spec = self.person.spec("lab", ["h1", "h2", "h3"], ["h4"], endpoint={"virtual": address})
        self.timed("three control planes and a worker to Ready", "cluster", "create", "-f", spec)
        self.assertIn(address, self.kubectl("config", "view", "--minify"))
        self.taken_back(spec, self.back_and_forth(spec))
        holder = self.kubectl("get", "lease", "-n", "kube-system", "plndr-cp-lock", "-o", "jsonpath={.spec.holderIdentity}")
        self.lab.cut(holder)
        self.lab.cut("h4")
        self.until("the address answers again", 60, lambda: self.kubectl("get", "--raw", "/readyz") == "ok")
        self.assertIn("--lost", self.person.ctl("cluster", "remove-host", "h4", "-f", spec, code=1))
        self.timed("the lost holder removed", "cluster", "remove-host", holder, "--lost", "-f", spec)
        self.assertEqual(set(self.person.nodes("lab")), {"h1", "h2", "h3", "h4"} - {holder})
        left = [name for name in ("h1", "h2", "h3") if name != holder]
        # Of two members none may go while the other is silent.
        self.lab.cut(left[1])
        self.assertIn("majority", self.person.ctl("cluster", "remove-host", left[1], "--lost", "-f", spec, code=1))


if __name__ == "__main__":
    unittest.main(verbosity=2)
