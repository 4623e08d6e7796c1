"""EKS clusters made and taken away by timonierctl on emulators: listed by botocore, which knows nothing of what we think we made.

ministack has EKS with add-ons and access entries, and checks signatures; moto knows what hangs on what in a VPC. Both are slower than the program, not
than AWS. What is lost on the way (answers, the program itself) is lost by a proxy between the two.
"""
import json
import os
import re
import sys
import unittest
import urllib.parse

import cloud

cloud.enter()

import botocore.session  # noqa: E402
import botocore.validate  # noqa: E402

from cloud import cases  # noqa: E402
from cloud.account import Account  # noqa: E402
from cloud.updates_double import UpdatesDouble  # noqa: E402

SPEC = """provider: eks
region: eu-west-3
name: demo
version: "1.34"
network: {{cidr: 10.20.0.0/16, zones: 2, nat: {nat}}}
addons: {addons}
nodes:
  - {{name: main, type: {type}, count: 2}}
storage: none
tags: {{team: vision}}
"""
FULL = SPEC.format(type="g5g.xlarge", nat="one", addons="[vpc-cni, kube-proxy, coredns]") + "admins: [\"arn:aws:iam::000000000000:user/ann\"]\n"
SMALL = SPEC.format(type="t3.large", nat="none", addons="[vpc-cni, coredns]")


SMALL_COUNTS = {"vpc": 1, "subnet": 2, "gateway": 1, "routes": 1, "role": 2, "cluster": 1, "nodes": 1, "addon": 2}


