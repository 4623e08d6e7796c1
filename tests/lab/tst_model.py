#!/usr/bin/env python3
"""A model of one's own, from the file to the answer: uploaded through a short-lived pod to a volume, served, asked, on a real control plane
whose pods' commands and ports are really there (tests/lab/kubelet: this computer in the place of the containers)."""
import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import unittest

from lab.model_lab import MB, Backend, ModelLab
from lab.process import wait_until
from lab.program import command_line
from lab.proxy import FaultProxy


class Model(ModelLab):
    def parts(self, name):
        return [os.path.join(self.there, one) for one in os.listdir(self.there) if one.startswith(f"{name}.timonier-")]

    def test_a_model_is_uploaded_served_asked_replaced_and_removed(self):
        first = os.urandom(3 * MB)
        path = self.write("first.onnx", first)
        Backend.model = os.path.join(self.there, "nets/cats.onnx")
        values = ("modelPath=nets/cats.onnx", "backendProbe=/healthz", f"question={self.question}", "questionAnswer=tabby")
        done = self.app("deploy", "own", "model=" + path, *values)
        with open(Backend.model, "rb") as f:
            self.assertEqual(hashlib.sha256(f.read()).hexdigest(), hashlib.sha256(first).hexdigest())
        with open(self.question, "rb") as f:
            self.assertEqual(Backend.asked, [("image/jpeg", f.read())])
        self.assertIn("SHA-256 " + hashlib.sha256(first).hexdigest() + " compared there", done.stdout)
        self.assertIn("recognition-backend:80/healthz answers with status 200", done.stdout)
        self.assertIn('answered with status 200', done.stdout)
        self.assertIn('"label": "tabby cat", "model": "' + hashlib.sha256(first).hexdigest(), done.stdout)
        self.assertIsNone(self.pod("own"))
        self.assertNotIn("upload", json.dumps(self.api.get("/api/v1/namespaces/own/configmaps/timonier-set-recognition")["data"]))
        self.assertNotIn(path, json.dumps(self.api.get("/api/v1/namespaces/own/configmaps")))   # of no use to the next computer
        template = self.backend("own")["spec"]["template"]
        self.assertEqual(template["metadata"]["annotations"]["timonier.dev/model-sha256"], hashlib.sha256(first).hexdigest())
        self.assertIn({"name": "MODEL_PATH", "value": "/models/nets/cats.onnx"}, template["spec"]["containers"][0]["env"])

        # Once more: nothing is sent. Without the file: what lies there stays, and no pod is started anew for it.
        arrived = os.stat(Backend.model)
        steps = self.steps("own", "model=" + path, *values)
        self.assertEqual((steps["model"], steps["apply"], steps["question"]), ("already", "already", "done"))
        os.remove(path)
        steps = self.steps("own", "backendReplicas=2")
        self.assertEqual((steps["model"], steps["apply"]), ("already", "done"))
        self.assertEqual(self.backend("own")["spec"]["template"], template)
        self.assertEqual((os.stat(Backend.model).st_ino, os.stat(Backend.model).st_mtime_ns), (arrived.st_ino, arrived.st_mtime_ns))

        # Another file takes its place, and the pods are new.
        second = self.write("second.onnx", os.urandom(MB))
        with open(second, "rb") as f:
            summed = hashlib.sha256(f.read()).hexdigest()
        done = self.app("deploy", "own", "model=" + second, f"question={self.question}")
        self.assertIn(summed, done.stdout.split("answered with status")[1])
        self.assertEqual(self.backend("own")["spec"]["template"]["metadata"]["annotations"]["timonier.dev/model-sha256"], summed)
        self.assertEqual(self.claim("own")["timonier.dev/model-sha256"], summed)

        done = self.app("remove", "own")
        self.assertIn("PersistentVolumeClaim own/recognition-models goes too, and what lies in it", done.stdout)
        self.assertIsNone(self.exists("/api/v1/namespaces/own"))

    def test_a_folder_goes_as_a_whole_and_takes_the_place_of_what_was_there(self):
        def saved(name, **content):
            folder = os.path.join(self.folder.name, name)
            for file, data in content.items():
                file = file.replace("__", "/") + ".pb"
                os.makedirs(os.path.dirname(os.path.join(folder, file)), exist_ok=True)
                with open(os.path.join(folder, file), "wb") as f:
                    f.write(data)
            return folder

        def there():
            return {os.path.relpath(os.path.join(folder, name), target): open(os.path.join(folder, name), "rb").read() for folder, _, names in os.walk(target) for name in names}
        target = os.path.join(self.there, "net")
        self.addCleanup(lambda: shutil.rmtree(target, ignore_errors=True))
        first = {"1__saved_model": os.urandom(MB), "1__variables__variables": os.urandom(3 * MB), "1__assets__labels": b""}
        folder = saved("net-1", **first)
        Backend.model = os.path.join(target, "1/saved_model.pb")
        values = ("modelPath=net", "backendProbe=/healthz", f"question={self.question}")
        done = self.app("deploy", "folders", "model=" + folder, *values)
        self.assertEqual(there(), {name.replace("__", "/") + ".pb": data for name, data in first.items()})
        sums = subprocess.run("find . -type f | sed 's,^./,,' | LC_ALL=C sort | xargs sha256sum | sha256sum", shell=True, check=True, capture_output=True, text=True, cwd=folder).stdout[:64]
        self.assertIn("SHA-256 " + sums + " compared there", done.stdout)
        self.assertEqual(self.claim("folders")["timonier.dev/model-sha256"], sums)
        self.assertIn(hashlib.sha256(first["1__saved_model"]).hexdigest(), done.stdout.split("answered with status")[1])
        self.assertEqual(self.steps("folders", "model=" + folder)["model"], "already")
        # Another one: nothing of the first is left in it, nor beside it.
        second = {"1__saved_model": os.urandom(MB)}
        self.app("deploy", "folders", "model=" + saved("net-2", **second))
        self.assertEqual(there(), {"1/saved_model.pb": second["1__saved_model"]})
        self.assertEqual(self.parts("net"), [])
        # A file in its place, and a folder in the file's.
        self.app("deploy", "folders", "model=" + self.write("net.onnx", b"one file"), "question=")
        with open(target, "rb") as f:
            self.assertEqual(f.read(), b"one file")
        self.app("deploy", "folders", "model=" + saved("net-2"), "question=")
        self.assertEqual(there(), {"1/saved_model.pb": second["1__saved_model"]})
        # By hand, into a container: under its own name where a folder is there, and not over another one.
        pod = self.api.get("/api/v1/namespaces/folders/pods")["items"][0]["metadata"]["name"]
        for code, words in ((0, "net/net-2: 1048576 bytes"), (1, "there is net/net-2 in the container already")):
            done = subprocess.run(command_line(["cp", saved("net-2"), pod + ":net", "-n", "folders"], self.lab.kubeconfig), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, env=self.environment())
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            self.assertIn(words, (done.stdout + done.stderr).replace(f"net/net-2 is in {pod}", "net/net-2"))
        # What cannot be sent is told before anything is.
        os.symlink("..", os.path.join(folder, "round"))
        self.assertIn("is a link to a folder", self.app("deploy", "folders", "model=" + folder, code=1).stderr)
        os.remove(os.path.join(folder, "round"))
        self.app("remove", "folders")

    def test_a_folder_that_is_cut_leaves_what_was_there(self):
        target = os.path.join(self.there, "cut-net")
        self.addCleanup(lambda: shutil.rmtree(target, ignore_errors=True))
        folder = os.path.join(self.folder.name, "cut-net")
        os.makedirs(folder)
        self.write("cut-net/a", os.urandom(1000))
        self.app("deploy", "cut-folder", "model=" + folder, "modelPath=cut-net")
        self.sparse("cut-net/b", 300 * MB)
        size = lambda: sum(os.path.getsize(os.path.join(root, name)) for part in self.parts("cut-net") for root, _, names in os.walk(part) for name in names)
        process = subprocess.Popen(self.line("deploy", "cut-folder", "model=" + folder, "modelPath=cut-net"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment())
        while process.poll() is None and size() < MB:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it was faster than this test")
        self.assertEqual(os.listdir(target), ["a"])
        self.app("deploy", "cut-folder", "model=" + folder, "modelPath=cut-net")
        self.assertEqual(sorted(os.listdir(target)), ["a", "b"])
        self.assertEqual(os.path.getsize(os.path.join(target, "b")), 300 * MB)
        wait_until("no part is left", lambda: not self.parts("cut-net"), 20)
        self.app("remove", "cut-folder")

    def test_the_pod_that_takes_the_file_runs_with_no_rights_and_bears_the_mark_of_the_set(self):
        path, seen = self.write("seen.onnx", os.urandom(MB)), {}
        stop = threading.Event()

        def look():
            while not stop.is_set() and not seen:
                pod = self.pod("watched")
                if pod:
                    seen.update(pod)
        looker = threading.Thread(target=look)
        looker.start()
        self.app("deploy", "watched", "model=" + path)
        stop.set()
        looker.join()
        spec, labels = seen["spec"], seen["metadata"]["labels"]
        mine = self.backend("watched")["metadata"]["labels"]["applyset.kubernetes.io/part-of"]
        self.assertEqual(labels["applyset.kubernetes.io/part-of"], mine)
        self.assertEqual((spec["securityContext"]["runAsUser"], spec["securityContext"]["fsGroup"], spec["automountServiceAccountToken"]), (1000, 1000, False))
        self.assertEqual(spec["containers"][0]["securityContext"]["capabilities"], {"drop": ["ALL"]})
        self.assertEqual(spec["volumes"], [{"name": "volume", "persistentVolumeClaim": {"claimName": "recognition-models"}}])
        self.assertGreater(spec["activeDeadlineSeconds"], 0)
        self.app("remove", "watched")

    def test_where_pods_must_be_restricted_the_file_arrives_all_the_same(self):
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "strict", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
        path = self.write("strict.onnx", os.urandom(1000))
        self.app("deploy", "strict", "model=" + path, "modelPath=strict.onnx", "backendNonRoot=true")
        self.assertEqual(os.path.getsize(os.path.join(self.there, "strict.onnx")), 1000)
        self.app("remove", "strict")

    def sparse(self, name, size):
        path = self.write(name, os.urandom(MB))
        os.truncate(path, size)
        return path

    def begin(self, ns, path, name, **more):
        process = subprocess.Popen(self.line("deploy", ns, "model=" + path, "modelPath=" + name, **more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment())
        while process.poll() is None and not any(os.path.getsize(part) > MB for part in self.parts(name)):
            time.sleep(0.005)
        return process

    def test_killed_in_the_middle_of_the_upload_and_run_again(self):
        path = self.sparse("killed.onnx", 300 * MB)
        process = self.begin("killed", path, "killed.bin")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it was faster than this test")
        self.assertFalse(os.path.exists(os.path.join(self.there, "killed.bin")))
        self.assertIsNotNone(self.pod("killed"))
        status = json.loads(self.app("status", "killed", "-o", "json").stdout)[0]   # never half-known
        self.assertIn(("Pod", "recognition-model-upload"), {(o["kind"], o["name"]) for o in status["objects"]})
        self.assertIsNone(self.exists("/apis/apps/v1/namespaces/killed/deployments/recognition-backend"))   # nothing runs that would look for it
        self.app("deploy", "killed", "model=" + path, "modelPath=killed.bin")
        self.assertEqual(os.path.getsize(os.path.join(self.there, "killed.bin")), 300 * MB)
        self.assertIsNone(self.pod("killed"))
        wait_until("no part is left", lambda: not self.parts("killed.bin"), 20)
        # Once more, and given up: the pod goes with the rest.
        os.truncate(path, 301 * MB)
        process = self.begin("killed", path, "killed.bin")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertIsNotNone(self.pod("killed"))
        self.assertNotIn("timonier.dev/model-sha256", self.claim("killed"))   # who knows what lies there now
        self.app("remove", "killed")
        self.assertIsNone(self.exists("/api/v1/namespaces/killed"))
        os.remove(os.path.join(self.there, "killed.bin"))

    def test_interrupted_it_takes_its_pod_away(self):
        path = self.sparse("stopped.onnx", 300 * MB)
        process = self.begin("stopped", path, "stopped.bin")
        process.send_signal(signal.SIGINT)
        process.communicate()
        self.assertEqual(process.returncode, 130)
        self.assertIsNone(self.pod("stopped"))
        self.assertFalse(os.path.exists(os.path.join(self.there, "stopped.bin")))
        self.app("remove", "stopped")

    def test_an_upload_that_is_cut_is_made_again(self):
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        proxy = FaultProxy(self.lab.ports["proxy"], self.lab.ports["apiserver"])
        do = lambda what: asyncio.run_coroutine_threadsafe(what, loop).result(10)
        do(proxy.start())
        self.addCleanup(lambda: (do(proxy.stop()), loop.call_soon_threadsafe(loop.stop)))
        path = self.sparse("cut.onnx", 300 * MB)
        process = self.begin("cut", path, "cut.bin", kubeconfig=self.lab.kubeconfig_proxied)
        do(proxy.set_mode("cut"))
        self.assertIsNone(process.poll(), "it was faster than this test")
        self.assertFalse(os.path.exists(os.path.join(self.there, "cut.bin")))
        out, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, out)
        self.assertIn("was cut after", out)
        self.assertEqual(os.path.getsize(os.path.join(self.there, "cut.bin")), 300 * MB)
        self.assertIsNone(self.pod("cut"))
        self.app("remove", "cut")
        os.remove(os.path.join(self.there, "cut.bin"))

    def test_a_missing_right_is_found_before_anything_is_sent(self):
        rights = "/apis/rbac.authorization.k8s.io/v1"
        self.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "rights"}})
        rules = [{"apiGroups": ["", "apps", "policy", "networking.k8s.io"], "verbs": ["*"], "resources": ["pods", "configmaps", "services", "persistentvolumeclaims", "deployments", "poddisruptionbudgets", "networkpolicies", "pods/portforward"]}]
        self.api.create(rights + "/namespaces/rights/roles", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "most"}, "rules": rules})
        self.api.create(rights + "/namespaces/rights/rolebindings", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "most"},
                        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "most"}, "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "nobody"}]})
        path = self.write("rights.onnx", b"x")
        done = self.app("deploy", "rights", "model=" + path, user="nobody", code=1)
        self.assertIn("you may not get pods/exec in rights", done.stderr)
        self.assertIsNone(self.exists("/api/v1/namespaces/rights/persistentvolumeclaims/recognition-models"))
        self.assertIsNone(self.exists("/api/v1/namespaces/rights/configmaps/timonier-set-recognition"))
        done = self.app("deploy", "rights", "model=" + path + ".not", code=1)
        self.assertIn("rights.onnx.not", done.stdout + done.stderr)

    def test_what_the_volume_refuses_is_told_in_the_shell_s_words(self):
        path = self.write("refused.onnx", b"x")
        with open(os.path.join(self.there, "in-the-way"), "w"):
            pass
        done = self.app("deploy", "refused", "model=" + path, "modelPath=in-the-way/m.bin", code=1)
        self.assertIn("the folder of in-the-way/m.bin could not be made in the volume: mkdir:", done.stderr)
        self.assertIsNone(self.pod("refused"))
        done = self.app("plan", "refused", "model=" + self.sparse("large.onnx", 30 * MB), "modelSize=20Mi", code=1)
        self.assertIn("the volume recognition-models has room for 21.0 MB", done.stderr)
        self.app("remove", "refused")

    def test_an_answer_that_is_not_one_is_told_with_its_cause(self):
        path = self.write("asked.onnx", b"a model")
        Backend.model = os.path.join(self.there, "asked.bin")
        for more, words, hint in (
                (("questionAnswer=dog",), "“dog” does not stand in the answer: {\"label\": \"tabby cat\"", "right model"),
                (("questionPath=/classify",), "answered with status 404: no such page", "the path where it takes questions"),
                (("questionPath=/die",), "broke the connection off before it answered", "logs of its pods")):
            done = self.app("deploy", "asked", "model=" + path, "modelPath=asked.bin", f"question={self.question}", "questionPath=/predict", *more, code=1)
            self.assertIn(words, done.stderr)
            self.assertIn(hint, done.stderr)
        Backend.well = 503
        done = self.app("deploy", "asked", "model=" + path, "backendProbe=/healthz", "--wait", "4s", code=1)
        self.assertIn("/healthz answers with status 503", done.stderr)
        Backend.well = 200
        done = self.app("deploy", "asked", "model=" + path, "--wait", "4s", code=1, port=self.dead)
        self.assertIn(f"listens on port {self.dead}", done.stderr)
        self.assertIn("has it started?", done.stderr)
        self.app("deploy", "asked", "model=" + path)   # mended, it goes on
        self.app("remove", "asked")


if __name__ == "__main__":
    unittest.main()
