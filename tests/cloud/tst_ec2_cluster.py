"""A cluster on machines of EC2 from nothing to Ready nodes in the window, more and fewer workers, stopped, started, and away: ministack's account, and the lab's real Debian hosts as
its machines. One that is launched lets in the key pair's owner, a stopped one is without power; its console shows its real host keys. What the account lacks is read in the window
as well, and takes no hosts. Skipped with a printed reason where the hosts cannot run."""
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

from cloud import cases  # noqa: E402
from cloud.machines_double import MachinesDouble  # noqa: E402

CONTEXT = "demo.eu-west-3.ec2"
DOCUMENT = {"provider": "ec2", "name": "demo", "region": "eu-west-3", "workers": 1, "type": "t3.medium", "access": {"cidrs": ["203.0.113.7"]}, "network": {"cidr": "172.30.0.0/16"}}
PRICE = "2 × t3.medium|2 × 20 GiB of disk|public address|an hour|together"


class Ec2(cases.Aws):
    def setUp(self):
        super().setUp()
        self.spec = self.world.write("spec.yaml", json.dumps(DOCUMENT))

    def window(self, case, **more):
        about = {"PROVIDER": "ec2", "CONTEXT": CONTEXT, "SPEC": self.spec, "NODES": "2", "SECONDS": "420"} | more
        started = time.monotonic()
        cloud.window(self, self.world, case, {("" if name.startswith("AWS_") else "TIMONIER_CLOUD_") + name: value for name, value in about.items()}, timeout=1000)
        print(f"{case}: {time.monotonic() - started:.0f} s", file=sys.stderr)


