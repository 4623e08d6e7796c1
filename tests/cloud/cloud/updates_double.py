"""What neither emulator has of EKS: changes to what is there (UpdateClusterVersion, UpdateNodegroupConfig, UpdateNodegroupVersion, UpdateAddon, DescribeUpdate,
DescribeAddonVersions), as docs.aws.amazon.com/eks/latest/APIReference has them. It sits in the proxy: what was changed is put into the emulator's own answers.

An update is InProgress when it is first asked about, and over the next time; the thing is UPDATING until then. One update at a time (ResourceInUseException), and
a control plane goes up one minor at most (InvalidParameterException).
"""
import json
import re
import uuid


class UpdatesDouble:
    def __init__(self, proxy, cluster):
        self.cluster, self.updates, self.now, self.asked = cluster, {}, {}, []
        self.proxy, self.below = proxy, proxy.rewrite
        proxy.instead, proxy.rewrite = self.instead, self.rewrite

    def leave(self):
        self.proxy.instead, self.proxy.rewrite = lambda request: None, self.below

    def instead(self, request):
        method, path, _, body = request
        plain, _, query = path.partition("?")
        if plain == "/addons/supported-versions":
            version = re.search("kubernetesVersion=([0-9.]+)", query)[1]
            return 200, {"addons": [{"addonName": "any", "addonVersions": [{"addonVersion": "v9.9.9-eksbuild.1", "compatibilities": [{"clusterVersion": version, "defaultVersion": True}]}]}]}
        found = re.fullmatch(rf"/clusters/{self.cluster}(?:/(node-groups|addons)/([^/]+))?/(updates|update|update-config|update-version)(?:/([^/]+))?", plain)
        if not found:
            return None
        thing = found[2] or self.cluster
        if method == "GET":
            update = self.updates.get(found[4])
            if not update:
                return 404, {"__type": "ResourceNotFoundException", "message": f"No update found for ID: {found[4]}"}
            update["status"] = "Successful" if update["looked"] else "InProgress"
            update["looked"] = True
            return 200, {"update": {key: update[key] for key in ("id", "status", "type", "errors")}}
        if any(not update["looked"] or update["status"] == "InProgress" for update in self.updates.values() if update["thing"] == thing):
            return 409, {"__type": "ResourceInUseException", "message": f"{thing} has an update in progress"}
        wanted = json.loads(body)
        change = {key: wanted[key] for key in ("version", "scalingConfig", "addonVersion") if key in wanted}
        if found[3] == "update-version":
            change = {"version": self.now.get(self.cluster, {}).get("version")}
        if not found[2]:
            now = int(self.now.get(self.cluster, {}).get("version", "1.33").split(".")[1])
            if int(wanted["version"].split(".")[1]) != now + 1:
                return 400, {"__type": "InvalidParameterException", "message": f"Unsupported Kubernetes minor version update from 1.{now} to {wanted['version']}"}
        number = str(uuid.uuid4())
        self.updates[number] = {"id": number, "status": "InProgress", "looked": False, "type": "VersionUpdate", "errors": [], "thing": thing}
        self.now.setdefault(thing, {}).update(change)
        self.asked.append((thing, change))
        return 200, {"update": {"id": number, "status": "InProgress", "type": "VersionUpdate", "errors": []}}

    def rewrite(self, request, content):
        content = self.below(request, content)
        found = re.fullmatch(rf"/clusters/{self.cluster}(?:/(?:node-groups|addons)/([^/]+))?", request[1])
        if request[0] != "GET" or not found or (found[1] or self.cluster) not in self.now:
            return content
        answer = json.loads(content)
        for part in answer.values():
            if isinstance(part, dict):
                thing = found[1] or self.cluster
                part.update({key: value for key, value in self.now[thing].items() if key != "version" or any(u["looked"] for u in self.updates.values() if u["thing"] == thing)})
                if any(update["status"] == "InProgress" for update in self.updates.values() if update["thing"] == thing):
                    part["status"] = "UPDATING"
        return json.dumps(answer).encode()
