"""Who may do what: role assignments, which fail until an identity has spread, and the caller's own permissions."""
import re
import time

from .arm import answer, body_of, refuse, route

ASSIGNMENTS = "{scope}/providers/Microsoft.Authorization/roleAssignments"


def principal(azure, id):
    azure.principals[id] = time.monotonic() + azure.spread


@route(f"PUT {ASSIGNMENTS}/{{name}}", "Microsoft.Authorization/roleAssignments/write")
def put(azure, request, scope, name):
    asked = body_of(request)["properties"]
    id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name):
        return refuse(400, "InvalidRoleAssignmentId", f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.")
    if azure.principals.get(asked["principalId"], float("inf")) > time.monotonic():
        return refuse(400, "PrincipalNotFound", f"Principal {asked['principalId'].replace('-', '')} does not exist in the directory. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. "
                                                "In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.")
    same = lambda one: all(one["properties"][key] == asked[key] for key in ("principalId", "roleDefinitionId")) and one["properties"]["scope"].lower() == scope.lower()
    before = azure.assignments.get(id.lower())
    if before and not same(before):
        return refuse(409, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
    if not before and any(same(one) for one in azure.assignments.values()):
        return refuse(409, "RoleAssignmentExists", "The role assignment already exists.")
    azure.assignments[id.lower()] = {"id": id, "name": name, "type": "Microsoft.Authorization/roleAssignments", "properties": {**asked, "scope": scope}}
    return answer(200 if before else 201, azure.assignments[id.lower()])


@route(f"GET {ASSIGNMENTS}/{{name}}", "Microsoft.Authorization/roleAssignments/read")
def get(azure, request, scope, name):
    found = azure.assignments.get(request.path.lower())
    return answer(200, found) if found else refuse(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")


@route(f"GET {ASSIGNMENTS}", "Microsoft.Authorization/roleAssignments/read")
def list_at(azure, request, scope):
    filter = request.query.get("$filter", "")
    who = re.fullmatch(r"(?:principalId eq|assignedTo\() *'([^']*)'\)?", filter)
    at = scope.lower() if filter == "atScope()" else None
    found = [one for one in azure.assignments.values() if (one["properties"]["scope"].lower() == at if at else one["properties"]["scope"].lower().startswith(scope.lower())) and (not who or one["properties"]["principalId"] == who[1])]
    return answer(200, {"value": found})


@route(f"DELETE {ASSIGNMENTS}/{{name}}", "Microsoft.Authorization/roleAssignments/delete")
def delete(azure, request, scope, name):
    found = azure.assignments.pop(request.path.lower(), None)
    return answer(200, found) if found else answer(204, None)


@route("GET {scope}/providers/Microsoft.Authorization/permissions", "Microsoft.Authorization/permissions/read")
def permissions(azure, request, scope):
    return answer(200, {"value": [{"actions": ["*"], "notActions": sorted(azure.denied), "dataActions": [], "notDataActions": []}]})
