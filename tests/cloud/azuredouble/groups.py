"""Subscriptions, what they may use, resource groups, what lies in them."""
import re

from .arm import answer, body_of, refuse, route

GROUPS = "/subscriptions/{subscription}/resourceGroups"
LOCATIONS = {"uksouth": "UK South", "francecentral": "France Central", "westeurope": "West Europe", "ukwest": "UK West"}
NAMESPACES = ("Microsoft.ContainerService", "Microsoft.ContainerRegistry", "Microsoft.Compute", "Microsoft.Network", "Microsoft.ManagedIdentity")


def _subscription():
    from . import SUBSCRIPTION, TENANT
    return {"id": f"/subscriptions/{SUBSCRIPTION}", "subscriptionId": SUBSCRIPTION, "tenantId": TENANT, "displayName": "Azure for Students", "state": "Enabled"}


@route("GET /subscriptions", "Microsoft.Resources/subscriptions/read")
def subscriptions(azure, request):
    return answer(200, {"value": [_subscription()]})


@route("GET /tenants", "Microsoft.Resources/tenants/read")
def tenants(azure, request):
    from . import TENANT
    return answer(200, {"value": [{"id": f"/tenants/{TENANT}", "tenantId": TENANT, "displayName": "Example", "defaultDomain": "example.onmicrosoft.com", "tenantCategory": "Home"}]})


@route("GET /subscriptions/{subscription}", "Microsoft.Resources/subscriptions/read")
def subscription_(azure, request, subscription):
    return answer(200, _subscription())


@route("GET /subscriptions/{subscription}/locations", "Microsoft.Resources/subscriptions/locations/read")
def locations(azure, request, subscription):
    return answer(200, {"value": [{"name": name, "displayName": words, "type": "Region", "metadata": {"regionType": "Physical"}} for name, words in LOCATIONS.items()]})


def _provider(azure, name, subscription):
    return {"id": f"/subscriptions/{subscription}/providers/{name}", "namespace": name, "registrationState": "NotRegistered" if name in azure.unregistered else "Registered", "resourceTypes": []}


@route("GET /subscriptions/{subscription}/providers/{name}", "Microsoft.Resources/subscriptions/providers/read")
def provider(azure, request, subscription, name):
    found = next((one for one in NAMESPACES if one.lower() == name.lower()), None)
    return answer(200, _provider(azure, found, subscription)) if found else refuse(404, "InvalidResourceNamespace", f"The resource namespace '{name}' is invalid.")


@route("POST /subscriptions/{subscription}/providers/{name}/register", "Microsoft.Resources/subscriptions/providers/register/action")
def register(azure, request, subscription, name):
    import time
    before = _provider(azure, name, subscription)
    if name in azure.unregistered:
        before["registrationState"] = "Registering"
        azure.operations.all["register " + name] = {"status": "InProgress", "end": time.monotonic() + azure.speed, "failure": None, "thing": None, "finish": lambda _: azure.unregistered.discard(name)}
    return answer(200, before)


def tagged(things, request):
    """Those that a $filter lets through: "tagName eq 'a' and tagValue eq 'b'"."""
    found = re.fullmatch(r"tagName eq '(.*?)'(?: and tagValue eq '(.*?)')?", request.query.get("$filter", ""))
    if not found:
        return list(things)
    return [thing for thing in things if found[1] in thing.get("tags", {}) and (found[2] is None or thing["tags"][found[1]] == found[2])]


@route(f"GET {GROUPS}", "Microsoft.Resources/subscriptions/resourceGroups/read")
def list_groups(azure, request, subscription):
    return answer(200, {"value": tagged(azure.groups.values(), request)})


def _resources(azure):
    for one in (*azure.clusters.values(), *azure.registries.values(), *azure.networks.values(), *azure.user_identities.values()):
        yield {key: one[key] for key in ("id", "name", "type", "location", "tags") if key in one}


@route("GET /subscriptions/{subscription}/resources", "Microsoft.Resources/subscriptions/resources/read")
def list_all(azure, request, subscription):
    return answer(200, {"value": tagged(_resources(azure), request)})


@route(f"GET {GROUPS}/{{group}}/resources", "Microsoft.Resources/subscriptions/resourceGroups/resources/read")
def list_in(azure, request, subscription, group):
    inside = f"/resourcegroups/{group}/".lower()
    return answer(200, {"value": tagged([one for one in _resources(azure) if inside in one["id"].lower()], request)})


@route(f"GET {GROUPS}/{{group}}", "Microsoft.Resources/subscriptions/resourceGroups/read")
def get_group(azure, request, subscription, group):
    return answer(200, azure.groups[group.lower()])


def make_group(azure, subscription, name, location, tags):
    azure.groups[name.lower()] = {"id": f"/subscriptions/{subscription}/resourceGroups/{name}", "name": name, "type": "Microsoft.Resources/resourceGroups", "location": location, "tags": tags, "properties": {"provisioningState": "Succeeded"}}
    return azure.groups[name.lower()]


@route(f"PUT {GROUPS}/{{group}}", "Microsoft.Resources/subscriptions/resourceGroups/write")
def put_group(azure, request, subscription, group):
    body = body_of(request)
    before = azure.groups.get(group.lower())
    if body["location"] not in LOCATIONS:
        return refuse(400, "LocationNotAvailableForResourceGroup", f"The provided location '{body['location']}' is not available for resource group. List of available regions is '{','.join(LOCATIONS)}'.")
    if not re.fullmatch(r"[\w().-]{1,90}(?<!\.)", group):
        return refuse(400, "InvalidParameter", "The provided resource group name is invalid.")
    if before and before["location"] != body["location"]:
        return refuse(409, "InvalidResourceGroupLocation", f"Invalid resource group location '{body['location']}'. The Resource group already exists in location '{before['location']}'.")
    if before and before["properties"]["provisioningState"] == "Deleting":
        return refuse(409, "ResourceGroupBeingDeleted", f"The resource group '{group}' is in deprovisioning state and cannot perform this operation.")
    return answer(200 if before else 201, make_group(azure, subscription, group, body["location"], body.get("tags", {})))


@route(f"DELETE {GROUPS}/{{group}}", "Microsoft.Resources/subscriptions/resourceGroups/delete")
def delete_group(azure, request, subscription, group):
    azure.groups[group.lower()]["properties"]["provisioningState"] = "Deleting"

    def finish(failure):
        if failure:
            azure.groups[group.lower()]["properties"]["provisioningState"] = "Succeeded"
        else:
            drop_group(azure, group)
    return azure.operations.begin(request, "location", finish)


def drop_group(azure, name):
    from . import clusters
    inside = f"/resourcegroups/{name}/".lower()
    for id in [id for id in azure.clusters if inside in id]:
        clusters.drop(azure, id)
    for things in (azure.registries, azure.networks, azure.user_identities, azure.assignments):
        for id in [id for id in things if inside in id]:
            del things[id]
    azure.groups.pop(name.lower(), None)
