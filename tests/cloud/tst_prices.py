"""What a cluster costs, told before it is made: by the clouds' own price lists (doubles: botocore's pricing client has proven that of AWS), kept for a week, and by what comes with the program where neither
can be had."""
import json
import os
import pathlib
import time
import unittest

import cloud

cloud.enter()

import botocore.session  # noqa: E402
import botocore.validate  # noqa: E402

import azuredouble  # noqa: E402
from cloud import cases  # noqa: E402
from cloud.prices_double import PricesDouble  # noqa: E402

EKS = """provider: eks
region: eu-west-3
name: demo
nodes:
  - {name: main, type: t3.large, count: 2, disk: 20}
"""
EC2 = """provider: ec2
region: eu-west-3
name: demo
workers: 2
type: t3.medium
disk: 20
access: {cidrs: [203.0.113.7]}
"""
AKS = f"""provider: aks
name: demo
subscription: {azuredouble.SUBSCRIPTION}
location: UK South
tier: Standard
registry: {{name: labimages}}
pools:
  - {{name: main, size: Standard_D2s_v3, count: 2, disk: 100}}
"""
TODAY = time.strftime("%Y-%m-%d", time.gmtime())


class Prices:
    """What both clouds have in common. `spec`, `cached`: the file that keeps the prices."""

    def plan(self, text=None):
        return self.world.json("cluster", "plan", "-f", self.world.write("spec.yaml", text or self.spec), "-o", "json")["costs"]

    def grow_older(self, days):
        """The kept prices, as if they had been asked for so many days ago."""
        file = pathlib.Path(self.world.folder, "cache/timonier/prices", self.cached)
        kept = json.loads(file.read_text())
        for one in kept["hour"].values():
            one["asked"] -= days * 86400
        file.write_text(json.dumps(kept))
        return time.strftime("%Y-%m-%d", time.gmtime(next(iter(kept["hour"].values()))["asked"]))

    def cost(self, costs, words):
        return next(one["hour"] for one in costs["each"] if words in one["what"])


