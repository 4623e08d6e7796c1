"""AWS' price list (the Price List Query API), which no emulator here has: GetProducts as docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html has it, with
products as its offer files have them, beside those that are easily taken for them. It sits in the proxy; botocore's own client proves it (tst_prices.py)."""
import base64
import json

FIELDS = {"AmazonEC2", "AmazonEKS", "AmazonVPC"}


def product(sku, service, region, usage, dollars, unit="Hrs", family=None, **attributes):
    code = f"{sku}.JRTCKXETXF"
    return {"product": {"sku": sku, **({"productFamily": family} if family else {}),
                        "attributes": {"servicecode": service, "regionCode": region, "locationType": "AWS Region", "usagetype": usage, **attributes}},
            "serviceCode": service, "version": "20261101000000", "publicationDate": "2026-11-01T00:00:00Z",
            "terms": {"OnDemand": {code: {"sku": sku, "offerTermCode": "JRTCKXETXF", "effectiveDate": "2026-11-01T00:00:00Z", "termAttributes": {},
                                          "priceDimensions": {f"{code}.6YS6EN2CT7": {"unit": unit, "rateCode": f"{code}.6YS6EN2CT7", "beginRange": "0", "endRange": "Inf", "appliesTo": [], "description": usage,
                                                                                     "pricePerUnit": {"USD": f"{dollars:.10f}"}}}}}}}


def machine(name, region, prefix, dollars):
    here = {"instanceType": name, "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used", "operation": "RunInstances", "licenseModel": "No License required"}
    one = lambda kind, usage, price, **other: product(f"{kind}{prefix}{name}".replace(".", "").upper(), "AmazonEC2", region, usage, price, family="Compute Instance", **(here | other))
    return [one("L", f"{prefix}BoxUsage:{name}", dollars), one("W", f"{prefix}BoxUsage:{name}", dollars * 2, operatingSystem="Windows"), one("S", f"{prefix}BoxUsage:{name}", dollars * 3, preInstalledSw="SQL Web"),
            one("D", f"{prefix}DedicatedUsage:{name}", dollars * 4, tenancy="Dedicated"), one("U", f"{prefix}UnusedBox:{name}", dollars * 5, capacitystatus="UnusedCapacityReservation")]


def region(name, prefix, factor):
    ec2 = lambda sku, usage, dollars, unit, family, **more: product(sku + prefix.strip("-"), "AmazonEC2", name, prefix + usage, dollars, unit, family, **more)
    return [*(one for kind, dollars in (("t3.medium", 0.04), ("t3.large", 0.08), ("g5g.xlarge", 0.42)) for one in machine(kind, name, prefix, dollars * factor)),
            ec2("NAT", "NatGateway-Hours", 0.045 * factor, "Hrs", "NAT Gateway"), ec2("NATB", "NatGateway-Bytes", 9, "GB", "NAT Gateway"), ec2("NATR", "RegionalNatGateway-Hours", 8, "Hrs", "NAT Gateway"),
            ec2("GP3", "EBS:VolumeUsage.gp3", 0.08 * factor, "GB-Mo", "Storage", volumeApiName="gp3"), ec2("GP2", "EBS:VolumeUsage.gp2", 7, "GB-Mo", "Storage", volumeApiName="gp2"),
            ec2("GP3I", "EBS:VolumeP-IOPS.gp3", 6, "IOPS-Mo", "System Operation", volumeApiName="gp3"),
            product("IP" + prefix, "AmazonVPC", name, prefix + "PublicIPv4:InUseAddress", 0.006, group="VPCPublicIPv4Address"),
            product("IPI" + prefix, "AmazonVPC", name, prefix + "PublicIPv4:IdleAddress", 5, group="VPCPublicIPv4Address"),
            product("EKS" + prefix, "AmazonEKS", name, prefix + "AmazonEKS-Hours:perCluster", 0.11, family="Compute", operation="CreateOperation"),
            product("EKSX" + prefix, "AmazonEKS", name, prefix + "AmazonEKS-Hours:extendedSupport", 4, family="Compute", operation="ExtendedSupport")]


class PricesDouble:
    def __init__(self, proxy):
        self.products = region("eu-west-3", "EUW3-", 1.25) + region("us-east-1", "", 1.0)
        self.page = 100      # at most, whatever is asked for
        self.asked = []      # bodies of GetProducts
        self.refusal = None  # (status, code, message) of every call
        self.proxy, self.below = proxy, proxy.instead
        proxy.instead = self.instead

    def leave(self):
        self.proxy.instead = self.below

    def instead(self, request):
        headers = {name.lower(): value for name, value in request[2].items()}
        if not headers.get("x-amz-target", "").startswith("AWSPriceListService."):
            return self.below(request)
        asked = json.loads(request[3])
        self.asked.append(asked)
        if self.refusal:
            return self.refusal[0], {"__type": self.refusal[1], "Message": self.refusal[2]}
        if headers["x-amz-target"] != "AWSPriceListService.GetProducts":
            return 400, {"__type": "UnknownOperationException"}
        if "/pricing/aws4_request" not in headers.get("authorization", ""):
            return 403, {"__type": "MissingAuthenticationTokenException", "Message": "Missing Authentication Token"}
        if asked.get("ServiceCode") not in FIELDS:
            return 400, {"__type": "NotFoundException", "Message": f"Service code not found: {asked.get('ServiceCode')}"}
        found = [one for one in self.products if one["serviceCode"] == asked["ServiceCode"] and all(self.fits(one, rule) for rule in asked.get("Filters", []))]
        try:
            first = int(base64.b64decode(asked["NextToken"])) if "NextToken" in asked else 0
        except ValueError:
            return 400, {"__type": "InvalidNextTokenException", "Message": "Invalid NextToken"}
        count = min(self.page, int(asked.get("MaxResults", 100)))
        answer = {"FormatVersion": "aws_v1", "PriceList": [json.dumps(one) for one in found[first:first + count]]}
        if first + count < len(found):
            answer["NextToken"] = base64.b64encode(str(first + count).encode()).decode()
        return 200, answer

    @staticmethod
    def fits(one, rule):
        values = {**one["product"]["attributes"], "productFamily": one["product"].get("productFamily"), "ServiceCode": one["serviceCode"]}
        return rule["Type"] == "TERM_MATCH" and values.get(rule["Field"]) == rule["Value"]
