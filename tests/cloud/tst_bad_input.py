"""What a person may get wrong, in each cloud: each says what, where in the spec, and what to do, and nothing is made. The readers' own cases are in tests/unit/provision; these
are asked of timonierctl, and of the cloud where only the cloud knows."""
import calendar
import logging
import sys
import time
import unittest

import cloud

cloud.enter()

import azuredouble  # noqa: E402
from cloud import azure_account, cases  # noqa: E402
from cloud.account import Account  # noqa: E402

logging.disable()

EKS = """provider: eks
region: eu-west-3
name: demo
version: "1.34"
network: {cidr: 10.20.0.0/16, zones: 2, nat: none}
addons: [vpc-cni]
nodes: [{name: main, type: t3.large, count: 1}]
storage: none
"""
EC2 = """provider: ec2
region: eu-west-3
name: demo
workers: 1
type: t3.medium
network: {cidr: 10.30.0.0/16}
access: {cidrs: [203.0.113.7]}
"""
AKS = f"""provider: aks
location: uksouth
name: demo
resourceGroup: lab
version: "1.35"
subscription: {azuredouble.SUBSCRIPTION}
network: {{pods: 10.244.0.0/16}}
"""

# What is replaced, by what; the line that is named; words that say what is wrong, and what would be right.
SPECS = {
    EKS: [("eu-west-3", "eu-wset-3", 2, ("eu-wset-3", "eu-west-3")), ("name: demo", "name: " + 51 * "a", 3, ("50 at most",)), ("name: demo", "name: de.mo", 3, ("name holds letters",)),
          ('"1.34"', '"1.34.2"', 4, ("without a patch",)), ("zones: 2", "zones: 1", 5, ("two zones at least",)), ("10.20.0.0/16", "10.20.0.0/28", 5, ("/16 to /21",)), ("10.20.0.0/16", "10.20.1.0/16", 5, ("network.cidr",)),
          ("t3.large", "t3.nano", 7, ("too small",))],
    EC2: [("eu-west-3", "eu-wset-3", 2, ("eu-wset-3", "eu-west-3")), ("name: demo", "name: " + 31 * "a", 3, ("30 at most",)), ("name: demo", "name: Demo", 3, ("small letters",)),
          ("10.30.0.0/16", "10.244.0.0/18", 6, ("network.cidr and podSubnet overlap",)), ("10.30.0.0/16", "10.96.0.0/16", 6, ("network.cidr and serviceSubnet overlap",)),
          ("{cidr:", "{zone: eu-west-1a, cidr:", 6, ("no zone of eu-west-3",)), ("workers: 1", 'kubernetes: "1.22"', 4, ("1.32 or newer",)), ("t3.medium", "t3.nano", 5, ("too small",))],
    AKS: [("uksouth", "uk/south", 2, ("is no region", "uksouth")), ("name: demo", "name: " + 64 * "a", 3, ("63 at most",)), ("name: demo", "name: demo-", 3, ("ends with a letter or a digit",)), ("lab", "lab.", 4, ("does not end with",)),
          ('"1.35"', '"1"', 5, ("version is written as",)), (azuredouble.SUBSCRIPTION, "Azure for Students", 6, ("timonierctl azure subscriptions",)), ("10.244.0.0/16", "10.0.0.0/12", 7, ("overlap",)),
          ("10.244.0.0/16", "172.30.0.0/16", 7, ("keeps for itself",))],
}
ONE_ZONE = b'''<DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><availabilityZoneInfo><item><zoneName>eu-west-3a</zoneName><zoneState>available</zoneState>
<regionName>eu-west-3</regionName><zoneId>euw3-az1</zoneId><zoneType>availability-zone</zoneType><optInStatus>opt-in-not-required</optInStatus></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>'''


def refusal(request, code, words):
    """As each kind of AWS' services says it."""
    if request[3].startswith(b"Action="):
        shape = "<Response><Errors><Error><Code>{}</Code><Message>{}</Message></Error></Errors></Response>" if "/ec2/" in request[2]["Authorization"] else "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"
        return 403, shape.format(code, words).encode()
    return 403, {"__type": code, "message": words}


