"""What tests of kubeadm over ssh have in common: a home for timonierctl, a spec, a run whose events can be waited for, and what a host and a cluster are at the end.

    fleet = Fleet(folder, lab); spec = fleet.spec("lab", ["h1"], ["h2"])
    with fleet.create(spec) as run:
        run.until("packages h2", "applying"); run.kill()
"""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from .process import LabError

# Everything that undo must bring back. Caches of apt and man, what services write while they run, and the mark that sudo itself leaves at its first use are not looked at.
LISTING = r"""find / -xdev \( -path /proc -o -path /sys -o -path /tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/apt/lists -o -path /var/tmp -o -path /var/lib/systemd \) -prune -o -printf '%p %m %U %l\n' |
grep -v -e '^/var/lib/apt/extended_states' -e '^/var/lib/dpkg/[^ ]*-old ' -e '^/var/lib/dpkg/triggers' -e '^/root/.bash_history' -e '/.sudo_as_admin_successful ' | sort
cat /etc/fstab /etc/hosts; dpkg-query -W -f '${Package} ${Status} ${Version}\n'; apt-mark showhold; ip route; ip -o link | cut -d: -f2 | cut -d@ -f1
systemctl list-units --type=service --state=running --plain --no-legend | cut -d' ' -f1 | grep -v systemd-timedated; cat /proc/sys/net/ipv4/ip_forward; iptables-save 2>/dev/null | grep -vE '^(#|\*|COMMIT|:[A-Z]+ ACCEPT)' || true"""


