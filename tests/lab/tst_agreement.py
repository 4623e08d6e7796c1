#!/usr/bin/env python3
"""Does `timonierctl get` say what kubectl says, row by row and cell by cell, for every kind and every format?"""
import json
import re
import unittest

from lab.program import ctl
from lab.running import RunningLab

lab = RunningLab.of_ctest()

TYPED = ("nodes", "namespaces", "pods", "services", "endpointslices", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs",
         "cronjobs", "ingresses", "persistentvolumes", "persistentvolumeclaims", "storageclasses", "horizontalpodautoscalers",
         "serviceaccounts", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "events")
BY_TABLE = ("configmaps", "secrets", "leases", "boats", "poddisruptionbudgets", "networkpolicies", "customresourcedefinitions",
            "priorityclasses", "apiservices", "resourcequotas", "flowschemas")
_AGE = re.compile(r"(?:(\d+)y)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_IN_CELL = re.compile(r"\((\w+) ago\)")


def get(*arguments, **more):
    return ctl("get", *arguments, **{"kubeconfig": lab.kubeconfig, **more})


def seconds(text):
    """Of "3m20s", or None."""
    parts = _AGE.fullmatch(text) if text else None
    return sum(int(n or 0) * s for n, s in zip(parts.groups(), (31536000, 86400, 3600, 60, 1))) if parts else None


def table(text):
    """[{title: cell}], cut at the columns where the titles begin; titles are two or more blanks apart."""
    lines = text.splitlines()
    if not lines:
        return []
    starts = [m.start() for m in re.finditer(r"\S+(?: \S+)*", lines[0])]
    ends = starts[1:] + [None]
    return [{lines[0][a:b].strip(): line[a:b].strip() for a, b in zip(starts, ends)} for line in lines[1:]]


def same_cell(ours, theirs):
    """Ages may differ by the seconds between the two calls, or by the unit that the text stops at."""
    if ours == theirs:
        return True
    a, b = seconds(ours), seconds(theirs)
    if a is None or b is None:
        x, y = _IN_CELL.search(ours), _IN_CELL.search(theirs)
        return bool(x and y) and _IN_CELL.sub("", ours) == _IN_CELL.sub("", theirs) and same_cell(x[1], y[1])
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 86400}[theirs[-1]]
    return abs(a - b) <= max(5, unit)


def objects(text):
    """Of one JSON document after the other; the items, where one is a list."""
    found, decoder, text = [], json.JSONDecoder(), text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        found += document["items"] if "items" in document else [document]
        text = text[end:].lstrip()
    return {(o["metadata"].get("namespace"), o["metadata"]["name"]): o for o in found}


def key(row):
    return row.get("NAMESPACE", ""), row.get("NAME") or json.dumps([row.get("OBJECT"), row.get("REASON"), row.get("MESSAGE")])


def differences(ours, theirs):
    """What a reader of both tables would point at."""
    if (a := list(ours[0]) if ours else []) != (b := list(theirs[0]) if theirs else []):
        return [f"titles {a}, kubectl {b}"]
    found = [f"{len(ours)} rows, kubectl {len(theirs)}"] if len(ours) != len(theirs) else []
    left, right = sorted(ours, key=key), sorted(theirs, key=key)
    if list(map(key, left)) != list(map(key, right)):
        return found + [f"only ours {set(map(key, left)) - set(map(key, right))}, only kubectl's {set(map(key, right)) - set(map(key, left))}"]
    for x, y in zip(left, right):
        found += [f"{key(x)} {title}: {x[title]!r}, kubectl {y[title]!r}" for title in x if not same_cell(x[title], y[title])]
    return found


def as_of_136(kind, rows):
    """Ours are the columns of kubectl 1.36. What an older one prints differently is brought to that, and nothing else."""
    for row in rows:
        if kind == "serviceaccounts":
            row.pop("SECRETS", None)
        if "KERNEL-VERSION" in row:
            row["KERNEL-VERSION"] = row["KERNEL-VERSION"].split(" (")[0]   # the architecture behind it is new
    return rows


class Tables(unittest.TestCase):
    older = int(json.loads(lab.kubectl("version", "-o", "json").stdout)["serverVersion"]["minor"]) < 36

    def agree(self, kind, *more):
        for _ in range(2):   # once more: the cluster lives, and something may have happened between the two calls
            theirs = lab.kubectl("get", kind, "-A", *more)
            ours = get(kind, "-A", *more)
            self.assertEqual((ours.returncode, ours.stderr != ""), (0, theirs.stdout == ""), ours.stderr)
            both = table(ours.stdout), table(theirs.stdout)
            found = differences(*(as_of_136(kind, rows) for rows in both) if self.older else both)
            if not found:
                return
        self.fail("\n".join(found[:20]))

    def test_every_kind_that_is_known_by_heart(self):
        for kind in TYPED:
            with self.subTest(kind=kind):
                self.agree(kind)

    def test_every_kind_that_is_known_by_heart_wide(self):
        for kind in TYPED:
            with self.subTest(kind=kind):
                self.agree(kind, "-o", "wide")

    def test_kinds_by_the_servers_table(self):
        for kind in BY_TABLE:
            with self.subTest(kind=kind):
                self.agree(kind)
                self.agree(kind, "-o", "wide")

    def test_a_comparison_that_finds_nothing_would_find_something(self):
        rows = table(lab.kubectl("get", "pods", "-A").stdout)
        self.assertTrue(differences(rows, rows[1:]))
        self.assertTrue(differences([{**rows[0], "STATUS": "Dancing"}, *rows[1:]], rows))
        self.assertFalse(same_cell("3m", "9m"))
        self.assertTrue(same_cell("3 (3m10s ago)", "3 (3m12s ago)"))

    def test_one_namespace_one_name_some_labels(self):
        name = lab.kubectl("get", "deployments", "-n", "team-a", "-o", "jsonpath={.items[0].metadata.name}").stdout
        for arguments in (("pods", "-n", "team-a"), ("deploy", name, "-n", "team-a"), (f"deployment/{name}", "-n", "team-a"),
                          ("deployments.apps", "-n", "team-b"), ("pods", "-A", "-l", "app=storefront"), ("nodes", "node-0000"),
                          ("pods", "-A", "-l", "tier in (front,back),app.kubernetes.io/name!=api"), ("bt", "-n", "team-a"),
                          ("pods", "-n", "team-a", "--no-headers")):
            with self.subTest(arguments=arguments):
                ours, theirs = get(*arguments), lab.kubectl("get", *arguments)
                self.assertEqual(ours.returncode, 0, ours.stderr)
                if "--no-headers" in arguments:
                    self.assertEqual(len(ours.stdout.splitlines()), len(theirs.stdout.splitlines()))
                else:
                    self.assertEqual(differences(table(ours.stdout), table(theirs.stdout)), [])

    def test_several_names(self):
        self.assertEqual([r["NAME"] for r in table(get("nodes", "node-0001", "node-0003").stdout)], ["node-0001", "node-0003"])


