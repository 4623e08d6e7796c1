"""Another Kubernetes on real hosts, and the way from one to the next: a cluster of TIMONIER_UPGRADE's first version, upgraded to its second, taken back.

    for version in 1.34.4 1.35.4; do tests/lab/hosts-engine --version $version; done       # some twenty minutes each, the first time
    TIMONIER_UPGRADE="1.34.4 1.35.4" python3 tests/lab/tst_kubeadm_versions.py             # with TIMONIER_BIN_DIR=build/dev/bin

Skipped where it is not asked for: the lab's own version is tst_kubeadm.py's.
"""
import json
import os
import shutil
import sys
import tempfile
import time
import unittest

from lab import hosts
from lab.kubeadm import Fleet

NAMES = ["h1", "h2"]


class FromOneVersionToTheNext(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        versions = os.environ.get("TIMONIER_UPGRADE", "").split()
        if len(versions) != 2:
            raise unittest.SkipTest('it takes two versions: TIMONIER_UPGRADE="1.34.4 1.35.4" (their packages are built for forty minutes)')
        for version in versions:
            if reason := hosts.reason_to_skip(version):
                raise unittest.SkipTest(f"{version}: {reason}")
        cls.first, cls.second = versions
        cls.folder = tempfile.mkdtemp(prefix="timonier-versions-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.lab = hosts.up(os.path.join(cls.folder, "hosts"), names=NAMES, version=cls.first)
        cls.addClassCleanup(cls.lab.stop)
        cls.fleet = Fleet(cls.folder, cls.lab)

    def spec(self, version):
        made = self.lab["versions"][version]
        return self.fleet.spec("lab", ["h1"], ["h2"], kubernetes=version, packages={"url": made["kubernetes"], "key": self.fleet.key},
                               images={"archives": [made["images"]["all"]], "workerArchives": [made["images"]["worker"]]})

    def versions(self):
        nodes = json.loads(self.fleet.kubectl("get", "nodes", "-o", "json"))["items"]
        return {node["metadata"]["name"]: node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes}

    def timed(self, what, run):
        began = time.monotonic()
        with run:
            self.assertEqual(run.end(900), 0, f"{what}: {run.errors[-3000:]}")
        print(f"{what}: {time.monotonic() - began:.0f} s", file=sys.stderr)

    def test_a_cluster_is_made_upgraded_and_taken_back(self):
        before = self.fleet.listings(NAMES)
        spec = self.spec(self.first)
        self.addCleanup(lambda: self.fleet.delete(spec))
        self.timed(f"made with {self.first}", self.fleet.create(spec))
        self.assertEqual(self.versions(), dict.fromkeys(NAMES, "v" + self.first))
        spec = self.spec(self.second)
        self.timed(f"upgraded to {self.second}", self.fleet.run("cluster", "upgrade", "-f", spec))
        self.assertEqual(self.versions(), dict.fromkeys(NAMES, "v" + self.second))
        state = self.fleet.state(NAMES)
        self.assertTrue(all("True" in node for node in state["nodes"]) and all(pod.endswith("Running") for pod in state["pods"]), state)
        self.assertIn(f":v{self.second}", self.fleet.kubectl("get", "pods", "-n", "kube-system", "-o", "jsonpath={..image}"))
        self.assertNotIn(f":v{self.first}", self.fleet.kubectl("get", "pods", "-n", "kube-system", "-o", "jsonpath={..image}"))
        self.fleet.delete(spec)
        after = self.fleet.listings(NAMES)
        for name in NAMES:
            self.assertEqual(sorted(set(before[name]) ^ set(after[name]))[:20], [], name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
