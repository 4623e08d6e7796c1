"""An account of AWS, by botocore, which knows nothing of what we think we made. Only after cloud.enter()."""
import json

import botocore.session


class Account:
    """What there is, by botocore."""

    def __init__(self, url):
        session = botocore.session.get_session()
        self.client = lambda name: session.create_client(name, region_name="eu-west-3", endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test")

    def left(self):
        ec2, iam, eks = self.client("ec2"), self.client("iam"), self.client("eks")
        own = [v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]]
        tagged = lambda things: [thing for thing in things if thing.get("Tags")]
        found = {
            "vpc": own,
            "subnet": [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"] if s["VpcId"] in own],
            "gateway": [g["InternetGatewayId"] for g in tagged(ec2.describe_internet_gateways()["InternetGateways"])],
            "nat": [n["NatGatewayId"] for n in ec2.describe_nat_gateways()["NatGateways"] if n["State"] != "deleted"],
            "address": [a["AllocationId"] for a in ec2.describe_addresses()["Addresses"]],
            "routes": [t["RouteTableId"] for t in tagged(ec2.describe_route_tables()["RouteTables"])],
            "security group": [g["GroupId"] for g in ec2.describe_security_groups()["SecurityGroups"] if g["GroupName"] != "default"],
            "role": [r["RoleName"] for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("demo-")],
            "cluster": eks.list_clusters()["clusters"],
            "balancer": [b["LoadBalancerName"] for b in self.client("elbv2").describe_load_balancers()["LoadBalancers"]],
            # ministack keeps the root disks of machines that are gone: not those that were to go with them.
            "volume": [v["VolumeId"] for v in ec2.describe_volumes()["Volumes"] if not v["Attachments"] or any(not a.get("DeleteOnTermination", True) or a["InstanceId"] in self.instances().values() for a in v["Attachments"])],
            "instance": list(self.instances().values()),
            "key pair": [k["KeyName"] for k in ec2.describe_key_pairs()["KeyPairs"]],
        }
        for name in found["cluster"]:
            found["nodes"] = eks.list_nodegroups(clusterName=name)["nodegroups"]
            try:
                found["addon"] = eks.list_addons(clusterName=name)["addons"]
            except Exception:  # moto has none
                pass
        return {kind: things for kind, things in found.items() if things}

    def instances(self):
        """Those that are not terminated, by the part that they are of a plan."""
        every = [one for reservation in self.client("ec2").describe_instances()["Reservations"] for one in reservation["Instances"]]
        return {next((tag["Value"] for tag in one.get("Tags", []) if tag["Key"] == "timonier.dev/part"), one["InstanceId"]): one["InstanceId"] for one in every if one["State"]["Name"] not in ("terminated", "shutting-down")}

    def counts(self):
        return {kind: len(things) for kind, things in self.left().items()}

    def user(self, name):
        """One who may do everything, and its keys: with these the emulator knows what a signature must be."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}))
        return iam.create_access_key(UserName=name)["AccessKey"]
