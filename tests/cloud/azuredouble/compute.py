"""Sizes of machines, and how many cores are used and allowed."""
from .arm import answer, route

# name -> (family, vCPUs, zones)
SIZES = {"Standard_D2s_v3": ("standardDSv3Family", 2, ("1", "2", "3")), "Standard_D4s_v3": ("standardDSv3Family", 4, ("1", "2", "3")), "Standard_D8s_v3": ("standardDSv3Family", 8, ("1", "2")),
         "Standard_B2s": ("standardBSFamily", 2, ("1", "2", "3")), "Standard_B1s": ("standardBSFamily", 1, ("1",)), "Standard_M128s": ("standardMSFamily", 128, ("1",))}
WORDS = {"cores": "Total Regional vCPUs", "standardDSv3Family": "Standard DSv3 Family vCPUs", "standardBSFamily": "Standard BS Family vCPUs"}


def used(azure, kind):
    pools = [pool for cluster in azure.clusters.values() if cluster["properties"]["powerState"]["code"] == "Running" for pool in cluster["properties"]["agentPoolProfiles"]]
    return sum(pool["count"] * SIZES[pool["vmSize"]][1] for pool in pools if kind in ("cores", SIZES[pool["vmSize"]][0]))


def shortage(azure, wanted, location):
    """Of {size: how many more}: None, or the words that AKS has for it."""
    for kind, limit in azure.cores.items():
        more = sum(SIZES[size][1] * count for size, count in wanted.items() if kind in ("cores", SIZES[size][0]))
        if more > 0 and used(azure, kind) + more > limit:
            what = "Total Regional Cores" if kind == "cores" else kind + " Cores"
            return (f"Operation could not be completed as it results in exceeding approved {what} quota. Additional details - Deployment Model: Resource Manager, Location: {location}, Current Limit: {limit}, "
                    f"Current Usage: {used(azure, kind)}, Additional Required: {more}, (Minimum) New Limit Required: {used(azure, kind) + more}. Submit a request for Quota increase at https://aka.ms/ProdportalCRP/ by specifying parameters listed in the "
                    "‘Details’ section for deployment to succeed.")
    return None


@route("GET /subscriptions/{subscription}/providers/Microsoft.Compute/skus", "Microsoft.Compute/skus/read")
def skus(azure, request, subscription):
    wanted = request.query.get("$filter", "").removeprefix("location eq ").strip("'")
    value = []
    for location in [wanted] if wanted else ["uksouth", "francecentral", "westeurope", "ukwest"]:
        for name, (family, cores, zones) in SIZES.items():
            zones = () if location == "ukwest" else zones
            no = [{"type": "Location", "values": [location], "reasonCode": "NotAvailableForSubscription", "restrictionInfo": {"locations": [location]}}] if name == "Standard_M128s" else []
            value.append({"resourceType": "virtualMachines", "name": name, "tier": "Standard", "size": name.removeprefix("Standard_"), "family": family, "locations": [location],
                          "locationInfo": [{"location": location, "zones": list(zones), "zoneDetails": []}], "capabilities": [{"name": "vCPUs", "value": str(cores)}, {"name": "MemoryGB", "value": str(cores * 4)}], "restrictions": no})
        value.append({"resourceType": "disks", "name": "Premium_LRS", "locations": [location]})
    return answer(200, {"value": value})


@route("GET /subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages", "Microsoft.Compute/locations/usages/read")
def usages(azure, request, subscription, location):
    return answer(200, {"value": [{"name": {"value": kind, "localizedValue": WORDS[kind]}, "currentValue": used(azure, kind), "limit": limit, "unit": "Count"} for kind, limit in azure.cores.items()]})
