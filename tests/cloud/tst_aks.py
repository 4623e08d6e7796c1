"""AKS clusters made and taken away by timonierctl on a double of Azure that Microsoft's own clients have proven (tst_azure_double.py); what there is
is listed by them, which know nothing of what we think we made."""
import base64
import json
import logging
import os
import pathlib
import re
import sys
import tempfile
import time
import unittest
import warnings

import cloud

cloud.enter()

import azuredouble  # noqa: E402
from cloud import cases  # noqa: E402
from cloud.azure_account import World  # noqa: E402

logging.disable()

SPEC = f"""provider: aks
name: demo
subscription: {azuredouble.SUBSCRIPTION}
resourceGroup: lab
location: uksouth
version: "VERSION"
registry: {{name: labimages}}
pools:
  - {{name: main, size: Standard_D2s_v3, count: COUNT, zones: ["1", "2"]}}
  - {{name: more, size: Standard_B2s, count: 1}}
tags: {{team: vision}}
"""
COUNTS = {"group": 2, "resource": 2, "cluster": 1, "pool": 2, "registry": 1, "assignment": 1}  # the second group is that of its machines


def spec(count=1, version="1.35"):
    return SPEC.replace("COUNT", str(count)).replace("VERSION", version)


class Aks(cases.Azure):
    def setUp(self):
        super().setUp()
        self.file = self.world.write("spec.yaml", spec())

    def nothing_made(self):
        """A create that stops before the first thing."""
        printed = self.refused("cluster", "create", "-f", self.file)
        self.assertIn("Nothing was made.", printed)
        self.assertEqual(self.account.left(), {})
        return printed

    def create(self):
        printed = self.good("cluster", "create", "-f", self.file)
        self.assertEqual(self.account.counts(), COUNTS)
        return printed

    def delete(self):
        printed = self.good("cluster", "delete", "-f", self.file)
        self.assertEqual(self.account.left(), {})
        return printed

    def checks(self, text=None):
        return super().checks(text or spec())

    def test_a_cluster_is_planned_made_scaled_upgraded_stopped_started_and_taken_away(self):
        self.azure.spread = 1.5
        plan = self.world.json("cluster", "plan", "-f", self.file, "-o", "json")
        self.assertEqual({check["id"]: check["state"] for check in plan["checks"]}, dict.fromkeys(("identity", "rights", "region", "providers", "version", "sizes", "cores", "names", "clock"), "good"))
        self.assertTrue(0.1 < plan["costs"]["hour"] < 1 and 0 < plan["costs"]["stoppedHour"] < plan["costs"]["hour"])
        self.assertIn("List prices of Azure for uksouth, asked on", plan["costs"]["source"])
        self.assertEqual(self.account.left(), {})  # planning makes nothing
        printed = self.create()
        self.assertIn("not known everywhere yet", printed)  # the identity spread only while it waited
        made = self.account.containers.managed_clusters.get("lab", "demo")
        self.assertEqual((made.tags["timonier-target"], made.tags["team"], made.current_kubernetes_version), (f"aks/{azuredouble.SUBSCRIPTION}/lab/demo", "vision", "1.35.3"))
        self.assertEqual({pool.name: (pool.mode, pool.availability_zones) for pool in made.agent_pool_profiles}, {"main": ("System", ["1", "2"]), "more": ("User", None)})
        assignment = next(iter(self.account.roles.role_assignments.list_for_subscription()))
        self.assertEqual((assignment.principal_id, assignment.scope), (made.identity_profile["kubeletidentity"].object_id, self.account.registries.registries.get("lab", "labimages").id))
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.file))
        status = self.world.json("cluster", "status", "-f", self.file, "-o", "json")
        self.assertEqual(status["state"]["phase"], "running")
        self.assertEqual(len(status["inTheAccount"]), 5, status["inTheAccount"])
        self.assertIn("demo.lab.aks", self.world.read("kubeconfig"))
        # Scaled and upgraded by the spec.
        self.world.write("spec.yaml", spec(count=3))
        self.good("cluster", "scale", "-f", self.file)
        self.assertEqual([pool.count for pool in self.account.containers.agent_pools.list("lab", "demo")], [3, 1])
        self.world.write("spec.yaml", spec(count=3, version="1.36"))
        self.good("cluster", "upgrade", "-f", self.file)
        self.assertEqual(self.account.containers.managed_clusters.get("lab", "demo").current_kubernetes_version, "1.36.0")
        self.assertEqual({pool.current_orchestrator_version for pool in self.account.containers.agent_pools.list("lab", "demo")}, {"1.36.0"})
        self.world.write("spec.yaml", spec(count=3, version="1.34"))
        self.assertIn("no cluster goes back to 1.34", self.refused("cluster", "upgrade", "-f", self.file))
        self.world.write("spec.yaml", spec(count=3, version="1.36"))
        # Stopped, and started.
        self.good("cluster", "stop", "-f", self.file)
        self.assertEqual(self.account.containers.managed_clusters.get("lab", "demo").power_state.code, "Stopped")
        self.assertEqual(self.world.json("cluster", "status", "-f", self.file, "-o", "json")["state"]["phase"], "stopped")
        self.assertIn("is stopped", self.refused("cluster", "scale", "-f", self.file))
        self.good("cluster", "start", "-f", self.file)
        self.assertEqual(self.account.containers.managed_clusters.get("lab", "demo").power_state.code, "Running")
        # No secret went anywhere.
        tokens = [token for token, what in self.azure.tokens.items()] + [azuredouble.SECRET]
        for folder, _, names in os.walk(self.world.folder):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    content = file.read()
                self.assertEqual([token for token in tokens if token.encode() in content], [], name)
        self.delete()
        self.assertEqual(self.world.json("cluster", "status", "-f", self.file, "-o", "json")["inTheAccount"], [])
        self.assertNotIn("demo.lab.aks", self.world.read("kubeconfig"))
        self.assertIn("nothing to take back", self.good("cluster", "delete", "-f", self.file))

    def killed_at(self, number, verb, counts_all=False):
        self.azure.calm()
        self.azure.counts_all = counts_all
        self.azure.fault = lambda n, _: "kill" if n == number else None
        process = self.azure.victim = self.world.start("cluster", verb, "-f", self.file)
        process.communicate(timeout=120)
        self.azure.calm()
        if os.path.exists(self.world.folder + "/kubeconfig.lock"):  # kubectl's own way of locking, which outlives who is killed: the person is told
            os.remove(self.world.folder + "/kubeconfig.lock")
        return process.returncode == -9

    def test_killed_at_each_change_it_goes_on_to_the_same_cluster(self):
        self.create()
        makes = self.azure.changes
        self.delete()
        takes = self.azure.changes - makes
        killed = {"create": 0, "delete": 0}
        for number in range(1, max(makes, takes) + 1):
            with self.subTest(change=number):
                killed["create"] += self.killed_at((number - 1) % makes + 1, "create")
                self.create()
                killed["delete"] += self.killed_at((number - 1) % takes + 1, "delete")
                self.delete()
        print(cloud.crashes("AKS", "changes", makes, takes, killed, self.account.left()), file=sys.stderr)
        self.assertEqual(killed, dict.fromkeys(killed, max(makes, takes)))

    def test_killed_at_any_request_too(self):
        self.azure.counts_all = True
        self.create()
        makes = self.azure.changes
        self.azure.calm()
        self.azure.counts_all = True
        self.good("cluster", "delete", "-f", self.file)
        takes = self.azure.changes
        self.azure.calm()
        killed, every = {"create": 0, "delete": 0}, 1 if os.environ.get("TIMONIER_CLOUD_ALL") else 6  # all of them take minutes more
        for number in range(1, max(makes, takes) + 1, every):
            with self.subTest(request=number):
                killed["create"] += self.killed_at((number - 1) % makes + 1, "create", True)
                self.create()
                killed["delete"] += self.killed_at((number - 1) % takes + 1, "delete", True)
                self.delete()
        print(cloud.crashes("AKS", "requests", makes, takes, killed, self.account.left()), file=sys.stderr)
        rounds = len(range(1, max(makes, takes) + 1, every))
        self.assertGreater(killed["create"], rounds * 2 // 3)  # the first one asks more: whether providers are registered
        self.assertGreater(killed["delete"], rounds * 2 // 3)

    def test_killed_and_forgotten_it_is_found_by_its_tags(self):
        self.killed_at(4, "create")
        self.world = World(self.azure)  # another computer: no journal
        self.addCleanup(self.world.remove)
        self.file = self.world.write("spec.yaml", spec())
        self.create()
        self.delete()

    def test_what_is_left_is_found_and_taken_away_without_a_journal(self):
        cloud.nothing_is_left(self, self.world, self.file)
        self.create()
        fresh = World(self.azure)  # another computer: no journal
        self.addCleanup(fresh.remove)
        spec_file = fresh.write("spec.yaml", spec())
        left = cloud.left_is(self, fresh, spec_file, {"resourceGroups": 2, "ManagedClusters": 1, "registries": 1, "roleAssignments": 1}, {"ManagedClusters", "registries"})
        self.assertTrue(all(thing["hour"] is not None for thing in left["left"]) and left["complete"], left)
        code, printed = fresh.ctl("cluster", "delete", "-f", spec_file)
        self.assertEqual(code, 0, printed)
        self.assertIn("Nothing of it is left in the account", printed)
        self.assertEqual(self.account.left(), {})
        cloud.nothing_is_left(self, fresh, spec_file)

    def test_a_delete_says_in_the_end_what_is_left(self):
        self.create()
        tags = self.account.containers.managed_clusters.get("lab", "demo").tags
        self.account.resources.resource_groups.create_or_update("forgotten", {"location": "uksouth", "tags": tags})  # what an earlier Timonier made, which this one does not know how to take away
        code, printed = self.world.ctl("cluster", "delete", "-f", self.file)
        self.assertEqual(code, 1, printed)
        self.assertIn(f"resourceGroups forgotten: costs nothing\n    → az group delete --subscription {azuredouble.SUBSCRIPTION} --name forgotten", printed)
        self.assertEqual(self.account.left(), {"group": ["forgotten"]})
        self.account.resources.resource_groups.begin_delete("forgotten").result()
        self.delete()

    def test_lost_answers_and_throttling_make_nothing_twice(self):
        lost = set()

        def lose(number, request):
            if number % 3 == 0:
                return azuredouble.arm.throttled(1)
            if (request.method, request.path) in lost:
                return None
            lost.add((request.method, request.path))
            return "lose"

        self.azure.fault = lose
        self.create()
        self.delete()
        self.assertGreater(len(lost), 8)
        print(f"{len(lost)} answers lost, a third of the changes throttled; nothing twice, nothing left")

    def test_it_waits_as_long_as_it_is_told(self):
        self.azure.retry_after = 2
        asked = []
        self.azure.counts_all = True
        self.azure.fault = lambda n, request: asked.append(time.monotonic()) if "/operations/" in request.path or "/operationresults/" in request.path else None
        self.create()
        self.assertTrue(asked and all(later - earlier > 1.9 or later - earlier > 0.9 for earlier, later in zip(asked, asked[1:])), asked)
        self.azure.retry_after = None
        self.delete()

    def test_long_operations_of_all_three_styles_are_followed(self):
        for style in ("async", "location", "state"):
            with self.subTest(style=style):
                self.azure.style = style
                self.create()
                self.delete()

    def test_a_long_operation_that_fails_is_told_and_the_next_run_mends_it(self):
        for style in ("async", "location", "state"):
            with self.subTest(style=style):
                self.azure.style = style
                self.azure.fault = lambda n, request: setattr(self.azure, "fails", ("AllocationFailed", "There is no room for such machines.")) if "managedClusters/demo" in request.path and request.method == "PUT" else None
                printed = self.refused("cluster", "create", "-f", self.file)
                self.assertIn("no room for such machines" if style != "state" else "it ended as", printed)
                self.azure.calm()
                self.create()
                self.delete()

    def test_what_somebody_removed_is_made_again(self):
        self.create()
        containers = self.account.containers
        containers.agent_pools.begin_delete("lab", "demo", "more").result()
        self.create()
        containers.managed_clusters.begin_delete("lab", "demo").result()
        self.create()  # with another identity, which gets the role; the old one's goes
        for assignment in list(self.account.roles.role_assignments.list_for_subscription()):
            self.account.roles.role_assignments.delete_by_id(assignment.id)
        self.create()
        self.account.resources.resource_groups.begin_delete("lab").result()
        self.assertEqual(self.account.left(), {})
        self.create()
        self.account.resources.resource_groups.begin_delete("lab").result()
        self.delete()

    def test_what_others_made_is_left_alone(self):
        self.account.resources.resource_groups.create_or_update("lab", {"location": "uksouth"})
        self.account.registries.registries.begin_create("lab", "labimages", {"location": "uksouth", "sku": {"name": "Basic"}}).result()
        self.assertIn("there is a registry labimages already", self.refused("cluster", "create", "-f", self.file))
        self.assertEqual(self.checks()["names"]["state"], "bad")
        self.good("cluster", "delete", "-f", self.file)
        self.assertEqual(self.account.counts(), {"group": 1, "resource": 1, "registry": 1})
        # One that is there may be used; it stays, and gets its role back.
        registry = self.account.registries.registries.get("lab", "labimages").id
        self.world.write("spec.yaml", spec().replace("{name: labimages}", f"{{id: {registry}}}"))
        self.create()
        self.good("cluster", "delete", "-f", self.file)
        self.assertEqual(self.account.counts(), {"group": 1, "resource": 1, "registry": 1})

    def test_a_group_that_holds_others_things_is_not_deleted(self):
        self.create()
        self.account.registries.registries.begin_create("lab", "others", {"location": "uksouth", "sku": {"name": "Basic"}}).result()
        self.assertIn("holds what this plan did not make: others", self.refused("cluster", "delete", "-f", self.file))
        self.assertEqual(self.account.left(), {"group": ["lab"], "registry": ["others"], "resource": ["Microsoft.ContainerRegistry/registries/others"]})
        self.account.registries.registries.begin_delete("lab", "others").result()
        self.delete()

    def test_rights_that_are_missing_are_named_before_and_while(self):
        denied = {"Microsoft.Authorization/roleAssignments/write": "User Access Administrator", "Microsoft.ContainerService/managedClusters/write": "Contributor", "Microsoft.Resources/subscriptions/resourceGroups/write": "Contributor"}
        for action, role in denied.items():
            with self.subTest(action=action):
                self.azure.denied = {action}
                rights = self.checks()["rights"]
                self.assertTrue(rights["state"] == "bad" and action in rights["words"] and role in rights["why"], rights)
                printed = self.nothing_made()
                self.assertTrue(action in printed and role in printed, printed)
                printed = self.refused("cluster", "create", "-f", self.file, "--ignore-checks")
                self.assertIn("ann@example.org lacks the permission " + action, printed)
                self.assertIn(role, printed)
                self.azure.denied = set()
                self.delete()

    def test_a_quota_is_told_before_and_while(self):
        self.azure.cores = {"cores": 3, "standardDSv3Family": 20, "standardBSFamily": 20}
        cores = self.checks()["cores"]
        self.assertTrue(cores["state"] == "bad" and "0 of 3 used, 4 asked for" in cores["words"] and "myQuotas" in cores["why"], cores)
        self.assertIn("0 of 3 used, 4 asked for", self.nothing_made())
        printed = self.refused("cluster", "create", "-f", self.file, "--ignore-checks")
        self.assertIn("the quota Total Regional Cores in uksouth is too small: 2 of 3 are used, and 2 more are asked for", printed)
        self.assertIn("myQuotas", printed)
        self.delete()

    def test_providers_are_registered_once(self):
        self.azure.unregistered = {"Microsoft.ContainerService", "Microsoft.ContainerRegistry"}
        self.assertEqual(self.checks()["providers"]["state"], "careful")
        self.create()
        self.assertEqual(self.azure.unregistered, set())
        self.delete()

    def test_what_the_subscription_does_not_offer_is_told_before(self):
        cases = [(spec().replace("uksouth", "uksuth"), "region", "Did you mean uksouth?"), (spec(version="1.22"), "version", "AKS does not offer Kubernetes 1.22 in uksouth; it has 1.34, 1.35, 1.36"),
                 (spec().replace("Standard_D2s_v3", "Standard_D2s_v33"), "sizes", "Did you mean Standard_D2s_v3?"), (spec().replace("Standard_B2s", "Standard_M128s"), "sizes", "cannot have it there"),
                 (spec().replace("uksouth", "ukwest"), "sizes", "This region has no zones for it"), (spec().replace("labimages", "taken"), "names", "unique in all of Azure"), (spec().replace('["1", "2"]', '["2"]'), "sizes", "in one zone is gone when that zone is")]
        for text, id, words in cases:
            with self.subTest(words=words):
                check = self.checks(text)[id]
                self.assertEqual(check["state"], "careful" if "one zone" in words else "bad", check)
                self.assertIn(words, check["words"] + " " + check["why"])
        self.assertIn("AKS does not offer Kubernetes 1.22", self.refused("cluster", "create", "-f", self.world.write("old.yaml", spec(version="1.22"))))
        self.assertEqual(self.account.left(), {})

    def test_a_subnet_and_an_identity_that_are_there_are_used_and_stay(self):
        subnet, identity = self.account.others()
        theirs = self.account.left()
        self.world.write("spec.yaml", spec() + f"network: {{subnet: {subnet}}}\nidentity: {identity}\n")
        self.good("cluster", "create", "-f", self.file)
        made = self.account.containers.managed_clusters.get("lab", "demo")
        self.assertEqual((made.identity.type, list(made.identity.user_assigned_identities), {pool.vnet_subnet_id for pool in made.agent_pool_profiles}), ("UserAssigned", [identity], {subnet}))
        self.assertEqual(self.account.counts()["assignment"], 1)  # AcrPull, of its nodes; the identity's own roles are its owner's
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.file))
        self.good("cluster", "delete", "-f", self.file)
        self.assertEqual(self.account.left(), theirs)

    def test_what_is_to_be_used_and_is_not_there_or_too_small_is_told_before_anything_is_made(self):
        subnet, identity = self.account.others()
        near = self.account.registries.registries.begin_create("nets", "sharedimages", {"location": "uksouth", "sku": {"name": "Basic"}}).result().id
        theirs = self.account.left()
        pods = lambda extra="": spec() + f"network: {{plugin: subnet, subnet: {subnet}{extra}}}\n"
        cases = [(spec() + f"network: {{subnet: {subnet}s}}\n", f"there is no subnet {subnet}s", f"Did you mean {subnet}?"),
                 (spec() + f"identity: {identity}x\n", f"there is no managed identity {identity}x", f"Did you mean {identity}?"),
                 (spec().replace("{name: labimages}", f"{{id: {near}s}}"), f"there is no registry {near}s", f"Did you mean {near}?"),
                 (spec().replace("uksouth", "francecentral") + f"network: {{subnet: {subnet}}}\n", "the subnet nodes is in uksouth, and the cluster is to be in francecentral", "Nodes are where their network is"),
                 (spec() + f"network: {{subnet: {subnet}, services: 10.9.0.0/20}}\n", "10.9.0.0/20 of the spec overlaps the subnet nodes (10.9.0.0/24)", "Choose other networks"),
                 (pods().replace("count: 1", "count: 7"), "the subnet nodes has 251 addresses left, and 434 are asked for", "maxPods")]
        for text, words, why in cases:
            with self.subTest(words=words):
                self.world.write("spec.yaml", text)
                printed = self.refused("cluster", "create", "-f", self.file)
                for one in (words, why, "Nothing was made."):
                    self.assertIn(one, printed)
                self.assertEqual(self.account.left(), theirs)
        tight = self.checks(pods().replace("count: 1", "count: 4"))["named"]
        self.assertTrue(tight["state"] == "careful" and "an upgrade" in tight["why"] and "251 addresses left, and 279 are asked for" in tight["words"], tight)
        self.assertEqual(self.checks(pods())["named"]["state"], "good")
        # Rights are asked about where the thing is.
        self.azure.denied = {"Microsoft.Network/virtualNetworks/subnets/join/action"}
        rights = self.checks(pods())["rights"]
        self.assertTrue(rights["state"] == "bad" and f"join/action on {subnet}" in rights["words"] and "Network Contributor" in rights["why"], rights)
        # What may not be looked at stops nothing.
        self.azure.denied = {"Microsoft.Network/virtualNetworks/read"}
        self.assertEqual(self.checks(pods())["named"]["state"], "skipped")

    def test_credentials_that_are_wrong_make_nothing(self):
        wrong = World(self.azure, secret="wrong")
        self.addCleanup(wrong.remove)
        file = wrong.write("spec.yaml", spec())
        code, printed = wrong.ctl("cluster", "create", "-f", file)
        self.assertEqual(code, 1)
        self.assertIn("Azure does not accept the client's secret", printed)
        self.assertNotIn("wrong", printed.replace("wrongly", ""))
        wrong.environment["AZURE_CLIENT_SECRET"], wrong.environment["AZURE_TENANT_ID"] = azuredouble.SECRET, "nowhere.example"
        self.assertIn("knows no such tenant", wrong.ctl("cluster", "create", "-f", file)[1])
        for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
            del wrong.environment[name]
        self.assertIn("timonierctl azure login", wrong.ctl("cluster", "create", "-f", file)[1].replace("AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET instead", "timonierctl azure login"))
        self.assertEqual(self.account.left(), {})
        other = self.world.write("other.yaml", spec().replace(azuredouble.SUBSCRIPTION, "99999999-2222-3333-4444-555555555555"))
        self.assertIn("timonierctl azure subscriptions", self.refused("cluster", "create", "-f", other))

    def test_the_machines_own_identity_signs_in_where_nobody_else_does(self):
        """It is the double's answer that azure-identity's ManagedIdentityCredential has read (tst_azure_double.py)."""
        for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
            del self.world.environment[name]
        app = {"IDENTITY_ENDPOINT": self.azure.metadata + "/msi/token", "IDENTITY_HEADER": azuredouble.HEADER}
        for where, client in (({}, ""), ({}, azuredouble.MACHINE), (app, ""), (app, azuredouble.MACHINE)):
            with self.subTest(where=where, client=client):
                self.world.environment.update(where | ({"AZURE_CLIENT_ID": client} if client else {}))
                self.azure.identities = set()
                self.assertIn("no managed identity with the client id" if client and not where else "no token of its managed identity" if where else "timonierctl azure login",
                              self.refused("cluster", "create", "-f", self.file).replace("AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET instead", "timonierctl azure login"))
                self.azure.identities, self.azure.updating = {client}, 0 if where else 1
                self.create()
                self.assertNotIn(azuredouble.HEADER, self.delete())
                self.world.environment.pop("AZURE_CLIENT_ID", None)

    def test_credentials_that_expire_on_the_way_are_renewed(self):
        revoked = []

        def revoke(number, request):
            token = (request.headers.get("Authorization") or "")[len("Bearer "):]
            if number % 4 == 1 and token not in revoked:
                revoked.append(token)
                self.azure.revoked.add(token)

        self.azure.fault = revoke
        self.create()
        self.delete()
        self.assertGreater(len(revoked), 1)

    def test_a_person_signs_in_with_a_devices_code(self):
        import subprocess
        person = {name: value for name, value in self.world.environment.items() if name not in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID")}
        process = subprocess.Popen([os.path.join(os.environ["TIMONIER_BIN_DIR"], "azure_device"), azuredouble.TENANT], env=person, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline().split(), [self.azure.url + "/device", "HTQ7WXYZ1"])
        asked = time.monotonic()
        self.azure.consented = True
        printed, _ = process.communicate(timeout=60)
        self.assertEqual((process.returncode, printed.split("\n")[:2]), (0, ["renewed", "Azure for Students"]))
        self.assertGreater(time.monotonic() - asked, 6)  # it was told to slow down once: five seconds more each time
        self.azure.consented = "declined"
        process = subprocess.run([os.path.join(os.environ["TIMONIER_BIN_DIR"], "azure_device"), azuredouble.TENANT], env=person, capture_output=True, text=True, timeout=60)
        self.assertIn("the sign-in was declined", process.stdout)

    def test_a_clock_that_is_off_is_told_and_in_nobodys_way(self):
        for minutes in (10, -10):
            with self.subTest(minutes=minutes):
                self.azure.skew = minutes * 60
                clock = self.checks()["clock"]
                self.assertEqual(clock["state"], "careful", clock)
                self.assertRegex(clock["words"], r"(9|10) minutes " + ("behind" if minutes > 0 else "before"))
                self.create()
                self.delete()

    def test_what_a_subscription_offers_is_listed(self):
        at = ("--subscription", azuredouble.SUBSCRIPTION)
        self.assertEqual(self.world.json("azure", "subscriptions", "-o", "json"), [{"id": azuredouble.SUBSCRIPTION, "name": "Azure for Students", "state": "Enabled", "tenant": azuredouble.TENANT}])
        self.assertIn("UK South", self.good("azure", "locations", *at))
        self.assertIn("1.35.3", self.good("azure", "versions", *at, "--location", "uksouth"))
        sizes = self.good("azure", "sizes", *at, "--location", "uksouth")
        self.assertIn("Standard_D4s_v3", sizes)
        self.assertNotIn("Standard_M128s", sizes)
        self.assertNotIn("Standard_B1s", sizes)

    def test_a_registrys_password_is_one_that_docker_can_use(self):
        import ssl
        import urllib.request
        self.create()
        server = f"127.0.0.1:{self.azure.port}"
        password = self.good("azure", "registry-password", server, "--tenant", azuredouble.TENANT).strip()
        context = ssl.create_default_context(cafile=self.azure.authorities)
        ask = lambda path, authorization: json.load(urllib.request.urlopen(urllib.request.Request(f"https://{server}{path}", headers={"Authorization": authorization}), context=context))
        basic = base64.b64encode(f"00000000-0000-0000-0000-000000000000:{password}".encode()).decode()
        token = ask(f"/oauth2/token?service={server}&scope=repository:front:push,pull", "Basic " + basic)["access_token"]  # as docker does
        self.assertEqual(ask("/v2/", "Bearer " + token), {})
        # An image of one's own is pushed there: docker, which is played, is given what signs it in.
        played = os.path.join(self.world.folder, "played")
        doubles = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "provision", "double")
        os.makedirs(played + "/bin")
        os.symlink(os.path.join(doubles, "docker-double"), played + "/bin/docker")
        self.world.environment.update(PATH=played + "/bin:" + self.world.environment["PATH"], KIND_DOUBLE=played)
        self.world.write("Dockerfile", "FROM scratch\n")
        self.good("image", "build", "-f", self.world.write("image.yaml", f"context: .\nimage: {server}/front:1\npush: true\nuser: 00000000-0000-0000-0000-000000000000\ntrial: 0\n"))
        with open(played + "/signed-in", encoding="utf-8") as file:
            given = json.load(file)["auths"][server]["auth"]
        self.assertIn("access_token", ask(f"/oauth2/token?service={server}", "Basic " + given))
        self.delete()

    def test_the_plan_ends_with_its_nodes_on_a_real_api_server(self):
        """The lab's stands in for the cluster's endpoint: what AKS hands out is a kubeconfig for it."""
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lab"))
        from lab.control_plane import ControlPlane
        warnings.simplefilter("ignore", ResourceWarning)  # the lab's own connections
        with tempfile.TemporaryDirectory(prefix="timonier-cloud-") as folder, ControlPlane(folder) as lab:
            lab.populate(nodes=3, pods=6, namespaces=2)
            inline = lambda name: base64.b64encode(pathlib.Path(lab.path("pki/" + name)).read_bytes()).decode()
            self.azure.api_server = {"server": lab.server, "ca": inline("ca.crt"), "cert": inline("bootstrap.crt"), "key": inline("bootstrap.key")}
            self.create()
            nodes = self.world.json("get", "nodes", "--context", "demo.lab.aks", "-o", "json")
            self.assertEqual(len(nodes["items"]), 3)
            self.good("app", "deploy", "recognition", "--context", "demo.lab.aks", "--set", "backendImage=example.com/backend:1", "--wait", "60s")
            self.assertIn("front", self.good("get", "deployments", "-A", "--context", "demo.lab.aks"))
            self.good("app", "remove", "recognition", "--context", "demo.lab.aks")
            self.delete()
            # And all of it in the window (tests/lab/tst_window_cloud.cpp).
            about = {"TIMONIER_CLOUD_PROVIDER": "aks", "TIMONIER_CLOUD_CONTEXT": "demo.lab.aks", "TIMONIER_CLOUD_SPEC": self.file, "TIMONIER_CLOUD_NODES": "3"}
            subnet, identity = self.account.others()
            cloud.window(self, self.world, "what_the_account_has_is_offered", about | {"TIMONIER_CLOUD_OFFERS": f"tenant={azuredouble.TENANT}|subscription={azuredouble.SUBSCRIPTION}|location=uksouth|version=1.35|group=nets|subnet={subnet}|identity={identity}"})
            self.account.resources.resource_groups.begin_delete("nets").result()
            self.azure.denied = {"Microsoft.ContainerService/managedClusters/write"}
            cloud.window(self, self.world, "what_is_missing_is_named_by_the_checks", about | {"TIMONIER_CLOUD_FAULT": "rights", "TIMONIER_CLOUD_WORDS": "Microsoft.ContainerService/managedClusters/write|Contributor", "TIMONIER_CLOUD_STOPS": "1"})
            self.azure.denied = set()
            cloud.window(self, self.world, "its_price_is_told_it_is_made_and_opened", about | {"TIMONIER_CLOUD_WORDS": "1 × Standard_D2s_v3|an hour|while stopped"})
            cloud.window(self, self.world, "it_is_taken_away", about)
            self.assertEqual(self.account.left(), {})

    def test_what_is_sent_is_what_microsofts_models_know(self):
        from azure.mgmt.containerregistry.models import Registry
        from azure.mgmt.containerservice.models import AgentPool, ManagedCluster
        subnet, _ = self.account.others(subnet="10.9.0.0/22")
        rich = spec().replace("tags:", f"network: {{plugin: subnet, policy: calico, subnet: {subnet}, services: 10.2.0.0/16}}\ntier: Standard\nallowed: [203.0.113.0/24]\ntags:")
        self.world.write("spec.yaml", rich.replace("size: Standard_B2s, count: 1", "size: Standard_B2s, count: 1, min: 0, max: 3, spot: true, disk: 64, maxPods: 50, labels: {use: batch}"))
        self.good("cluster", "create", "-f", self.file)
        pool = self.account.containers.agent_pools.get("lab", "demo", "more")
        self.assertEqual((pool.enable_auto_scaling, pool.max_count, pool.scale_set_priority, pool.node_labels, pool.os_disk_size_gb), (True, 3, "Spot", {"use": "batch"}, 64))
        granted = {one.role_definition_id.rsplit("/", 1)[1]: one.scope for one in self.account.roles.role_assignments.list_for_subscription()}
        self.assertEqual(granted.get("4d97b98b-1d4f-4787-a291-c67834d212e7"), subnet)
        self.assertIn("Nothing was changed", self.good("cluster", "create", "-f", self.file))
        sent = [(request.path.split("/")[-2], json.loads(request.body)) for request in self.azure.seen if request.method == "PUT" and request.path.split("/")[-2] in ("managedClusters", "agentPools", "registries")]
        self.assertEqual({kind for kind, _ in sent}, {"managedClusters", "agentPools", "registries"})
        models = {"managedClusters": ManagedCluster, "agentPools": AgentPool, "registries": Registry}
        checked = 0
        for kind, body in sent:
            checked += self.known_to(models[kind], body, kind)
        self.assertGreater(checked, 55)
        print(f"{checked} fields of {len(sent)} requests are fields of Microsoft's models")
        self.good("cluster", "delete", "-f", self.file)
        self.account.resources.resource_groups.begin_delete("nets").result()
        self.assertEqual(self.account.left(), {})

    def known_to(self, model, body, where):
        """Every name is one of the model's, and so in what is inside; how many."""
        model({})  # before the first of its kind it knows no fields
        hints = {name: str(hint) for base in reversed(model.__mro__) for name, hint in getattr(base, "__annotations__", {}).items()}
        attributes = {field._rest_name: name for name, field in model._attr_to_rest_field.items()}
        count = 0
        for name, value in body.items():
            self.assertIn(name, attributes, f"{where}.{name}")
            count += 1
            known = [getattr(sys.modules[model.__module__], word, None) for word in re.findall(r"[A-Z]\w+", hints.get(attributes[name], ""))]
            inner = next((one for one in known if isinstance(one, type) and any(base.__name__ == "Model" for base in one.__mro__)), None)
            for one in value if isinstance(value, list) else [value]:
                if inner and isinstance(one, dict) and name != "userAssignedIdentities":
                    count += self.known_to(inner, one, f"{where}.{name}")
        return count


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
