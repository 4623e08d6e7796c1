"""What all of the resource manager has in common: whom it lets in, how it refuses, which provider answers."""
import fnmatch
import json
import re
import uuid

from . import aad


def answer(status, thing, headers=None):
    return status, {"x-ms-correlation-request-id": str(uuid.uuid4()), "x-ms-request-id": str(uuid.uuid4()), **(headers or {})}, b"" if thing is None else json.dumps(thing).encode()


def refuse(status, code, words, headers=None, **more):
    return answer(status, {"error": {"code": code, "message": words, **more}}, headers)


def throttled(seconds):
    return refuse(429, "TooManyRequests", "The request is being throttled as the limit has been reached for operation type - Write_ObservationWindow_00:01:00.", {"Retry-After": str(seconds)})


def is_change(request):
    reads = r"/(listCluster\w+Credential|checkNameAvailability|operations/[^/]+|oauth2/.*|devicecode|token)$"
    return request.method not in ("GET", "HEAD") and request.path.startswith("/subscriptions/") and not re.search(reads, request.path, re.I)


def route(pattern, action):
    """Of a provider's function: the methods and paths that it answers, and the action that a caller needs."""
    method, path = pattern.split(" ")
    expression = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path.replace("{scope}", "(?P<scope>/.+)")) + "$", re.I)

    def mark(function):
        ROUTES.append((method, expression, action, function))
        return function
    return mark


ROUTES = []


def handle(azure, request):
    from . import SUBSCRIPTION
    refusal = aad.bearer(azure, request, azure.url)
    if refusal:
        from . import TENANT
        return refuse(401, *refusal, headers={"WWW-Authenticate": f'Bearer authorization_uri="{azure.url}/{TENANT}", error="invalid_token", error_description="{refusal[1]}"'})
    if not re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", request.query.get("api-version", "")):
        return refuse(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
    found = re.match(r"/subscriptions/([^/]+)", request.path, re.I)
    if found and found[1] != SUBSCRIPTION:
        return refuse(404, "SubscriptionNotFound", f"The subscription '{found[1]}' could not be found.")
    operation = re.fullmatch(r".*/locations/\w+/(operations|operationresults)/([\w-]+)", request.path)
    if operation:
        return azure.operations.asked(request, *operation.groups())
    for method, expression, action, function in ROUTES:
        match = expression.match(request.path) if method == request.method else None
        if not match:
            continue
        if any(fnmatch.fnmatch(action.lower(), one.lower()) for one in azure.denied):
            return refuse(403, "AuthorizationFailed", f"The client 'ann@example.org' with object id '0b0b0b0b-0000-0000-0000-000000000001' does not have authorization to perform action '{action}' over scope '{request.path}' "
                                                      "or the scope is invalid. If access was recently granted, please refresh your credentials.")
        provider = action.split("/")[0]
        if provider in azure.unregistered:
            return refuse(409, "MissingSubscriptionRegistration", f"The subscription is not registered to use namespace '{provider}'. See https://aka.ms/rps-not-found for how to register subscriptions.")
        group = match.groupdict().get("group")
        if group and action != "Microsoft.Resources/subscriptions/resourceGroups/write" and group.lower() not in azure.groups:
            return refuse(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
        return function(azure, request, **match.groupdict())
    return refuse(404, "InvalidResourceType", f"The resource type could not be found for {request.method} {request.path}")


def body_of(request):
    return json.loads(request.body or b"{}")