class Ministack(cases.Aws):
    def setUp(self):
        super().setUp()
        self.full, self.small = self.world.write("full.yaml", FULL), self.world.write("small.yaml", SMALL)

    def test_a_cluster_is_planned_made_used_and_taken_away(self):
        plan = self.world.json("cluster", "plan", "-f", self.full, "-o", "json")
        checks = {check["id"]: check for check in plan["checks"]}
        self.assertEqual(checks["identity"]["state"], "good", checks)
        self.assertEqual(checks["rights"]["state"], "good", checks)
        self.assertGreater(plan["costs"]["hour"], 0.1)
        self.assertIn("not verified", plan["costs"]["source"])  # nobody tells prices here: tst_prices.py
        self.nothing_is_left()  # planning makes nothing
        self.good("cluster", "create", "-f", self.full)
        self.assertEqual(self.account.counts(), {"vpc": 1, "subnet": 4, "gateway": 1, "nat": 1, "address": 1, "routes": 2, "role": 2, "cluster": 1, "nodes": 1, "addon": 3})
        eks, ec2 = self.account.client("eks"), self.account.client("ec2")
        made = eks.describe_cluster(name="demo")["cluster"]
        self.assertEqual(made["tags"]["timonier.dev/target"], "eks/eu-west-3/demo")
        self.assertEqual(made["tags"]["team"], "vision")
        subnets = ec2.describe_subnets(SubnetIds=made["resourcesVpcConfig"]["subnetIds"])["Subnets"]
        self.assertEqual(len({s["AvailabilityZone"] for s in subnets}), 2)
        self.assertEqual(eks.describe_nodegroup(clusterName="demo", nodegroupName="main")["nodegroup"]["amiType"], "AL2023_ARM_64_NVIDIA")  # Graviton with a card
        private = [s["SubnetId"] for s in subnets if any(t["Key"] == "kubernetes.io/role/internal-elb" for t in s["Tags"])]
        self.assertEqual(sorted(eks.describe_nodegroup(clusterName="demo", nodegroupName="main")["nodegroup"]["subnets"]), sorted(private))
        tables = [t for t in ec2.describe_route_tables()["RouteTables"] if any(a.get("SubnetId") in private for a in t["Associations"])]
        self.assertTrue(all(any(r.get("NatGatewayId") for r in t["Routes"]) for t in tables) and tables)
        self.assertIn("arn:aws:iam::000000000000:user/ann", eks.list_access_entries(clusterName="demo")["accessEntries"])
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.full))
        status = self.world.json("cluster", "status", "-f", self.full, "-o", "json")
        self.assertEqual(status["state"]["phase"], "running")
        self.assertEqual(status["state"]["nodes"][0]["state"], "ACTIVE")
        self.assertEqual(len(status["inTheAccount"]), 17, status["inTheAccount"])
        # The kubeconfig's own command makes a token.
        self.assertIn("demo.eu-west-3.eks", self.world.read("kubeconfig"))
        credential = json.loads(self.good("eks-token", "demo", "--region", "eu-west-3"))
        self.assertTrue(credential["status"]["token"].startswith("k8s-aws-v1."))
        # No secret went anywhere but into signatures.
        for folder, _, names in os.walk(self.world.folder):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(self.keys["SecretAccessKey"].encode(), file.read(), name)
        # What Kubernetes would have made goes with it, and what is others' stays.
        vpc = self.account.left()["vpc"][0]
        group = ec2.create_security_group(GroupName="k8s-elb-1", Description="x", VpcId=vpc, TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "kubernetes.io/cluster/demo", "Value": "owned"}]}])["GroupId"]
        ec2.create_security_group(GroupName="k8s-traffic", Description="x", VpcId=vpc, TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "elbv2.k8s.aws/cluster", "Value": "demo"}]}])
        elb = self.account.client("elbv2")
        elb.create_load_balancer(Name="a1", Subnets=private, Tags=[{"Key": "kubernetes.io/cluster/demo", "Value": "owned"}])
        other = elb.create_load_balancer(Name="others", Subnets=private, Tags=[{"Key": "kubernetes.io/cluster/other", "Value": "owned"}])["LoadBalancers"][0]["LoadBalancerArn"]
        ec2.create_volume(AvailabilityZone="eu-west-3a", Size=1, TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "kubernetes.io/cluster/demo", "Value": "owned"}]}])
        printed = self.good("cluster", "delete", "-f", self.full)
        self.assertIn("a1", printed)
        self.assertEqual(self.account.left(), {"balancer": ["others"]}, group)
        self.assertEqual(self.world.json("cluster", "status", "-f", self.full, "-o", "json")["inTheAccount"], [])
        elb.delete_load_balancer(LoadBalancerArn=other)
        self.assertNotIn("demo.eu-west-3.eks", self.world.read("kubeconfig"))
        self.assertIn("nothing to take back", self.good("cluster", "delete", "-f", self.full))

    def test_killed_at_each_change_it_goes_on_to_the_same_cluster(self):
        self.good("cluster", "create", "-f", self.small)
        makes = self.proxy.changes
        self.good("cluster", "delete", "-f", self.small)
        takes = self.proxy.changes - makes
        killed = {"create": 0, "delete": 0}
        every = 1 if os.environ.get("TIMONIER_CLOUD_ALL") else 5  # all of them take some minutes more
        for number in range(1, max(makes, takes) + 1, every):
            with self.subTest(change=number):
                killed["create"] += self.killed_at((number - 1) % makes + 1, "create")
                self.good("cluster", "create", "-f", self.small)
                self.assertEqual(self.account.counts(), SMALL_COUNTS)
                killed["delete"] += self.killed_at((number - 1) % takes + 1, "delete")
                self.good("cluster", "delete", "-f", self.small)
                self.nothing_is_left()
        print(cloud.crashes("EKS", "changes", makes, takes, killed, self.account.left()), file=sys.stderr)
        rounds = len(range(1, max(makes, takes) + 1, every))
        self.assertEqual(killed, {"create": rounds, "delete": rounds})

    def killed_at(self, number, verb):
        self.proxy.calm()
        self.proxy.fault = lambda n, _: "kill" if n == number else None
        process = self.world.start("cluster", verb, "-f", self.small)
        self.proxy.victim = process
        process.communicate(timeout=120)
        self.proxy.calm()
        if os.path.exists(self.world.folder + "/kubeconfig.lock"):  # kubectl's own way of locking, which outlives who is killed: the person is told
            os.remove(self.world.folder + "/kubeconfig.lock")
        return process.returncode == -9

    def test_killed_and_forgotten_it_is_found_by_its_tags(self):
        self.killed_at(12, "create")
        fresh = self.world_of(self.keys)  # another computer: no journal
        spec = fresh.write("small.yaml", SMALL)
        self.assertEqual(fresh.ctl("cluster", "create", "-f", spec)[0], 0)
        self.assertEqual(self.account.counts(), SMALL_COUNTS)
        self.assertEqual(fresh.ctl("cluster", "delete", "-f", spec)[0], 0)
        self.nothing_is_left()

    def test_what_is_left_is_found_and_taken_away_without_a_journal(self):
        cloud.nothing_is_left(self, self.world, self.full)
        self.good("cluster", "create", "-f", self.full)
        self.account.client("ec2").create_volume(AvailabilityZone="eu-west-3a", Size=10, VolumeType="gp3", TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "kubernetes.io/cluster/demo", "Value": "owned"}]}])
        fresh = self.world_of(self.keys)  # another computer: no journal
        spec = fresh.write("full.yaml", FULL)
        kinds = {"eks-cluster": 1, "eks-node-group": 1, "eks-addon": 3, "iam-role": 2, "vpc": 1, "subnet": 4, "internet-gateway": 1, "natgateway": 1, "elastic-ip": 1, "route-table": 2, "volume": 1}
        left = cloud.left_is(self, fresh, spec, kinds, {"eks-cluster", "eks-node-group", "natgateway", "elastic-ip", "volume"})
        self.assertEqual(left["left"][0]["hour"], 0.1)
        self.assertIn("Nothing of it is left in the account", fresh.ctl("cluster", "delete", "-f", spec)[1])
        self.nothing_is_left()
        cloud.nothing_is_left(self, fresh, spec)

    def test_a_delete_says_in_the_end_what_is_left(self):
        self.good("cluster", "create", "-f", self.small)
        vpc = self.account.left()["vpc"][0]
        self.proxy.instead = lambda request: (200, b"<DeleteVpcResponse><return>true</return></DeleteVpcResponse>") if cloud.action_of(request) == "DeleteVpc" else None  # AWS says yes and does nothing
        self.addCleanup(setattr, self.proxy, "instead", lambda request: None)
        code, printed = self.world.ctl("cluster", "delete", "-f", self.small)
        self.assertEqual(code, 1, printed)
        self.assertIn(f"vpc {vpc}: costs nothing\n    → aws --region eu-west-3 ec2 delete-vpc --vpc-id {vpc}", printed)
        self.assertIn(f"in the account is still: vpc {vpc}", printed)
        self.proxy.instead = lambda request: None
        self.good("cluster", "delete", "-f", self.small)  # the ledger has it as gone: found by its tags
        self.nothing_is_left()

    def test_lost_answers_and_throttling_make_nothing_twice(self):
        lost = set()

        def lose(number, request):
            action = cloud.action_of(request)
            if number % 3 == 0:
                return 400, b'<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors></Response>' if request[3].startswith(b"Action") else b'{"__type":"ThrottlingException"}'
            if (action, number % 2) in lost:
                return None
            lost.add((action, number % 2))
            return "lose"

        self.proxy.fault = lose
        self.good("cluster", "create", "-f", self.small)
        self.assertEqual(self.account.counts(), SMALL_COUNTS)
        self.good("cluster", "delete", "-f", self.small)
        self.nothing_is_left()
        self.assertGreater(len(lost), 15)

    def test_what_somebody_removed_is_made_again(self):
        self.good("cluster", "create", "-f", self.small)
        self.account.client("eks").delete_nodegroup(clusterName="demo", nodegroupName="main")
        self.account.client("eks").delete_addon(clusterName="demo", addonName="coredns")
        self.assertNotIn("nodes", self.account.counts())
        self.good("cluster", "create", "-f", self.small)
        self.assertEqual(self.account.counts(), SMALL_COUNTS)
        self.good("cluster", "delete", "-f", self.small)
        self.nothing_is_left()

    def test_nodes_are_more_and_fewer_and_newer_as_the_spec_says(self):
        self.good("cluster", "create", "-f", self.small)
        double = UpdatesDouble(self.proxy, "demo")
        self.addCleanup(double.leave)
        double.now["demo"] = {"version": "1.34"}
        grown = self.world.write("grown.yaml", SMALL.replace("count: 2}", "count: 3, min: 1, max: 5}\n  - {name: gpu, type: g5.xlarge, count: 1}"))
        self.good("cluster", "scale", "-f", grown)
        self.assertEqual(double.asked, [("main", {"scalingConfig": {"minSize": 1, "desiredSize": 3, "maxSize": 5}})])
        self.assertEqual(self.account.left()["nodes"], ["main", "gpu"])
        self.assertIn("Nothing was changed", self.good("cluster", "scale", "-f", grown))
        self.good("cluster", "scale", "-f", self.small)  # the second group goes
        self.assertEqual(self.account.left()["nodes"], ["main"])
        double.asked.clear()
        newer = self.world.write("newer.yaml", SMALL.replace('"1.34"', '"1.36"'))
        self.good("cluster", "upgrade", "-f", newer)
        self.assertEqual([(thing, change.get("version") or change.get("addonVersion")) for thing, change in double.asked[:2]], [("demo", "1.35"), ("demo", "1.36")])
        self.assertEqual(sorted((thing, change.get("version") or change.get("addonVersion")) for thing, change in double.asked[2:]), [("coredns", "v9.9.9-eksbuild.1"), ("main", "1.36"), ("vpc-cni", "v9.9.9-eksbuild.1")])
        self.assertIn("Nothing was changed", self.good("cluster", "upgrade", "-f", newer))
        code, printed = self.world.ctl("cluster", "upgrade", "-f", self.small)
        self.assertEqual(code, 1)
        self.assertIn("not made older", printed)
        self.good("cluster", "delete", "-f", newer)
        self.nothing_is_left()

    def test_what_others_made_is_left_alone(self):
        eks, iam, ec2 = self.account.client("eks"), self.account.client("iam"), self.account.client("ec2")
        iam.create_role(RoleName="demo-eks-node", AssumeRolePolicyDocument="{}")
        subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if s["DefaultForAz"]][:2]
        eks.create_cluster(name="demo", roleArn=iam.get_role(RoleName="demo-eks-node")["Role"]["Arn"], resourcesVpcConfig={"subnetIds": subnets})
        volume = ec2.create_volume(AvailabilityZone="eu-west-3a", Size=1, TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "kubernetes.io/cluster/demo", "Value": "owned"}]}])["VolumeId"]
        code, printed = self.world.ctl("cluster", "create", "-f", self.small)
        self.assertEqual(code, 1)
        self.assertIn("which this plan did not make", printed)
        self.good("cluster", "delete", "-f", self.small)
        self.assertEqual(self.account.left(), {"role": ["demo-eks-node"], "cluster": ["demo"], "volume": [volume]})
        # Nor where the roles are given, so that all before the cluster is made.
        given = self.world.write("given.yaml", SMALL + "roles: {cluster: \"arn:aws:iam::000000000000:role/demo-eks-node\", nodes: \"arn:aws:iam::000000000000:role/demo-eks-node\"}\n")
        code, printed = self.world.ctl("cluster", "create", "-f", given)
        self.assertIn("which this plan did not make", printed)
        self.assertEqual({thing.split()[0] for thing in self.world.json("cluster", "status", "-f", given, "-o", "json")["inTheAccount"]}, {"vpc", "subnet", "internet-gateway", "route-table"})
        self.good("cluster", "delete", "-f", given)
        self.assertEqual(self.account.left(), {"role": ["demo-eks-node"], "cluster": ["demo"], "volume": [volume]})
        ec2.delete_volume(VolumeId=volume)
        eks.delete_cluster(name="demo")
        iam.delete_role(RoleName="demo-eks-node")

    def test_a_right_or_a_quota_that_is_missing_is_named_and_nothing_stays(self):
        refusals = {"CreateRole": (b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/maker is not authorized to perform: iam:CreateRole on resource: x</Message></Error></ErrorResponse>", "lacks the permission iam:CreateRole"),
                    "CreateVpc": (b"<Response><Errors><Error><Code>VpcLimitExceeded</Code><Message>The maximum number of VPCs has been reached.</Message></Error></Errors></Response>", "L-F678F1CE"),
                    "POST /clusters": (b'{"__type":"UnsupportedAvailabilityZoneException","message":"Cannot create it","validZones":["eu-west-3b"]}', "eu-west-3b")}
        for action, (body, words) in refusals.items():
            with self.subTest(action=action):
                self.proxy.calm()
                self.proxy.fault = lambda n, request: (400, body) if cloud.action_of(request) == action else None
                code, printed = self.world.ctl("cluster", "create", "-f", self.small)
                self.assertEqual(code, 1)
                self.assertIn(words, printed)
                self.good("cluster", "delete", "-f", self.small)
                self.nothing_is_left()

    def test_rights_that_are_missing_are_told_before_anything_is_made(self):
        iam = self.account.client("iam")
        iam.create_user(UserName="reader")
        iam.put_user_policy(UserName="reader", PolicyName="some", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:*", "ec2:*", "eks:*", "elasticloadbalancing:*"], "Resource": "*"},
                                                                                                                               {"Effect": "Deny", "Action": ["eks:CreateCluster", "ec2:CreateVpc"], "Resource": "*"}]}))
        keys = iam.create_access_key(UserName="reader")["AccessKey"]
        reader = self.world_of(keys)
        plan = reader.json("cluster", "plan", "-f", reader.write("small.yaml", SMALL), "-o", "json")
        rights = next(check for check in plan["checks"] if check["id"] == "rights")
        self.assertEqual(rights["state"], "careful", rights)
        self.assertTrue("eks:CreateCluster" in rights["why"] and "ec2:CreateVpc" in rights["why"] and "eks:DeleteCluster" not in rights["why"], rights)

    def test_nodes_that_aws_makes_by_itself_take_no_groups_and_leave_nothing(self):
        auto = self.world.write("auto.yaml", "provider: eks\nregion: eu-west-3\nname: demo\nnetwork: {nat: none}\nnodes: auto\nstorage: none\n")
        self.good("cluster", "create", "-f", auto)
        self.assertEqual(self.account.counts(), {"vpc": 1, "subnet": 2, "gateway": 1, "routes": 1, "role": 2, "cluster": 1})
        asked = json.loads(next(body for method, path, _, body in self.proxy.seen if (method, path) == ("POST", "/clusters")))
        self.assertEqual((asked["computeConfig"]["enabled"], asked["storageConfig"]["blockStorage"]["enabled"], asked["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"]), (True, True, True))
        shape = botocore.session.get_session().get_service_model("eks").operation_model("CreateCluster").input_shape
        report = botocore.validate.ParamValidator().validate(asked, shape)
        self.assertFalse(report.has_errors(), report.generate_report())
        self.good("cluster", "delete", "-f", auto)
        self.nothing_is_left()

    def test_a_quota_without_room_is_told_before_anything_is_made(self):
        limits = {"L-F678F1CE": 1.0, "L-0263D0A3": 5.0, "L-1216C47A": 3.0}
        self.quotas(limits)
        plan = self.world.json("cluster", "plan", "-f", self.small, "-o", "json")
        quotas = next(check for check in plan["checks"] if check["id"] == "quotas")
        self.assertEqual(quotas["state"], "bad", quotas)
        self.assertIn("VPCs: 1 of 1 used, 1 more wanted", quotas["words"])  # the default one
        self.assertIn("vCPUs of instances: 0 of 3 used, 4 more wanted", quotas["words"])
        self.assertIn("servicequotas/home/services/vpc/quotas/L-F678F1CE", quotas["why"])
        code, printed = self.world.ctl("cluster", "create", "-f", self.small)
        self.assertEqual(code, 1)
        self.assertTrue("VPCs: 1 of 1 used" in printed and "Nothing was made." in printed and "--ignore-checks" in printed, printed)
        self.nothing_is_left()  # what was asked of IAM and of the quotas are POSTs too
        limits.update({"L-F678F1CE": 5.0, "L-1216C47A": 32.0})
        plan = self.world.json("cluster", "plan", "-f", self.small, "-o", "json")
        self.assertEqual(next(check for check in plan["checks"] if check["id"] == "quotas")["state"], "good")

    def test_keys_that_are_wrong_make_nothing(self):
        wrong = self.world_of(self.keys, "wrong" + self.keys["SecretAccessKey"])
        code, printed = wrong.ctl("cluster", "create", "-f", wrong.write("small.yaml", SMALL))
        self.assertEqual(code, 1, printed)
        self.assertIn("does not accept the signature", printed)  # so the emulator does check them
        self.assertEqual(self.proxy.changes, 0)

    def test_keys_that_have_expired_make_nothing(self):
        cloud.keys_expire(self, self.small)

    def test_what_eks_does_not_offer_any_more_makes_nothing(self):
        self.addCleanup(setattr, self.proxy, "instead", lambda request: None)
        self.proxy.instead = lambda request: (200, {"clusterVersions": [{"clusterVersion": version} for version in ("1.36", "1.35")]}) if request[1].startswith("/cluster-versions") else None
        checks = {check["id"]: check for check in self.world.json("cluster", "plan", "-f", self.small, "-o", "json")["checks"]}
        self.assertEqual((checks["version"]["state"], checks["version"]["words"]), ("bad", "EKS does not offer Kubernetes 1.34; it has 1.36, 1.35"))
        code, printed = self.world.ctl("cluster", "create", "-f", self.small)
        self.assertEqual(code, 1)
        self.assertIn("EKS does not offer Kubernetes 1.34; it has 1.36, 1.35", printed)
        self.nothing_is_left()

    def test_a_region_of_one_zone_is_told(self):
        self.addCleanup(setattr, self.proxy, "instead", lambda request: None)
        zones = b'<DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>eu-west-3a</zoneName><zoneState>available</zoneState><zoneId>euw3-az1</zoneId></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>'
        self.proxy.instead = lambda request: (200, zones) if cloud.action_of(request) == "DescribeAvailabilityZones" else None
        code, printed = self.world.ctl("cluster", "create", "-f", self.small)
        self.assertEqual(code, 1)
        self.assertTrue("eu-west-3 has 1 zones, and the spec wants 2" in printed and "Nothing was made." in printed, printed)
        self.nothing_is_left()
        code, printed = self.world.ctl("cluster", "create", "-f", self.small, "--ignore-checks")
        self.assertEqual(code, 1)
        self.assertIn("eu-west-3 has 1 zones, and the spec wants 2", printed)
        self.good("cluster", "delete", "-f", self.small)
        self.nothing_is_left()

    def test_every_request_is_one_that_botocore_knows(self):
        self.good("cluster", "create", "-f", self.full)
        self.good("cluster", "delete", "-f", self.full)
        session = botocore.session.get_session()
        models = {name: session.get_service_model(name) for name in ("eks", "ec2", "iam", "sts", "elbv2", "elb", "service-quotas")}
        checked = set()
        for method, path, headers, body in self.proxy.seen:
            service = headers["Authorization"].split("/")[3]  # Credential=ID/DAY/REGION/SERVICE/aws4_request
            if body.startswith(b"Action="):
                form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
                if service == "elasticloadbalancing":
                    service = "elbv2" if form["Version"] == "2015-12-01" else "elb"
                model = models[service]
                self.assertEqual(form.pop("Version"), model.api_version)
                operation = model.operation_model(form.pop("Action"))
                shape = operation.input_shape
                names = {member.serialization.get("queryName") or (lambda n: n[0].upper() + n[1:] if service == "ec2" else n)(member.serialization.get("name", name)): name for name, member in shape.members.items()} if shape else {}
                given = {key.split(".")[0] for key in form}
                self.assertLessEqual(given, set(names), operation.name)
                required = {name for name in (shape.required_members if shape else [])}
                self.assertLessEqual(required, {names[key] for key in given}, operation.name)
            elif target := headers.get("X-Amz-Target"):
                self.assertEqual(target.split(".")[0], models["service-quotas"].metadata["targetPrefix"])
                operation = models["service-quotas"].operation_model(target.split(".")[1])
                report = botocore.validate.ParamValidator().validate(json.loads(body), operation.input_shape)
                self.assertFalse(report.has_errors(), report.generate_report())
            else:
                model = models["eks"]
                plain = path.split("?")[0]
                fits = [operation for operation in map(model.operation_model, model.operation_names) if operation.http["method"] == method and
                        re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.http["requestUri"].split("?")[0]), plain)]
                self.assertEqual(len(fits), 1, (method, path))
                operation = fits[0]
                if body:
                    given = json.loads(body)
                    for name, member in operation.input_shape.members.items():
                        if member.serialization.get("location") == "uri":
                            given.setdefault(name, "filled-in")
                    report = botocore.validate.ParamValidator().validate(given, operation.input_shape)
                    self.assertFalse(report.has_errors(), report.generate_report())
            checked.add(operation.name)
        print(f"{len(self.proxy.seen)} requests of {len(checked)} operations fit the models of botocore {botocore.__version__}")
        self.assertGreater(len(checked), 35)


