"""What tests of a cloud begin with: an account on an emulator or the double, and timonierctl with a home of its own for each test."""
import json
import unittest

import azuredouble
import cloud
from cloud import azure_account
from cloud.account import Account


class Case(unittest.TestCase):
    """`self.world`: timonierctl; it comes from setUp of those below."""
    timeout = 120

    def good(self, *arguments):
        code, printed = self.world.ctl(*arguments, timeout=self.timeout)
        self.assertEqual(code, 0, printed)
        return printed

    def refused(self, *arguments):
        code, printed = self.world.ctl(*arguments, timeout=self.timeout)
        self.assertEqual(code, 1, printed)
        return printed

    def checks(self, text):
        """Of `cluster plan`, by their ids."""
        plan = self.world.json("cluster", "plan", "-f", self.world.write("checked.yaml", text), "-o", "json")
        return {check["id"]: check for check in plan["checks"]}


class Aws(Case):
    kind = "ministack"

    @classmethod
    def setUpClass(cls):
        cls.emulator = cloud.Emulator(cls.kind)
        cls.addClassCleanup(cls.emulator.stop)
        cls.proxy = cloud.Proxy(cls.emulator)
        cls.addClassCleanup(cls.proxy.stop)
        if cls.kind == "moto":
            cls.proxy.rewrite = cloud.as_aws_calls_it
        cls.account = Account(cls.emulator.url)
        cls.keys = cls.account.user("maker")

    def setUp(self):
        self.proxy.calm()
        self.world = self.world_of(self.keys)

    def world_of(self, keys, secret=None):
        world = cloud.World(self.proxy.url, keys["AccessKeyId"], secret or keys["SecretAccessKey"])
        self.addCleanup(world.remove)
        return world

    def nothing_is_left(self):
        self.assertEqual(self.account.left(), {})

    def quotas(self, limits):
        """Neither emulator has Service Quotas: answered here, as its reference has it."""
        def instead(request):
            if not request[2].get("X-Amz-Target", "").endswith(".GetServiceQuota"):
                return None
            asked = json.loads(request[3])
            return 200, {"Quota": {"ServiceCode": asked["ServiceCode"], "QuotaCode": asked["QuotaCode"], "Value": limits[asked["QuotaCode"]]}}

        self.proxy.instead = instead
        self.addCleanup(setattr, self.proxy, "instead", lambda request: None)


class Azure(Case):
    @classmethod
    def setUpClass(cls):
        cls.azure = azuredouble.Azure()
        cls.addClassCleanup(cls.azure.stop)

    def setUp(self):
        self.azure.forget()
        self.account = azure_account.Account(self.azure)
        self.world = azure_account.World(self.azure)
        self.addCleanup(self.world.remove)

    def nothing_is_left(self):
        self.assertEqual(self.account.left(), {})
