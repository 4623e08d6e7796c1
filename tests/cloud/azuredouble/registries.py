"""Container registries, and how a token of the resource manager becomes one of a registry (azure.github.io/acr/AAD-OAuth)."""
import base64
import json
import re
import uuid

from . import aad
from .arm import answer, body_of, refuse, route

REGISTRIES = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries"


def _key(subscription, group, name):
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}".lower()


def _taken(azure, name):
    return name.lower() == "taken" or any(one["name"].lower() == name.lower() for one in azure.registries.values())


@route("POST /subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/checkNameAvailability", "Microsoft.ContainerRegistry/checkNameAvailability/read")
def check_name(azure, request, subscription):
    name = body_of(request)["name"]
    if _taken(azure, name):
        return answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": f"The registry {name} is already in use."})
    return answer(200, {"nameAvailable": True})


@route(f"GET {REGISTRIES}", "Microsoft.ContainerRegistry/registries/read")
def list_in(azure, request, subscription, group):
    return answer(200, {"value": [one for id, one in azure.registries.items() if id.startswith(_key(subscription, group, ""))]})


@route("GET /subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/registries", "Microsoft.ContainerRegistry/registries/read")
def list_all(azure, request, subscription):
    return answer(200, {"value": list(azure.registries.values())})


@route(f"GET {REGISTRIES}/{{name}}", "Microsoft.ContainerRegistry/registries/read")
def get(azure, request, subscription, group, name):
    found = azure.registries.get(_key(subscription, group, name))
    return answer(200, found) if found else refuse(404, "ResourceNotFound", f"The Resource 'Microsoft.ContainerRegistry/registries/{name}' under resource group '{group}' was not found.")


@route(f"PUT {REGISTRIES}/{{name}}", "Microsoft.ContainerRegistry/registries/write")
def put(azure, request, subscription, group, name):
    key, body = _key(subscription, group, name), body_of(request)
    before = azure.registries.get(key)
    if not re.fullmatch(r"[a-zA-Z0-9]{5,50}", name):
        return refuse(400, "InvalidResourceName", "Resource names may contain alpha numeric characters only and must be between 5 and 50 characters.")
    if not before and _taken(azure, name):
        return refuse(409, "AlreadyInUse", f"The registry DNS name {name}.azurecr.io is already in use.")
    if before and before["properties"]["provisioningState"] != "Succeeded":
        return refuse(409, "ConflictingOperation", "Another operation is in progress on the registry.")
    thing = azure.registries[key] = {"id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerRegistry/registries/{name}", "name": name, "type": "Microsoft.ContainerRegistry/registries", "location": body["location"],
                                     "tags": body.get("tags", {}), "sku": {**body["sku"], "tier": body["sku"]["name"]},
                                     "properties": {"loginServer": f"127.0.0.1:{azure.port}", "adminUserEnabled": False, "provisioningState": "Updating" if before else "Creating"}}

    def finish(failure):
        thing["properties"]["provisioningState"] = "Failed" if failure else "Succeeded"
    return azure.operations.begin(request, "state", finish, lambda: azure.registries.get(key), 200 if before else 201)


@route(f"DELETE {REGISTRIES}/{{name}}", "Microsoft.ContainerRegistry/registries/delete")
def delete(azure, request, subscription, group, name):
    key = _key(subscription, group, name)
    if key not in azure.registries:
        return answer(204, None)
    azure.registries[key]["properties"]["provisioningState"] = "Deleting"

    def finish(failure):
        if not failure and azure.registries.pop(key, None):
            for id in [id for id in azure.assignments if id.startswith(key + "/")]:
                del azure.assignments[id]
    return azure.operations.begin(request, "location", finish)


def handle_docker(azure, request):
    """The registry's own side: /v2/ and its tokens."""
    if not request.path.startswith(("/v2", "/oauth2/")):
        return None
    host = f"127.0.0.1:{azure.port}"
    reply = lambda status, thing, headers=None: (status, headers or {}, json.dumps(thing).encode())
    refused = lambda words: reply(401, {"errors": [{"code": "UNAUTHORIZED", "message": words}]}, {"WWW-Authenticate": f'Bearer realm="{azure.url}/oauth2/token",service="{host}"'})
    if request.path.startswith("/v2"):
        known = azure.tokens.get((request.headers.get("Authorization") or "").removeprefix("Bearer "))
        return reply(200, {}) if known and known["kind"] == "acr" else refused("authentication required, visit https://aka.ms/acr/authorization for more information.")
    form = request.form() if request.method == "POST" else dict(request.query)
    if form.get("service") != host or not azure.registries:
        return refused("unknown service")
    if request.path == "/oauth2/exchange":
        known = azure.tokens.get(form.get("access_token"))
        if form.get("grant_type") != "access_token" or not known or known["kind"] != "access" or known["until"] < azure.now():
            return refused("invalid access token")
        token = "acr.refresh." + uuid.uuid4().hex
        azure.tokens[token] = {"kind": "acr-refresh", "audience": host, "until": azure.now() + 3 * 3600}
        return reply(200, {"refresh_token": token})
    if request.method == "GET":  # as docker asks, with the null user and the refresh token for a password
        basic = (request.headers.get("Authorization") or "").removeprefix("Basic ")
        user, _, token = base64.b64decode(basic).decode().partition(":")
        if user != "00000000-0000-0000-0000-000000000000":
            return refused("unknown user")
    else:
        token = form.get("refresh_token")
    known = azure.tokens.get(token)
    if not known or known["kind"] != "acr-refresh":
        return refused("invalid refresh token")
    access = "acr.access." + uuid.uuid4().hex
    azure.tokens[access] = {"kind": "acr", "audience": host, "until": azure.now() + 3600}
    return reply(200, {"access_token": access})
