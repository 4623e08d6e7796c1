#!/usr/bin/env python3
"""An image of one's own: built by a real Docker, tried, pushed to a real registry that wants a password, which a real Secret Service keeps.

The engine (lab/container_engine.py) has no network; the registry (distribution/distribution) is on loopback, and so is the lab's API server, which
gets the pull secret.
"""
import base64
import crypt
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from lab import container_engine
from lab.process import free_ports

CTL = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
PASSWORD = "lab-pass-2718"
SERVER = '#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("hello from the app"); fflush(stdout); for (;;) pause(); }\n'


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="timonier-image-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.engine = container_engine.Engine(cls.folder, network=False, data=os.path.join(cls.folder, "docker"))
        cls.addClassCleanup(cls.engine.stop)
        cls.engine.wait()
        cls.start_registry()
        tools = cls.at("bin")
        os.mkdir(tools)
        with open(os.path.join(tools, "docker"), "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {cls.engine.docker_program} \"$@\"\n")
        os.chmod(os.path.join(tools, "docker"), 0o755)
        os.mkdir(cls.at("run"), 0o700)
        cls.environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", DOCKER_HOST=cls.engine.socket, HOME=cls.at("home"), XDG_RUNTIME_DIR=cls.at("run"),
                               XDG_DATA_HOME=cls.at("home/data"), KUBECONFIG=os.path.join(os.environ["TIMONIER_LAB_DIR"], "kubeconfig"), LC_ALL="C.UTF-8")
        os.makedirs(cls.at("home/.docker"))
        with open(cls.at("home/.docker/config.json"), "w", encoding="utf-8") as file:
            file.write('{"auths": {}}\n')
        keyring = subprocess.Popen(["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=cls.environment)
        cls.addClassCleanup(keyring.wait)
        cls.addClassCleanup(keyring.terminate)
        keyring.stdin.write(b"the keyring's own")
        keyring.stdin.close()
        time.sleep(1)
        cls.app = cls.at("app")
        os.mkdir(cls.app)
        subprocess.run(["gcc", "-static", "-O1", "-x", "c", "-", "-o", os.path.join(cls.app, "server")], input=SERVER, text=True, check=True)
        cls.write("app/Dockerfile", 'FROM scratch\nCOPY server /server\nCMD ["/server"]\n')

    @classmethod
    def at(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, text):
        with open(cls.at(name), "w", encoding="utf-8") as file:
            file.write(text)
        return cls.at(name)

    @classmethod
    def start_registry(cls):
        binary = os.path.join(subprocess.run([os.path.join(container_engine.HERE, "engines"), "registry"], capture_output=True, text=True, check=True).stdout.strip(), "registry")
        cls.registry = f"127.0.0.1:{free_ports(1)[0]}"
        cls.write("htpasswd", f"bob:{crypt.crypt(PASSWORD, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=32))}\n")
        config = cls.write("registry.yml", f"version: 0.1\nlog: {{level: warn}}\nstorage: {{filesystem: {{rootdirectory: {cls.at('registry')}}}}}\n"
                           f"http: {{addr: '{cls.registry}'}}\nauth: {{htpasswd: {{realm: lab, path: {cls.at('htpasswd')}}}}}\n")
        log = open(cls.at("registry.log"), "w", encoding="utf-8")
        process = subprocess.Popen([binary, "serve", config], stdout=log, stderr=log, env=dict(os.environ, OTEL_TRACES_EXPORTER="none"))
        cls.addClassCleanup(log.close)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.terminate)

    def ctl(self, *arguments, code=0, given=None):
        done = subprocess.run([CTL, *arguments], env=self.environment, capture_output=True, text=True, timeout=180, input=given)
        self.assertEqual(done.returncode, code, done.stdout[-3000:] + done.stderr[-3000:])
        return done.stdout + done.stderr

    def spec(self, name, more="", context="app"):
        return self.write(f"{name}.yaml", f"provider: image\ncontext: {context}\nimage: {self.registry}/team/{name}:1.0\ntrial: 1\n{more}")

    def tags(self, name):
        request = urllib.request.Request(f"http://{self.registry}/v2/team/{name}/tags/list",
                                         headers={"Authorization": "Basic " + base64.b64encode(f"bob:{PASSWORD}".encode()).decode()})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["tags"]

    def containers(self):
        return self.engine.docker("ps", "-aq").stdout.split()

    def test_it_is_built_tried_pushed_and_the_cluster_may_pull_it(self):
        spec = self.spec("shop", f"push: true\nuser: bob\npullSecret: default/timonier-lab-pull\n")
        first = self.ctl("image", "build", "-f", spec, code=1)
        self.assertIn(f"no password of bob at {self.registry} is kept", first)
        self.assertNotIn("Build ", first.replace("Build arguments", ""))   # found before anything was built
        self.ctl("image", "login", self.registry, "--user", "bob", given=PASSWORD + "\n")
        self.assertIn("will be done", self.ctl("image", "plan", "-f", spec))
        told = self.ctl("image", "build", "-f", spec)
        self.assertIn("it was still up after 1 s", told)
        self.assertIn("hello from the app", told)
        self.assertEqual(self.tags("shop"), ["1.0"])
        self.assertEqual(self.containers(), [])
        again = self.ctl("image", "build", "-f", spec)
        self.assertNotIn("Successfully built", again)
        secret = json.loads(self.ctl("get", "secret", "timonier-lab-pull", "-n", "default", "-o", "json"))
        kept = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))
        self.assertEqual(base64.b64decode(kept["auths"][self.registry]["auth"]).decode(), "bob:" + PASSWORD)
        # The password is in the keyring, and nowhere else.
        with open(self.at("home/.docker/config.json"), encoding="utf-8") as file:
            self.assertEqual(file.read(), '{"auths": {}}\n')
        found = subprocess.run(["grep", "-rlE", PASSWORD + "|" + base64.b64encode(f"bob:{PASSWORD}".encode()).decode(), self.at("home"), self.at("run")], capture_output=True, text=True)
        self.assertEqual(found.stdout, "")

        # What it is built from has changed: it is built and pushed anew.
        self.write("app/Dockerfile", 'FROM scratch\nCOPY server /server\nLABEL a=b\nCMD ["/server"]\n')
        self.assertIn("Successfully built", self.ctl("image", "build", "-f", spec))

    def test_a_wrong_password_is_told_as_one(self):
        self.ctl("image", "login", self.registry, "--user", "eve", given="wrong\n")
        told = self.ctl("image", "build", "-f", self.spec("eves", "push: true\nuser: eve\n"), code=1)
        self.assertIn("unauthorized", told)
        self.assertIn("Sign in: `timonierctl image login", told)
        self.ctl("image", "logout", self.registry, "--user", "eve")
        self.assertIn("is kept", self.ctl("image", "build", "-f", self.at("eves.yaml"), code=1))

    def test_a_program_that_is_not_there_fails_the_trial_and_leaves_nothing(self):
        os.makedirs(self.at("broken"), exist_ok=True)
        self.write("broken/Dockerfile", 'FROM scratch\nCOPY Dockerfile /x\nCMD ["/nowhere"]\n')
        told = self.ctl("image", "build", "-f", self.spec("broken", context="broken"), code=1)
        self.assertIn("The program that CMD or ENTRYPOINT names is not in the image", told)
        self.assertEqual(self.containers(), [])

    def test_a_dockerfile_that_fails_says_its_own_reason(self):
        os.makedirs(self.at("missing"), exist_ok=True)
        self.write("missing/Dockerfile", "FROM scratch\nCOPY nothere /x\n")
        self.assertIn("nothere", self.ctl("image", "build", "-f", self.spec("missing", context="missing"), code=1).splitlines()[-2])

    def test_killed_in_a_trial_it_goes_on_and_no_container_is_left(self):
        spec = self.spec("killed").replace("killed.yaml", "killed.yaml")
        with open(spec, encoding="utf-8") as file:
            text = file.read().replace("trial: 1", "trial: 20")
        self.write("killed.yaml", text)
        process = subprocess.Popen([CTL, "image", "build", "-f", spec], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not self.containers() and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.assertEqual(len(self.containers()), 1)
        self.write("killed.yaml", text.replace("trial: 20", "trial: 1"))
        self.ctl("image", "build", "-f", spec)
        self.assertEqual(self.containers(), [])

    def test_no_engine_says_what_to_start(self):
        environment = self.environment
        self.environment = dict(environment, DOCKER_HOST="unix:///nowhere.sock")
        try:
            told = self.ctl("image", "build", "-f", self.spec("shop2"), code=1)
        finally:
            self.environment = environment
        self.assertIn("Start docker, then resume the run", told)


if __name__ == "__main__":
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS") is None or os.environ.get("TIMONIER_IMAGE_BUS") != "own":
        os.environ["TIMONIER_IMAGE_BUS"] = "own"
        os.execvp("dbus-run-session", ["dbus-run-session", "--", sys.executable, "-B", *sys.argv])
    container_engine.enter("-m")
    unittest.main()
