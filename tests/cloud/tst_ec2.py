"""Machines of EC2 made and taken away by timonierctl on emulators, listed by botocore, which knows nothing of what we think we made. The account's part: no host answers there, so
each create is interrupted while it waits for the way in. The whole way, on real hosts: tst_ec2_cluster.py."""
import os
import signal
import sys
import time
import unittest
import urllib.parse

import cloud

cloud.enter()

import botocore.session  # noqa: E402
import botocore.validate  # noqa: E402

from cloud import cases  # noqa: E402
from cloud.machines_double import NEWEST, MachinesDouble  # noqa: E402

SPEC = """provider: ec2
region: eu-west-3
name: demo
workers: 1
type: t3.medium
network: {cidr: 10.30.0.0/16}
access: {cidrs: [203.0.113.7], ports: [3478/udp]}
tags: {team: vision}
"""
COUNTS = {"vpc": 1, "subnet": 1, "gateway": 1, "address": 1, "routes": 1, "security group": 1, "instance": 2, "key pair": 1}
PARTS = {"demo-control-1", "demo-worker-1"}


class Machines(cases.Aws):
    def setUp(self):
        super().setUp()
        self.double = MachinesDouble(self.proxy, self.account)
        self.addCleanup(self.double.leave)
        self.spec = self.world.write("spec.yaml", SPEC)
        self.addCleanup(self.world.ctl, "cluster", "delete", "-f", self.spec)  # where a test failed, the next one begins with nothing
        self.addCleanup(self.proxy.calm)

    def counts(self):
        return {kind: count for kind, count in self.account.counts().items() if kind != "volume"}  # the root disks, which go with their machines

    def create(self, world=None, spec=None, until=lambda: True):
        """Until it knows the keys of machines that are none, and waits for them, and `until` is so; or until it ends."""
        world = world or self.world
        process = world.start("cluster", "create", "-f", spec or self.spec)
        self.proxy.victim = process
        deadline = time.monotonic() + 90
        hosts = world.folder + "/data/timonier/ec2/eu-west-3/demo/known_hosts"
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with open(hosts, encoding="utf-8") as file:
                    known = file.read()
                instances = self.account.instances()
                if set(instances) == PARTS and all(one in known for one in instances.values()) and until():
                    break
            except OSError:
                pass
            time.sleep(0.2)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed

    def all_run(self):
        states = [one["State"]["Name"] for reservation in self.account.client("ec2").describe_instances(InstanceIds=list(self.account.instances().values()))["Reservations"] for one in reservation["Instances"]]
        return states == ["running"] * len(PARTS)

    def traces(self, world, spec):
        return world.json("cluster", "status", "-f", spec, "-o", "json")["inTheAccount"]

    def made(self, **more):
        code, printed = self.create(**more)
        self.assertEqual(code, 130, printed)
        self.assertEqual(self.counts(), COUNTS, printed)
        return printed

    def test_an_account_is_looked_at_filled_and_emptied(self):
        plan = self.world.json("cluster", "plan", "-f", self.spec, "-o", "json")
        checks = {check["id"]: check for check in plan["checks"]}
        self.assertEqual(checks["identity"]["state"], "good", checks)
        self.assertIn("2 × t3.medium: 2 vCPU, 4 GiB", checks["machines"]["words"])
        self.assertAlmostEqual(plan["costs"]["hour"], 2 * 0.0416 + 2 * 20 * 0.08 / 730 + 2 * 0.005, places=5)
        self.assertAlmostEqual(plan["costs"]["stoppedHour"], 2 * 20 * 0.08 / 730 + 0.005, places=5)
        self.nothing_is_left()  # planning makes nothing
        self.made()
        ec2 = self.account.client("ec2")
        machines = [one for reservation in ec2.describe_instances()["Reservations"] for one in reservation["Instances"] if one["State"]["Name"] != "terminated"]
        vpc = self.account.left()["vpc"][0]
        for one in machines:
            tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
            self.assertEqual((tags["timonier.dev/target"], tags["team"]), ("ec2/eu-west-3/demo", "vision"))
            self.assertEqual((one["InstanceType"], one["ImageId"], one["KeyName"], one["VpcId"]), ("t3.medium", NEWEST, "demo.eu-west-3.ec2", vpc))
        address = ec2.describe_addresses()["Addresses"][0]
        self.assertEqual(address["InstanceId"], self.account.instances()["demo-control-1"])
        group = next(one for one in ec2.describe_security_groups()["SecurityGroups"] if one["VpcId"] == vpc and one["GroupName"] != "default")
        rules = {(rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"), who) for rule in group["IpPermissions"] for who in [r["CidrIp"] for r in rule.get("IpRanges", [])] + [g["GroupId"] for g in rule.get("UserIdGroupPairs", [])]}
        mine = "203.0.113.7/32"
        self.assertEqual({rule[:1] + rule[3:] if rule[0] == "-1" else rule for rule in rules},
                         {("-1", group["GroupId"]), ("tcp", 22, 22, mine), ("tcp", 6443, 6443, mine), ("tcp", 30000, 32767, mine), ("udp", 30000, 32767, mine), ("udp", 3478, 3478, mine)})
        # The private half stays here, for its owner alone; neither it nor AWS' keys went anywhere else.
        folder = self.world.folder + "/data/timonier/ec2/eu-west-3/demo"
        self.assertEqual(os.stat(folder + "/key").st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)
        with open(folder + "/key", encoding="utf-8") as file:
            secret = file.read().splitlines()[2].encode()
        for path, _, names in os.walk(self.world.folder):
            for name in names:
                with open(os.path.join(path, name), "rb") as file:
                    content = file.read()
                self.assertNotIn(self.keys["SecretAccessKey"].encode(), content, name)
                if os.path.join(path, name) != folder + "/key":
                    self.assertNotIn(secret, content, name)
        self.assertNotIn(secret.decode(), str([request[3] for request in self.proxy.seen]))
        # Somebody else's way in is closed again, and a new one of ours opened.
        ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        moved = self.world.write("moved.yaml", SPEC.replace("203.0.113.7", "198.51.100.9"))
        let_in = lambda: {r["CidrIp"] for rule in ec2.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"][0]["IpPermissions"] for r in rule.get("IpRanges", [])}
        self.create(spec=moved, until=lambda: let_in() == {"198.51.100.9/32"})
        self.assertEqual(let_in(), {"198.51.100.9/32"})
        self.assertEqual(self.counts(), COUNTS)
        # Stopped, it is still there, and what it goes on costing is said.
        stopped = self.good("cluster", "stop", "-f", self.spec)
        self.assertIn("go on costing", stopped)
        self.assertIn("While it is stopped it costs 0.009 $ an hour, 7 $ a month.", stopped)
        status = self.world.json("cluster", "status", "-f", self.spec, "-o", "json")
        self.assertEqual(status["state"]["phase"], "stopped", status["state"])
        self.assertIn("go on costing", status["state"]["words"])
        self.assertIn("ec2/eu-west-3/demo", "ec2/" + self.good("cluster", "list").split("ec2")[1].split()[0])
        self.create(until=self.all_run)
        self.assertEqual(self.world.json("cluster", "status", "-f", self.spec, "-o", "json")["state"]["phase"], "running")
        self.good("cluster", "delete", "-f", self.spec)
        self.nothing_is_left()
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(self.traces(self.world, self.spec), [])
        self.assertIn("nothing to take back", self.good("cluster", "delete", "-f", self.spec))

    def test_killed_at_each_change_it_goes_on_to_the_same_machines(self):
        self.made()
        makes = self.proxy.changes
        self.good("cluster", "delete", "-f", self.spec)
        takes = self.proxy.changes - makes
        killed = {"create": 0, "delete": 0}
        every = 1 if os.environ.get("TIMONIER_CLOUD_ALL") else 5
        for number in range(1, max(makes, takes) + 1, every):
            with self.subTest(change=number):
                self.proxy.calm()
                self.proxy.fault = lambda n, _, number=number: "kill" if n == (number - 1) % makes + 1 else None
                killed["create"] += self.create()[0] == -9
                self.proxy.calm()
                self.made()
                self.proxy.calm()
                self.proxy.fault = lambda n, _, number=number: "kill" if n == (number - 1) % takes + 1 else None
                process = self.world.start("cluster", "delete", "-f", self.spec)
                self.proxy.victim = process
                process.communicate(timeout=120)
                killed["delete"] += process.returncode == -9
                self.proxy.calm()
                self.good("cluster", "delete", "-f", self.spec)
                self.nothing_is_left()
        print(cloud.crashes("EC2", "changes", makes, takes, killed, self.account.left()), file=sys.stderr)
        rounds = len(range(1, max(makes, takes) + 1, every))
        self.assertEqual(killed["create"], rounds)
        self.assertGreater(killed["delete"], rounds * 2 // 3)  # of a half cluster fewer changes take away all

    def test_lost_answers_and_throttling_make_nothing_twice(self):
        lost = set()

        def lose(number, request):
            action = cloud.action_of(request)
            if number % 3 == 0:
                return 400, b"<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors></Response>"
            if (action, number % 2) in lost:
                return None
            lost.add((action, number % 2))
            return "lose"

        self.proxy.fault = lose
        self.made()
        self.good("cluster", "delete", "-f", self.spec)
        self.nothing_is_left()
        self.assertGreater(len(lost), 10)

    def test_on_another_computer_it_is_found_and_can_be_deleted_but_not_entered(self):
        self.made()
        other = self.world_of(self.keys)  # no journal, no key
        spec = other.write("spec.yaml", SPEC)
        code, printed = self.create(world=other, spec=spec)
        self.assertEqual(code, 1, printed)
        self.assertIn("is not on this computer", printed)
        self.assertEqual(self.counts(), COUNTS)
        left = other.json("cluster", "left", "-f", spec, "-o", "json")["left"]
        costs = {thing["kind"]: thing["hour"] for thing in left}
        self.assertAlmostEqual(costs["instance"], 0.0416)
        self.assertEqual((costs["vpc"], costs["elastic-ip"]), (0, 0.005))
        self.assertIn("aws --region eu-west-3 ec2 terminate-instances --instance-ids " + self.account.instances()["demo-worker-1"], {thing["removal"] for thing in left})
        self.assertEqual({trace.split()[0] for trace in self.traces(other, spec)} - {"key-pair", "volume"}, {"elastic-ip", "vpc", "subnet", "internet-gateway", "route-table", "security-group", "instance"})
        code, printed = other.ctl("cluster", "delete", "-f", spec)
        self.assertEqual(code, 0, printed)
        self.assertIn("Nothing of it is left in the account", printed)
        self.nothing_is_left()
        cloud.nothing_is_left(self, other, spec)

    def test_a_delete_says_in_the_end_what_is_left(self):
        self.made()
        below = self.proxy.instead
        self.proxy.instead = lambda request: (200, b"<DeleteSecurityGroupResponse><return>true</return></DeleteSecurityGroupResponse>") if cloud.action_of(request) == "DeleteSecurityGroup" else (200, b"<DeleteVpcResponse><return>true</return></DeleteVpcResponse>") if cloud.action_of(request) == "DeleteVpc" else below(request)  # AWS says yes and does nothing
        code, printed = self.world.ctl("cluster", "delete", "-f", self.spec)
        self.proxy.instead = below
        self.assertEqual(code, 1, printed)
        self.assertIn("Left in the account, by its tags", printed)
        self.assertIn("ec2 delete-vpc --vpc-id " + self.account.left()["vpc"][0], printed)
        self.good("cluster", "delete", "-f", self.spec)
        self.nothing_is_left()

    def test_deleted_by_a_spec_with_fewer_workers_nothing_of_the_others_is_left(self):
        self.made()
        fewer = self.world.write("fewer.yaml", SPEC.replace("workers: 1", "workers: 0"))
        self.assertIn("demo-worker-1 is there and not in the spec", self.good("cluster", "status", "-f", fewer))
        self.good("cluster", "delete", "-f", fewer)
        self.nothing_is_left()
        self.assertNotIn("ec2", self.good("cluster", "list"))  # nor does Timonier take it for one that is there

    def test_what_is_missing_in_the_account_is_named(self):
        refusals = {"RunInstances": (b"<Response><Errors><Error><Code>VcpuLimitExceeded</Code><Message>You have requested more vCPU capacity than your current vCPU limit of 1 allows.</Message></Error></Errors></Response>", "L-1216C47A"),
                    "ImportKeyPair": (b"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation. User: arn:aws:iam::1:user/maker is not authorized to perform: ec2:ImportKeyPair on resource: x</Message></Error></Errors></Response>", "ec2:ImportKeyPair")}
        for action, (body, words) in refusals.items():
            with self.subTest(action=action):
                self.proxy.calm()
                self.proxy.fault = lambda n, request: (400, body) if cloud.action_of(request) == action else None
                code, printed = self.create()
                self.assertEqual(code, 1, printed)
                self.assertIn(words, printed)
                self.good("cluster", "delete", "-f", self.spec)
                self.nothing_is_left()

    def test_keys_that_have_expired_make_nothing(self):
        cloud.keys_expire(self, self.spec)

    def test_a_zone_that_the_region_has_not_is_told_with_those_that_it_has(self):
        code, printed = self.world.ctl("cluster", "create", "-f", self.world.write("zone.yaml", SPEC.replace("cidr: 10.30.0.0/16", "cidr: 10.30.0.0/16, zone: eu-west-3z")))
        self.assertEqual(code, 1)
        self.assertIn("eu-west-3 has no zone eu-west-3z", printed)
        self.assertIn("It has eu-west-3a", printed)
        self.good("cluster", "delete", "-f", self.spec)
        self.nothing_is_left()

    def test_where_the_spec_names_nobody_this_computer_alone_is_let_in(self):
        self.world.environment["AWS_ENDPOINT_URL_CHECKIP"] = self.proxy.url + "/ip"
        below = self.proxy.instead
        self.proxy.instead = lambda request: (200, b"198.51.100.77\n") if request[:2] == ("GET", "/ip") else below(request)
        self.made(spec=self.world.write("own.yaml", SPEC.replace("access: {cidrs: [203.0.113.7], ports: [3478/udp]}\n", "")))
        groups = self.account.client("ec2").describe_security_groups()["SecurityGroups"]
        self.assertEqual({r["CidrIp"] for group in groups if group["GroupName"] == "demo-nodes" for rule in group["IpPermissions"] for r in rule.get("IpRanges", [])}, {"198.51.100.77/32"})
        self.good("cluster", "delete", "-f", self.spec)
        self.nothing_is_left()

    def test_a_type_that_is_too_small_makes_nothing(self):
        for small in ("t2.micro", "t2.nano"):
            code, printed = self.world.ctl("cluster", "create", "-f", self.world.write("small.yaml", SPEC.replace("t3.medium", small)))
            self.assertEqual(code, 1)
            self.assertIn("too small for a node", printed)
        self.assertEqual(self.proxy.seen, [])

    def test_every_request_is_one_that_botocore_knows(self):
        self.made()
        self.good("cluster", "stop", "-f", self.spec)
        self.create(until=self.all_run)
        self.good("cluster", "delete", "-f", self.spec)
        session = botocore.session.get_session()
        checked = set()
        for method, path, headers, body in self.proxy.seen:
            service = headers["Authorization"].split("/")[3]
            if not body.startswith(b"Action="):
                continue
            form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))
            model = session.get_service_model(service)
            self.assertEqual(form.pop("Version"), model.api_version)
            operation = model.operation_model(form.pop("Action"))
            self.fits(operation, form, service)
            checked.add(operation.name)
        print(f"{len(self.proxy.seen)} requests of {len(checked)} operations fit the models of botocore {botocore.__version__}", file=sys.stderr)
        self.assertGreater(len(checked), 25)

    def fits(self, operation, form, service):
        """Every name of the form, down to its leaf, is a member of the operation's input; nothing that it requires is missing."""
        if not operation.input_shape:
            return
        capital = lambda name: name[0].upper() + name[1:]
        named = lambda name, member: member.serialization.get("queryName") or (capital(member.serialization.get("name", name)) if service == "ec2" else member.serialization.get("name", name))
        for key in form:
            shape = operation.input_shape
            for word in key.split("."):
                if shape.type_name == "list":
                    self.assertTrue(word.isdigit() or word == "member", f"{operation.name}: {key}")
                    shape = shape if word == "member" else shape.member
                    continue
                members = {named(name, member): member for name, member in shape.members.items()}
                self.assertIn(word, members, f"{operation.name}: {key}")
                shape = members[word]
            self.assertNotIn(shape.type_name, ("structure", "list"), f"{operation.name}: {key}")
        required = {named(name, operation.input_shape.members[name]) for name in operation.input_shape.required_members}
        self.assertLessEqual(required, {key.split(".")[0] for key in form}, operation.name)


class MotoMachines(Machines):
    """A second opinion: in its VPC nothing can be deleted that others hang on."""
    kind = "moto"

    test_killed_at_each_change_it_goes_on_to_the_same_machines = None
    test_lost_answers_and_throttling_make_nothing_twice = None

    def test_a_clock_that_is_ten_minutes_off_is_in_nobodys_way(self):
        """Not on ministack, which looks at its own clock."""
        self.proxy.skew = 600
        self.made()
        self.good("cluster", "delete", "-f", self.spec)
        self.assertGreater(self.proxy.refused, 0)
        self.nothing_is_left()


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
