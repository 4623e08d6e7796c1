"""A real kind on a real container engine: a cluster of two nodes with a registry made by `timonierctl cluster create`, read, given images, stopped, started, deleted.

The engine is this test's own (docker.io unpacked by tests/lab/kind-engine, with its own data, socket and network namespace), so nothing of it meets the machine's.
Skipped with a printed reason where it cannot run: no root, no namespaces, what it needs not made and TIMONIER_KIND_LAB not set (it takes minutes).
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from lab import container_engine, image

NAME = "lab"
IMAGE = "kindest/node:lab"
SPEC = f"""provider: kind
name: {NAME}
image: {IMAGE}
workers: 1
registry: {{port: 5005, image: "registry:lab"}}
kubeProxy: none
kubeadmPatches:
  - |
    kind: KubeletConfiguration
    failCgroupV1: false
"""
# Each has its image in another way, and no way round: both run only where that has arrived.
PODS = "".join(f"""apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: default}}
spec:
  nodeName: {NAME}-{node}
  hostNetwork: true
  automountServiceAccountToken: false
  containers: [{{name: main, image: "{image}", imagePullPolicy: {policy}}}]
---
""" for name, node, image, policy in (("loaded", "worker", "front:lab", "Never"), ("archived", "control-plane", "back:lab", "Never"), ("pushed", "worker", "localhost:5005/team/pushed:lab", "Always")))


class RealKind(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="timonier-kind-")
        cls.engine = container_engine.Engine(cls.folder)
        lab = cls.engine.lab
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.wait()
        for left in cls.engine.docker("ps", "-aq").stdout.split():  # of a run that was killed
            cls.engine.docker("rm", "-fv", left)
        root = next(os.path.join(lab, name) for name in sorted(os.listdir(lab), reverse=True) if name.startswith("node-") and name.endswith(".tar"))
        if cls.engine.docker("image", "inspect", "--format", "{{.Comment}}", IMAGE, check=False).stdout.find(os.path.basename(root)) < 0:
            cls.engine.docker("import", "-m", os.path.basename(root), "-c", 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]', "-c", "ENV container=docker", root, IMAGE)
        if cls.engine.docker("image", "inspect", "--format", "{{.Config.Labels.crictl}}", IMAGE, check=False).stdout.strip() != "v1":  # kind asks nodes by it
            cls.make_image(IMAGE, IMAGE, "LABEL crictl=v1", (next(os.path.join(os.path.dirname(lab), name) for name in sorted(os.listdir(os.path.dirname(lab))) if name.startswith("crictl-")), "/usr/local/bin/crictl"))
        cls.make_images(root)
        tools = os.path.join(cls.folder, "bin")
        os.mkdir(tools)
        os.symlink(os.path.join(os.path.dirname(lab), "kind-v0.33.0"), os.path.join(tools, "kind"))
        with open(os.path.join(tools, "docker"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {cls.engine.docker_program} \"$@\"\n")
        os.chmod(os.path.join(tools, "docker"), 0o755)
        cls.spec = os.path.join(cls.folder, "spec.yaml")
        with open(cls.spec, "w", encoding="utf-8") as file:
            file.write(SPEC)
        cls.kubeconfig = os.path.join(cls.folder, "kubeconfig")
        cls.environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", DOCKER_HOST=cls.engine.socket, KUBECONFIG=cls.kubeconfig, XDG_DATA_HOME=os.path.join(cls.folder, "data"),
                               XDG_CACHE_HOME=os.path.join(cls.folder, "cache"), LANG="C.UTF-8", LC_ALL="C.UTF-8")

    @classmethod
    def make_image(cls, name, base, change, *files):
        cls.engine.docker("create", "--name", "making", base, "/none")
        for file, place in files:
            cls.engine.docker("cp", file, "making:" + place)
        cls.engine.docker("commit", "-c", change, "making", name)
        cls.engine.docker("rm", "making")

    @classmethod
    def make_images(cls, root):
        """A registry, and three images that do nothing: pause, with ids of their own."""
        binary = os.path.join(subprocess.run([os.path.join(container_engine.HERE, "engines"), "registry"], capture_output=True, text=True, check=True).stdout.strip(), "registry")
        config = os.path.join(cls.folder, "registry.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: /var/lib/registry}}\nhttp: {addr: ':5000'}\n")
        archive = os.path.join(cls.folder, "made.tar")
        image.write_image(archive, "registry:bare", binary, "/registry", entry=True)
        cls.engine.docker("load", "-i", archive)
        cls.make_image("registry:lab", "registry:bare", 'CMD ["serve", "/registry.yml"]', (config, "/registry.yml"))
        with open(archive, "wb") as file:
            subprocess.run(["tar", "-xOf", root, "./kind/images/pause.tar"], stdout=file, check=True)
        cls.engine.docker("load", "-i", archive)
        for name in ("front:lab", "back:lab", "localhost:5005/team/pushed:lab"):
            cls.make_image(name, "registry.k8s.io/pause:lab", "LABEL lab=" + re.sub("[^a-z]", "", name))
        os.remove(archive)

    def ctl(self, *arguments, code=0, timeout=420):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        done = subprocess.run([program, *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout)
        self.assertEqual(done.returncode, code, done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout

    def nodes(self):
        answer = json.loads(self.ctl("get", "nodes", "--context", "kind-" + NAME, "-o", "json"))
        return {node["metadata"]["name"]: {one["type"]: one["status"] for one in node["status"]["conditions"]}["Ready"] for node in answer["items"]}

    def wait_ready(self):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                nodes = self.nodes()
                if len(nodes) == 2 and set(nodes.values()) == {"True"}:
                    return nodes
            except AssertionError:
                nodes = None
            time.sleep(2)
        self.fail(f"the nodes did not become ready: {nodes}")

    def test_a_cluster_is_made_read_stopped_started_and_deleted(self):
        plan = json.loads(self.ctl("cluster", "plan", "-f", self.spec, "-o", "json"))
        checks = {check["id"]: check for check in plan["checks"]}
        self.assertEqual((checks["tool"]["state"], checks["engine"]["state"]), ("good", "good"), checks)

        started = time.monotonic()
        events = [json.loads(line) for line in self.ctl("cluster", "create", "-f", self.spec, "-o", "json").splitlines()]
        print(f"two nodes in {time.monotonic() - started:.0f} s", file=sys.stderr)
        self.assertEqual(events[-1]["event"], "ended")
        self.assertTrue(any("Joining worker nodes" in json.dumps(event, ensure_ascii=False) for event in events))
        self.assertEqual(set(self.wait_ready()), {f"{NAME}-control-plane", f"{NAME}-worker"})
        self.assertIn("Nothing was changed", self.ctl("cluster", "create", "-f", self.spec))
        self.assertEqual(os.stat(self.kubeconfig).st_mode & 0o777, 0o600)

        listed = json.loads(self.ctl("cluster", "list", "-o", "json"))
        self.assertEqual([(one["name"], one["phase"], one["madeByTimonier"]) for one in listed if one["provider"] == "kind"], [(NAME, "running", True)])
        self.ctl("cluster", "logs", "-f", self.spec, "--to", os.path.join(self.folder, "logs"))
        self.assertTrue(os.path.isdir(os.path.join(self.folder, "logs", f"{NAME}-control-plane")))

        self.use_images()
        self.ctl("cluster", "stop", "-f", self.spec)
        self.assertEqual(json.loads(self.ctl("cluster", "status", "-f", self.spec, "-o", "json"))["state"]["phase"], "stopped")
        self.ctl("cluster", "start", "-f", self.spec)
        self.wait_ready()

        self.ctl("cluster", "delete", "-f", self.spec)
        self.assertEqual(self.engine.docker("ps", "-aq").stdout, "")
        self.assertEqual(self.engine.docker("volume", "ls", "-q").stdout, "")
        with open(self.kubeconfig, encoding="utf-8") as file:
            self.assertNotIn("kind-" + NAME, file.read())
        self.assertIn("nothing to take back", self.ctl("cluster", "delete", "-f", self.spec))

    def use_images(self):
        started = time.monotonic()
        self.assertIn("front:lab is in " + NAME, self.ctl("cluster", "load-image", "front:lab", "--cluster", "kind/" + NAME))
        archive = os.path.join(self.folder, "back.tar")
        self.engine.docker("save", "-o", archive, "back:lab")
        self.ctl("cluster", "load-image", archive, "--cluster", "kind/" + NAME)
        self.engine.docker("push", "localhost:5005/team/pushed:lab")
        for node in ("control-plane", "worker"):
            has = self.engine.docker("exec", f"{NAME}-{node}", "crictl", "images", "-o", "json").stdout
            self.assertIn("docker.io/library/front:lab", has)
            self.assertIn("docker.io/library/back:lab", has)
        # A spec that wants them finds them there, and would not load them again.
        spec = os.path.join(self.folder, "with-images.yaml")
        with open(spec, "w", encoding="utf-8") as file:
            file.write(SPEC + "images: [front:lab, back:lab]\n")
        steps = {step["id"]: step["verdict"] for step in json.loads(self.ctl("cluster", "plan", "-f", spec, "-o", "json"))["steps"]}
        self.assertEqual([steps["load front:lab"], steps["load back:lab"], steps["registry"], steps["registries"]], ["already"] * 4, steps)
        pods = os.path.join(self.folder, "pods.yaml")
        with open(pods, "w", encoding="utf-8") as file:
            file.write(PODS)
        self.ctl("apply", "-f", pods, "--context", "kind-" + NAME, "--wait", "60s", timeout=90)
        print(f"images loaded, pushed and run in {time.monotonic() - started:.0f} s", file=sys.stderr)
        # What kind cannot do is refused with another way.
        for verb in (["addons"], ["service-url", "front"], ["tunnel"]):
            self.ctl("cluster", *verb, "-f", self.spec, code=1)

    def test_it_is_made_and_deleted_in_the_window(self):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_kind")
        if not os.path.exists(program):
            self.skipTest("the window is not built here")
        done = subprocess.run([program], env=dict(self.environment, TIMONIER_KIND_SPEC=self.spec, QT_QPA_PLATFORM="offscreen"), capture_output=True, text=True, timeout=900)
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])
        self.assertEqual(self.engine.docker("ps", "-aq").stdout, "")


if __name__ == "__main__":
    container_engine.enter("-n", "-m")
    unittest.main()
