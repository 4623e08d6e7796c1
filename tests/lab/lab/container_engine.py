"""A real container engine of a test's own: docker.io unpacked by tests/lab/kind-engine, with its own data and socket, in namespaces of its own.

    if __name__ == "__main__":
        container_engine.enter("-n", "-m")   # or says why not, and exits with 77
        unittest.main()
"""
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def reason_to_skip():
    if os.geteuid() != 0:
        return "a container engine needs root here"
    for tool in ("unshare", "ip"):
        if not shutil.which(tool):
            return f"{tool} is not here"
    if subprocess.run(["unshare", "-n", "-m", "true"], capture_output=True).returncode:
        return "namespaces cannot be made here"
    ready = subprocess.run([os.path.join(HERE, "kind-engine"), "--check"], capture_output=True, text=True)
    if ready.returncode and not os.environ.get("TIMONIER_KIND_LAB"):
        return f"{ready.stderr.strip()} (TIMONIER_KIND_LAB=1 has it made, in some ten minutes)"
    return None


class Engine:
    """dockerd, in this process's namespaces. Without `network` it touches no interface and no firewall, and its containers have none."""

    def __init__(self, folder, network=True, data=None):
        self.folder, self.lab = folder, lab_folder()
        engine = os.path.join(self.lab, "engine")
        libs = os.path.join(engine, "usr/lib/x86_64-linux-gnu")
        self.own = dict(os.environ, PATH=f"{engine}/usr/sbin:{engine}/usr/bin:{os.environ['PATH']}", LD_LIBRARY_PATH=f"{libs}:{engine}/lib/x86_64-linux-gnu", XTABLES_LIBDIR=f"{libs}/xtables")
        self.socket = f"unix://{folder}/docker.sock"
        config = os.path.join(folder, "daemon.json")
        with open(config, "w", encoding="utf-8") as file:
            # Documentation addresses (RFC 5737), within a namespace that leads nowhere.
            json.dump({"runtimes": {"lab": {"path": f"{engine}/usr/sbin/runc-of-lab"}}, "default-runtime": "lab",
                       **({"default-address-pools": [{"base": "198.51.100.0/25", "size": 27}], "bip": "198.51.100.129/28"} if network
                          else {"bridge": "none", "iptables": False, "ip6tables": False})}, file)
        self.log = open(os.path.join(folder, "dockerd.log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(["dockerd", "--config-file", config, "-H", self.socket, "--data-root", data or os.path.join(self.lab, "data"), "--exec-root", os.path.join(folder, "exec"),
                                         "--pidfile", os.path.join(folder, "pid")], env=self.own, stdout=self.log, stderr=subprocess.STDOUT)
        self.docker_program = f"{engine}/usr/bin/docker"

    def docker(self, *arguments, check=True):
        return subprocess.run([self.docker_program, *arguments], env=dict(self.own, DOCKER_HOST=self.socket), capture_output=True, text=True, check=check)

    def wait(self):
        for _ in range(120):
            if self.process.poll() is not None:
                break
            if self.docker("version", check=False).returncode == 0:
                return
            time.sleep(0.5)
        with open(self.log.name, encoding="utf-8") as file:
            raise RuntimeError("dockerd did not come up: " + file.read()[-2000:])

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def lab_folder():
    return subprocess.run([os.path.join(HERE, "kind-engine")], capture_output=True, text=True, check=True).stdout.strip()


def enter(*namespaces):
    """Starts this program again in namespaces of its own (unshare's options): what dockerd does to interfaces, firewall and mounts ends with it."""
    reason = reason_to_skip()
    if reason:
        print("skipped: " + reason)
        sys.exit(77)
    if os.environ.get("TIMONIER_ENGINE_NAMESPACES") != "own":
        os.environ["TIMONIER_ENGINE_NAMESPACES"] = "own"
        os.execvp("unshare", ["unshare", *namespaces, "--propagation", "private", "--", sys.executable, "-B", *sys.argv])
    if "-n" in namespaces:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
