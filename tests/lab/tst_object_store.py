#!/usr/bin/env python3
"""A model of one's own in the cluster's object store: a real SeaweedFS behind the Service that Kubeflow has for it, reached through a port-forward
with the keys of its Secret, read back by botocore. Skipped with a printed reason where either cannot be had."""
import hashlib
import json
import os
import signal
import subprocess
import sys
import unittest

from lab.model_lab import MB, Backend, ModelLab
from lab.object_store import KEYS, ObjectStore, reason_to_skip
from lab.process import free_ports, wait_until

STORE = "modelStore=ObjectStore"
SERVICES = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "inferenceservices.serving.kserve.io"}, "spec": {
    "group": "serving.kserve.io", "scope": "Namespaced", "names": {"plural": "inferenceservices", "singular": "inferenceservice", "kind": "InferenceService", "listKind": "InferenceServiceList"},
    "versions": [{"name": "v1beta1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}}


class Store(ModelLab):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = ObjectStore(os.path.join(cls.folder.name, "store"))
        cls.addClassCleanup(cls.store.stop)
        cls.store.start()
        cls.store.install(cls.api)
        cls.api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", SERVICES)
        wait_until("InferenceServices", lambda: any(c["type"] == "Established" and c["status"] == "True" for c in
                                                    cls.api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/inferenceservices.serving.kserve.io").get("status", {}).get("conditions") or []), 30)

    def saved_model(self, name, files=4, size=100_000):
        """A folder as TensorFlow lays one out; its content by the names below it, and the sum that it is told by."""
        content = {f"1/{'variables/variables.data-%05d' % i if i else 'saved_model.pb'}": os.urandom(size) for i in range(files)}
        folder = os.path.join(self.folder.name, name)
        for path, data in content.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)
        sums = subprocess.run("find . -type f | sed 's,^./,,' | LC_ALL=C sort | xargs sha256sum", shell=True, check=True, capture_output=True, cwd=folder).stdout
        return folder, content, hashlib.sha256(sums).hexdigest()

    def stored(self, prefix):
        return {key for key in self.store.keys("models") or {} if key.startswith(prefix)}

    def test_a_model_is_stored_served_by_kserve_replaced_and_removed_with_its_bucket(self):
        first = os.urandom(3 * MB)
        path = self.write("kserve.onnx", first)
        sum = hashlib.sha256(first).hexdigest()
        self.assertIsNone(self.store.keys("kserve-models"))
        values = (STORE, "serving=InferenceService", "storeBucket=kserve-models", "modelPath=cats.onnx", "backendImage=")
        plan = self.app("plan", "kserve", "model=" + path, *values).stdout
        self.assertIn("the bucket kserve-models will be made", plan)
        self.assertIsNone(self.store.keys("kserve-models"))   # nothing was changed
        done = self.app("deploy", "kserve", "model=" + path, *values)
        key = f"kserve/recognition/{sum}/cats.onnx"
        self.assertEqual(self.store.keys("kserve-models"), {key: len(first)})
        self.assertEqual(self.store.read("kserve-models", key), first)
        service = self.api.get("/apis/serving.kserve.io/v1beta1/namespaces/kserve/inferenceservices/recognition-backend")["spec"]["predictor"]
        self.assertEqual((service["model"]["storageUri"], service["serviceAccountName"]), ("s3://kserve-models/" + key, "recognition-backend"))
        account = self.api.get("/api/v1/namespaces/kserve/serviceaccounts/recognition-backend")
        self.assertEqual(account["secrets"], [{"name": "recognition-model-store"}])
        secret = self.api.get("/api/v1/namespaces/kserve/secrets/recognition-model-store")
        self.assertEqual(secret["metadata"]["annotations"]["serving.kserve.io/s3-endpoint"], "minio-service.kubeflow:9000")
        self.assertEqual(secret["metadata"]["annotations"]["serving.kserve.io/s3-usehttps"], "0")
        for words in (done.stdout + done.stderr, plan, json.dumps(self.api.get("/api/v1/namespaces/kserve/configmaps"))):
            self.assertNotIn(KEYS["admin"][1], words)
        for folder, _, names in os.walk(os.path.join(self.folder.name, "data")):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(KEYS["admin"][1].encode(), file.read())

        steps = self.steps("kserve", "model=" + path)
        self.assertEqual((steps["model"], steps["apply"], steps["tidy"]), ("already", "already", "already"))
        self.store.s3("delete_object", Bucket="kserve-models", Key=key)   # somebody emptied the store: it is brought again
        self.assertEqual(self.steps("kserve", "model=" + path)["model"], "done")
        self.assertEqual(self.store.read("kserve-models", key), first)
        self.assertEqual(self.steps("kserve", "backendReplicas=2")["model"], "already")   # without the file

        second = self.write("second.onnx", os.urandom(MB))
        with open(second, "rb") as file:
            newer = f"kserve/recognition/{hashlib.sha256(file.read()).hexdigest()}/cats.onnx"
        self.app("deploy", "kserve", "model=" + second)
        self.assertEqual(set(self.store.keys("kserve-models")), {newer})
        self.assertEqual(self.api.get("/apis/serving.kserve.io/v1beta1/namespaces/kserve/inferenceservices/recognition-backend")["spec"]["predictor"]["model"]["storageUri"], "s3://kserve-models/" + newer)

        self.app("remove", "kserve")
        self.assertIsNone(self.store.keys("kserve-models"))
        self.assertIsNone(self.exists("/api/v1/namespaces/kserve"))

    def test_a_folder_is_stored_as_a_whole_and_asked(self):
        folder, content, sum = self.saved_model("saved")
        Backend.model = os.path.join(folder, "1/saved_model.pb")
        self.app("deploy", "folder", STORE, "model=" + folder, "modelPath=net", f"question={self.question}", "questionAnswer=tabby")
        self.assertEqual(len(Backend.asked), 1)
        self.assertEqual(self.stored("folder/"), {f"folder/recognition/{sum}/net/{name}" for name in content})
        for name, data in content.items():
            self.assertEqual(self.store.read("models", f"folder/recognition/{sum}/net/{name}"), data)
        container = self.backend("folder")["spec"]["template"]["spec"]["containers"][0]
        told = {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}
        self.assertEqual((told["MODEL_URI"], told["AWS_ENDPOINT_URL"]), (f"s3://models/folder/recognition/{sum}/net", "http://minio-service.kubeflow:9000"))
        self.assertEqual(told["AWS_SECRET_ACCESS_KEY"]["secretKeyRef"]["name"], "recognition-model-store")
        self.app("remove", "folder")
        self.assertEqual(self.stored("folder/"), set())

    def test_a_model_is_stored_replaced_and_removed_in_the_window(self):
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_entries")
        if not os.path.exists(program):
            self.skipTest("the window is not built here")
        models = os.path.join(self.folder.name, "window-models")
        first, _, _ = self.saved_model("window-models/1")
        second, content, sum = self.saved_model("window-models/2")
        told = os.path.join(models, "uri")
        process = subprocess.Popen([program, "a_model_goes_into_the_object_store"], env=dict(self.environment(), TIMONIER_LAB_DIR=self.lab.directory, TIMONIER_MODELS=models, TIMONIER_PORT=str(self.port), QT_QPA_PLATFORM="offscreen"),
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        wait_until("the second model to be there", lambda: process.poll() is not None or (os.path.exists(told) and os.path.getsize(told)), 300)
        try:
            if process.poll() is None:
                with open(told) as file:
                    self.assertEqual(file.read(), f"s3://models/window/recognition/{sum}/net")
                self.assertEqual({key: self.store.read("models", key) for key in self.stored("window/")}, {f"window/recognition/{sum}/net/{name}": data for name, data in content.items()})
        finally:
            if os.path.exists(told):
                os.remove(told)
            out, _ = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, out[-6000:])
        self.assertEqual(self.stored("window/"), set())

    def test_killed_in_the_middle_of_many_files_the_rest_is_sent(self):
        folder, content, sum = self.saved_model("many", files=60, size=200_000)
        process = subprocess.Popen(self.line("deploy", "resumed", STORE, "model=" + folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment())
        wait_until("some to be there", lambda: process.poll() is not None or self.store.count(f"models/resumed/recognition/{sum}/model/1/variables"), 60, 0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it was faster than this test")
        before = self.stored("resumed/")
        self.assertTrue(0 < len(before) < 60, len(before))
        objects = {(o["kind"], o["name"]): o["state"] for o in json.loads(self.app("status", "resumed", "-o", "json").stdout)[0]["objects"]}   # never half-known
        self.assertEqual((objects["Secret", "recognition-model-store"], objects["Deployment", "recognition-backend"]), ("ready", "missing"))
        done = self.app("deploy", "resumed", STORE, "model=" + folder)
        self.assertIn(f"{60 - len(before)} of 60 files", done.stdout)
        self.assertEqual(len(self.stored("resumed/")), 60)
        # Killed again, and given up: what it left goes with it.
        folder, _, sum = self.saved_model("many-more", files=60, size=200_000)
        process = subprocess.Popen(self.line("deploy", "resumed", "model=" + folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment())
        wait_until("some more to be there", lambda: process.poll() is not None or self.store.count(f"models/resumed/recognition/{sum}/model/1/variables"), 60, 0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.app("remove", "resumed")
        self.assertEqual(self.stored("resumed/"), set())

    def test_a_large_file_goes_in_parts_and_those_that_have_arrived_are_not_sent_again(self):
        path = self.write("large.onnx", os.urandom(60 * MB))
        with open(path, "rb") as file:
            sum = hashlib.file_digest(file, "sha256").hexdigest()
        process = subprocess.Popen(self.line("deploy", "parts", STORE, "model=" + path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment())
        begun = []

        def parts():
            uploads = self.store.s3("list_multipart_uploads", Bucket="models").get("Uploads") or []
            begun[:] = [one["UploadId"] for one in uploads if one["Key"].startswith("parts/")]
            return begun and len(self.store.s3("list_parts", Bucket="models", Key=f"parts/recognition/{sum}/model", UploadId=begun[0]).get("Parts") or []) >= 1
        wait_until("some parts", lambda: process.poll() is not None or parts(), 60, 0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it was faster than this test")
        self.assertEqual(self.stored("parts/"), set())   # nobody sees half of it
        self.app("deploy", "parts", STORE, "model=" + path)
        self.assertEqual(hashlib.sha256(self.store.read("models", f"parts/recognition/{sum}/model")).hexdigest(), sum)
        # The upload that was begun first is the one that was ended: a second one would have left it behind.
        self.assertFalse(parts(), begun)
        self.app("remove", "parts")
        self.assertEqual(self.stored("parts/"), set())

    def test_a_store_that_goes_away_in_the_middle_is_told_and_gone_on_from(self):
        folder, content, sum = self.saved_model("away", files=60, size=300_000)
        process = subprocess.Popen(self.line("deploy", "away", STORE, "model=" + folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment())
        wait_until("some to be there", lambda: process.poll() is not None or self.store.count(f"models/away/recognition/{sum}/model/1/variables"), 60, 0.01)
        self.store.child.kill()
        out, _ = process.communicate(timeout=120)
        self.store.start()
        self.assertEqual(process.returncode, 1, out)
        self.assertIn("the object store minio-service in kubeflow does not answer", out)
        self.assertIn("what has arrived is not sent twice", out)
        self.app("deploy", "away", STORE, "model=" + folder)
        self.assertEqual(self.stored("away/"), {f"away/recognition/{sum}/model/{name}" for name in content})
        self.app("remove", "away")

    def test_what_is_wrong_with_the_store_is_found_before_anything_is_sent(self):
        path = self.write("wrong.onnx", b"x")
        self.store.install(self.api, "strangers", port=free_ports(1)[0])
        self.api.patch("/api/v1/namespaces/strangers/secrets/mlpipeline-minio-artifact", {"stringData": {"secretkey": "not-this-one"}})
        self.store.install(self.api, "others")
        self.api.patch("/api/v1/namespaces/others/secrets/mlpipeline-minio-artifact", {"stringData": {"secretkey": "not-this-one"}})
        for values, words in ((("storeNamespace=others",), "the object store does not know these keys (SignatureDoesNotMatch)"),
                              (("storeNamespace=strangers",), "the object store minio-service in strangers does not answer"),
                              (("storeNamespace=nowhere",), "no keys of the object store minio-service in nowhere are known"),
                              (("storeSecret=nothing",), "no keys of the object store"),
                              (("storeService=minio",), "the object store minio in kubeflow cannot be reached")):
            with self.subTest(values=values):
                done = self.app("deploy", "wrong", STORE, "model=" + path, *values, code=1)
                self.assertIn(words, done.stderr)
                self.assertNotIn("not-this-one", done.stdout + done.stderr)
                self.assertIsNone(self.exists("/api/v1/namespaces/wrong"))

    def test_keys_that_may_only_read_and_keys_that_are_given(self):
        path = self.write("reader.onnx", os.urandom(1000))
        self.store.install(self.api, "readers", who="reader")
        done = self.app("deploy", "readers-app", STORE, "model=" + path, "storeNamespace=readers", "storeBucket=forbidden", code=1)
        self.assertIn("These keys may not do it", done.stderr)
        files = {}
        for name, value in zip(("storeId", "storeKey"), KEYS["admin"]):
            files[name] = self.write(name, value.encode() + b"\n")
        line = self.line("deploy", "readers-app", STORE, "model=" + path, "storeNamespace=readers", "storeBucket=forbidden") + ["--set-file", "storeId=" + files["storeId"], "--set-file", "storeKey=" + files["storeKey"]]
        done = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, env=self.environment())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.store.keys("forbidden")), 1)

    def test_a_full_store_is_told_and_gone_on_from_once_there_is_room(self):
        full = ObjectStore(os.path.join(self.folder.name, "full"), full=True)
        self.addCleanup(full.stop)
        full.start()
        full.install(self.api, "full-store")
        path = self.write("full.onnx", os.urandom(MB))
        done = self.app("deploy", "full", STORE, "model=" + path, "storeNamespace=full-store", code=1)
        self.assertIn("the object store failed at models/full/recognition/", done.stderr)   # all that SeaweedFS says is InternalError
        self.assertIn("Is it full, ", done.stderr)
        self.api.patch("/api/v1/namespaces/full-store/services/minio-service", {"spec": {"ports": [{"name": "http", "port": 9000, "targetPort": self.store.port}]}})   # a larger one
        self.app("deploy", "full", STORE, "model=" + path, "storeNamespace=full-store")
        self.assertEqual(len(self.stored("full/")), 1)
        self.app("remove", "full")


if __name__ == "__main__":
    reason = reason_to_skip()
    if reason:
        print("skipped: " + reason)
        sys.exit(77)
    unittest.main()
