"""AKS: clusters, their node pools, versions, credentials."""
import base64
import re
import uuid

from . import compute, groups, networks, roles
from .arm import answer, body_of, refuse, route

PROVIDER = "Microsoft.ContainerService"
CLUSTERS = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{PROVIDER}/managedClusters"
# minor -> patches; what comes next may be upgraded to
VERSIONS = {"1.34": ("1.34.4",), "1.35": ("1.35.1", "1.35.3"), "1.36": ("1.36.0",)}


def _key(subscription, group, name):
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROVIDER}/managedClusters/{name}".lower()


def _full(version):
    """ "1.35" and "1.35.3" -> "1.35.3"; None: it is not offered."""
    if version in VERSIONS:
        return VERSIONS[version][-1]
    return version if any(version in patches for patches in VERSIONS.values()) else None


def _upgrades(version):
    all = [patch for patches in VERSIONS.values() for patch in patches]
    minor = int(version.split(".")[1])
    return [one for one in all if one > version and int(one.split(".")[1]) <= minor + 1]


def drop(azure, key):
    cluster = azure.clusters.pop(key, None)
    if cluster:
        azure.groups.pop(cluster["properties"]["nodeResourceGroup"].lower(), None)


def _bad(words, code="BadRequest"):
    return refuse(400, code, words)


def _not_there(group, name):
    return refuse(404, "ResourceNotFound", f"The Resource 'Microsoft.ContainerService/managedClusters/{name}' under resource group '{group}' was not found.")


def _busy(cluster):
    state = cluster["properties"]["provisioningState"]
    return state if state not in ("Succeeded", "Failed", "Canceled") else None


def _conflict(state):
    return refuse(409, "OperationNotAllowed", f"Operation is not allowed because there's an in progress {state.lower()} managed cluster operation on the managed cluster. Please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details.")


def _pool_problem(azure, pool, location):
    size = compute.SIZES.get(pool.get("vmSize"))
    if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", pool.get("name", "")):
        return _bad("The agent pool name must be 1 to 12 lowercase letters and digits.", "InvalidParameter")
    if not size or pool["vmSize"] == "Standard_M128s":
        return _bad(f"The VM size of {pool.get('vmSize')} is not allowed in your subscription in location '{location}'. The available VM sizes are '{','.join(sorted(compute.SIZES)).lower()}'", "BadRequest")
    zones = () if location == "ukwest" else size[2]
    if any(zone not in zones for zone in pool.get("availabilityZones") or []):
        return _bad(f"The zone(s) '{','.join(pool['availabilityZones'])}' for resource '{pool['name']}' is not supported. The supported zones for location '{location}' are '{','.join(zones)}'", "AvailabilityZoneNotSupported")
    if pool.get("mode") == "System" and size[1] < 2:
        return _bad(f"System node pool must use VM sku with more than 2 cores and 4GB memory. The VM size {pool['vmSize']} is too small.", "SystemPoolSkuTooLow")
    return None


def _pool(cluster, pool):
    version = _full(pool.get("orchestratorVersion") or cluster["properties"]["kubernetesVersion"])
    known = {"type": "VirtualMachineScaleSets", "osType": "Linux", "maxPods": 110, "osDiskSizeGB": 128, "enableAutoScaling": False}
    return {**known, **pool, "orchestratorVersion": version, "currentOrchestratorVersion": version, "provisioningState": "Creating", "powerState": {"code": "Running"}}


@route(f"GET /subscriptions/{{subscription}}/providers/{PROVIDER}/locations/{{location}}/kubernetesVersions", f"{PROVIDER}/locations/kubernetesVersions/read")
def versions(azure, request, subscription, location):
    return answer(200, {"values": [{"version": minor, "isDefault": minor == "1.35", "isPreview": False if minor != "1.36" else None, "capabilities": {"supportPlan": ["KubernetesOfficial"]},
                                    "patchVersions": {patch: {"upgrades": _upgrades(patch)} for patch in patches}} for minor, patches in VERSIONS.items()]})


@route(f"GET /subscriptions/{{subscription}}/providers/{PROVIDER}/managedClusters", f"{PROVIDER}/managedClusters/read")
def list_all(azure, request, subscription):
    return answer(200, {"value": list(azure.clusters.values())})


@route(f"GET {CLUSTERS}", f"{PROVIDER}/managedClusters/read")
def list_in(azure, request, subscription, group):
    return answer(200, {"value": [one for id, one in azure.clusters.items() if id.startswith(_key(subscription, group, ""))]})


