"""A cluster on machines of EC2 from nothing to Ready nodes, stopped, started, and away: ministack's account, and the lab's real Debian hosts as its machines. A machine that is
launched lets in the key pair's owner, a stopped one is without power; its console shows its real host keys. Skipped with a printed reason where the hosts cannot run."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import cloud

cloud.enter()

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
from lab import hosts  # noqa: E402

from cloud.account import Account  # noqa: E402
from cloud.machines_double import MachinesDouble  # noqa: E402

CONTEXT = "demo.eu-west-3.ec2"


class Ec2Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = hosts.reason_to_skip()
        if reason:
            print(f"skipped: {reason}", file=sys.stderr)
            raise unittest.SkipTest(reason)
        cls.emulator = cloud.Emulator("ministack")
        cls.addClassCleanup(cls.emulator.stop)
        cls.proxy = cloud.Proxy(cls.emulator)
        cls.addClassCleanup(cls.proxy.stop)
        cls.account = Account(cls.emulator.url)
        cls.keys = cls.account.user("maker")
        cls.folder = tempfile.mkdtemp(prefix="timonier-ec2-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.lab = hosts.up(os.path.join(cls.folder, "hosts"), names=["h1", "h2"])
        cls.addClassCleanup(cls.lab.stop)

    def setUp(self):
        self.double = MachinesDouble(self.proxy, self.account, self.lab, {"demo-control-1": "h1", "demo-worker-1": "h2"}, user="nopass")
        self.addCleanup(self.double.leave)
        self.world = cloud.World(self.proxy.url, self.keys["AccessKeyId"], self.keys["SecretAccessKey"])
        self.addCleanup(self.world.remove)
        key = os.path.join(self.folder, "packages.asc")
        with open(key, "wb") as file:
            file.write(subprocess.run(["curl", "-fsS", self.lab["mirror"]["key"]], check=True, capture_output=True).stdout)
        document = {"provider": "ec2", "name": "demo", "region": "eu-west-3", "workers": 1, "type": "t3.medium", "image": "debian-12", "user": "nopass", "kubernetes": self.lab["version"], "access": {"cidrs": ["203.0.113.7"]},
                    "network": {"cidr": "172.30.0.0/16"}, "podSubnet": self.lab["podSubnet"], "podNetwork": {"manifest": self.lab["networkManifest"]}, "packages": {"url": self.lab["mirror"]["kubernetes"], "key": key},
                    "images": {"archives": [self.lab["images"]["all"]], "workerArchives": [self.lab["images"]["worker"]]}}
        self.spec = self.world.write("spec.yaml", json.dumps(document))

    def good(self, *arguments, timeout=480):
        started = time.monotonic()
        code, printed = self.world.ctl(*arguments, timeout=timeout)
        self.assertEqual(code, 0, printed[-6000:])
        print(f"{' '.join(arguments[:2])}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        return printed

    def ready(self):
        done = subprocess.run([self.lab["kubectl"], "--kubeconfig", os.path.join(self.world.folder, "kubeconfig"), "--context", CONTEXT, "get", "nodes", "-o", "json"], capture_output=True, text=True, timeout=60)
        if done.returncode:
            return {}
        return {item["metadata"]["name"]: {one["type"]: one["status"] for one in item["status"]["conditions"]}["Ready"] for item in json.loads(done.stdout)["items"]}

    def becomes_ready(self, seconds=180):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.ready() != {"demo-control-1": "True", "demo-worker-1": "True"}:
            time.sleep(1)
        self.assertEqual(self.ready(), {"demo-control-1": "True", "demo-worker-1": "True"})

    def test_from_nothing_to_ready_nodes_stopped_started_and_back(self):
        printed = self.good("cluster", "create", "-f", self.spec)
        self.becomes_ready(30)
        address = self.lab.host("h1")["address"]
        self.assertIn(f"https://{address}:6443", self.world.read("kubeconfig"))
        # Whose keys the machines' are was learnt from their consoles; nobody was asked, nothing accepted unseen, and the person's own known_hosts is as it was.
        fingerprint = next(key["fingerprint"] for key in self.lab.host("h2")["hostKeys"] if key["type"] == "ssh-ed25519")
        self.assertIn(fingerprint, printed)
        self.assertFalse(os.path.exists(self.world.folder + "/.ssh/known_hosts"))
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.spec))
        self.good("get", "nodes", "--context", CONTEXT)
        self.assertIn("go on costing", self.good("cluster", "stop", "-f", self.spec))
        self.assertEqual(self.ready(), {})
        self.good("cluster", "start", "-f", self.spec)
        self.becomes_ready()
        # Deleted while a machine is off: nothing on it needs to be taken back first.
        self.account.client("ec2").stop_instances(InstanceIds=[self.account.instances()["demo-worker-1"]])
        self.good("cluster", "delete", "-f", self.spec)
        self.assertEqual(self.account.left(), {})
        self.assertNotIn(CONTEXT, self.world.read("kubeconfig"))

    def test_a_host_whose_key_is_not_the_one_on_its_console_is_not_trusted(self):
        other = next(key for key in self.lab.host("h2")["hostKeys"] if key["type"] == "ssh-ed25519")
        self.double.console_of = lambda part: [other["type"] + " " + other["key"]] if "control" in part else None  # somebody else's
        code, printed = self.world.ctl("cluster", "create", "-f", self.spec, timeout=240)
        self.assertEqual(code, 1, printed[-3000:])
        self.assertIn("SHA256:", printed)
        self.assertNotIn("initialise the control plane: done", printed)
        self.good("cluster", "delete", "-f", self.spec)
        self.assertEqual(self.account.left(), {})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
