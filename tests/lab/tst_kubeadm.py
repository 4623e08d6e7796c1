"""kubeadm over ssh on real Debian hosts (tests/lab/hosts): three become a cluster on which an application answers between nodes; one is added, one removed;
certificates are renewed; and all is taken back so that a listing of each host is what it was. Hosts with planted faults are told in words before anything is touched.

All hosts are started once. Skipped with a printed reason where they cannot run (tests/lab/README.md).
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from lab import hosts
from lab.kubeadm import LISTING
from lab.control_plane import engines
from lab.process import LabError, wait_until

GOOD = ["h1", "h2", "h3", "h4"]
# What is wrong with whom; several things with one, where they do not hide each other.
FAULTY = {
    "f1": ["swap", "one-cpu", "small-memory", "port-taken", "dead-source", "unresolved-hostname"],
    "f2": ["cri-disabled", "clock", "full-disk"],
    "f3": ["cgroup-driver", "machine-id", "apt-locked"],
    "f4": ["half-installed"],
    "f5": ["mirror-down", "french", "banner"],
    "f6": ["changed-host-key"],
    "f7": ["no-sudo"],
    "f8": ["wrong-password"],
    "f9": ["no-systemd", "mirror-silent"],
    "f10": ["silent"],
}
# What is said of it: host, check, state, words.
SAID = [
    ("f1", "swap", "careful", "/swapfile"), ("f1", "cpu", "bad", "a control plane needs two"), ("f1", "memory", "bad", "1700 MB"), ("f1", "ports", "bad", "6443"),
    ("f1", "sources", "careful", "shut down in 2024"), ("f1", "hostname", "careful", "does not resolve"),
    ("f2", "runtime", "careful", "switched off"), ("f2", "clock", "bad", "10 min ahead"), ("f2", "disk", "bad", "free in /"),
    ("f3", "runtime", "careful", "cgroupfs"), ("f3", "identity", "bad", "the same machine-id"), ("f3", "packages", "careful", "installs packages just now"),
    ("f4", "leftovers", "bad", "/etc/kubernetes"), ("f5", "sources", "bad", "does not reach"), ("f6", "reach", "bad", "key"), ("f7", "rights", "bad", "sudo"), ("f8", "rights", "bad", "sudo"),
    ("f9", "system", "bad", "systemd"), ("f9", "sources", "bad", "does not reach"), ("f10", "reach", "bad", "does not answer"),
    ("h1", "reach", "good", "nopass"), ("h1", "leftovers", "good", "none"),
]
# An API server's certificate that ends in twenty days.
AGE = """printf 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v%s\ncertificateValidityPeriod: 481h0m0s\n' > /run/age.yaml
kubeadm certs renew apiserver --config /run/age.yaml"""
APPLICATION = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 4
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      topologySpreadConstraints: [{{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor, labelSelector: {{matchLabels: {{app: web}}}}}}]
      containers: [{{name: web, image: "{image}", imagePullPolicy: IfNotPresent, ports: [{{containerPort: {port}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  type: NodePort
  selector: {{app: web}}
  ports: [{{port: 80, targetPort: {port}, nodePort: 30080}}]
"""