@route(f"GET {CLUSTERS}/{{name}}", f"{PROVIDER}/managedClusters/read")
def get(azure, request, subscription, group, name):
    found = azure.clusters.get(_key(subscription, group, name))
    return answer(200, found) if found else _not_there(group, name)


@route(f"PUT {CLUSTERS}/{{name}}", f"{PROVIDER}/managedClusters/write")
def put(azure, request, subscription, group, name):
    key, body = _key(subscription, group, name), body_of(request)
    before, asked = azure.clusters.get(key), body.get("properties", {})
    if before and _busy(before):
        return _conflict(_busy(before))
    if before and before["properties"]["powerState"]["code"] == "Stopped":
        return _bad("The managed cluster is stopped: start it first.", "OperationNotAllowed")
    location = body["location"]
    if location not in groups.LOCATIONS:
        return _bad(f"The provided location '{location}' is not available for resource type '{PROVIDER}/managedClusters'.", "LocationNotAvailableForResourceType")
    if not re.fullmatch(r"[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9_-]{0,61}[a-zA-Z0-9]", name):
        return _bad("The managed cluster name is invalid.", "InvalidParameter")
    pools = asked.get("agentPoolProfiles") or []
    if not any(pool.get("mode") == "System" for pool in pools):
        return _bad("Must define at least one system pool.", "InvalidParameter")
    if not asked.get("dnsPrefix") and not before:
        return _bad("The dnsPrefix is required.", "DnsPrefixRequired")
    if not body.get("identity"):
        return _bad("Provisioning of resource(s) for container service requires an identity.", "MissingIdentity")
    version = _full(asked.get("kubernetesVersion") or "1.35")
    if not version:
        return _bad(f"Managed cluster {name} is on version {asked['kubernetesVersion']}, which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.", "K8sVersionNotSupported")
    if before and version != before["properties"]["currentKubernetesVersion"] and version not in _upgrades(before["properties"]["currentKubernetesVersion"]):
        return _bad(f"Upgrading Kubernetes version {before['properties']['currentKubernetesVersion']} to {version} is not allowed. Available upgrades: {_upgrades(before['properties']['currentKubernetesVersion'])}.", "OperationNotAllowed")
    for pool in pools:
        problem = _pool_problem(azure, pool, location)
        if problem:
            return problem
    wanted = {}
    for pool in pools:
        had = next((one["count"] for one in before["properties"]["agentPoolProfiles"] if one["name"] == pool["name"]), 0) if before else 0
        wanted[pool["vmSize"]] = wanted.get(pool["vmSize"], 0) + pool["count"] - had
    words = compute.shortage(azure, wanted, location)
    if words:
        return _bad(words, "ErrCode_InsufficientVCPUQuota")
    node_group = asked.get("nodeResourceGroup") or f"MC_{group}_{name}_{location}"
    identity = before["identity"] if before else networks.of_cluster(azure, body["identity"], groups._subscription()["tenantId"])
    if not identity:
        return _bad("The user assigned identity of the cluster was not found.", "UserAssignedIdentityNotFound")
    cluster = {"id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROVIDER}/managedClusters/{name}", "name": name, "type": f"{PROVIDER}/ManagedClusters", "location": location, "tags": body.get("tags", {}),
               "sku": body.get("sku", {"name": "Base", "tier": "Free"}), "identity": identity}
    kept = before["properties"] if before else {"powerState": {"code": "Running"}, "fqdn": f"{asked.get('dnsPrefix')}-{uuid.uuid4().hex[:8]}.hcp.{location}.azmk8s.io"}
    cluster["properties"] = {**kept, **asked, "provisioningState": "Updating" if before else "Creating", "kubernetesVersion": asked.get("kubernetesVersion") or version, "currentKubernetesVersion": version, "nodeResourceGroup": node_group}
    cluster["properties"]["agentPoolProfiles"] = [_pool(cluster, pool) for pool in pools]
    azure.clusters[key] = cluster
    groups.make_group(azure, subscription, node_group, location, {**body.get("tags", {}), "aks-managed-cluster-name": name, "aks-managed-cluster-rg": group})

    def finish(failure):
        state = "Failed" if failure else "Succeeded"
        cluster["properties"]["provisioningState"] = state
        for pool in cluster["properties"]["agentPoolProfiles"]:
            pool["provisioningState"] = state
        if not failure and "identityProfile" not in cluster["properties"]:
            kubelet = str(uuid.uuid4())
            cluster["properties"]["identityProfile"] = {"kubeletidentity": {"resourceId": f"/subscriptions/{subscription}/resourceGroups/{node_group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}-agentpool", "clientId": str(uuid.uuid4()), "objectId": kubelet}}
            roles.principal(azure, kubelet)
            if "principalId" in identity:
                roles.principal(azure, identity["principalId"])
    return azure.operations.begin(request, "async", finish, lambda: azure.clusters.get(key), 200 if before else 201)