class Objects(unittest.TestCase):
    def test_names(self):
        for kind in ("pods", "nodes", "boats", "deployments"):
            with self.subTest(kind=kind):
                ours = sorted(get(kind, "-A", "-o", "name").stdout.split())
                theirs = sorted(lab.kubectl("get", kind, "-A", "-o", "name").stdout.split())
                self.assertEqual([n.partition("/")[2] for n in ours], [n.partition("/")[2] for n in theirs])
                self.assertTrue(all(re.fullmatch(r"[a-z.0-9]+/\S+", n) for n in ours))

    def test_json_and_yaml_are_kubectls_objects(self):
        for kind in ("services", "roles", "configmaps", "secrets", "boats", "customresourcedefinitions", "storageclasses", "pods"):
            theirs = objects(lab.kubectl("get", kind, "-A", "-o", "json").stdout)
            raw = get(kind, "-A", "-o", "json").stdout
            # Read by Kubernetes' own YAML reader: what it takes for a number, we must have quoted.
            through_yaml = lab.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-",
                                       stdin=get(kind, "-A", "-o", "yaml").stdout).stdout if kind != "pods" else raw
            for name, text in (("json", raw), ("yaml", through_yaml)):
                with self.subTest(kind=kind, format=name):
                    ours = objects(text)
                    self.assertEqual(ours.keys(), theirs.keys())
                    for where, o in ours.items():
                        self.assertEqual(o, theirs[where])

    def test_texts_that_yaml_would_take_for_something_else(self):
        texts = ["yes", "No", "on", "y", "null", "~", "", "1", "1.20", "1e3", "0x1F", "017", "0o17", "1_000", "1:30", ".5", "+1", "-", "- a", "a: b", "a:",
                 "# no comment", "a #b", " before", "after ", "\t", "a\tb", "2026-01-01", "=", "<<", "[a", "{a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a",
                 "'", '"', "\\", "café", "\U0001f6a2", "\u0007", "\u0085", "\u2028", "\ufeff", ".inf", ".NaN", "? a", ", a", "a\nb", "a\n", "a\n\n", "\n",
                 "\n\n", "\na", "  a\nb", "a\n  b\n", "a\n \nb ", "\ta\nb", " \n", "a\r\nb", "a\u0007\nb", "---\na", "# a\nb", "x" * 300, "a b " * 60]
        keys = ["1", "on", "y", "null", "1.5", "-", "0x1", "2026-01-01", "a.b", "true"]
        data = {f"k{i}": text for i, text in enumerate(texts)} | {k: "v" for k in keys}
        path = "/api/v1/namespaces/default/configmaps"
        self.addCleanup(lab.api.delete, f"{path}/strange")
        lab.api.create(path, {"metadata": {"name": "strange", "annotations": {"note": "y"}, "labels": {"on": "off", "n": "1"}}, "data": data})
        for form in ("json", "yaml"):
            with self.subTest(format=form):
                text = get("configmap", "strange", "-o", form).stdout
                if form == "yaml":
                    done = lab.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-", stdin=text, check=False)
                    self.assertEqual(done.stderr, "")
                    text = done.stdout
                read = json.loads(text)
                self.assertEqual(read["metadata"]["labels"], {"on": "off", "n": "1"})
                self.assertEqual({k: (v, read["data"].get(k)) for k, v in data.items() if read["data"].get(k) != v}, {})
                self.assertEqual(read["data"].keys(), data.keys())

    def test_one_object_is_itself(self):
        ours = json.loads(get("node", "node-0000", "-o", "json").stdout)
        self.assertEqual((ours["kind"], ours["metadata"]["name"]), ("Node", "node-0000"))
        text = get("node", "node-0000", "-o", "yaml").stdout
        self.assertRegex(text, r"(?m)^kind: Node$")

    def test_nothing_is_an_empty_list(self):
        for form in ("json", "yaml"):
            self.assertEqual(get("pods", "-n", "nothing-here", "-o", form).returncode, 0)
        self.assertEqual(json.loads(get("pods", "-n", "nothing-here", "-o", "json").stdout)["items"], [])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
