#!/usr/bin/env python3
"""Does any token, key or password of a kubeconfig ever leave the program by a way that others may read?

Every kind of command runs with TIMONIER_LOG=debug, and fails in every kind of way; what it writes, its own command line and
environment, and those of its children are searched for all secrets of the kubeconfig.
"""
import base64
import os
import subprocess
import tempfile
import threading
import time
import unittest

from kubedouble import Double
from lab.program import command_line, environment
from lab.running import RunningLab
from lab.users import private

lab = RunningLab.of_ctest()
# Nothing of these looks like a word: found anywhere, they have leaked.
TOKEN, PASSWORD, PROXY_PASSWORD, ENV_SECRET = "tkn-Zq83-vXw1.5fHk_77", "pw-Lr52*nGt9=Yd", "px-Bm61-cKu4", "env-Wd94-jRs2"


def processes_below(pid):
    """(command line, environment) of a process and all its descendants, as far as they can be read."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        try:
            todo += [int(p) for t in os.listdir(f"/proc/{one}/task") for p in open(f"/proc/{one}/task/{t}/children").read().split()]
            found.append(tuple(open(f"/proc/{one}/{name}", "rb").read() for name in ("cmdline", "environ")))
        except OSError:
            pass   # it has just ended
    return found


class Secrecy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.double = Double(os.path.join(cls.folder, "double"), pods=5)
        cls.addClassCleanup(cls.double.stop)
        threading.Thread(target=cls.double.serve_forever, daemon=True).start()
        with open(lab.path("pki/nobody.key")) as f:
            cls.key = f.read()
        with open(lab.path("tokens.csv")) as f:
            good = [line.split(",")[0] for line in f]
        inline = {name: base64.b64encode(open(lab.path(f"pki/nobody.{name}"), "rb").read()).decode() for name in ("crt", "key")}
        cls.secrets = [TOKEN, PASSWORD, PROXY_PASSWORD, *good, inline["key"], *[line for line in cls.key.splitlines() if "--" not in line],
                       *[base64.b64encode(s.encode()).decode().rstrip("=") for s in (TOKEN, f"u:{PASSWORD}")]]
        plugin = os.path.join(cls.folder, "plugin")
        private(plugin, f"""#!/bin/sh