@route(f"DELETE {CLUSTERS}/{{name}}", f"{PROVIDER}/managedClusters/delete")
def delete(azure, request, subscription, group, name):
    key = _key(subscription, group, name)
    cluster = azure.clusters.get(key)
    if not cluster:
        return answer(204, None)
    if cluster["properties"]["provisioningState"] in ("Starting", "Stopping"):
        return _conflict(_busy(cluster))
    before = cluster["properties"]["provisioningState"]
    cluster["properties"]["provisioningState"] = "Deleting"

    def finish(failure):
        if failure:
            cluster["properties"]["provisioningState"] = before
        else:
            drop(azure, key)
    return azure.operations.begin(request, "both", finish)


def _power(azure, request, subscription, group, name, word, code):
    cluster = azure.clusters.get(_key(subscription, group, name))
    if not cluster:
        return _not_there(group, name)
    if _busy(cluster):
        return _conflict(_busy(cluster))
    if code == "Running" and cluster["properties"]["powerState"]["code"] == "Stopped":
        wanted = {}
        for pool in cluster["properties"]["agentPoolProfiles"]:
            wanted[pool["vmSize"]] = wanted.get(pool["vmSize"], 0) + pool["count"]
        words = compute.shortage(azure, wanted, cluster["location"])
        if words:
            return _bad(words, "ErrCode_InsufficientVCPUQuota")
    cluster["properties"]["provisioningState"] = word

    def finish(failure):
        cluster["properties"]["provisioningState"] = "Failed" if failure else "Succeeded"
        if not failure:
            cluster["properties"]["powerState"] = {"code": code}
    return azure.operations.begin(request, "both", finish)


@route(f"POST {CLUSTERS}/{{name}}/stop", f"{PROVIDER}/managedClusters/stop/action")
def stop(azure, request, subscription, group, name):
    return _power(azure, request, subscription, group, name, "Stopping", "Stopped")


@route(f"POST {CLUSTERS}/{{name}}/start", f"{PROVIDER}/managedClusters/start/action")
def start(azure, request, subscription, group, name):
    return _power(azure, request, subscription, group, name, "Starting", "Running")


@route(f"GET {CLUSTERS}/{{name}}/upgradeProfiles/default", f"{PROVIDER}/managedClusters/upgradeProfiles/read")
def upgrade_profile(azure, request, subscription, group, name):
    cluster = azure.clusters.get(_key(subscription, group, name))
    if not cluster:
        return _not_there(group, name)
    offered = lambda version: {"kubernetesVersion": version, "osType": "Linux", "upgrades": [{"kubernetesVersion": one} for one in _upgrades(version)]}
    properties = cluster["properties"]
    return answer(200, {"id": cluster["id"] + "/upgradeprofiles/default", "name": "default", "type": f"{PROVIDER}/managedClusters/upgradeprofiles",
                        "properties": {"controlPlaneProfile": offered(properties["currentKubernetesVersion"]), "agentPoolProfiles": [{"name": pool["name"], **offered(pool["orchestratorVersion"])} for pool in properties["agentPoolProfiles"]]}})


def _kubeconfig(azure, cluster, user):
    real = azure.api_server or {"server": f"https://{cluster['properties']['fqdn']}:443", "ca": base64.b64encode(b"no authority").decode(), "cert": base64.b64encode(b"no certificate").decode(), "key": base64.b64encode(b"no key").decode()}
    name = cluster["name"]
    return (f"apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {real['ca']}\n    server: {real['server']}\n  name: {name}\ncontexts:\n- context:\n    cluster: {name}\n    user: {user}\n  name: {name}{'-admin' if user.startswith('clusterAdmin') else ''}\n"
            f"current-context: {name}{'-admin' if user.startswith('clusterAdmin') else ''}\nkind: Config\npreferences: {{}}\nusers:\n- name: {user}\n  user:\n    client-certificate-data: {real['cert']}\n    client-key-data: {real['key']}\n").encode()