class TheAccount(Ec2):
    """What stands in the way is said in the window before anything is made."""

    def tearDown(self):
        self.assertEqual(self.account.left(), {})

    def test_a_machine_that_is_too_small(self):
        self.window("a_machine_that_is_too_small_is_refused_with_the_reason", SMALL="t2.micro", WORDS="too small for a node|1 vCPU and 1 GiB|kubeadm wants 2 and 2|t3.medium")

    def test_rights_that_are_missing(self):
        iam = self.account.client("iam")
        iam.create_user(UserName="reader")
        iam.put_user_policy(UserName="reader", PolicyName="some", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:*", "sts:*"], "Resource": "*"}]}))
        reader = iam.create_access_key(UserName="reader")["AccessKey"]
        self.window("what_is_missing_is_named_by_the_checks", AWS_ACCESS_KEY_ID=reader["AccessKeyId"], AWS_SECRET_ACCESS_KEY=reader["SecretAccessKey"], FAULT="rights", WORDS="ec2:RunInstances|ec2:CreateVpc|ec2:ImportKeyPair")

    def test_keys_that_are_wrong(self):
        self.window("what_is_missing_is_named_by_the_checks", AWS_SECRET_ACCESS_KEY="wrong", FAULT="keys", WORDS="does not accept the signature", STOPS="1")

    def test_a_quota_without_room(self):
        self.quotas({"L-F678F1CE": 5.0, "L-0263D0A3": 0.0, "L-1216C47A": 3.0})
        self.window("what_is_missing_is_named_by_the_checks", FAULT="quota", WORDS="elastic addresses: 0 of 0 used, 1 more wanted|vCPUs of instances: 0 of 3 used, 4 more wanted|quotas/L-0263D0A3", STOPS="1")


class TheCluster(Ec2):
    @classmethod
    def setUpClass(cls):
        reason = hosts.reason_to_skip()
        if reason:
            print(f"skipped: {reason}", file=sys.stderr)
            raise unittest.SkipTest(reason)
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="timonier-ec2-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.lab = hosts.up(os.path.join(cls.folder, "hosts"), names=["h1", "h2", "h3"])
        cls.addClassCleanup(cls.lab.stop)

    def setUp(self):
        super().setUp()
        self.double = MachinesDouble(self.proxy, self.account, self.lab, {"demo-control-1": "h1", "demo-worker-1": "h2", "demo-worker-2": "h3"}, user="nopass")
        self.addCleanup(self.double.leave)
        key = os.path.join(self.folder, "packages.asc")
        with open(key, "wb") as file:
            file.write(subprocess.run(["curl", "-fsS", self.lab["mirror"]["key"]], check=True, capture_output=True).stdout)
        self.document = DOCUMENT | {"image": "debian-12", "user": "nopass", "kubernetes": self.lab["version"], "podSubnet": self.lab["podSubnet"], "podNetwork": {"manifest": self.lab["networkManifest"]},
                                    "packages": {"url": self.lab["mirror"]["kubernetes"], "key": key}, "images": {"archives": [self.lab["images"]["all"]], "workerArchives": [self.lab["images"]["worker"]]}}
        self.spec = self.with_workers(1)

    def with_workers(self, count):
        return self.world.write(f"{count}.yaml", json.dumps(self.document | {"workers": count}))

    def good(self, *arguments, timeout=480):
        started = time.monotonic()
        code, printed = self.world.ctl(*arguments, timeout=timeout)
        self.assertEqual(code, 0, printed[-6000:])
        print(f"{' '.join(arguments[:2])}: {time.monotonic() - started:.0f} s", file=sys.stderr)
        return printed

    def kubectl(self, *arguments):
        return subprocess.run([self.lab["kubectl"], "--kubeconfig", os.path.join(self.world.folder, "kubeconfig"), "--context", CONTEXT, *arguments], capture_output=True, text=True, timeout=60)

    def ready(self):
        done = self.kubectl("get", "nodes", "-o", "json")
        if done.returncode:
            return {}
        return {item["metadata"]["name"]: {one["type"]: one["status"] for one in item["status"]["conditions"]}["Ready"] for item in json.loads(done.stdout)["items"]}

    def becomes_ready(self, *names, seconds=180):
        wanted = {name: "True" for name in names}
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.ready() != wanted:
            time.sleep(1)
        self.assertEqual(self.ready(), wanted)

    def test_from_nothing_to_ready_nodes_and_back_in_the_window(self):
        self.window("its_price_is_told_it_is_made_and_opened", WORDS=PRICE)
        self.becomes_ready("demo-control-1", "demo-worker-1", seconds=30)
        address = self.lab.host("h1")["address"]
        self.assertIn(f"https://{address}:6443", self.world.read("kubeconfig"))
        # Whose keys the machines' are was learnt from their consoles; nobody was asked, nothing accepted unseen, and the person's own known_hosts is as it was.
        fingerprint = next(key["fingerprint"] for key in self.lab.host("h2")["hostKeys"] if key["type"] == "ssh-ed25519")
        self.assertIn(fingerprint, self.good("runs", "show", "1"))
        self.assertFalse(os.path.exists(self.world.folder + "/.ssh/known_hosts"))
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.spec))  # the spec that the form wrote is the one that it was filled in with
        self.workers_come_and_go()
        self.window("it_is_stopped_and_started_again")
        self.becomes_ready("demo-control-1", "demo-worker-1")
        # Deleted while a machine is off: nothing on it needs to be taken back first.
        self.account.client("ec2").stop_instances(InstanceIds=[self.account.instances()["demo-worker-1"]])
        self.window("it_is_taken_away")
        self.assertEqual(self.account.left(), {})
        self.assertNotIn(CONTEXT, self.world.read("kubeconfig"))

    def workers_come_and_go(self):
        # More: the spec run again makes them, and leaves those that are there alone.
        before = self.account.instances()
        self.good("cluster", "scale", "-f", self.with_workers(2))
        self.becomes_ready("demo-control-1", "demo-worker-1", "demo-worker-2")
        self.assertEqual({name: one for name, one in self.account.instances().items() if name in before}, before)
        # Fewer: what ran on it runs elsewhere before its machine goes.
        self.kubectl("create", "deployment", "app", f"--image={self.lab['web']['image']}", "--replicas=4")
        placed = lambda: [pod["spec"].get("nodeName") for pod in json.loads(self.kubectl("get", "pods", "-l", "app=app", "-o", "json").stdout)["items"] if pod["status"].get("phase") == "Running"]
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (len(placed()) == 4 and "demo-worker-2" in placed()):
            time.sleep(1)
        self.assertIn("demo-worker-2", placed())
        self.assertIn("timonierctl cluster scale", self.good("cluster", "status", "-f", self.spec))  # it is said that one is too many
        printed = self.good("cluster", "scale", "-f", self.spec)
        self.assertIn("demo-worker-2", printed)
        self.assertEqual(self.account.instances(), before)
        self.becomes_ready("demo-control-1", "demo-worker-1", seconds=30)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and placed() != ["demo-worker-1"] * 4:
            time.sleep(1)
        self.assertEqual(placed(), ["demo-worker-1"] * 4)
        self.assertIn("Nothing was changed", self.good("cluster", "scale", "-f", self.spec))
        status = self.world.json("cluster", "status", "-f", self.spec, "-o", "json")
        self.assertNotIn("demo-worker-2", json.dumps(status["resources"]))  # nor does the ledger have it any more

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