class OfAws(Prices, unittest.TestCase):
    spec, cached = EKS, "aws-eu-west-3.json"

    @classmethod
    def setUpClass(cls):
        cls.emulator = cloud.Emulator("moto")
        cls.addClassCleanup(cls.emulator.stop)
        cls.proxy = cloud.Proxy(cls.emulator)
        cls.addClassCleanup(cls.proxy.stop)

    def setUp(self):
        self.proxy.calm()
        self.double = PricesDouble(self.proxy)
        self.addCleanup(self.double.leave)
        self.world = cloud.World(self.proxy.url)
        del self.world.environment["AWS_ENDPOINT_URL_PRICING"]
        self.addCleanup(self.world.remove)

    def botocore(self):
        return botocore.session.get_session().create_client("pricing", region_name="us-east-1", endpoint_url=self.proxy.url, aws_access_key_id="test", aws_secret_access_key="test")

    def test_the_double_is_a_price_list_to_botocore(self):
        client = self.botocore()
        match = lambda field, value: {"Type": "TERM_MATCH", "Field": field, "Value": value}
        found = client.get_products(ServiceCode="AmazonEC2", Filters=[match("regionCode", "eu-west-3"), match("instanceType", "t3.large"), match("operatingSystem", "Windows")])
        self.assertEqual([json.loads(one)["product"]["attributes"]["usagetype"] for one in found["PriceList"]], ["EUW3-BoxUsage:t3.large"])
        self.double.page = 2
        every = [one for page in client.get_paginator("get_products").paginate(ServiceCode="AmazonEC2", Filters=[match("regionCode", "us-east-1")]) for one in page["PriceList"]]
        self.assertEqual(len(every), len(set(every)))
        self.assertEqual(len(every), len([one for one in self.double.products if one["serviceCode"] == "AmazonEC2" and one["product"]["attributes"]["regionCode"] == "us-east-1"]))
        with self.assertRaises(client.exceptions.NotFoundException):
            client.get_products(ServiceCode="AmazonNothing")
        with self.assertRaises(client.exceptions.InvalidNextTokenException):
            client.get_products(ServiceCode="AmazonEC2", NextToken="x")
        self.double.refusal = (400, "AccessDeniedException", "no")
        with self.assertRaises(client.exceptions.AccessDeniedException):
            client.get_products(ServiceCode="AmazonEC2")

    def test_a_plan_tells_the_prices_of_its_region_and_their_day_and_asks_once(self):
        costs = self.plan()
        self.assertAlmostEqual(self.cost(costs, "t3.large"), 2 * 0.08 * 1.25)
        self.assertAlmostEqual(self.cost(costs, "Control plane"), 0.11)
        self.assertAlmostEqual(self.cost(costs, "NAT gateway"), 0.045 * 1.25)
        self.assertAlmostEqual(self.cost(costs, "public address"), 0.006)
        self.assertAlmostEqual(self.cost(costs, "GiB of disk"), 2 * 20 * 0.08 * 1.25 / 730)
        self.assertEqual((costs["from"], costs["asOf"], costs["complete"]), ("list", TODAY, True))
        self.assertIn(f"List prices of AWS for eu-west-3, asked on {TODAY}", costs["source"])
        self.assertNotIn("other regions", costs["source"])
        asked = len(self.double.asked)
        self.assertEqual(asked, 5)
        code, printed = self.world.ctl("cluster", "plan", "-f", self.world.folder + "/spec.yaml")
        self.assertEqual(code, 0, printed)
        self.assertRegex(printed, r"0\.200 +146\.00  2 × t3\.large")
        self.assertIn(f"List prices of AWS for eu-west-3, kept since {TODAY}", printed)
        self.assertEqual(len(self.double.asked), asked)  # twice told, once asked
        self.plan(EKS.replace("t3.large", "t3.medium"))
        self.assertEqual(len(self.double.asked), asked + 1)  # only what is new

    def test_the_request_is_what_botocore_would_send(self):
        self.plan()
        model = botocore.session.get_session().get_service_model("pricing").operation_model("GetProducts").input_shape
        for body in self.double.asked:
            self.assertFalse(botocore.validate.ParamValidator().validate(body, model).has_errors(), body)

    def test_what_goes_on_while_machines_of_ec2_are_stopped_is_told_with_the_rest(self):
        costs = self.plan(EC2)
        disks, address = 3 * 20 * 0.08 * 1.25 / 730, 0.006
        self.assertAlmostEqual(costs["hour"], 3 * 0.04 * 1.25 + disks + 3 * address)
        self.assertAlmostEqual(costs["stoppedHour"], disks + address)
        self.assertEqual([one["what"] for one in costs["each"] if one["whileStopped"]], ["3 × 20 GiB of disk", "The control plane's public address"])
        code, printed = self.world.ctl("cluster", "plan", "-f", self.world.folder + "/spec.yaml")
        self.assertEqual(code, 0, printed)
        self.assertIn("of it goes on while it is stopped: 0.014 an hour, 10 a month", printed)

    def test_old_prices_are_asked_for_again_and_without_a_network_used_with_their_day(self):
        self.plan()
        self.grow_older(6)
        before = len(self.double.asked)
        self.assertEqual(self.plan()["from"], "kept")
        self.assertEqual(len(self.double.asked), before)
        day = self.grow_older(2)
        self.world.environment["AWS_ENDPOINT_URL_PRICING"] = f"http://127.0.0.1:{cloud.free_port()}"  # where nobody listens
        begun = time.monotonic()
        costs = self.plan()
        self.assertLess(time.monotonic() - begun, 12)
        self.assertAlmostEqual(self.cost(costs, "t3.large"), 0.2)
        self.assertEqual((costs["from"], costs["asOf"]), ("kept", day))
        self.assertRegex(costs["source"], f"List prices of AWS for eu-west-3, kept since {day}; the list could not be asked again: 127.0.0.1:[0-9]+ cannot be reached")
        del self.world.environment["AWS_ENDPOINT_URL_PRICING"]
        self.double.products = [one for one in self.double.products if "t3.large" not in json.dumps(one)]
        self.assertIn(f"asked on {TODAY}", self.plan()["source"])
        self.assertGreater(len(self.double.asked), before)

    def test_without_a_network_from_the_beginning_the_bundled_table_speaks_and_says_so(self):
        self.world.environment["AWS_ENDPOINT_URL_PRICING"] = f"http://127.0.0.1:{cloud.free_port()}"
        costs = self.plan()
        self.assertAlmostEqual(self.cost(costs, "t3.large"), 2 * 0.0832)
        self.assertEqual((costs["from"], costs["complete"]), ("bundled", True))
        self.assertRegex(costs["source"], "List prices of us-east-1 as of 20[0-9]{2}, not verified since; other regions cost up to a third more. The price list of AWS could not be asked: 127.0.0.1:[0-9]+ cannot be reached")

    def test_a_missing_permission_is_named(self):
        self.double.refusal = (400, "AccessDeniedException", "User: arn:aws:iam::000000000000:user/maker is not authorized to perform: pricing:GetProducts because no identity-based policy allows the pricing:GetProducts action")
        costs = self.plan()
        self.assertEqual(costs["from"], "bundled")
        self.assertIn("The price list of AWS could not be asked: arn:aws:iam::000000000000:user/maker lacks the permission pricing:GetProducts", costs["source"])

    def test_a_list_that_does_not_answer_keeps_nobody_waiting(self):
        self.double.instead, slow = None, self.double.instead
        self.proxy.instead = lambda request: (time.sleep(30) if "AWSPriceList" in str(request[2]) else None) or slow(request)
        begun = time.monotonic()
        costs = self.plan()
        self.assertLess(time.monotonic() - begun, 15)  # the checks take some of it
        self.assertIn("it did not answer within 4 s", costs["source"])
        self.assertEqual(costs["from"], "bundled")

    def test_what_the_list_does_not_have_is_told_by_name(self):
        self.double.products = [one for one in self.double.products if "NatGateway" not in json.dumps(one)]
        costs = self.plan(EKS.replace("t3.large", "z9.huge"))
        self.assertIsNone(self.cost(costs, "z9.huge"))
        self.assertFalse(costs["complete"])
        self.assertAlmostEqual(self.cost(costs, "NAT gateway"), 0.045)
        self.assertRegex(costs["source"], r"Not in them, and by the table of us-east-1 as of \d+ that comes with Timonier: NAT gateway\.")

    def test_a_broken_file_of_kept_prices_is_asked_anew(self):
        self.plan()
        file = pathlib.Path(self.world.folder, "cache/timonier/prices", self.cached)
        file.write_bytes(file.read_bytes()[:100])
        before = len(self.double.asked)
        self.assertEqual(self.plan()["from"], "list")
        self.assertEqual(len(self.double.asked), 2 * before)
        json.loads(file.read_text())  # whole again


