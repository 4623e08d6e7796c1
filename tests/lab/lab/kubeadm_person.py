"""A person who makes a cluster of the lab's hosts with timonierctl: a home of their own, its ssh configuration, specs, the kubeconfig."""
import json
import os
import shutil
import subprocess


class Person:
    def __init__(self, lab, folder):
        self.lab, self.folder = lab, folder
        home = os.path.join(folder, "home")
        os.makedirs(os.path.join(home, ".ssh"), mode=0o700)
        shutil.copy(lab["sshConfig"], os.path.join(home, ".ssh", "config"))
        self.kubeconfig = os.path.join(folder, "kubeconfig")
        self.environment = {name: value for name, value in os.environ.items() if name not in ("KUBECONFIG", "SSH_AUTH_SOCK")}
        self.environment |= {"HOME": home, "XDG_DATA_HOME": os.path.join(folder, "data"), "XDG_CACHE_HOME": os.path.join(folder, "cache"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.key = os.path.join(folder, "packages.asc")
        with open(self.key, "wb") as file:
            file.write(subprocess.run(["curl", "-fsS", lab["mirror"]["key"]], check=True, capture_output=True).stdout)

    def spec(self, name, control_planes, workers, **more):
        document = {"provider": "kubeadm", "name": name, "kubernetes": self.lab["version"], "user": "nopass", "controlPlanes": control_planes, "workers": workers, "podSubnet": self.lab["podSubnet"],
                    "packages": {"url": self.lab["mirror"]["kubernetes"], "key": self.key}, "images": {"archives": [self.lab["images"]["all"]], "workerArchives": [self.lab["images"]["worker"]]},
                    "network": {"manifest": self.lab["networkManifest"]}, "kubeconfig": self.kubeconfig, **more}
        path = os.path.join(self.folder, name + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path

    def ctl(self, *arguments, code=0, timeout=420):
        """Its output; what it says on stderr where it is to fail."""
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        done = subprocess.run([program, *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if done.returncode != code:
            raise AssertionError(f"timonierctl {' '.join(arguments)} ended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
        return done.stderr if code else done.stdout

    def begin(self, *arguments):
        """In the background, its output to be read."""
        program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        return subprocess.Popen([program, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def kubectl(self, context, *arguments, stdin=None):
        done = subprocess.run([self.lab["kubectl"], "--kubeconfig", self.kubeconfig, "--context", context, *arguments], input=stdin, capture_output=True, text=True, timeout=120, env=self.environment)
        if done.returncode:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def nodes(self, context):
        return {item["metadata"]["name"]: {one["type"]: one["status"] for one in item["status"]["conditions"]}["Ready"] for item in json.loads(self.kubectl(context, "get", "nodes", "-o", "json"))["items"]}
