"""An EKS cluster from nothing to an application on it, and away: ministack's account, and the lab's real API server as its control plane. The tokens of the
kubeconfig are made by timonierctl and judged by ministack's authenticator. Once on the command line, once in the window (tests/lab/tst_window_cloud.cpp)."""
import json
import shutil
import sys
import tempfile
import unittest

import cloud

cloud.enter()

from cloud import cases  # noqa: E402
from cloud.api_server import ApiServer  # noqa: E402

SPEC = """provider: eks
region: eu-west-3
name: demo
version: "1.34"
network: {cidr: 10.20.0.0/16, nat: none}
nodes: [{name: main, type: t3.large, count: 2}]
"""
CONTEXT = "demo.eu-west-3.eks"


class EksCluster(cases.Aws):
    timeout = 240

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.mkdtemp(prefix="timonier-cloud-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.server = ApiServer(folder, cls.emulator, cls.proxy, cls.account, "demo")
        cls.addClassCleanup(cls.server.stop)
        cls.server.lab.populate(nodes=2, pods=20, namespaces=2)

    def setUp(self):
        super().setUp()
        self.spec = self.world.write("spec.yaml", SPEC)

    def test_from_nothing_to_the_recognition_product_and_back(self):
        self.good("cluster", "create", "-f", self.spec)
        nodes = self.good("get", "nodes", "--context", CONTEXT)
        self.assertEqual(nodes.count(" Ready"), 2, nodes)
        storage = json.loads(self.server.lab.kubectl("get", "storageclass", "gp3", "-o", "json").stdout)
        self.assertEqual(storage["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"], "true")
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.spec))
        # A person of the same account whom nobody let in stays outside, and is told so.
        other = self.account.user("stranger")
        stranger = self.world_of(other)
        stranger.write("kubeconfig", self.world.read("kubeconfig"))
        code, printed = stranger.ctl("get", "nodes", "--context", CONTEXT)
        self.assertNotEqual(code, 0, printed)
        self.assertNotIn("Ready", printed)
        backend = "backendImage=registry.example.com/recognition/backend:1"
        self.good("app", "deploy", "recognition", "--context", CONTEXT, "-n", "rec", "--set", backend)
        available = json.loads(self.server.lab.kubectl("get", "deployments", "-n", "rec", "-o", "json").stdout)["items"]
        self.assertEqual({one["metadata"]["name"]: one["status"].get("availableReplicas") for one in available}, {"recognition-frontend": 1, "recognition-coturn": 1, "recognition-backend": 1})
        self.good("app", "remove", "recognition", "--context", CONTEXT, "-n", "rec")
        self.good("cluster", "delete", "-f", self.spec)
        self.assertEqual(self.account.left(), {})

    def test_in_the_window(self):
        about = {"TIMONIER_CLOUD_PROVIDER": "eks", "TIMONIER_CLOUD_CONTEXT": CONTEXT, "TIMONIER_CLOUD_SPEC": self.spec, "TIMONIER_CLOUD_NODES": "2"}
        iam = self.account.client("iam")
        iam.create_user(UserName="reader")
        iam.put_user_policy(UserName="reader", PolicyName="some", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:*", "sts:*"], "Resource": "*"}]}))
        reader = iam.create_access_key(UserName="reader")["AccessKey"]
        cloud.window(self, self.world, "what_is_missing_is_named_by_the_checks", about | {
            "AWS_ACCESS_KEY_ID": reader["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": reader["SecretAccessKey"], "TIMONIER_CLOUD_FAULT": "rights", "TIMONIER_CLOUD_WORDS": "eks:CreateCluster|ec2:CreateVpc"})
        cloud.window(self, self.world, "what_is_missing_is_named_by_the_checks", about | {
            "AWS_SECRET_ACCESS_KEY": "wrong", "TIMONIER_CLOUD_FAULT": "keys", "TIMONIER_CLOUD_WORDS": "does not accept the signature", "TIMONIER_CLOUD_STOPS": "1"})
        cloud.window(self, self.world, "its_price_is_told_it_is_made_and_opened", about | {"TIMONIER_CLOUD_WORDS": "2 × t3.large|Control plane|an hour"})
        cloud.window(self, self.world, "it_is_taken_away", about)
        self.assertEqual(self.account.left(), {})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