class OfAzure(Prices, cases.Azure):
    spec, cached = AKS, "azure-uksouth.json"

    def test_a_plan_tells_the_prices_of_its_region_and_their_day_and_asks_once(self):
        costs = self.plan()
        parts = {"Standard_D2s_v3": 2 * 0.1 * 1.2, "Control plane": 0.11, "GiB of disk": 2 * 20 * 1.2 / 730, "Load balancer": 0.03, "public address": 0.006, "Registry": 0.24 / 24}
        for words, hour in parts.items():
            self.assertAlmostEqual(self.cost(costs, words), hour, msg=words)
        self.assertAlmostEqual(costs["hour"], sum(parts.values()))
        self.assertAlmostEqual(costs["stoppedHour"], sum(parts.values()) - parts["Standard_D2s_v3"] - parts["Control plane"])
        self.assertEqual((costs["from"], costs["asOf"]), ("list", TODAY))
        self.assertIn(f"List prices of Azure for uksouth, asked on {TODAY}", costs["source"])
        self.assertNotIn("other regions", costs["source"])
        asked = len(self.azure.retail)
        self.assertTrue(all("Authorization" not in one.headers for one in self.azure.retail))  # nobody is told who asks
        code, printed = self.world.ctl("cluster", "plan", "-f", self.world.folder + "/spec.yaml")
        self.assertEqual(code, 0, printed)
        self.assertIn(f"List prices of Azure for uksouth, kept since {TODAY}", printed)
        self.assertRegex(printed, r"0\.240 +175\.20  2 × Standard_D2s_v3")
        self.assertEqual(len(self.azure.retail), asked)

    def test_a_list_in_pages_that_is_throttled_is_read_to_its_end(self):
        whole = self.plan()["each"]
        self.world.remove()
        os.makedirs(self.world.folder)
        self.azure.retail_page, self.azure.retail_throttled = 1, 2
        self.assertEqual(self.plan()["each"], whole)
        self.assertTrue(any("$skip" in one.query for one in self.azure.retail))

    def test_without_a_network_kept_prices_are_told_with_their_day_or_the_bundled_ones(self):
        self.azure.retail_gone = True
        costs = self.plan()
        self.assertEqual(costs["from"], "bundled")
        self.assertRegex(costs["source"], "List prices of eastus as of 20[0-9]{2}, not verified since; other regions cost up to a third more. The price list of Azure could not be asked: it failed")
        self.azure.retail_gone = False
        self.assertEqual(self.plan()["from"], "list")
        day = self.grow_older(8)
        self.world.environment["AZURE_RETAIL_PRICES_ENDPOINT"] = f"https://127.0.0.1:{cloud.free_port()}"
        costs = self.plan()
        self.assertEqual((costs["from"], costs["asOf"]), ("kept", day))
        self.assertRegex(costs["source"], f"kept since {day}; the list could not be asked again")

    def test_a_cloud_without_a_list_in_dollars_is_not_asked(self):
        del self.world.environment["AZURE_RETAIL_PRICES_ENDPOINT"]
        costs = self.plan(AKS + "cloud: AzureChinaCloud\n")
        self.assertEqual(costs["from"], "bundled")
        self.assertIn("AzureChinaCloud has no list in US dollars", costs["source"])
        self.assertEqual(self.azure.retail, [])


if __name__ == "__main__":
    unittest.main()
