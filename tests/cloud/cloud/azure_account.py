"""What there is in Azure, by Microsoft's own clients, which know nothing of what we think we made; and timonierctl with a service principal there."""
import os

import azuredouble
import cloud


class World(cloud.World):
    def __init__(self, azure, secret=azuredouble.SECRET):
        super().__init__("http://127.0.0.1:1")
        for name in [name for name in self.environment if name.startswith("AWS_")]:
            del self.environment[name]
        self.environment.update(AZURE_AUTHORITY_HOST=azure.url, AZURE_RESOURCE_MANAGER_ENDPOINT=azure.url, AZURE_RETAIL_PRICES_ENDPOINT=azure.url, AZURE_POD_IDENTITY_AUTHORITY_HOST=azure.metadata, SSL_CERT_FILE=azure.authorities, AZURE_TENANT_ID=azuredouble.TENANT, AZURE_CLIENT_ID=azuredouble.CLIENT,
                                AZURE_CLIENT_SECRET=secret)


class Account:
    def __init__(self, azure, credential=None):
        os.environ["REQUESTS_CA_BUNDLE"] = azure.authorities  # msal's and azure-core's transport
        from azure.identity import ClientSecretCredential
        from azure.mgmt.authorization import AuthorizationManagementClient
        from azure.mgmt.compute import ComputeManagementClient
        from azure.mgmt.containerregistry import ContainerRegistryManagementClient
        from azure.mgmt.containerservice import ContainerServiceClient
        from azure.mgmt.msi import ManagedServiceIdentityClient
        from azure.mgmt.network import NetworkManagementClient
        from azure.mgmt.resource.resources import ResourceManagementClient
        self.credential = credential or ClientSecretCredential(azuredouble.TENANT, azuredouble.CLIENT, azuredouble.SECRET, authority=azure.url, disable_instance_discovery=True)
        how = {"base_url": azure.url, "credential_scopes": [azure.url + "/.default"], "polling_interval": 0.05}
        client = lambda kind: kind(self.credential, azuredouble.SUBSCRIPTION, **how)
        self.resources, self.registries, self.roles, self.compute = client(ResourceManagementClient), client(ContainerRegistryManagementClient), client(AuthorizationManagementClient), client(ComputeManagementClient)
        self.containers, self.networks, self.identities = client(ContainerServiceClient), client(NetworkManagementClient), client(ManagedServiceIdentityClient)

    def others(self, location="uksouth", subnet="10.9.0.0/24"):
        """What another team has, in a group of its own: the ids of a subnet and of an identity."""
        from azure.mgmt.network.models import AddressSpace, Subnet, VirtualNetwork
        self.resources.resource_groups.create_or_update("nets", {"location": location})
        asked = VirtualNetwork(location=location, address_space=AddressSpace(address_prefixes=["10.9.0.0/16"]), subnets=[Subnet(name="nodes", address_prefix=subnet)])
        network = self.networks.virtual_networks.begin_create_or_update("nets", "office", asked).result()
        return network.subnets[0].id, self.identities.user_assigned_identities.create_or_update("nets", "builder", {"location": location}).id

    def left(self):
        found = {"group": sorted(one.name for one in self.resources.resource_groups.list()),
                 "resource": sorted(one.id.split("/providers/")[1] for one in self.resources.resources.list()),
                 "cluster": sorted(one.name for one in self.containers.managed_clusters.list()),
                 "pool": sorted(f"{one.name}/{pool.name}" for one in self.containers.managed_clusters.list() for pool in self.containers.agent_pools.list(one.id.split("/")[4], one.name)),
                 "registry": sorted(one.name for one in self.registries.registries.list()),
                 "assignment": sorted(one.name for one in self.roles.role_assignments.list_for_subscription())}
        return {kind: things for kind, things in found.items() if things}

    def counts(self):
        return {kind: len(things) for kind, things in self.left().items()}
