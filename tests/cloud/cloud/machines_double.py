"""What no emulator has of EC2's machines, as docs.aws.amazon.com/AWSEC2/latest/APIReference has it: images of Debian's account, addresses that lead somewhere, consoles
on which cloud-init printed host keys. It sits in the proxy and puts them into the emulator's own answers; and what ministack 1.5 lacks: ModifyInstanceAttribute, a key pair deleted by its id, an
instance that has the address which it was given. With the lab's hosts the machines are real: a launched one lets
in the key pair's owner (cloud-init's work), a stopped one is without power, a started one boots, one that is terminated is off for good: its disk is no other's."""
import base64
import urllib.parse
import xml.etree.ElementTree as ElementTree

from . import action_of

IMAGES = """<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><imagesSet>
<item><imageId>ami-0aaaaaaaaaaaaaaa1</imageId><name>debian-12-{arm}-20250101-1</name><architecture>{architecture}</architecture><creationDate>2025-01-01T00:00:00.000Z</creationDate><rootDeviceName>/dev/xvda</rootDeviceName></item>
<item><imageId>{newest}</imageId><name>debian-12-{arm}-20260901-1</name><architecture>{architecture}</architecture><creationDate>2026-09-01T00:00:00.000Z</creationDate><rootDeviceName>/dev/xvda</rootDeviceName></item>
</imagesSet></DescribeImagesResponse>"""
NEWEST = "ami-0aaaaaaaaaaaaaaa2"
NOBODY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGz1kLG7kYFYBrhNyyGQ7fqIbLqbyBPGs1vUEz2b0qkB root@ip-10-20-0-10"


def fields(request):
    return dict(urllib.parse.parse_qsl(request[3].decode(), keep_blank_values=True))


def local(element):
    return element.tag.rpartition("}")[2]


class MachinesDouble:
    """`lab`, `hosts`: real ones, by the part that they are of the plan; None: machines that nobody reaches."""

    def __init__(self, proxy, account, lab=None, hosts=None, user="admin"):
        self.account, self.elastic = account, {}            # instance -> its elastic address
        self.lab, self.hosts, self.user = lab, hosts or {}, user
        self.host_of, self.part_of, self.key = {}, {}, ""   # part -> host; instance -> part
        self.off = vars(lab).setdefault("without_power", set()) if lab else set()  # hosts, also of an earlier test
        self.console_of = lambda part: None                 # instead of the host's own
        self.proxy, self.below = proxy, (proxy.rewrite, proxy.instead)
        proxy.rewrite, proxy.instead = self.rewrite, self.instead

    def leave(self):
        self.proxy.rewrite, self.proxy.instead = self.below

    def instead(self, request):
        action = action_of(request)
        if action == "DescribeImages":
            arm = "arm64" in fields(request).values()
            return 200, IMAGES.format(newest=NEWEST, arm="arm64" if arm else "amd64", architecture="arm64" if arm else "x86_64").encode()
        if action == "GetConsoleOutput":
            return 200, self.console(fields(request)["InstanceId"])
        if action == "ModifyInstanceAttribute":
            return 200, b'<ModifyInstanceAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><return>true</return></ModifyInstanceAttributeResponse>'
        if action == "DeleteKeyPair":
            ec2, asked = self.account.client("ec2"), fields(request)["KeyPairId"]
            for pair in ec2.describe_key_pairs()["KeyPairs"]:
                if pair["KeyPairId"] == asked:
                    ec2.delete_key_pair(KeyName=pair["KeyName"])
            return 200, b'<DeleteKeyPairResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><return>true</return></DeleteKeyPairResponse>'
        return None

    def rewrite(self, request, content):
        action, content = action_of(request), self.below[0](request, content)
        if action == "ImportKeyPair":
            self.key = base64.b64decode(fields(request)["PublicKeyMaterial"]).decode()
        if action == "AssociateAddress":
            asked = fields(request)
            found = self.account.client("ec2").describe_addresses(AllocationIds=[asked["AllocationId"]])["Addresses"]
            self.elastic[asked["InstanceId"]] = found[0]["PublicIp"]
        if action in ("DescribeInstances", "RunInstances", "DescribeAddresses"):
            tree = ElementTree.fromstring(content)
            for item in tree.iter():
                if local(item) == "item" and any(local(child) == "instanceId" for child in item) and any(local(child) == "instanceState" for child in item):
                    self.instance(item, action == "RunInstances")
                if action == "DescribeAddresses" and local(item) == "publicIp" and self.lab:
                    item.text = self.address(next((part for part in self.host_of if "control" in part), ""), item.text)
            return ElementTree.tostring(tree)
        if self.lab and action in ("StopInstances", "StartInstances", "TerminateInstances") and b"<Error" not in content:
            for name, value in fields(request).items():
                if name.startswith("InstanceId"):
                    host = self.host_of[self.part_of[value]]
                    if (action == "StartInstances") == (host in self.off):
                        (self.lab.start if action == "StartInstances" else self.lab.cut)(host)
                        self.off ^= {host}
        return content

    def address(self, part, other):
        return self.lab.host(self.host_of[part])["address"] if self.lab and part in self.host_of else other

    def instance(self, item, launched):
        children = {local(child): child for child in item}
        tags = {}
        for tag in children.get("tagSet", ()):
            pair = {local(one): one.text for one in tag}
            tags[pair["key"]] = pair["value"]
        part = tags.get("timonier.dev/part")
        if not part:
            return
        self.part_of[children["instanceId"].text] = part
        if self.lab and launched and part not in self.host_of:
            self.host_of[part] = self.hosts[part]
            if self.hosts[part] in self.off:
                self.lab.start(self.hosts[part])
                self.off.discard(self.hosts[part])
            self.lab.run(self.host_of[part], f"printf '%s\\n' '{self.key.strip()}' >> /etc/ssh/authorized_keys/{self.user}")
        state = next(one.text for one in children["instanceState"] if local(one) == "name")
        found = children.get("ipAddress")
        if state != "running":
            if found is not None:
                item.remove(found)
            return
        if found is None:
            found = ElementTree.SubElement(item, item.tag.replace("item", "ipAddress"))
            found.text = "127.0.0.1"
        found.text = self.address(part, self.elastic.get(children["instanceId"].text, found.text))

    def console(self, instance):
        part = self.part_of[instance]
        lines = self.console_of(part)
        if lines is None:
            lines = [key["type"] + " " + key["key"] for key in self.lab.host(self.host_of[part])["hostKeys"]] if self.lab else [NOBODY]
        text = "\r\n".join(["[    0.000000] Linux version 6.1.0-cloud-amd64", "[   17.1] cloud-init[512]: -----BEGIN SSH HOST KEY KEYS-----", *lines, "-----END SSH HOST KEY KEYS-----", "login: "])
        output = base64.encodebytes(text.encode()).decode()
        return f"""<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><instanceId>{instance}</instanceId><output>{output}</output></GetConsoleOutputResponse>""".encode()