class Run:
    """A plan that runs: its events as they come."""

    def __init__(self, words, environment, stdin):
        self.events, self.errors, self.changed = [], "", threading.Condition()
        self.process = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        self.readers = [threading.Thread(target=self._read, daemon=True), threading.Thread(target=self._complain, daemon=True)]
        for reader in self.readers:
            reader.start()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(stdin)
            self.process.stdin.close()
        self.heard = lambda event: None

    def _read(self):
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):   # a line that was cut off by a kill
                event = json.loads(line)
                self.heard(event)
                with self.changed:
                    self.events.append(event)
                    self.changed.notify_all()
        with self.changed:
            self.events.append(None)
            self.changed.notify_all()

    def _complain(self):
        for line in self.process.stderr:
            self.errors += line

    def until(self, step, state, patience=300):
        """That step is in that state. LabError if the run ends before."""
        is_it = lambda event: event and event["event"] == "step" and event["step"] == step and event["state"] == state   # noqa: E731
        with self.changed:
            if not self.changed.wait_for(lambda: any(map(is_it, self.events)) or None in self.events, patience) or not any(map(is_it, self.events)):
                raise LabError(f"{step} did not become {state}: {self.errors[-1000:]}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self, patience=400):
        """Its exit code; killed if it does not end."""
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise LabError(f"it did not end within {patience} s: {self.states()}") from None
        for reader in self.readers:
            reader.join(10)
        return code

    def states(self):
        """The last state of each step."""
        return {event["step"]: event["state"] for event in self.events if event and event["event"] == "step"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        for reader in self.readers:
            reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()


class Fleet:
    """A person with hosts. `ways`: host -> port of 127.0.0.1 by which timonierctl reaches it instead (proxies that cut)."""

    def __init__(self, folder, lab, ways=None):
        self.folder, self.lab = folder, lab
        home = os.path.join(folder, "home")
        os.makedirs(os.path.join(home, ".ssh"), mode=0o700, exist_ok=True)
        with open(lab["sshConfig"], encoding="utf-8") as file:
            config = file.read()
        for name, port in (ways or {}).items():
            address = lab.host(name)["address"]
            config = config.replace(f"Host {name}\n  HostName {address}\n", f"Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  HostKeyAlias {address}\n")
        with open(os.path.join(home, ".ssh", "config"), "w", encoding="utf-8") as file:
            file.write(config)
        self.kubeconfig = os.path.join(folder, "kubeconfig")
        self.key = os.path.join(folder, "packages.asc")
        shutil.copy(lab["mirror"]["keyFile"], self.key)
        self.environment = {name: value for name, value in os.environ.items() if name not in ("KUBECONFIG", "SSH_AUTH_SOCK")}
        self.environment |= {"HOME": home, "XDG_DATA_HOME": os.path.join(folder, "data"), "XDG_CACHE_HOME": os.path.join(folder, "cache"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        self.program = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")
        self.password = f"{lab['users']['ops']['password']}\n" * 20

    def spec(self, name, control_planes, workers, **more):
        document = {"provider": "kubeadm", "name": name, "kubernetes": self.lab["version"], "user": "nopass", "controlPlanes": control_planes, "workers": workers, "podSubnet": self.lab["podSubnet"],
                    "packages": {"url": self.lab["mirror"]["kubernetes"], "key": self.key}, "images": {"archives": [self.lab["images"]["all"]], "workerArchives": [self.lab["images"]["worker"]]},
                    "network": {"manifest": self.lab["networkManifest"]}, "kubeconfig": self.kubeconfig, **more}
        path = os.path.join(self.folder, name + ".yaml")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
        return path

    def run(self, *words):
        return Run([self.program, *words, "-o", "json"], self.environment, self.password)

    def create(self, spec):
        return self.run("cluster", "create", "-f", spec)

    def resume(self, spec):
        """As it is told to do: the last run of the journal, or once more where it was killed before it had begun one."""
        done = subprocess.run([self.program, "runs", "-o", "json"], env=self.environment, capture_output=True, text=True, timeout=60)
        runs = json.loads(done.stdout or "[]")
        if not runs or runs[0]["state"] == "finished":
            return self.create(spec)
        return self.run("runs", "resume", str(runs[0]["id"]))

    def delete(self, spec):
        done = subprocess.run([self.program, "cluster", "delete", "-f", spec], env=self.environment, capture_output=True, text=True, timeout=300, input=self.password)
        if done.returncode:
            raise LabError(f"it cannot be deleted: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def listings(self, names):
        with ThreadPoolExecutor() as pool:
            return dict(zip(names, pool.map(lambda name: self.lab.run(name, LISTING)["out"].splitlines(), names)))

    def kubectl(self, *words):
        return subprocess.run([self.lab["kubectl"], "--kubeconfig", self.kubeconfig, "--context", "lab", *words], capture_output=True, text=True, timeout=60, check=True).stdout

    def state(self, names):
        """What there is of the cluster, without what chance names: to be held against an undisturbed one's."""
        end = time.monotonic() + 60
        while True:
            nodes = json.loads(self.kubectl("get", "nodes", "-o", "json"))["items"]
            pods = json.loads(self.kubectl("get", "pods", "-A", "-o", "json"))["items"]
            state = {
                "nodes": sorted(f"{node['metadata']['name']} {[one['status'] for one in node['status']['conditions'] if one['type'] == 'Ready']} {node['metadata']['labels'].get('tier', '')} {node['spec'].get('taints', '')}" for node in nodes),
                "pods": sorted(f"{pod['metadata']['namespace']}/{pod['metadata'].get('generateName', pod['metadata']['name'])} {pod['status']['phase']}" for pod in pods if pod["metadata"].get("deletionTimestamp") is None),
                "secrets": sorted(self.kubectl("get", "secrets", "-A", "-o", "name").split()),
                "contexts": sorted(self.kubectl("config", "get-contexts", "-o", "name").split()),
            }
            with ThreadPoolExecutor() as pool:
                state["hosts"] = dict(zip(names, pool.map(self._on_host, names)))
            if all("True" in node for node in state["nodes"]) and all(pod.endswith("Running") for pod in state["pods"]) or time.monotonic() > end:
                return state
            time.sleep(1)

    def _on_host(self, name):
        found = self.lab.run(name, "find /etc/kubernetes /etc/cni/net.d /etc/containerd /var/lib/timonier /run/timonier -type f ! -name '.*-keep' 2> /dev/null | sort; ls /var/tmp; apt-mark showhold; dpkg -l | grep -c ^ii; dpkg --audit; "
                                   "cat /etc/apt/sources.list.d/*; systemctl is-enabled kubelet containerd; pgrep -c -x kubeadm; pgrep -x 'kubelet|containerd' | wc -l", check=False)["out"]
        # Which images were there before is a matter of time, not of outcome.
        return re.sub(r"(?m)^systemd-private.*\n", "", found).splitlines()
