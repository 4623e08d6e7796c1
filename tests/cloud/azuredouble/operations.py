"""What takes its time, in the three ways of the resource manager (learn.microsoft.com/azure/azure-resource-manager/management/async-operations):
"async", an Azure-AsyncOperation to be asked for a status; "location", a Location that answers 202 until it is done; "state", the provisioningState of
the thing itself."""
import time
import uuid

from .arm import answer, refuse


class Operations:
    def __init__(self, azure):
        self.azure = azure
        self.all = {}

    def tick(self):
        for one in list(self.all.values()):
            if one["status"] == "InProgress" and time.monotonic() >= one["end"]:
                one["status"] = "Failed" if one["failure"] else "Succeeded"
                one["finish"](one["failure"])

    def begin(self, request, default_style, finish, thing=None, status=202):
        """What is answered at once. `finish(failure)` is called when it is over; `thing()` is what it came to."""
        azure = self.azure
        style = azure.style or default_style
        if thing is None and style == "state":
            style = "location"  # there is nothing whose state could be asked for
        one = {"id": str(uuid.uuid4()), "status": "InProgress", "end": time.monotonic() + azure.speed, "finish": finish, "failure": azure.fails, "thing": thing}
        azure.fails = None
        self.all[one["id"]] = one
        subscription = request.path.split("/")[2]
        base = f"{azure.url}/subscriptions/{subscription}/providers/Microsoft.Double/locations/uksouth"
        version = request.query.get("api-version")
        headers = {"Retry-After": str(azure.retry_after)} if azure.retry_after is not None else {}
        if style in ("async", "both"):
            headers["Azure-AsyncOperation"] = f"{base}/operations/{one['id']}?api-version={version}"
        if style in ("location", "both"):
            headers["Location"] = f"{base}/operationresults/{one['id']}?api-version={version}"
        return answer(status, thing() if thing else None, headers)

    def asked(self, request, kind, id):
        one = self.all.get(id)
        if not one:
            return refuse(404, "NotFound", "The entity was not found.")
        error = {"code": one["failure"][0], "message": one["failure"][1]} if one["failure"] else None
        running = one["status"] == "InProgress"
        headers = {"Retry-After": str(self.azure.retry_after)} if running and self.azure.retry_after is not None else {}
        if kind == "operations":
            body = {"name": id, "status": one["status"], "startTime": "2026-05-01T00:00:00Z"}
            if one["status"] == "Failed":
                body["error"] = error
            return answer(200, body, headers)
        if running:
            return answer(202, None, {**headers, "Location": f"{self.azure.url}{request.path}?api-version={request.query.get('api-version')}"})
        if one["status"] == "Failed":
            return refuse(400, error["code"], error["message"])
        thing = one["thing"]() if one["thing"] else None
        return answer(200, thing) if thing else answer(204, None)
