"""Who may talk to the lab's API server, and the kubeconfigs that say so.

| user (and context) | shown by | may |
|---|---|---|
| admin    | client certificate, inline   | everything (cluster-admin through its group) |
| token    | bearer token                 | everything |
| exec     | exec credential plugin v1    | everything |
| readonly | client certificate, in files | get, list, watch everything except secrets |
| single   | client certificate, inline   | edit what lies in the namespace team-a, and see nothing else |
| nobody   | client certificate, inline   | nothing |
"""
import base64
import os
import secrets
import shutil

CONTEXTS = ("admin", "token", "exec", "readonly", "single", "nobody")
CERTIFICATES = {   # user: groups
    "admin": ("lab:admins",), "readonly": (), "single": (), "nobody": (),
    # The lab's own hand, and the components. system:masters needs no binding, so it works before there are any.
    "bootstrap": ("system:masters",), "system:kube-controller-manager": (), "system:kube-scheduler": (),
}


def private(path, text, mode=0o600):
    """Writes a file that nobody else can read, in one step: a reader never sees half of it."""
    part = path + ".part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as f:
        f.write(text)
    os.replace(part, path)


def make_credentials(folder, authority):
    """Certificates, the token file of the API server, and the exec plugin beside the files that steer it."""
    for user, groups in CERTIFICATES.items():
        authority.client(user.removeprefix("system:"), user, groups)
    tokens = {name: secrets.token_hex(24) for name in ("token", "exec")}
    private(os.path.join(folder, "tokens.csv"), "".join(f'{t},{name},lab-{name},"lab:admins"\n' for name, t in tokens.items()))
    plugin = os.path.join(folder, "exec")
    os.makedirs(plugin, mode=0o700, exist_ok=True)
    private(os.path.join(plugin, "token"), tokens["exec"] + "\n")
    shutil.copy(os.path.join(os.path.dirname(__file__), "exec_plugin.py"), os.path.join(plugin, "plugin"))
    os.chmod(os.path.join(plugin, "plugin"), 0o700)
    return tokens


def _inline(path):
    with open(path, "rb") as f:
        return base64.b64encode(f.read()).decode()


def _user(name, folder, authority, tokens):
    crt, key = (authority.path(name.removeprefix("system:"), kind) for kind in ("crt", "key"))
    if name == "token":
        return f"    token: {tokens['token']}\n"
    if name == "exec":
        return (f"    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: {folder}/exec/plugin\n"
                "      args: [get-token]\n      env:\n      - {name: LAB_EXEC_GREETING, value: hello}\n"
                "      interactiveMode: Never\n      provideClusterInfo: true\n"
                "      installHint: This plugin is made by tests/lab/up.\n")
    if name == "readonly":   # relative to the kubeconfig, as people write it
        return f"    client-certificate: {os.path.relpath(crt, folder)}\n    client-key: {os.path.relpath(key, folder)}\n"
    return f"    client-certificate-data: {_inline(crt)}\n    client-key-data: {_inline(key)}\n"


def kubeconfig(folder, authority, server, tokens, names=CONTEXTS):
    """The text of a kubeconfig; the first name is the current context."""
    text = ("apiVersion: v1\nkind: Config\n"
            f"clusters:\n- name: lab\n  cluster:\n    server: {server}\n"
            f"    certificate-authority-data: {_inline(authority.certificate)}\ncontexts:\n")
    for name in names:
        namespace = "    namespace: team-a\n" if name == "single" else ""
        text += f"- name: {name}\n  context:\n    cluster: lab\n    user: {name}\n{namespace}"
    text += f"current-context: {names[0]}\nusers:\n"
    for name in names:
        text += f"- name: {name}\n  user:\n{_user(name, folder, authority, tokens)}"
    return text


def rbac():
    """(path, object) of what gives the users their rights."""
    group = "/apis/rbac.authorization.k8s.io/v1"
    api = "rbac.authorization.k8s.io"

    def binding(kind, name, role_kind, role, subject_kind, subject, namespace=None):
        return {"apiVersion": f"{api}/v1", "kind": kind, "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
                "roleRef": {"apiGroup": api, "kind": role_kind, "name": role},
                "subjects": [{"apiGroup": api, "kind": subject_kind, "name": subject}]}

    # Rights only ever add up, so "everything but secrets" names the core kinds one by one.
    core = ["bindings", "configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes", "persistentvolumeclaims",
            "persistentvolumes", "pods", "pods/log", "pods/status", "podtemplates", "replicationcontrollers", "resourcequotas",
            "serviceaccounts", "services"]
    groups = ["admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "autoscaling", "batch",
              "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io",
              "lab.timonier.dev", "metrics.k8s.io", "networking.k8s.io", "node.k8s.io", "policy", api, "resource.k8s.io",
              "scheduling.k8s.io", "storage.k8s.io"]
    look = ["get", "list", "watch"]
    role = {"apiVersion": f"{api}/v1", "kind": "ClusterRole", "metadata": {"name": "lab-readonly"},
            "rules": [{"apiGroups": [""], "resources": core, "verbs": look},
                      {"apiGroups": groups, "resources": ["*"], "verbs": look}]}
    return [
        ("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-a"}}),
        (f"{group}/clusterroles", role),
        (f"{group}/clusterrolebindings", binding("ClusterRoleBinding", "lab-admins", "ClusterRole", "cluster-admin", "Group", "lab:admins")),
        (f"{group}/clusterrolebindings", binding("ClusterRoleBinding", "lab-readonly", "ClusterRole", "lab-readonly", "User", "readonly")),
        (f"{group}/namespaces/team-a/rolebindings", binding("RoleBinding", "lab-single", "ClusterRole", "edit", "User", "single", "team-a")),
    ]
