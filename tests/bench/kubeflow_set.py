#!/usr/bin/env python3
"""A set of manifests shaped like Kubeflow's, from a seed: 60 definitions with schemas, 600 objects, 3 webhooks, 150,000 lines.

    kubeflow_set.py FILE --port 9443 --ca ca.crt      the whole, in the order kustomize prints; webhooks at https://127.0.0.1:PORT/
    kubeflow_set.py FILE --plain                      only what waits for nothing: no webhooks, no custom resources
"""
import argparse
import base64
import json
import random

GROUPS = ("kubeflow.test", "serving.test", "pipelines.test", "networking.test", "tuning.test")


def schema(random, depth, width):
    if depth == 0:
        return {"type": random.choice(("string", "boolean")), "description": " ".join(random.choices(("the", "value", "of", "this", "field", "as", "pods", "have", "it"), k=9))}
    return {"type": "object", "description": "A part of the specification of this kind.", "properties": {f"field{i}x{depth}": schema(random, depth - 1, width) for i in range(width)}}


def definition(random, number):
    kind = f"Part{number}"
    spec = schema(random, 4, 5)
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"part{number}s.{GROUPS[number % 5]}"},
            "spec": {"group": GROUPS[number % 5], "scope": "Namespaced", "names": {"kind": kind, "plural": f"part{number}s", "singular": f"part{number}"},
                     "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}}}]}}


def named(version, kind, name, ns=None, **more):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **({"namespace": ns} if ns else {})}, **more}


def objects(seed, webhook):
    rnd = random.Random(seed)
    spaces = [f"kf-{i}" for i in range(10)]
    made = [named("v1", "Namespace", ns) for ns in spaces]
    made += [definition(rnd, i) for i in range(60)]
    for i in range(60):
        ns = spaces[i % 10]
        labels = {"app": f"app{i}"}
        made += [named("v1", "ServiceAccount", f"app{i}", ns),
                 named("rbac.authorization.k8s.io/v1", "Role", f"app{i}", ns, rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}]),
                 named("rbac.authorization.k8s.io/v1", "RoleBinding", f"app{i}", ns, roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": f"app{i}"},
                       subjects=[{"kind": "ServiceAccount", "name": f"app{i}", "namespace": ns}]),
                 named("v1", "ConfigMap", f"app{i}", ns, data={f"line{n}": f"value {rnd.random()}" for n in range(60)}),
                 named("v1", "Service", f"app{i}", ns, spec={"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}),
                 named("apps/v1", "Deployment", f"app{i}", ns, spec={"replicas": 1, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {
                     "serviceAccountName": f"app{i}", "containers": [{"name": "main", "image": f"example.com/app{i}:1", "envFrom": [{"configMapRef": {"name": f"app{i}"}}]}]}}})]
    if webhook:
        for n in range(3):
            made.append(named("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", f"kf-hook-{n}", webhooks=[{
                "name": f"hook{n}.kubeflow.test", "clientConfig": webhook, "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"], "timeoutSeconds": 5,
                "rules": [{"apiGroups": [GROUPS[n]], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"], "resources": ["*"]}]}]))
        for i in range(600 - 10 - 360 - 3):
            made.append(named(f"{GROUPS[i % 60 % 5]}/v1", f"Part{i % 60}", f"object{i}", spaces[i % 10], spec={}))
    return made


def lines(value, indent):
    """YAML in block style, as kustomize prints it."""
    pad = "  " * indent
    for key, one in value.items():
        if isinstance(one, dict) and one:
            yield f"{pad}{key}:"
            yield from lines(one, indent + 1)
        elif isinstance(one, list) and one and isinstance(one[0], dict):
            yield f"{pad}{key}:"
            for item in one:
                first, *rest = lines(item, indent + 1)
                yield f"{pad}- {first.lstrip()}"
                yield from rest
        else:
            yield f"{pad}{key}: {one if isinstance(one, str) and one.replace(' ', '').isalpha() and one != 'true' else json.dumps(one)}"


def text(made):
    return "---\n".join("\n".join(lines(one, 0)) + "\n" for one in made)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int)
    parser.add_argument("--ca")
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    webhook = None
    if not options.plain:
        with open(options.ca, "rb") as f:
            webhook = {"url": f"https://127.0.0.1:{options.port}/validate", "caBundle": base64.b64encode(f.read()).decode()}
    with open(options.file, "w") as f:
        f.write(text(objects(options.seed, webhook)))


if __name__ == "__main__":
    main()
