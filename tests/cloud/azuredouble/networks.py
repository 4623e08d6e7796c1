"""What is there before a cluster is: virtual networks with their subnets, user-assigned identities."""
import ipaddress
import uuid

from . import groups, roles
from .arm import answer, body_of, refuse, route

BELOW = "/subscriptions/{subscription}/resourceGroups/{group}/providers/"
NETWORKS, IDENTITIES = "Microsoft.Network/virtualNetworks", "Microsoft.ManagedIdentity/userAssignedIdentities"


def _id(subscription, group, kind, name):
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}"


def _missing(kind, name, group):
    return refuse(404, "ResourceNotFound", f"The Resource '{kind}/{name}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix")


@route(f"PUT {BELOW}{NETWORKS}/{{name}}", f"{NETWORKS}/write")
def put_network(azure, request, subscription, group, name):
    body = body_of(request)
    if body["location"] not in groups.LOCATIONS:
        return refuse(400, "LocationNotAvailableForResourceType", f"The provided location '{body['location']}' is not available for resource type '{NETWORKS}'.")
    spaces = [ipaddress.ip_network(one) for one in body["properties"]["addressSpace"]["addressPrefixes"]]
    id, subnets = _id(subscription, group, NETWORKS, name), []
    for one in body["properties"].get("subnets", []):
        prefixes = one["properties"].get("addressPrefixes") or [one["properties"]["addressPrefix"]]
        if not all(any(ipaddress.ip_network(prefix).subnet_of(space) for space in spaces) for prefix in prefixes):
            return refuse(400, "NetcfgSubnetRangeOutsideVnet", f"Subnet '{one['name']}' is not valid because its IP address range is outside the IP address range of virtual network '{name}'.")
        at = f"{id}/subnets/{one['name']}"
        used = [{"id": f"{_id(subscription, group, 'Microsoft.Network/networkInterfaces', f'nic{number}')}/ipConfigurations/one"} for number in range(azure.addresses_used)]
        subnets.append({"id": at, "name": one["name"], "type": f"{NETWORKS}/subnets", "properties": {**one["properties"], "provisioningState": "Succeeded", **({"ipConfigurations": used} if used else {})}})
    network = {"id": id, "name": name, "type": NETWORKS, "location": body["location"], "tags": body.get("tags", {}), "properties": {**body["properties"], "subnets": subnets, "provisioningState": "Succeeded"}}
    azure.networks[id.lower()] = network
    return answer(201, network)


@route(f"GET {BELOW}{NETWORKS}/{{name}}", f"{NETWORKS}/read")
def get_network(azure, request, subscription, group, name):
    found = azure.networks.get(_id(subscription, group, NETWORKS, name).lower())
    return answer(200, found) if found else _missing(NETWORKS, name, group)


@route(f"GET /subscriptions/{{subscription}}/providers/{NETWORKS}", f"{NETWORKS}/read")
def list_networks(azure, request, subscription):
    return answer(200, {"value": list(azure.networks.values())})


@route(f"PUT {BELOW}{IDENTITIES}/{{name}}", f"{IDENTITIES}/write")
def put_identity(azure, request, subscription, group, name):
    body, id = body_of(request), _id(subscription, group, IDENTITIES, name)
    before = azure.user_identities.get(id.lower())
    properties = before["properties"] if before else {"tenantId": groups._subscription()["tenantId"], "principalId": str(uuid.uuid4()), "clientId": str(uuid.uuid4())}
    azure.user_identities[id.lower()] = {"id": id, "name": name, "type": IDENTITIES, "location": body["location"], "tags": body.get("tags", {}), "properties": properties}
    roles.principal(azure, properties["principalId"])
    return answer(200 if before else 201, azure.user_identities[id.lower()])


@route(f"GET {BELOW}{IDENTITIES}/{{name}}", f"{IDENTITIES}/read")
def get_identity(azure, request, subscription, group, name):
    found = azure.user_identities.get(_id(subscription, group, IDENTITIES, name).lower())
    return answer(200, found) if found else _missing(IDENTITIES, name, group)


@route(f"GET /subscriptions/{{subscription}}/providers/{IDENTITIES}", f"{IDENTITIES}/read")
def list_identities(azure, request, subscription):
    return answer(200, {"value": list(azure.user_identities.values())})


def of_cluster(azure, asked, tenant):
    """A cluster's identity as Azure answers: one of its own has its principal at the top, those it was given are told one by one. None: there is no such identity."""
    if asked["type"] != "UserAssigned":
        return {**asked, "principalId": str(uuid.uuid4()), "tenantId": tenant}
    given = {id: azure.user_identities.get(id.lower()) for id in asked.get("userAssignedIdentities") or {}}
    if not given or not all(given.values()):
        return None
    return {"type": "UserAssigned", "userAssignedIdentities": {id: {key: one["properties"][key] for key in ("principalId", "clientId")} for id, one in given.items()}}