@route(f"POST {CLUSTERS}/{{name}}/listCluster{{whose}}Credential", f"{PROVIDER}/managedClusters/listClusterUserCredential/action")
def credential(azure, request, subscription, group, name, whose):
    cluster = azure.clusters.get(_key(subscription, group, name))
    if not cluster:
        return _not_there(group, name)
    user = "cluster" + whose.capitalize()
    return answer(200, {"kubeconfigs": [{"name": user, "value": base64.b64encode(_kubeconfig(azure, cluster, f"{user}_{group}_{name}")).decode()}]})


@route(f"GET {CLUSTERS}/{{name}}/agentPools", f"{PROVIDER}/managedClusters/agentPools/read")
def list_pools(azure, request, subscription, group, name):
    cluster = azure.clusters.get(_key(subscription, group, name))
    return answer(200, {"value": [_shown(cluster, pool) for pool in cluster["properties"]["agentPoolProfiles"]]}) if cluster else _not_there(group, name)


def _shown(cluster, pool):
    return {"id": f"{cluster['id']}/agentPools/{pool['name']}", "name": pool["name"], "type": f"{PROVIDER}/managedClusters/agentPools", "properties": {key: value for key, value in pool.items() if key != "name"}}


def _find(cluster, name):
    return next((pool for pool in cluster["properties"]["agentPoolProfiles"] if pool["name"] == name), None)


@route(f"GET {CLUSTERS}/{{name}}/agentPools/{{pool}}", f"{PROVIDER}/managedClusters/agentPools/read")
def get_pool(azure, request, subscription, group, name, pool):
    cluster = azure.clusters.get(_key(subscription, group, name))
    found = _find(cluster, pool) if cluster else None
    return answer(200, _shown(cluster, found)) if found else refuse(404, "NotFound", f"The agent pool '{pool}' could not be found.")


@route(f"PUT {CLUSTERS}/{{name}}/agentPools/{{pool}}", f"{PROVIDER}/managedClusters/agentPools/write")
def put_pool(azure, request, subscription, group, name, pool):
    cluster = azure.clusters.get(_key(subscription, group, name))
    if not cluster:
        return _not_there(group, name)
    if _busy(cluster):
        return _conflict(_busy(cluster))
    if cluster["properties"]["powerState"]["code"] == "Stopped":
        return _bad("The managed cluster is stopped: start it first.", "OperationNotAllowed")
    asked, before = {**body_of(request)["properties"], "name": pool}, _find(cluster, pool)
    if before and before["provisioningState"] not in ("Succeeded", "Failed"):
        return _conflict(before["provisioningState"])
    if before and before["vmSize"] != asked.get("vmSize", before["vmSize"]):
        return _bad("Changing property 'properties.vmSize' is not allowed.", "PropertyChangeNotAllowed")
    problem = _pool_problem(azure, asked, cluster["location"])
    if problem:
        return problem
    version = asked.get("orchestratorVersion")
    if version and (not _full(version) or _full(version) > cluster["properties"]["currentKubernetesVersion"]):
        return _bad(f"Node pool version {version} and control plane version {cluster['properties']['currentKubernetesVersion']} are incompatible.", "NodePoolMcVersionIncompatible")
    words = compute.shortage(azure, {asked["vmSize"]: asked["count"] - (before["count"] if before else 0)}, cluster["location"])
    if words:
        return _bad(words, "ErrCode_InsufficientVCPUQuota")
    made = _pool(cluster, {**(before or {}), **asked})
    made["provisioningState"] = "Updating" if before else "Creating"
    pools = cluster["properties"]["agentPoolProfiles"]
    pools[:] = [made if one["name"] == pool else one for one in pools] if before else [*pools, made]

    def finish(failure):
        made["provisioningState"] = "Failed" if failure else "Succeeded"
    return azure.operations.begin(request, "async", finish, lambda: _shown(cluster, made), 200 if before else 201)


@route(f"DELETE {CLUSTERS}/{{name}}/agentPools/{{pool}}", f"{PROVIDER}/managedClusters/agentPools/delete")
def delete_pool(azure, request, subscription, group, name, pool):
    cluster = azure.clusters.get(_key(subscription, group, name))
    found = _find(cluster, pool) if cluster else None
    if not found:
        return answer(204, None)
    if _busy(cluster):
        return _conflict(_busy(cluster))
    pools = cluster["properties"]["agentPoolProfiles"]
    if not any(one["mode"] == "System" for one in pools if one is not found):
        return _bad("There has to be at least one system agent pool.", "OperationNotAllowed")
    found["provisioningState"] = "Deleting"

    def finish(failure):
        if not failure:
            pools[:] = [one for one in pools if one["name"] != pool]
    return azure.operations.begin(request, "both", finish)
