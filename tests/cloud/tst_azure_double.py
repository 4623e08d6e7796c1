"""The double of Azure held against Microsoft's own clients: azure-identity signs in, azure-mgmt-* make, change and take away on it what Timonier does."""
import logging
import os
import sys
import time
import unittest
import uuid
from unittest import mock

import cloud

cloud.enter()

import azuredouble  # noqa: E402
from cloud.azure_account import Account  # noqa: E402

from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceNotFoundError  # noqa: E402
from azure.identity import ClientSecretCredential, CredentialUnavailableError, DeviceCodeCredential, EnvironmentCredential, ManagedIdentityCredential  # noqa: E402
from azure.mgmt.authorization.models import RoleAssignmentCreateParameters  # noqa: E402
from azure.mgmt.containerregistry.models import Registry, Sku  # noqa: E402
from azure.mgmt.containerservice.models import AgentPool, ManagedCluster, ManagedClusterAgentPoolProfile, ManagedClusterIdentity  # noqa: E402

logging.disable()  # azure-identity tells of each refusal
ACR_PULL = "/subscriptions/%s/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d" % azuredouble.SUBSCRIPTION


def a_cluster(count=1, version="1.35", size="Standard_D2s_v3"):
    return ManagedCluster(location="uksouth", dns_prefix="demo", kubernetes_version=version, identity=ManagedClusterIdentity(type="SystemAssigned"), tags={"team": "vision"},
                          agent_pool_profiles=[ManagedClusterAgentPoolProfile(name="main", count=count, vm_size=size, mode="System", os_type="Linux", type="VirtualMachineScaleSets")])


