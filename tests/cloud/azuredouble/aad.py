"""Signing in: OpenID discovery, device code (RFC 8628), client credentials, refresh (learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code)."""
import base64
import json
import re
import uuid

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"  # the public client that azure-identity signs in as, too


def handle(azure, request):
    found = re.fullmatch(r"/([0-9a-zA-Z.-]+)/(?:v2\.0/\.well-known/openid-configuration|oauth2/v2\.0/(devicecode|token))", request.path)
    if request.path == "/common/discovery/instance":
        return _json({"tenant_discovery_endpoint": f"{azure.url}/{_tenant()}/v2.0/.well-known/openid-configuration", "api-version": "1.1",
                      "metadata": [{"preferred_network": f"127.0.0.1:{azure.port}", "preferred_cache": f"127.0.0.1:{azure.port}", "aliases": [f"127.0.0.1:{azure.port}"]}]})
    if not found:
        return None
    tenant, verb = found.groups()
    if tenant not in (_tenant(), "organizations", "common"):
        return _refused("invalid_request", 90002, f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.")
    if verb is None:
        base = f"{azure.url}/{tenant}"
        return _json({"issuer": f"{azure.url}/{_tenant()}/v2.0", "authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token", "device_authorization_endpoint": base + "/oauth2/v2.0/devicecode"})
    form = request.form()
    if verb == "devicecode":
        code = uuid.uuid4().hex
        azure.codes[code] = {"asked": 0, "scope": form["scope"]}
        return _json({"user_code": "HTQ7WXYZ1", "device_code": code, "verification_uri": azure.url + "/device", "expires_in": 900, "interval": 1,
                      "message": f"To sign in, use a web browser to open the page {azure.url}/device and enter the code HTQ7WXYZ1 to authenticate."})
    return _token(azure, form)


def _token(azure, form):
    from . import CLIENT, SECRET
    kind = form.get("grant_type")
    if kind == "client_credentials":
        if form.get("client_id") != CLIENT:
            return _refused("unauthorized_client", 700016, f"Application with identifier '{form.get('client_id')}' was not found in the directory.")
        if form.get("client_secret") != SECRET:
            return _refused("invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.", 401)
        return _json(made(azure, form["scope"], refresh=False))
    if form.get("client_id") != AZURE_CLI:
        return _refused("unauthorized_client", 700016, "Application was not found in the directory.")
    if kind in ("urn:ietf:params:oauth:grant-type:device_code", "device_code"):
        code = azure.codes.get(form.get("device_code"))
        if not code:
            return _refused("invalid_grant", 70000, "The provided value for the 'device_code' parameter is not valid.")
        code["asked"] += 1
        if azure.consented == "declined":
            return _refused("authorization_declined", 70018, "The end user has denied the authorization request.")
        if azure.consented == "expired":
            return _refused("expired_token", 70019, "The code has expired.")
        if code["asked"] == 2:
            return _refused("slow_down", 70016, "Asked too often.")
        if not azure.consented or code["asked"] == 1:
            return _refused("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
        return _json(made(azure, code["scope"], refresh=True))
    if kind == "refresh_token":
        known = azure.tokens.get(form.get("refresh_token"))
        if not known or known["kind"] != "refresh" or form["refresh_token"] in azure.revoked:
            return _refused("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
        return _json(made(azure, form["scope"], refresh=True))
    return _refused("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")


def made(azure, scope, refresh):
    audience = next((one[:-len("/.default")] for one in scope.split() if one.endswith("/.default")), "")
    part = lambda thing: base64.urlsafe_b64encode(json.dumps(thing).encode()).rstrip(b"=").decode()
    now = int(azure.now())
    claims = {"aud": audience, "iss": f"{azure.url}/{_tenant()}/", "iat": now, "nbf": now, "exp": now + azure.life, "tid": _tenant(), "oid": "0b0b0b0b-0000-0000-0000-000000000001", "jti": uuid.uuid4().hex}
    access = ".".join((part({"typ": "JWT", "alg": "none"}), part(claims), part("signature")))
    azure.tokens[access] = {"until": azure.now() + azure.life, "audience": audience, "kind": "access"}
    answer = {"token_type": "Bearer", "scope": scope, "expires_in": azure.life, "ext_expires_in": azure.life, "access_token": access}
    if refresh:
        answer["refresh_token"] = "0.refresh." + uuid.uuid4().hex
        azure.tokens[answer["refresh_token"]] = {"until": azure.now() + 90 * 86400, "audience": audience, "kind": "refresh"}
        answer["client_info"] = part({"uid": "0b0b0b0b-0000-0000-0000-000000000001", "utid": _tenant()})
        answer["id_token"] = ".".join((part({"typ": "JWT", "alg": "none"}), part({"aud": AZURE_CLI, "iss": f"{azure.url}/{_tenant()}/v2.0", "exp": now + azure.life, "iat": now, "nbf": now, "oid": "0b0b0b0b-0000-0000-0000-000000000001", "sub": "s", "tid": _tenant(),
                                                                             "preferred_username": "ann@example.org"}), part("signature")))
    return answer


def bearer(azure, request, audience):
    """Of a request: None, it is good; or the refusal's code and words."""
    token = (request.headers.get("Authorization") or "")[len("Bearer "):]
    known = azure.tokens.get(token)
    if not token:
        return "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
    if not known or known["kind"] != "access":
        return "InvalidAuthenticationToken", "The access token is invalid."
    if known["audience"].rstrip("/") != audience.rstrip("/"):
        return "InvalidAuthenticationTokenAudience", f"The access token has been obtained for wrong audience or resource '{known['audience']}'."
    if known["until"] < azure.now() or token in azure.revoked:
        return "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time."
    return None


def _tenant():
    from . import TENANT
    return TENANT


def _json(thing, status=200):
    return status, {}, json.dumps(thing).encode()


def _refused(error, number, words, status=400):
    return _json({"error": error, "error_description": f"AADSTS{number}: {words} Trace ID: {uuid.uuid4()} Correlation ID: {uuid.uuid4()}", "error_codes": [number], "trace_id": str(uuid.uuid4()), "correlation_id": str(uuid.uuid4())}, status)
