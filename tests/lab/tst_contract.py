#!/usr/bin/env python3
"""The command line is the contract: exit codes, words on stderr with a hint, help, completion, languages, RBAC, broken kubeconfigs."""
import json
import os
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from lab.program import Watch, ctl, environment, program
from lab.running import RunningLab
from lab.users import private

lab = RunningLab.of_ctest()
COMMANDS = ("contexts", "get", "watch", "logs", "completion")


class Contract(unittest.TestCase):
    def ctl(self, *arguments, **more):
        return ctl(*arguments, **{"kubeconfig": lab.kubeconfig, **more})

    def fails(self, done, *words, code=1):
        """Nothing on stdout; on stderr one line of ours with all the words, and a hint."""
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertTrue(done.stderr.startswith("timonierctl: "), done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertRegex(done.stderr, r"(?m)^  \S", "no hint")
        return done


class Usage(Contract):
    def test_wrong_usage_is_2(self):
        for arguments in ((), ("nonsense",), ("get",), ("get", "pods", "--nonsense"), ("get", "pods", "-o", "jpeg"), ("watch", "pods", "--for", "ever"),
                          ("get", "pods", "-A", "-n", "x"), ("get", "pods", "x", "-l", "a=b"), ("get", "pods", "x", "-A"), ("watch",), ("logs",),
                          ("contexts", "-o", "yaml"), ("completion", "cmd.exe")):
            with self.subTest(arguments=arguments):
                done = ctl(*arguments, KUBECONFIG=lab.kubeconfig)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertTrue(done.stderr)

    def test_help_and_version(self):
        self.assertRegex(ctl("--version").stdout, r"^timonierctl \d+\.\d+\.\d+\n$")
        for command in COMMANDS:
            with self.subTest(command=command):
                self.assertIn(command, ctl("--help").stdout)
                done = ctl(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn(f"timonierctl {command}", done.stdout)
                self.assertIn("--context", done.stdout)

    def test_completion_loads_and_completes(self):
        path = os.path.dirname(program()) + ":" + os.environ["PATH"]

        def bash(script):
            return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment(PATH=path, KUBECONFIG=lab.kubeconfig))
        done = bash("source <(timonierctl completion bash); complete -p timonierctl")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("_timonierctl timonierctl", done.stdout)
        for words, wanted in (("timonierctl ''", "watch"), ("timonierctl get dep", "deployments"), ("timonierctl get --context re", "readonly"),
                              ("timonierctl logs --prev", "--previous"), ("timonierctl get pods -o js", "json")):
            with self.subTest(words=words):
                count = words.count(" ")
                done = bash(f"source <(timonierctl completion bash); COMP_WORDS=({words}); COMP_CWORD={count}; _timonierctl; echo \"${{COMPREPLY[*]}}\"")
                self.assertIn(wanted, done.stdout.split(), done.stderr)
        for shell in ("zsh", "fish"):
            self.assertIn("timonierctl", ctl("completion", shell).stdout)

    def test_interrupted_is_130(self):
        for arguments in (("watch", "pods", "-A"), ("watch", "pods", "-A", "--for", "60s", "-o", "json")):
            for number in (signal.SIGINT, signal.SIGTERM):
                with self.subTest(arguments=arguments, signal=number):
                    process = subprocess.Popen([program(), *arguments, "--kubeconfig", lab.kubeconfig], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                               env=environment())
                    process.stdout.readline()
                    process.send_signal(number)
                    process.stdout.read()
                    self.assertEqual(process.wait(10), 130)
                    process.stdout.close()

    def test_the_reader_goes_away(self):
        done = subprocess.run(["bash", "-c", f'"{program()}" get pods -A --kubeconfig "{lab.kubeconfig}" | head -1'], capture_output=True, text=True)
        self.assertEqual((done.stdout.count("\n"), done.stderr), (1, ""))

    def test_a_full_disk_is_a_failure(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([program(), "app", "list"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)

    def test_a_watch_ends_in_time_with_0(self):
        began = time.monotonic()
        self.assertEqual(self.ctl("watch", "nodes", "--for", "2s").returncode, 0)
        self.assertLess(time.monotonic() - began, 6)


class Names(Contract):
    def test_mistyped_things_are_guessed(self):
        path = "/apis/apps/v1/namespaces/team-a/deployments"
        template = {"metadata": {"labels": {"app": "front"}}, "spec": {"containers": [{"name": "c", "image": "registry.example.com/front:1"}]}}
        self.addCleanup(lab.api.delete, f"{path}/front")
        lab.api.create(path, {"metadata": {"name": "front"}, "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "front"}}, "template": template}})
        for form in ("table", "json", "yaml", "name"):
            self.fails(self.ctl("get", "deployment", "fronts", "-n", "team-a", "-o", form), "fronts", "team-a", "“front”")
        self.fails(self.ctl("get", "deploymints"), "deploymints", "“deployments”")
        self.fails(self.ctl("watch", "boatz"), "boatz", "“boats”")
        self.fails(self.ctl("get", "nodes", "nod-0003"), "“node-0003”")
        self.fails(self.ctl("get", "pods", user="reedonly"), "reedonly", "readonly")

    def test_a_namespace_that_does_not_exist(self):
        done = self.ctl("get", "pods", "-n", "nowhere")
        self.assertEqual((done.returncode, done.stdout), (0, ""))   # as kubectl
        self.assertIn("nowhere", done.stderr)


class Contexts(Contract):
    def test_table_and_json(self):
        table = self.ctl("contexts").stdout.splitlines()
        self.assertEqual(table[0].split(), ["CURRENT", "NAME", "CLUSTER", "NAMESPACE", "SERVER"])
        self.assertEqual([line.split()[0] for line in table[1:]], ["*", "token", "exec", "readonly", "single", "nobody"])
        listed = json.loads(self.ctl("contexts", "-o", "json").stdout)["contexts"]
        self.assertEqual([(c["name"], c["current"], c["namespace"], c["server"]) for c in listed],
                         [(n, n == "admin", "team-a" if n == "single" else "default", lab.server) for n in
                          ("admin", "token", "exec", "readonly", "single", "nobody")])

    def test_every_user_gets_in(self):
        for user in ("admin", "token", "exec", "readonly"):
            with self.subTest(user=user):
                self.assertEqual(self.ctl("get", "nodes", user=user).stdout.count("\n"), 6)

    def config(self, folder, **changes):
        parts = {"ca": lab.path("pki/ca.crt"), "server": lab.server, "cluster": "c", "user": "{token: x}", "extra": "", **changes}
        path = os.path.join(folder, "config")
        private(path, """apiVersion: v1
kind: Config
current-context: ctx
contexts: [{{name: ctx, context: {{cluster: {cluster}, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "{server}", certificate-authority: "{ca}"{extra}}}}}]
users: [{{name: u, user: {user}}}]
""".format(**parts))
        return path

    def test_broken_kubeconfigs_are_explained(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = os.path.join(folder, "broken")
            private(broken, "apiVersion: v1\nclusters:\n- name: [unclosed\n  b: {\n")
            for path, words in ((os.path.join(folder, "none"), ("none",)), (broken, ("broken",))):
                with self.subTest(path=path):
                    self.fails(ctl("get", "pods", kubeconfig=path), *words)
                    self.assertNotEqual(ctl("contexts", kubeconfig=path).stderr, "")
            for what, words, changes in (
                    ("cluster", ("missing",), {"cluster": "missing"}), ("ca", ("nowhere.crt",), {"ca": "/nowhere.crt"}),
                    ("user", ("nowhere.token",), {"user": "{tokenFile: /nowhere.token}"}),
                    ("key", ("nowhere.key",), {"user": "{client-certificate: /nowhere.crt, client-key: /nowhere.key}"})):
                with self.subTest(what=what):
                    config = self.config(folder, **changes)
                    done = ctl("get", "pods", kubeconfig=config)
                    self.assertEqual((done.returncode, done.stdout), (1, ""))
                    self.assertTrue(any(w in done.stderr for w in (*words, "nowhere.crt")), done.stderr)
                    self.assertRegex(done.stderr, r"(?m)^  \S")
                    listed = ctl("contexts", "-o", "json", kubeconfig=config)
                    self.assertEqual(listed.returncode, 0)
                    if what == "cluster":
                        self.assertIn("missing", json.loads(listed.stdout)["contexts"][0]["problem"])

    def test_a_certificate_for_another_name(self):
        with tempfile.TemporaryDirectory() as folder:
            other = self.config(folder, extra=", tls-server-name: other.example.com")
            self.fails(ctl("get", "pods", kubeconfig=other), "certificate", "other.example.com", "127.0.0.1")
            with Watch("pods", "-A", kubeconfig=other, seconds=20) as watch:
                state = watch.wait_state("Stale")
                self.assertIn("certificate", watch.states[state - 1]["error"])
                self.assertEqual(watch.stop()[0], 130)
            right = self.config(folder, extra=", tls-server-name: kubernetes.default.svc")
            self.assertIn("Unauthorized", ctl("get", "pods", kubeconfig=right).stderr)
            stranger = self.config(folder, ca=lab.path("pki/front-proxy-ca.crt"))
            self.fails(ctl("get", "pods", kubeconfig=stranger), "certificate")

    def test_exec_plugins_that_misbehave(self):
        with tempfile.TemporaryDirectory() as folder:
            def plugin(script):
                path = os.path.join(folder, "plugin")
                private(path, "#!/bin/sh\n" + script)
                os.chmod(path, stat.S_IRWXU)
                return self.config(folder, user="{exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, interactiveMode: Never, "
                                                "installHint: 'Fetch it from the shop.'}}" % path)
            self.fails(ctl("get", "pods", kubeconfig=plugin("echo 'The session has expired: sign in with shop login' >&2; exit 3\n")), "shop login")
            self.fails(ctl("get", "pods", kubeconfig=plugin("echo this is no JSON\n")), "plugin")
            # In French only if it is not told to speak C; which it is.
            self.fails(ctl("get", "pods", kubeconfig=plugin('case "${LC_ALL:-$LANG}" in C*) echo "session over" >&2;; *) echo "session finie" >&2;; esac; exit 1\n'),
                           LANG="fr_FR.UTF-8", LC_ALL=None, LANGUAGE="fr"), "session over")
            config = plugin("exit 0\n")
            os.remove(os.path.join(folder, "plugin"))
            self.fails(ctl("get", "pods", kubeconfig=config), "plugin", "Fetch it from the shop.")
            hanging = subprocess.Popen([program(), "get", "pods", "--kubeconfig", plugin("exec sleep 300\n")], stderr=subprocess.PIPE, text=True,
                                       env=environment())
            time.sleep(1.5)
            self.assertIsNone(hanging.poll())
            hanging.send_signal(signal.SIGINT)
            self.assertEqual(hanging.wait(10), 130, "a plugin that hangs can be left")
            hanging.stderr.close()


class Rights(Contract):
    def test_forbidden_says_what_and_what_to_do(self):
        for user, arguments in (("nobody", ("pods", "-A")), ("nobody", ("nodes",)), ("readonly", ("secrets", "-A")), ("single", ("pods", "-A")),
                                ("single", ("pods", "-n", "team-b")), ("single", ("nodes",))):
            for more in ((), ("-o", "json")):
                with self.subTest(user=user, arguments=arguments, more=more):
                    self.fails(self.ctl("get", *arguments, *more, user=user), "forbidden", f'"{user}"', "Ask who runs the cluster")

    def test_one_namespace_is_enough(self):
        ours = [line.split()[0] for line in self.ctl("get", "pods", user="single").stdout.splitlines()]
        self.assertEqual(ours, [line.split()[0] for line in lab.kubectl("get", "pods", user="single").stdout.splitlines()])
        with Watch("pods", kubeconfig=lab.kubeconfig, user="single", seconds=20) as watch:
            watch.wait_state("Watching")
            self.assertEqual({ns for ns, _ in watch.rows}, {"team-a"})
            self.assertEqual(watch.stop()[0], 130)

    def test_a_forbidden_watch_says_so_once_and_asks_seldom(self):
        for user, kind in (("nobody", "pods"), ("readonly", "secrets"), ("single", "pods")):
            with self.subTest(user=user), Watch(kind, "-A", kubeconfig=lab.kubeconfig, user=user, seconds=20) as watch:
                state = watch.wait_state("Forbidden")
                self.assertIn("forbidden", watch.states[state - 1]["error"])
                time.sleep(2)
                self.assertEqual((len(watch.states), watch.rows), (state, {}))
                self.assertIn("forbidden", watch.stderr)
                code, stats = watch.stop()
                self.assertEqual(code, 130)
                self.assertLess(stats["wire_bytes"], 40_000)


class Languages(Contract):
    FRENCH = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "fr_FR.UTF-8", "LANGUAGE": "fr"}

    def test_people_are_spoken_to_in_french(self):
        self.assertIn("Commandes\N{NARROW NO-BREAK SPACE}:", ctl("--help", **self.FRENCH).stdout)
        done = self.ctl("get", "nodes", "nod-0003", **self.FRENCH)
        self.assertIn("node-0003", done.stderr)
        self.assertIn("n’existe pas", done.stderr)

    def test_machines_are_not(self):
        for arguments in (("get", "nodes", "node-0000", "-o", "json"), ("get", "services", "-A", "-o", "name"), ("contexts", "-o", "json"),
                          ("get", "deployments", "-A", "-o", "yaml"), ("get", "storageclasses", "--no-headers")):
            with self.subTest(arguments=arguments):
                first = 0   # a node's heartbeat may fall between the two
                for first in range(3):
                    if self.ctl(*arguments).stdout == self.ctl(*arguments, **self.FRENCH).stdout:
                        break
                self.assertLess(first, 2)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