class Moto(unittest.TestCase):
    """A second opinion: in its VPC nothing can be deleted that others hang on."""

    def test_a_network_with_roles_and_nodes_is_made_and_leaves_nothing(self):
        emulator = cloud.Emulator("moto")
        self.addCleanup(emulator.stop)
        account = Account(emulator.url)
        proxy = cloud.Proxy(emulator)
        self.addCleanup(proxy.stop)
        proxy.rewrite = cloud.as_aws_calls_it
        world = cloud.World(proxy.url)
        self.addCleanup(world.remove)
        spec = world.write("spec.yaml", SPEC.format(type="t3.large", nat="one", addons="[]"))
        before = account.left()
        code, printed = world.ctl("cluster", "create", "-f", spec)
        self.assertEqual(code, 0, printed)
        counts = account.counts()
        self.assertEqual({kind: counts[kind] for kind in ("vpc", "subnet", "gateway", "nat", "address", "routes", "role", "cluster", "nodes")},
                         {"vpc": 1, "subnet": 4, "gateway": 1, "nat": 1, "address": 1, "routes": 2, "role": 2, "cluster": 1, "nodes": 1})
        code, printed = world.ctl("cluster", "delete", "-f", spec)
        self.assertEqual(code, 0, printed)
        self.assertEqual(account.left(), before)
        # The same with a clock that is ten minutes off, and the cloud's is right. Not on ministack, which looks at its own.
        for minutes in (10, -10):
            with self.subTest(minutes=minutes):
                proxy.skew, proxy.refused = minutes * 60, 0
                for verb in ("create", "delete"):
                    code, printed = world.ctl("cluster", verb, "-f", spec)
                    self.assertEqual(code, 0, printed)
                self.assertGreater(proxy.refused, 0)
                self.assertEqual(account.left(), before)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
