"""The lab's real API server in the place of the control plane that an emulator only tells of: it is what DescribeCluster answers with, and it asks the
emulator's own TokenReview webhook (which verifies the presigned request and the access entry) who a token is. Only after cloud.enter()."""
import base64
import json
import os
import sys

from ministack.services.eks import _access_policy_group

from . import REVIEW_SECRET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "lab"))
from lab.control_plane import ControlPlane  # noqa: E402

ACCOUNT, REGION = "000000000000", "eu-west-3"


class ApiServer:
    def __init__(self, folder, emulator, proxy, account, cluster):
        self.account, self.cluster, self.proxy = account, cluster, proxy
        self.lab = ControlPlane(folder, authenticator=f"{emulator.url}/_ministack/eks-auth/{ACCOUNT}/{REGION}/{cluster}/{REVIEW_SECRET}")
        self.lab.start()
        with open(self.lab.path("pki/ca.crt"), "rb") as file:
            self.authority = base64.b64encode(file.read()).decode()
        proxy.rewrite = self.rewrite

    def rewrite(self, request, content):
        if request[:2] != ("GET", f"/clusters/{self.cluster}") or b'"ACTIVE"' not in content:
            return content
        answer = json.loads(content)
        answer["cluster"]["endpoint"], answer["cluster"]["certificateAuthority"] = self.lab.server, {"data": self.authority}
        self.bind()
        return json.dumps(answer).encode()

    def bind(self):
        """What access policies come to in RBAC, as the emulator binds them in the k3s of its own making."""
        eks = self.account.client("eks")
        for principal in eks.list_access_entries(clusterName=self.cluster)["accessEntries"]:
            for policy in eks.list_associated_access_policies(clusterName=self.cluster, principalArn=principal)["associatedAccessPolicies"]:
                group = _access_policy_group(self.cluster, principal, policy["policyArn"])
                binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": group.replace(":", "-")}, "subjects": [{"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": group}],
                           "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}}
                self.lab.kubectl("apply", "-f", "-", stdin=json.dumps(binding))

    def stop(self):
        self.proxy.rewrite = lambda request, content: content
        self.lab.stop()