class Words(unittest.TestCase):
    def test_each_mistake_in_a_spec_is_told_with_its_line_and_asks_nobody(self):
        azure = azuredouble.Azure()
        self.addCleanup(azure.stop)
        world = azure_account.World(azure)
        self.addCleanup(world.remove)
        world.environment.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_EC2_METADATA_DISABLED="true")
        count = 0
        for good, mistakes in SPECS.items():
            for what, bad, line, words in mistakes:
                with self.subTest(provider=good.splitlines()[0], bad=bad):
                    self.assertIn(what, good)
                    code, printed = world.ctl("cluster", "create", "-f", world.write("spec.yaml", good.replace(what, bad)))
                    self.assertEqual(code, 1, printed)
                    self.assertIn(f"spec.yaml:{line}: ", printed)
                    for one in words:
                        self.assertIn(one, printed)
                    count += 1
        self.assertEqual(azure.seen, [])
        print(f"{count} mistakes, each told with its line")


class Aws(cases.Aws):
    def setUp(self):
        super().setUp()
        self.proxy.instead = lambda request: None
        self.eks, self.ec2 = self.world.write("eks.yaml", EKS), self.world.write("ec2.yaml", EC2)

    def check(self, text, id):
        return self.checks(text)[id]

    def test_a_region_with_fewer_zones_than_the_spec_wants_is_told_before_anything_is_made(self):
        self.assertEqual((self.check(EKS, "zones")["state"], self.check(EC2, "zones")["state"]), ("good", "good"))
        self.proxy.instead = lambda request: (200, ONE_ZONE) if cloud.action_of(request) == "DescribeAvailabilityZones" else None
        few = self.check(EKS, "zones")
        self.assertTrue(few["state"] == "bad" and "eu-west-3 has 1 zones, and the spec wants 2" in few["words"] and "eu-west-3a" in few["why"] and "another region" in few["why"], few)
        self.assertEqual(self.check(EC2, "zones")["state"], "good")
        printed = self.refused("cluster", "create", "-f", self.eks)
        self.assertTrue("eu-west-3 has 1 zones" in printed and "another region" in printed and "Nothing was made" in printed, printed)
        missing = self.check(EC2.replace("{cidr:", "{zone: eu-west-3b, cidr:"), "zones")
        self.assertTrue(missing["state"] == "bad" and "has no zone eu-west-3b" in missing["words"] and "eu-west-3a" in missing["why"], missing)
        self.assertEqual(self.account.left(), {})

    def test_a_version_that_is_offered_no_more_is_told_with_those_that_are(self):
        # ministack has no list of versions: answered as the reference has it.
        self.proxy.instead = lambda request: (200, {"clusterVersions": [{"clusterVersion": version, "versionStatus": "STANDARD_SUPPORT"} for version in ("1.35", "1.34")]}) if request[1].startswith("/cluster-versions") else None
        self.assertEqual(self.check(EKS, "version")["state"], "good")
        old = self.check(EKS.replace("1.34", "1.29"), "version")
        self.assertTrue(old["state"] == "bad" and "EKS does not offer Kubernetes 1.29; it has" in old["words"] and "1.35" in old["words"], old)
        self.assertIn("EKS does not offer Kubernetes 1.29", self.refused("cluster", "create", "-f", self.world.write("old.yaml", EKS.replace("1.34", "1.29"))))
        self.assertEqual(self.account.left(), {})

    def test_keys_that_have_expired_make_nothing_and_say_to_sign_in_again(self):
        self.proxy.instead = lambda request: refusal(request, "ExpiredToken", "The security token included in the request is expired")
        for file in (self.eks, self.ec2):
            printed = self.refused("cluster", "create", "-f", file)
            self.assertTrue("the AWS keys have expired" in printed and "Sign in again" in printed, printed)
        self.assertEqual((self.proxy.changes, self.account.left()), (0, {}))

    def test_keys_that_expire_on_the_way_stop_it_and_the_next_run_goes_on(self):
        for number in (2, 9):
            with self.subTest(change=number):
                self.proxy.calm()
                made = []

                def expire(_, request):
                    if request[3].startswith(b"Action=") and not cloud.action_of(request).startswith("Simulate"):  # which only asks
                        made.append(request)
                    return refusal(request, "ExpiredToken", "expired") if len(made) >= number else None

                self.proxy.fault = expire
                printed = self.refused("cluster", "create", "-f", self.eks)
                self.assertTrue("the AWS keys have expired" in printed and "runs resume" in printed, printed)
                self.assertNotEqual(self.account.left(), {})
                self.proxy.calm()
                self.good("cluster", "create", "-f", self.eks)
                self.good("cluster", "delete", "-f", self.eks)
                self.assertEqual(self.account.left(), {})

    def test_an_account_without_rights_is_told_what_it_lacks(self):
        iam = self.account.client("iam")
        iam.create_user(UserName="nobody")
        keys = iam.create_access_key(UserName="nobody")["AccessKey"]
        self.addCleanup(lambda: (iam.delete_access_key(UserName="nobody", AccessKeyId=keys["AccessKeyId"]), iam.delete_user(UserName="nobody")))
        self.world.environment.update(AWS_ACCESS_KEY_ID=keys["AccessKeyId"], AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"])
        for file, right in ((self.eks, "eks:DescribeCluster"), (self.ec2, "ec2:")):
            printed = self.refused("cluster", "create", "-f", file)
            self.assertTrue("user/nobody lacks the permission " + right in printed and "allowed in IAM by whoever manages this AWS account" in printed, printed)
        self.assertEqual(self.account.left(), {})


class AwsClock(unittest.TestCase):
    def test_a_clock_that_is_ten_minutes_off_is_in_nobodys_way(self):
        """ministack minds it by itself: five minutes for EC2 and EKS, fifteen for IAM and STS, as AWS."""
        for minutes in (10, -10):
            with self.subTest(minutes=minutes):
                emulator = cloud.Emulator("ministack", skew=minutes * 60)
                self.addCleanup(emulator.stop)
                proxy = cloud.Proxy(emulator)
                self.addCleanup(proxy.stop)
                off = []

                def dated(request, content):
                    when = calendar.timegm(time.strptime(request[2]["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
                    if request[2]["Authorization"].split("/")[3] in ("ec2", "eks") and abs(when - time.time() - minutes * 60) > 300:
                        off.append(cloud.action_of(request))
                    return content

                proxy.rewrite = dated
                account = Account(emulator.url)
                keys = account.user("maker")
                world = cloud.World(proxy.url, keys["AccessKeyId"], keys["SecretAccessKey"])
                self.addCleanup(world.remove)
                for verb in ("create", "delete"):
                    code, printed = world.ctl("cluster", verb, "-f", world.write("eks.yaml", EKS))
                    self.assertEqual(code, 0, printed)
                self.assertTrue(2 <= len(off) <= 4, off)  # one each of create's checks and plan, of delete and of its look afterwards: what follows is dated as AWS has it
                before = len(off)
                plan = world.json("cluster", "plan", "-f", world.write("ec2.yaml", EC2), "-o", "json")
                self.assertEqual({check["id"]: check["state"] for check in plan["checks"]}["zones"], "good")
                self.assertEqual(len(off), before + 1, off)
                self.assertEqual(account.left(), {})


class Azure(cases.Azure):
    def test_a_subscription_without_rights_makes_nothing(self):
        self.azure.denied = {"Microsoft.Resources/subscriptions/resourceGroups/write"}
        code, printed = self.world.ctl("cluster", "create", "-f", self.world.write("spec.yaml", AKS))
        self.assertTrue(code == 1 and "Microsoft.Resources/subscriptions/resourceGroups/write" in printed and "Contributor" in printed, printed)
        self.assertEqual(self.account.left(), {})

    def test_a_subscription_that_is_not_theirs_is_told(self):
        code, printed = self.world.ctl("cluster", "create", "-f", self.world.write("spec.yaml", AKS.replace(azuredouble.SUBSCRIPTION, "99999999-2222-3333-4444-555555555555")))
        self.assertTrue(code == 1 and "timonierctl azure subscriptions" in printed, printed)
        self.assertEqual(self.account.left(), {})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