class KubeadmOverSsh(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        reason = hosts.reason_to_skip()
        if reason:
            raise unittest.SkipTest(reason)
        cls.folder = tempfile.mkdtemp(prefix="timonier-kubeadm-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        plants = [f"{fault}@{host}" for host, faults in FAULTY.items() for fault in faults]
        cls.lab = hosts.up(os.path.join(cls.folder, "hosts"), names=[*GOOD, *FAULTY], plants=plants)
        cls.addClassCleanup(cls.lab.stop)
        home = os.path.join(cls.folder, "home")
        os.makedirs(os.path.join(home, ".ssh"), mode=0o700)
        shutil.copy(cls.lab["sshConfig"], os.path.join(home, ".ssh", "config"))
        cls.kubeconfig = os.path.join(cls.folder, "kubeconfig")
        cls.environment = {name: value for name, value in os.environ.items() if name not in ("KUBECONFIG", "SSH_AUTH_SOCK")}
        cls.environment |= {"HOME": home, "XDG_DATA_HOME": os.path.join(cls.folder, "data"), "XDG_CACHE_HOME": os.path.join(cls.folder, "cache"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        # Helm as it lies there when it has been fetched: what is fetched is tried in tst_toolbox, and there is no way out here.
        with open(os.path.join(os.environ["TIMONIER_SOURCE_DIR"], "resources", "tools", "tools.json"), encoding="utf-8") as file:
            version = next(tool["version"] for tool in json.load(file)["tools"] if tool["name"] == "helm")
        kept = os.path.join(cls.folder, "data", "timonier", "tools", "linux-" + {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine], "helm-" + version)
        os.makedirs(kept)
        shutil.copy(os.path.join(engines(), "helm"), os.path.join(kept, "helm"))
        cls.key = os.path.join(cls.folder, "packages.asc")
        with open(cls.key, "wb") as file:
            file.write(subprocess.run(["curl", "-fsS", cls.lab["mirror"]["key"]], check=True, capture_output=True).stdout)

    def spec(self, name, control_planes, workers, **more):
        document = {"provider": "kubeadm", "name": name, "kubernetes": self.lab["version"], "user": "nopass", "controlPlanes": control_planes, "workers": workers, "podSubnet": self.lab["podSubnet"],
                    "packages": {"url": self.lab["mirror"]["kubernetes"], "key": self.key}, "images": {"archives": [self.lab["images"]["all"]], "workerArchives": [self.lab["images"]["worker"]]},
                    "network": {"manifest": self.lab["networkManifest"]}, "kubeconfig": self.kubeconfig, **more}
        path = os.path.join(self.folder, name + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path

    def ctl(self, *arguments, code=0, timeout=420, stdin=""):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        done = subprocess.run([program, *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout, input=stdin)
        self.assertEqual(done.returncode, code, done.stdout[-4000:] + done.stderr[-2000:])
        return done.stdout

    def kubectl(self, *arguments, stdin=None):
        done = subprocess.run([self.lab["kubectl"], "--kubeconfig", self.kubeconfig, "--context", "lab", *arguments], input=stdin, capture_output=True, text=True, timeout=120, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def listings(self, names):
        with ThreadPoolExecutor() as pool:
            return dict(zip(names, pool.map(lambda name: self.lab.run(name, LISTING)["out"].splitlines(), names)))

    def nodes(self):
        return {item["metadata"]["name"]: {one["type"]: one["status"] for one in item["status"]["conditions"]}["Ready"] for item in json.loads(self.kubectl("get", "nodes", "-o", "json"))["items"]}

    def answers(self, name):
        """The Service answers on that host. Each kube-proxy hears of new endpoints in its own time: some are later than `rollout status`."""
        tried = []

        def once():
            tried.append(subprocess.run(["curl", "-fsS", "--max-time", "3", f"http://{self.lab.host(name)['address']}:30080/"], capture_output=True, text=True))
            return tried[-1].returncode == 0
        try:
            wait_until("the Service answers", once, 30, 0.3)
        except LabError:
            self.fail(f"the Service does not answer on {name}: {tried[-1].stderr.strip()}")

    def take_back(self, spec, environment=None):
        """Whatever a test came to, the next one finds bare hosts: what is still there of the cluster is deleted, with the journal of whoever made it."""
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        done = subprocess.run([program, "cluster", "delete", "-f", spec], env=environment or self.environment, capture_output=True, text=True, timeout=300,
                              input=f"{self.lab['users']['ops']['password']}\n" * 20)
        if done.returncode:
            print(f"the hosts were not taken back: {done.stdout[-2000:]}{done.stderr[-2000:]}", file=sys.stderr)

    def cut_the_faulty(self):
        with ThreadPoolExecutor() as pool:  # the cluster needs the room
            list(pool.map(self.lab.cut, FAULTY))

    def test_before_a_host_is_touched_it_is_said_what_is_wrong_with_it(self):
        self.addCleanup(self.cut_the_faulty)
        before = self.listings(["f1", "f2"])
        workers = ["f2", "f3", "f4", "f5", "f6", {"host": "f7", "user": "ops"}, {"host": "f8", "user": "ops"}, "f9", "f10", "h1"]
        spec = self.spec("faulty", ["f1"], workers)
        password = self.lab["users"]["ops"]["password"]
        started = time.monotonic()
        document = json.loads(self.ctl("cluster", "plan", "-f", spec, "-o", "json", stdin=f"{password}\n" * 20))
        looked = time.monotonic() - started
        print(f"eleven hosts looked at in {looked:.1f} s", file=sys.stderr)
        self.assertLess(looked, 20)   # 10 on a machine that has nothing else to do: nobody is waited for but the silent ones, and these side by side
        found = {(check["host"], check["id"]): check for check in document["checks"]}
        for host, check, state, words in SAID:
            with self.subTest(host=host, check=check):
                one = found[host, check]
                self.assertEqual(one["state"], state, one)
                self.assertIn(words, one["words"] + one["why"], one)
        self.assertIn("SHA256:", found["f6", "reach"]["evidence"])
        self.assertTrue(any("kubeadm reset" in command for fix in found["f4", "leftovers"]["fixes"] for command in fix["commands"]))
        self.assertTrue(any("swapoff" in command for fix in found["f1", "swap"]["fixes"] for command in fix["commands"]))
        with self.subTest("in the window"):  # every one of them is read there
            self.window("what_is_wrong_with_hosts_is_said_on_the_page_of_checks", spec, "faulty", {"TIMONIER_HOSTS_SAID": json.dumps(SAID)}, timeout=300)
        refused = self.failing("cluster", "create", "-f", self.spec("faulty", ["f1"], ["f2"]))
        self.assertIn("1700 MB", refused)
        self.compare(before, self.listings(["f1", "f2"]))

    def test_hosts_become_a_cluster_change_and_are_again_what_they_were(self):
        before = self.listings(GOOD)
        spec = self.spec("lab", ["h1"], ["h2", {"host": "h3", "labels": {"tier": "back"}, "taints": ["busy=yes:PreferNoSchedule"]}], features=["admin", "helm"])
        self.addCleanup(self.take_back, spec)

        started = time.monotonic()
        checks = json.loads(self.ctl("cluster", "plan", "-f", spec, "-o", "json"))["checks"]
        print(f"three hosts looked at in {time.monotonic() - started:.1f} s", file=sys.stderr)
        self.assertEqual([check for check in checks if check["state"] == "bad"], [])
        self.assertEqual({check["state"] for check in checks if check["id"] == "between"}, {"good"})

        started = time.monotonic()
        events = [json.loads(line) for line in self.ctl("cluster", "create", "-f", spec, "-o", "json").splitlines()]
        print(f"three hosts to Ready in {time.monotonic() - started:.0f} s", file=sys.stderr)
        self.assertEqual(events[-1]["state"], "finished")
        self.assertEqual(self.nodes(), {"h1": "True", "h2": "True", "h3": "True"})
        back = json.loads(self.kubectl("get", "node", "h3", "-o", "json"))
        self.assertEqual(back["metadata"]["labels"]["tier"], "back")
        self.assertIn({"key": "busy", "value": "yes", "effect": "PreferNoSchedule"}, back["spec"]["taints"])
        self.assertTrue(self.lab.run("h1", "helm version --short")["out"].startswith("v3."))
        self.assertIn("admin-user", self.kubectl("get", "serviceaccounts", "-n", "kube-system", "-o", "name"))
        self.assertNotIn("bootstrap-token", self.kubectl("get", "secrets", "-n", "kube-system", "-o", "name"))

        started = time.monotonic()
        self.assertIn("Nothing was changed", self.ctl("cluster", "create", "-f", spec))
        again = time.monotonic() - started
        print(f"once more in {again:.1f} s", file=sys.stderr)
        self.assertLess(again, 10)

        # An application whose Service answers on each node, wherever its pods are; also by its name, from a host of the cluster.
        self.kubectl("apply", "-f", "-", stdin=APPLICATION.format(**self.lab["web"]))
        self.kubectl("rollout", "status", "deployment/web", "--timeout=90s")
        on = {pod["spec"]["nodeName"] for pod in json.loads(self.kubectl("get", "pods", "-l", "app=web", "-o", "json"))["items"]}
        self.assertEqual(on, {"h2", "h3"})
        for name in ("h1", "h2", "h3"):
            self.answers(name)

        # One more.
        spec = self.spec("lab", ["h1"], ["h2", {"host": "h3", "labels": {"tier": "back"}, "taints": ["busy=yes:PreferNoSchedule"]}, "h4"], features=["admin", "helm"])
        self.ctl("cluster", "add-host", "h4", "-f", spec)
        self.assertEqual(self.nodes(), {"h1": "True", "h2": "True", "h3": "True", "h4": "True"})
        # And one less: its pods move, it is what it was, the rest goes on.
        self.ctl("cluster", "remove-host", "h3", "-f", spec)
        self.assertEqual(set(self.nodes()), {"h1", "h2", "h4"})
        self.compare(before, self.listings(["h3"]))
        self.kubectl("rollout", "status", "deployment/web", "--timeout=90s")
        self.answers("h2")
        self.assertIn("the only control plane", self.failing("cluster", "remove-host", "h1", "-f", spec))

        certificates = json.loads(self.ctl("cluster", "certs", "-f", spec, "-o", "json"))
        self.assertGreater({one["name"]: one["left"] for one in certificates}["apiserver"], 300 * 86400)

        spec = self.spec("lab", ["h1"], ["h2", "h4"], features=["admin", "helm"])
        self.assertEqual(json.loads(self.ctl("cluster", "status", "-f", spec, "-o", "json"))["state"]["phase"], "running")
        started = time.monotonic()
        self.ctl("cluster", "delete", "-f", spec)
        print(f"deleted in {time.monotonic() - started:.0f} s", file=sys.stderr)
        self.compare(before, self.listings(GOOD))
        with open(self.kubeconfig, encoding="utf-8") as file:
            self.assertNotIn("kubernetes-admin", file.read())
        self.assertIn("nothing to take back", self.ctl("cluster", "delete", "-f", spec))

    def test_in_the_window_hosts_become_a_cluster_that_serves_an_application(self):
        before = self.listings(GOOD)
        spec = self.spec("office", ["h1"], [{"host": "h2", "user": "ops"}])
        # A person who has never been there: the keys are asked about, and sudo on h2 wants a password.
        home = os.path.join(self.folder, "window-home")
        os.makedirs(os.path.join(home, ".ssh"), mode=0o700)
        with open(self.lab["sshConfig"], encoding="utf-8") as there, open(os.path.join(home, ".ssh", "config"), "w", encoding="utf-8") as here:
            for line in there:
                here.write(f"UserKnownHostsFile {home}/.ssh/known_hosts\n" if line.startswith("UserKnownHostsFile") else line)
        age = [os.path.join(os.environ["TIMONIER_SOURCE_DIR"], "tests", "lab", "hosts"), "run", self.lab.directory, "h1", AGE % self.lab["version"]]
        self.addCleanup(self.take_back, spec, self.environment | {"XDG_DATA_HOME": os.path.join(home, "data")})   # with a home where all keys are known
        self.window("hosts_become_a_cluster_that_serves_an_application_changes_and_they_are_bare_again", spec, "office", {
            "HOME": home, "XDG_DATA_HOME": os.path.join(home, "data"), "XDG_CONFIG_HOME": os.path.join(home, "config"), "TIMONIER_HOSTS_COUNT": "2", "TIMONIER_HOSTS_MORE": "h3",
            "TIMONIER_HOSTS_FINGERPRINTS": " ".join(key["fingerprint"] for host in self.lab["hosts"] for key in host["hostKeys"]), "TIMONIER_HOSTS_ADDRESS": self.lab.host("h2")["address"],
            "TIMONIER_HOSTS_WEB_IMAGE": self.lab["web"]["image"], "TIMONIER_HOSTS_WEB_PORT": str(self.lab["web"]["port"]), "TIMONIER_HOSTS_AGE": json.dumps(age)})
        self.compare(before, self.listings(GOOD))

    def window(self, case, spec, context, more, timeout=900):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_hosts")
        if not os.path.exists(program):
            self.skipTest("the window is not built here")
        environment = self.environment | {"KUBECONFIG": self.kubeconfig, "QT_QPA_PLATFORM": "offscreen", "TIMONIER_HOSTS_SPEC": spec, "TIMONIER_HOSTS_CONTEXT": context,
                                          "TIMONIER_HOSTS_PASSWORD": self.lab["users"]["ops"]["password"],
                                          "QTEST_FUNCTION_TIMEOUT": str(timeout * 1000)} | more
        done = subprocess.run([program, case], env=environment, capture_output=True, text=True, timeout=timeout)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])

    def failing(self, *arguments):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        done = subprocess.run([program, *arguments], env=self.environment, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stderr

    def compare(self, before, after):
        for name, lines in after.items():
            was, now = set(before[name]), set(lines)
            self.assertEqual((sorted(was - now)[:20], sorted(now - was)[:20]), ([], []), f"{name}: gone, and new")

if __name__ == "__main__":
    unittest.main(verbosity=2)