sleep 0.3
printf '{{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{{"token":"{TOKEN}"}}}}'
""", 0o700)
        noisy = os.path.join(cls.folder, "noisy")
        private(noisy, f"#!/bin/sh\necho 'refused: token={TOKEN} password: {PASSWORD}' >&2\necho 'Authorization: Bearer {TOKEN}' >&2\nexit 1\n", 0o700)
        exec_spec = ("{exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, interactiveMode: Never, provideClusterInfo: true, "
                     "env: [{name: SHOP_SECRET, value: " + ENV_SECRET + "}]}}")
        users = {"token": f"{{token: {TOKEN}}}", "basic": f"{{username: u, password: '{PASSWORD}'}}", "plugin": exec_spec % plugin, "noisy": exec_spec % noisy,
                 "good": f"{{token: {good[0]}}}",
                 "cert": f"{{client-certificate-data: {inline['crt']}, client-key-data: {inline['key']}}}",
                 "torn": f"{{client-certificate-data: {inline['crt']}, client-key-data: {inline['key'][:-40]}}}",
                 "split": f"{{token: '{TOKEN} {PASSWORD}'}}"}
        double = f"https://127.0.0.1:{cls.double.server_address[1]}"
        clusters = {"lab": f"server: '{lab.server}', certificate-authority: {lab.path('pki/ca.crt')}",
                    "away": f"server: 'https://127.0.0.1:1', certificate-authority: {lab.path('pki/ca.crt')}",
                    "proxied": f"server: '{lab.server}', certificate-authority: {lab.path('pki/ca.crt')}, proxy-url: 'http://u:{PROXY_PASSWORD}@127.0.0.1:1'",
                    "double": f"server: '{double}/unauthorized', certificate-authority: {cls.double.authority.certificate}",
                    "html": f"server: '{double}/html', certificate-authority: {cls.double.authority.certificate}"}
        cls.contexts = [(u, c) for u in users for c in clusters]
        cls.config = os.path.join(cls.folder, "config")
        private(cls.config, "apiVersion: v1\nkind: Config\ncurrent-context: good-lab\nusers:\n"
                + "".join(f"- name: {n}\n  user: {u}\n" for n, u in users.items())
                + "clusters:\n" + "".join(f"- name: {n}\n  cluster: {{{c}}}\n" for n, c in clusters.items())
                + "contexts:\n" + "".join(f"- name: {u}-{c}\n  context: {{user: {u}, cluster: {c}}}\n" for u, c in cls.contexts))

    def run_and_search(self, *arguments, user=None, seconds=None, config=None):
        """All it wrote; no secret is in it, nor in what ps shows."""
        process = subprocess.Popen(command_line(arguments, config or self.config, user), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace", env=environment(TIMONIER_LOG="debug"))
        shown, begin = set(), time.monotonic()
        text = []
        reader = threading.Thread(target=lambda: text.append(process.stdout.read()), daemon=True)
        reader.start()
        while process.poll() is None and time.monotonic() - begin < 40:
            shown.update(processes_below(process.pid))
            time.sleep(0.02)
        reader.join(5)
        process.stdout.close()
        self.assertIsNotNone(process.poll(), arguments)
        # A command that is over at once may end unseen; test_the_search_would_find_something shows that the look works.
        for secret in self.secrets:
            self.assertNotIn(secret, text[0], f"{arguments} as {user}")
            for command, variables in shown:
                if secret == PROXY_PASSWORD and b"KUBERNETES_EXEC_INFO=" in variables:
                    continue   # a plugin that asks for the cluster is told its proxy-url whole, as by kubectl
                self.assertNotIn(secret.encode(), command + variables, f"{arguments} as {user}: in sight of ps")
        return text[0], shown

    def test_every_user_at_every_server(self):
        for user, cluster in self.contexts:
            with self.subTest(user=user, cluster=cluster):
                self.run_and_search("get", "pods", "-o", "name", user=f"{user}-{cluster}")

    def test_other_commands(self):
        for arguments in (("contexts",), ("contexts", "-o", "json"), ("get", "nodes", "--stats"), ("get", "boats", "-A", "-o", "json"),
                          ("watch", "nodes", "--for", "1s", "-o", "json"), ("logs", "nothing"), ("completion", "--candidates", "--", "get", "--context", "")):
            for user in ("good-lab", "token-lab", "basic-lab", "noisy-lab", "plugin-double"):
                with self.subTest(arguments=arguments, user=user):
                    self.run_and_search(*arguments, user=user)

    def test_watches_that_fail_again_and_again(self):
        for user in ("token-lab", "plugin-lab", "good-away", "basic-html", "cert-proxied"):
            with self.subTest(user=user):
                self.run_and_search("watch", "pods", "--for", "2s", "-o", "json", user=user)

    def test_a_broken_kubeconfig_is_not_quoted(self):
        whole = open(self.config).read()
        path = os.path.join(self.folder, "broken")
        for what, text in (("cut", whole[:whole.index(TOKEN) + len(TOKEN) + 1]), ("quote", whole.replace(f"{{token: {TOKEN}}}", f"{{token: '{TOKEN}}}", 1)),
                           ("indent", whole.replace("users:", f"  users: {TOKEN}\n", 1)), ("list", whole.replace(f"token: {TOKEN}", f"token: [{TOKEN}]", 1))):
            with self.subTest(what=what):
                private(path, text)
                for arguments in (("contexts",), ("get", "pods", "--context", "token-lab")):
                    self.run_and_search(*arguments, config=path)

    def test_the_search_would_find_something(self):
        """What the plugin is given by name must reach it, and no other process."""
        text, shown = self.run_and_search("get", "pods", user="plugin-double")
        with_secret = [command for command, variables in shown if ENV_SECRET.encode() in variables]
        self.assertTrue(with_secret, "the plugin was not seen")
        self.assertFalse([c for c in with_secret if b"timonierctl" in c and b"plugin" not in c], with_secret)
        self.assertNotIn(ENV_SECRET, text)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
