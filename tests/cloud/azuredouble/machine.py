"""The identities of a machine: a virtual machine's metadata (learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token), and
App Service's endpoint (learn.microsoft.com/azure/app-service/overview-managed-identity)."""
import json

from . import aad


def handle(azure, request):
    if request.path == "/metadata/identity/oauth2/token":
        return _metadata(azure, request)
    return _app_service(azure, request) if request.path == "/msi/token" else None


def _metadata(azure, request):
    if request.headers.get("Metadata") != "true" or request.headers.get("X-Forwarded-For"):
        return _json({"error": "bad_request_102", "error_description": "Required metadata header not specified"}, 400)
    if request.method != "GET" or request.query.get("api-version") != "2018-02-01" or not request.query.get("resource"):
        return _json({"error": "invalid_request", "error_description": "Required query parameters are missing or invalid"}, 400)
    if azure.updating:
        azure.updating -= 1
        return _json({"error": "gone", "error_description": "The metadata are being updated"}, 410)
    if request.query.get("client_id", "") not in azure.identities:
        return _json({"error": "invalid_request", "error_description": "Identity not found"}, 400)
    made = _token(azure, request)
    life = str(azure.life)
    return _json({"access_token": made, "client_id": request.query.get("client_id", ""), "expires_in": life, "expires_on": str(int(azure.now()) + azure.life), "ext_expires_in": life, "not_before": str(int(azure.now())), "resource": request.query["resource"], "token_type": "Bearer"})


def _app_service(azure, request):
    from . import HEADER
    if request.headers.get("X-IDENTITY-HEADER") != HEADER:
        return _json({"statusCode": 401, "message": "The header is missing or wrong"}, 401)
    if request.query.get("api-version") != "2019-08-01" or request.query.get("client_id", "") not in azure.identities:
        return _json({"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found for specified ClientId"}, 400)
    return _json({"access_token": _token(azure, request), "expires_on": str(int(azure.now()) + azure.life), "resource": request.query["resource"], "token_type": "Bearer", "client_id": request.query.get("client_id", "")})


def _token(azure, request):
    return aad.made(azure, request.query["resource"].rstrip("/") + "/.default", refresh=False)["access_token"]


def _json(thing, status=200):
    return status, {}, json.dumps(thing).encode()