class Double(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.azure = azuredouble.Azure()
        cls.addClassCleanup(cls.azure.stop)

    def setUp(self):
        self.azure.forget()
        self.account = Account(self.azure)

    def a_group(self):
        self.account.resources.resource_groups.create_or_update("lab", {"location": "uksouth", "tags": {"timonier-target": "x"}})

    def made(self, **how):
        return self.account.containers.managed_clusters.begin_create_or_update("lab", "demo", a_cluster(**how)).result()

    def the_whole_way(self):
        account = self.account
        self.a_group()
        registry = account.registries.registries.begin_create("lab", "labimages", Registry(location="uksouth", sku=Sku(name="Basic"))).result()
        self.assertEqual(registry.provisioning_state, "Succeeded")
        cluster = self.made()
        self.assertEqual((cluster.provisioning_state, cluster.current_kubernetes_version, cluster.power_state.code), ("Succeeded", "1.35.3", "Running"))
        self.azure.principals[cluster.identity_profile["kubeletidentity"].object_id] = time.monotonic() + 0.6
        pull = RoleAssignmentCreateParameters(role_definition_id=ACR_PULL, principal_id=cluster.identity_profile["kubeletidentity"].object_id, principal_type="ServicePrincipal")
        name, refused = str(uuid.uuid4()), 0
        for _ in range(50):
            try:
                account.roles.role_assignments.create(registry.id, name, pull)
                break
            except HttpResponseError as error:
                self.assertEqual(error.error.code, "PrincipalNotFound")
                refused += 1
                time.sleep(0.1)
        self.assertGreater(refused, 0)
        with self.assertRaises(ResourceExistsError) as twice:
            account.roles.role_assignments.create(registry.id, str(uuid.uuid4()), pull)
        self.assertEqual(twice.exception.error.code, "RoleAssignmentExists")
        user = account.containers.managed_clusters.list_cluster_user_credentials("lab", "demo").kubeconfigs[0]
        self.assertIn(b"name: demo", bytes(user.value))
        self.assertIn(b"demo-admin", bytes(account.containers.managed_clusters.list_cluster_admin_credentials("lab", "demo").kubeconfigs[0].value))
        pool = account.containers.agent_pools.begin_create_or_update("lab", "demo", "more", AgentPool(count=1, vm_size="Standard_B2s", mode="User", os_type="Linux", type_properties_type="VirtualMachineScaleSets")).result()
        self.assertEqual(pool.provisioning_state, "Succeeded")
        self.assertEqual(account.containers.agent_pools.begin_create_or_update("lab", "demo", "more", AgentPool(count=3, vm_size="Standard_B2s", mode="User", os_type="Linux")).result().count, 3)
        self.assertEqual(account.counts(), {"group": 2, "resource": 2, "cluster": 1, "pool": 2, "registry": 1, "assignment": 1})
        profile = account.containers.managed_clusters.get_upgrade_profile("lab", "demo")
        self.assertEqual([one.kubernetes_version for one in profile.control_plane_profile.upgrades], ["1.36.0"])
        account.containers.managed_clusters.begin_stop("lab", "demo").result()
        self.assertEqual(account.containers.managed_clusters.get("lab", "demo").power_state.code, "Stopped")
        account.containers.managed_clusters.begin_start("lab", "demo").result()
        self.assertEqual(account.containers.managed_clusters.get("lab", "demo").power_state.code, "Running")
        account.containers.agent_pools.begin_delete("lab", "demo", "more").result()
        account.containers.managed_clusters.begin_delete("lab", "demo").result()
        self.assertEqual(account.counts(), {"group": 1, "resource": 1, "registry": 1, "assignment": 1})  # its MC_ group went with it
        account.roles.role_assignments.delete(registry.id, name)
        account.registries.registries.begin_delete("lab", "labimages").result()
        account.resources.resource_groups.begin_delete("lab").result()
        self.assertEqual(account.left(), {})

    def test_microsofts_clients_make_attach_and_take_away(self):
        self.the_whole_way()

    def test_tenants_and_their_subscriptions_are_listed(self):
        from azure.mgmt.resource.subscriptions import SubscriptionClient
        account = SubscriptionClient(self.account.credential, base_url=self.azure.url, credential_scopes=[self.azure.url + "/.default"])
        self.assertEqual([(one.tenant_id, one.display_name, one.default_domain) for one in account.tenants.list()], [(azuredouble.TENANT, "Example", "example.onmicrosoft.com")])
        self.assertEqual([(one.subscription_id, one.display_name, one.tenant_id) for one in account.subscriptions.list()], [(azuredouble.SUBSCRIPTION, "Azure for Students", azuredouble.TENANT)])

    def test_networks_and_identities_of_others_are_there_and_a_cluster_uses_them(self):
        self.azure.addresses_used = 3
        subnet, identity = self.account.others()
        network = self.account.networks.virtual_networks.get("nets", "office")
        self.assertEqual((network.location, network.subnets[0].id, network.subnets[0].address_prefix, len(network.subnets[0].ip_configurations)), ("uksouth", subnet, "10.9.0.0/24", 3))
        self.assertEqual([one.name for one in self.account.networks.virtual_networks.list_all()], ["office"])
        mine = self.account.identities.user_assigned_identities.get("nets", "builder")
        self.assertEqual([one.principal_id for one in self.account.identities.user_assigned_identities.list_by_subscription()], [mine.principal_id])
        with self.assertRaises(ResourceNotFoundError):
            self.account.networks.virtual_networks.get("nets", "nowhere")
        with self.assertRaises(ResourceNotFoundError):
            self.account.identities.user_assigned_identities.get("nets", "nobody")
        self.a_group()
        asked = a_cluster()
        asked.identity = ManagedClusterIdentity(type="UserAssigned", user_assigned_identities={identity: {}})
        asked.agent_pool_profiles[0].vnet_subnet_id = subnet
        made = self.account.containers.managed_clusters.begin_create_or_update("lab", "demo", asked).result()
        self.assertEqual((made.identity.principal_id, made.identity.user_assigned_identities[identity].principal_id, made.agent_pool_profiles[0].vnet_subnet_id), (None, mine.principal_id, subnet))
        for group in ("lab", "nets"):
            self.account.resources.resource_groups.begin_delete(group).result()
        self.assertEqual(self.account.left(), {})

    def test_and_with_each_style_of_long_operations(self):
        for style in ("async", "location", "state"):
            with self.subTest(style=style):
                self.azure.forget()
                self.azure.style = style
                self.account = Account(self.azure)
                self.the_whole_way()

    def test_a_long_operation_that_fails_is_a_failure_to_them_too(self):
        self.a_group()
        for style in ("async", "location", "state"):
            with self.subTest(style=style):
                self.azure.style, self.azure.fails = style, ("ReconcileVMSSAgentPoolFailed", "The nodes did not come.")
                with self.assertRaises(HttpResponseError):
                    self.made()
                self.assertEqual(self.account.containers.managed_clusters.get("lab", "demo").provisioning_state, "Failed")

    def test_they_wait_as_long_as_they_are_told(self):
        self.a_group()
        self.azure.retry_after = 1
        begun = time.monotonic()
        self.made()
        self.assertGreater(time.monotonic() - begun, 0.9)
        self.azure.retry_after = None
        throttled = []
        self.azure.fault = lambda n, request: throttled.append(n) or azuredouble.arm.throttled(1) if not throttled else None
        begun = time.monotonic()
        self.made(count=2)
        self.assertGreater(time.monotonic() - begun, 0.9)

    def test_what_it_refuses_is_an_error_with_a_code_to_them(self):
        with self.assertRaises(ResourceNotFoundError) as no_group:
            self.made()
        self.assertEqual(no_group.exception.error.code, "ResourceGroupNotFound")
        self.a_group()
        self.azure.unregistered = {"Microsoft.ContainerService"}
        with self.assertRaises(HttpResponseError) as unregistered:
            self.made()
        self.assertEqual((unregistered.exception.status_code, unregistered.exception.error.code), (409, "MissingSubscriptionRegistration"))
        self.account.resources.providers.register("Microsoft.ContainerService")
        while self.account.resources.providers.get("Microsoft.ContainerService").registration_state != "Registered":
            time.sleep(0.05)
        for how, code in (({"count": 50}, "ErrCode_InsufficientVCPUQuota"), ({"size": "Standard_M128s"}, "BadRequest"), ({"version": "1.22.6"}, "K8sVersionNotSupported"), ({"size": "Standard_B1s"}, "SystemPoolSkuTooLow")):
            with self.subTest(code=code), self.assertRaises(HttpResponseError) as refused:
                self.made(**how)
            self.assertEqual(refused.exception.error.code, code)
        self.azure.denied = {"Microsoft.ContainerService/managedClusters/write"}
        with self.assertRaises(HttpResponseError) as forbidden:
            self.made()
        self.assertEqual((forbidden.exception.status_code, forbidden.exception.error.code), (403, "AuthorizationFailed"))
        permissions = next(iter(self.account.roles.permissions.list_for_resource_group("lab")))
        self.assertEqual(permissions.not_actions, ["Microsoft.ContainerService/managedClusters/write"])
        self.azure.denied = set()
        self.azure.speed = 5
        self.account.containers.managed_clusters.begin_create_or_update("lab", "demo", a_cluster(), polling=False)
        with self.assertRaises(ResourceExistsError) as busy:
            self.account.containers.managed_clusters.begin_create_or_update("lab", "demo", a_cluster(count=2), polling=False)
        self.assertEqual(busy.exception.error.code, "OperationNotAllowed")

    def test_what_a_subscription_offers_is_read_by_them(self):
        versions = self.account.containers.managed_clusters.list_kubernetes_versions("uksouth").values_property
        self.assertIn("1.35.3", {patch for one in versions for patch in one.patch_versions})
        usage = {one.name.value: (one.current_value, one.limit) for one in self.account.compute.usage.list("uksouth")}
        self.assertEqual(usage["cores"], (0, 20))
        sizes = {one.name: one for one in self.account.compute.resource_skus.list(filter="location eq 'uksouth'") if one.resource_type == "virtualMachines"}
        self.assertEqual(sizes["Standard_D4s_v3"].location_info[0].zones, ["1", "2", "3"])
        self.assertEqual(sizes["Standard_M128s"].restrictions[0].reason_code, "NotAvailableForSubscription")
        self.assertTrue(self.account.registries.registries.check_name_availability({"name": "labimages", "type": "Microsoft.ContainerRegistry/registries"}).name_available)
        self.assertFalse(self.account.registries.registries.check_name_availability({"name": "taken", "type": "Microsoft.ContainerRegistry/registries"}).name_available)
        self.a_group()
        self.assertEqual([one.name for one in self.account.resources.resource_groups.list(filter="tagName eq 'timonier-target' and tagValue eq 'x'")], ["lab"])
        self.assertEqual(list(self.account.resources.resource_groups.list(filter="tagName eq 'timonier-target' and tagValue eq 'y'")), [])

    def test_azure_identity_signs_in_in_every_way(self):
        shown = []
        self.azure.consented = True
        device = DeviceCodeCredential(tenant_id=azuredouble.TENANT, authority=self.azure.url, disable_instance_discovery=True, prompt_callback=lambda uri, code, until: shown.append((uri, code)))
        self.a_group()
        self.assertEqual(Account(self.azure, device).counts(), {"group": 1})
        self.assertEqual(shown[0][1], "HTQ7WXYZ1")
        asked = len(self.azure.codes)
        self.azure.life = 4000
        old = device.get_token(self.azure.url + "/.default").token
        renewed = device.get_token(self.azure.url + "/other/.default").token  # by the refresh token: nobody is asked again
        self.assertTrue(old and renewed and old != renewed)
        self.assertEqual(len(self.azure.codes), asked)
        os.environ.update(AZURE_TENANT_ID=azuredouble.TENANT, AZURE_CLIENT_ID=azuredouble.CLIENT, AZURE_CLIENT_SECRET=azuredouble.SECRET, AZURE_AUTHORITY_HOST=self.azure.url)
        self.assertTrue(EnvironmentCredential(disable_instance_discovery=True).get_token(self.azure.url + "/.default").token)
        for tenant, client, secret, words in ((azuredouble.TENANT, azuredouble.CLIENT, "wrong", "AADSTS7000215"), (azuredouble.TENANT, str(uuid.uuid4()), azuredouble.SECRET, "AADSTS700016")):
            with self.assertRaises(ClientAuthenticationError) as refused:
                ClientSecretCredential(tenant, client, secret, authority=self.azure.url, disable_instance_discovery=True).get_token(self.azure.url + "/.default")
            self.assertIn(words, str(refused.exception))

    def test_azure_identity_takes_the_machines_identity(self):
        self.a_group()
        vm = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": self.azure.metadata}
        app = {"IDENTITY_ENDPOINT": self.azure.metadata + "/msi/token", "IDENTITY_HEADER": azuredouble.HEADER}
        for where, client in ((vm, None), (vm, azuredouble.MACHINE), (app, None), (app, azuredouble.MACHINE)):
            with self.subTest(where=where, client=client), mock.patch.dict(os.environ, where):
                self.azure.identities = set()
                with self.assertRaises((ClientAuthenticationError, CredentialUnavailableError)):
                    ManagedIdentityCredential(client_id=client).get_token(self.azure.url + "/.default")
                self.azure.identities = {client or ""}
                token = ManagedIdentityCredential(client_id=client).get_token(self.azure.url + "/.default")
                self.assertAlmostEqual(token.expires_on, time.time() + self.azure.life, delta=5)
                self.assertEqual(Account(self.azure, ManagedIdentityCredential(client_id=client)).counts(), {"group": 1})  # and it is good for the resource manager
        with mock.patch.dict(os.environ, vm):
            self.azure.identities, self.azure.updating = {""}, 1
            self.assertTrue(ManagedIdentityCredential().get_token(self.azure.url + "/.default").token)
            self.assertEqual(self.azure.updating, 0)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
