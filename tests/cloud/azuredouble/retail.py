"""The list of retail prices, which asks nobody who they are: as learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices has it (filters with "eq" and "and", whose values' letters count from
2023-01-01-preview on; pages with NextPageLink; 429), with meters as it has them beside those that are easily taken for them."""
import re
import urllib.parse

from .arm import answer


def item(region, service, product, sku, meter, price, unit="1 Hour", arm="", kind="Consumption"):
    return {"currencyCode": "USD", "tierMinimumUnits": 0.0, "retailPrice": price, "unitPrice": price, "armRegionName": region, "location": region, "effectiveStartDate": "2026-01-01T00:00:00Z", "meterId": f"{sku}-{meter}", "meterName": meter,
            "productId": "DZH318Z0", "skuId": f"DZH318Z0/{sku}", "productName": product, "skuName": sku, "serviceName": service, "serviceId": "DZH", "serviceFamily": "Compute", "unitOfMeasure": unit, "type": kind,
            "isPrimaryMeterRegion": True, "armSkuName": arm}


def machine(region, name, series, price):
    short = name.removeprefix("Standard_").replace("_", " ")
    one = lambda product, sku, dollars, **more: item(region, "Virtual Machines", product, sku, sku, dollars, arm=name, **more)
    return [one(f"Virtual Machines {series}", short, price), one(f"Virtual Machines {series} Windows", short, price * 2), one(f"Virtual Machines {series}", short + " Spot", price / 5), one(f"Virtual Machines {series}", short + " Low Priority", price / 4),
            one(f"{series} CloudServices", short, price * 3), one(f"Virtual Machines {series}", short, price * 5000, kind="Reservation")]


def meters(region, factor):
    disk = lambda tier, price: [item(region, "Storage", "Premium SSD Managed Disks", f"{tier} LRS", f"{tier} LRS Disk", price * factor, "1/Month"), item(region, "Storage", "Premium SSD Managed Disks", f"{tier} LRS", f"{tier} LRS Disk Mount", 99, "1/Month")]
    tier = lambda name, price: item(region, "Container Registry", "Container Registry", name, f"{name} Registry Unit", price, "1/Day")
    return [*machine(region, "Standard_D2s_v3", "Dsv3 Series", 0.1 * factor), *machine(region, "Standard_B2s", "BS Series", 0.04 * factor), *disk("P10", 20.0), *disk("P4", 5.0), tier("Basic", 0.24), tier("Standard", 0.72),
            item(region, "Azure Kubernetes Service", "Azure Kubernetes Service", "Standard", "Standard Uptime SLA", 0.11), item(region, "Azure Kubernetes Service", "Azure Kubernetes Service", "Standard", "Standard Long Term Support", 0.6),
            item(region, "Virtual Network", "IP Addresses", "Standard", "Standard IPv4 Static Public IP", 0.006), item(region, "Virtual Network", "IP Addresses", "Basic", "Basic IPv4 Static Public IP", 0.004),
            item(region, "Load Balancer", "Load Balancer", "Standard", "Standard Data Processed", 0.005, "1 GB")]


ITEMS = [*meters("uksouth", 1.2), *meters("eastus", 1.0), item("Global", "Load Balancer", "Load Balancer", "Standard", "Standard Included LB Rules and Outbound Rules", 0.03)]
NAMES = {"priceType": "type"}


def handle(azure, request):
    if request.path != "/api/retail/prices":
        return None
    azure.retail.append(request)
    if azure.retail_gone:
        return 503, {}, b""
    if azure.retail_throttled > 0:
        azure.retail_throttled -= 1
        return 429, {"Retry-After": "0"}, b""
    text = request.query.get("$filter", "")
    term = r"(\w+) eq '([^']*)'"
    if text and not re.fullmatch(f"{term}( and {term})*", text):
        return answer(400, {"Error": {"Code": "BadRequest", "Message": f"Invalid OData parameters supplied: {text}"}})
    wanted = [(NAMES.get(name, name), value) for name, value in re.findall(term, text)]
    every = [one for one in ITEMS if all(one.get(name) == value for name, value in wanted)]
    skip = int(request.query.get("$skip", 0))
    page, more = every[skip:skip + azure.retail_page], skip + azure.retail_page < len(every)
    query = urllib.parse.urlencode({"api-version": request.query.get("api-version", ""), "$filter": request.query.get("$filter", ""), "$skip": skip + azure.retail_page})
    return answer(200, {"BillingCurrency": "USD", "CustomerEntityId": "Default", "CustomerEntityType": "Retail", "Items": page, "NextPageLink": f"{azure.url}/api/retail/prices?{query}" if more else None, "Count": len(page)})
