#!/usr/bin/env python3
"""Does the simulator foretell what the real controllers do? Random roll-outs, run on the lab's controller-manager and simulated.

    TIMONIER_ROLLOUTS=200 TIMONIER_ROLLOUTS_SEED=7 ctest -L lab -R rollouts      25 cases and seed 6 without these

Each case is one Deployment in a namespace of its own. What the watch says of its ReplicaSets' spec.replicas is compared with
`timonierctl preview -o json` for the same manifest.

What is compared. Pods that kwok makes ready at the same time become so some tenths of a second apart, in an order that nobody
decides, and the Deployment controller looks as often as its queue lets it: after one, after three, or after all of them. From 10 old
pods it then goes 10 -> 9 -> 7 or 10 -> 7, and puts what it starts between these. All of that is legal, and differs from run to run
of the real controllers with one another. So steps are put together to bursts: a burst ends when nothing has been scaled for
GAP seconds. Compared are, for each burst, its (old, new) spec.replicas at the end, which must be identical in number, order and
value, and the time of its beginning, within one readiness delay of the case; and how many pods of each are ready at the end, where it
comes to one. How many are identical step by step is told, too.

Some specs stand on an edge: a pod crashes in the same tenth of a second in which another one becomes available, or a change comes
while a wave is half ready. What the real ones do there differs from run to run as well. The simulation itself tells such specs: with
pods that start LATER, or at different times, or in another part of a second, it says something else. They are drawn again before
anything is run; how many were is told. What is run is compared with the plain simulation alone. What differs is run again alone, three
times at most; it counts if it differs each time.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from lab import workloads
from lab.api import in_parallel
from lab.control_plane import ControlPlane
from lab.process import wait_until

CASES = int(os.environ.get("TIMONIER_ROLLOUTS") or 25)
SEED = int(os.environ.get("TIMONIER_ROLLOUTS_SEED") or 6)   # the same each time, so that what fails is the change
AT_ONCE = int(os.environ.get("TIMONIER_ROLLOUTS_AT_ONCE") or 8)
GAP, LONGEST = 2.0, 45   # seconds; the shortest readiness delay is 4 s
LATER = ({}, {"startUp": "300ms"}, {"startUp": "250ms", "jitter": "200ms", "seed": "1"}, {"startUp": "500ms", "jitter": "450ms", "seed": "2"},
         *({"startUp": "60ms", "jitter": "50ms", "seed": str(seed)} for seed in range(3, 7)))
CTL = os.path.join(os.environ.get("TIMONIER_BIN_DIR", ""), "timonierctl")
BROKEN = os.environ.get("TIMONIER_ROLLOUTS_BREAK")   # "maxSurge=1": a setting that makes the simulation wrong, to see the test fail


class Case:
    """One roll-out: the manifest, what happens to it, and how long it is looked at."""

    def __init__(self, number, attempt):
        rng = random.Random(f"{SEED}/{number}/{attempt}")
        self.number, self.ns = number, f"rollout-{number:03d}"
        self.replicas = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30])
        self.recreate = rng.random() < 0.15
        amounts = ["0%", "10%", "25%", "34%", "50%", "100%", 0, 1, 2, 3, 5]
        while True:
            self.surge, self.unavailable = rng.choice(amounts), rng.choice(amounts)
            if self.surge not in ("0%", 0) or self.unavailable not in ("0%", 0):
                break
        self.min_ready = rng.choice([0, 0, 0, 2, 4])
        self.ready_after = rng.choice([4, 5, 6])
        self.gone_after = rng.choice([0, 0, 3])
        self.never = self.crash = self.unhealthy = self.room = None
        self.changes = []
        odd = rng.random()
        if odd < 0.08:
            self.never = True
        elif odd < 0.18:
            self.crash = rng.choice([2, 7, 9, 12])
        elif odd < 0.28:
            self.unhealthy = rng.randrange(1, self.replicas + 1)
        elif odd < 0.46:
            # Between two waves of pods, far from both: a wave is some tenths of a second long on the real one, and what somebody
            # does in the middle of it meets the roll-out where nobody can say.
            wave = self.ready_after + self.min_ready
            self.changes = [(1.5 * wave, rng.randrange(0, 31))] if odd < 0.38 else [(1.5 * wave, "pause"), (1.5 * wave + 5, "resume")]
        elif odd < 0.54 and not self.recreate:
            self.room = rng.randrange(0, 4)

    @classmethod
    def drawn(cls, number, folder):
        """The first that stands on no edge and is over soon enough; and how many were not."""
        for attempt in range(100):
            case = cls(number, attempt)
            plain = bursts(case.simulate(folder, 0, {}), (case.replicas, 0))
            if case.finished is None and not (case.never or case.crash or case.room is not None) or (case.finished or 0) > LONGEST:
                continue
            if all([state for _, state in bursts(case.simulate(folder, offset, later), (case.replicas, 0))] == [state for _, state in plain]
                   for later in LATER for offset in (0, 600)):
                return case, attempt
        raise AssertionError(f"no case {number} of seed {SEED}")

    def manifest(self, version):
        annotations = {"lab.timonier.dev/ready-after": f"{self.ready_after}s"}
        if self.gone_after:
            annotations["lab.timonier.dev/gone-after"] = f"{self.gone_after}s"
        if version == 2 and self.never:
            annotations["lab.timonier.dev/ready-after"] = "never"
        if version == 2 and self.crash:
            annotations["lab.timonier.dev/crash-after"] = f"{self.crash}s"
        strategy = {"type": "Recreate"} if self.recreate else {
            "type": "RollingUpdate", "rollingUpdate": {"maxSurge": self.surge, "maxUnavailable": self.unavailable}}
        pod = {"containers": [{"name": "web", "image": f"example.com/web:{version}"}], "terminationGracePeriodSeconds": 30}
        if self.room is not None:
            pod["nodeSelector"] = {"case": self.ns}
            pod["tolerations"] = [{"key": "case", "operator": "Exists"}]
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": self.ns},
                "spec": {"replicas": self.replicas, "minReadySeconds": self.min_ready, "strategy": strategy,
                         "selector": {"matchLabels": {"case": self.ns}},
                         "template": {"metadata": {"labels": {"case": self.ns}, "annotations": annotations}, "spec": pod}}}

    def settings(self, offset, later):
        sets = {"startUp": "0s", "warmUp": f"{self.ready_after}s", "grace": "30s", "shutdown": f"{self.gone_after}s", "qps": "0",
                "clockOffset": f"{offset}ms", "limit": f"{self.horizon()}s"}
        sets.update(later)
        if self.never:
            sets["neverReady"] = "true"
        if self.crash:
            sets["crashAfter"] = f"{self.ready_after + self.crash}s"
        if self.unhealthy:
            sets["unhealthy"] = str(self.unhealthy)
        if self.room is not None:
            sets["room"] = str(self.room)
        return [f"--set={k}={v}" for k, v in sets.items()] + [f"--set=change={at}s:{what}" for at, what in self.changes] + (
            [f"--set={BROKEN}"] if BROKEN else [])

    def horizon(self):
        """Where nothing is ever finished, this long is enough to see; a finished one is looked at for a while longer."""
        return 30 if self.never else 40 if self.crash else 45 if self.room is not None else 90

    def simulate(self, folder, offset, later):
        path = os.path.join(folder, f"{self.ns}.json")
        with open(path, "w") as f:
            json.dump(self.manifest(1), f)
        done = subprocess.run([CTL, "preview", "-f", path, "--strategy", "recreate" if self.recreate else "rolling", "-o", "json",
                               *self.settings(offset, later)], capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise AssertionError(f"{self}: {done.stderr}")
        outcome = json.loads(done.stdout)["outcomes"][0]
        self.finished = outcome["figures"]["duration_s"]
        self.sets = outcome["sets"]
        return [(step["at_s"], step["set"], step["to"]) for step in outcome["steps"] if step["to"] != step["from"] or step["to"]]

    def ready_at(self, seconds):
        """[old, new] pods that are ready then, by the simulation that was made last."""
        found = [0, 0]
        for change in self.sets:
            if change["at_s"] <= seconds:
                found[change["set"]] = change["ready"]
        return found

    def __str__(self):
        rest = {k: v for k, v in vars(self).items() if k in ("never", "crash", "unhealthy", "room", "changes") and v not in (None, [])}
        return (f"case {self.number} of seed {SEED}: {self.replicas} replicas, " +
                ("Recreate" if self.recreate else f"surge {self.surge}, unavailable {self.unavailable}") +
                f", minReady {self.min_ready}, ready after {self.ready_after} s, gone after {self.gone_after} s, {rest}")


class SetWatch(threading.Thread):
    """Each ReplicaSet's spec.replicas as the watch tells it: {namespace: [(time, hash, spec, ready), …]}."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.seen, self.lock = {}, threading.Lock()
        version = lab.api.get("/apis/apps/v1/replicasets?limit=1")["metadata"]["resourceVersion"]
        self.stream = lab.api.open("GET", f"/apis/apps/v1/replicasets?watch=1&resourceVersion={version}&timeoutSeconds=7200")
        self.stream.owner.sock.settimeout(7200)

    def run(self):
        for line in self.stream:
            event, now = json.loads(line), time.time()
            if event["type"] not in ("ADDED", "MODIFIED"):
                continue
            item = event["object"]
            with self.lock:
                self.seen.setdefault(item["metadata"]["namespace"], []).append(
                    (now, item["metadata"]["labels"]["pod-template-hash"], item["spec"]["replicas"], item["status"].get("readyReplicas", 0)))

    def of(self, namespace):
        with self.lock:
            return list(self.seen.get(namespace, []))


def bursts(steps, initial):
    """[(time of the first step, (old, new) at the end)]. Where the end is as the beginning was, nothing has happened."""
    found, now, last = [], list(initial), None
    for at, which, to in steps:
        if last is None or at - last > GAP:
            found.append([at, None])
        now[which] = to
        found[-1][1] = tuple(now)
        last = at
    return [(at, state) for at, state in found]


class Rollouts(unittest.TestCase):
    def start(self, lab, case):
        lab.api.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": case.ns}})
        if case.room is not None:
            node = workloads.node(100 + case.number)
            node["metadata"]["labels"]["case"] = case.ns
            node["spec"]["taints"] = [{"key": "case", "value": case.ns, "effect": "NoSchedule"}]   # its room is its own
            node["status"]["capacity"]["pods"] = node["status"]["allocatable"]["pods"] = str(case.replicas + case.room)
            lab.api.create("/api/v1/nodes", node)
        lab.api.create(f"/apis/apps/v1/namespaces/{case.ns}/deployments", case.manifest(1))

    def settled(self, lab, case):
        path = f"/apis/apps/v1/namespaces/{case.ns}/deployments/web"

        def available():
            return lab.api.get(path)["status"].get("availableReplicas", 0)
        wait_until(f"{case}: {case.replicas} available", lambda: available() == case.replicas, 180)
        if case.unhealthy:
            pods = lab.api.get(f"/api/v1/namespaces/{case.ns}/pods")["items"]
            for pod in sorted(pods, key=lambda p: p["metadata"]["name"])[:case.unhealthy]:
                # No longer a pod that kwok would make ready: its status stays as it is written here.
                at = f"/api/v1/namespaces/{case.ns}/pods/{pod['metadata']['name']}"
                lab.api.patch(at, {"metadata": {"annotations": {"lab.timonier.dev/ready-after": "never"}}})
                for condition in pod["status"]["conditions"]:
                    if condition["type"] in ("Ready", "ContainersReady"):
                        condition["status"] = "False"
                lab.api.patch(at + "/status", {"status": {"conditions": pod["status"]["conditions"]}})
            wait_until(f"{case}: {case.unhealthy} not ready", lambda: available() == case.replicas - case.unhealthy, 60)

    def roll(self, lab, case):
        """Changes the template, and what else is to be done, each at its time."""
        path = f"/apis/apps/v1/namespaces/{case.ns}/deployments/web"
        template = case.manifest(2)["spec"]["template"]
        case.began = time.time()
        lab.api.patch(path, {"spec": {"template": template}})
        for at, what in case.changes:
            time.sleep(max(0, case.began + at - time.time()))
            lab.api.patch(path, {"spec": {"paused": what == "pause"} if isinstance(what, str) else {"replicas": what}})

    def observed(self, watch, case, old_hash, until):
        specs, steps = {old_hash: case.replicas}, []
        for at, which, spec, _ in watch.of(case.ns):
            if case.began <= at <= until and specs.get(which, 0) != spec:
                specs[which] = spec
                steps.append((at - case.began, int(which != old_hash), spec))
        return steps

    def ready(self, watch, case, old_hash):
        found = [0, 0]
        for at, which, _, ready in watch.of(case.ns):
            if at <= case.until:
                found[int(which != old_hash)] = ready
        return found

    def roll_out(self, lab, watch, folder, cases):
        """Several at once. What was wrong with each (None: nothing), and whether it went identically step by step; the worst difference."""
        in_parallel(lambda case: self.start(lab, case), cases)
        in_parallel(lambda case: self.settled(lab, case), cases)
        time.sleep(1)
        hashes = {case.ns: watch.of(case.ns)[-1][1] for case in cases}
        threads = [threading.Thread(target=self.roll, args=(lab, case)) for case in cases]
        for thread in threads:
            thread.start()
            time.sleep(0.15)   # not all of them in the same millisecond, as real ones are not
        for case in cases:
            while not hasattr(case, "began"):
                time.sleep(0.01)
            case.foretold = case.simulate(folder, int(case.began * 1000) % 1000, {})
            case.until = case.began + min(case.horizon() - 3, (case.finished or case.horizon()) + 8)
        for thread in threads:
            thread.join()
        time.sleep(max(0, max(case.until for case in cases) - time.time()))
        results, worst = [], 0.0
        for case in cases:
            seen = self.observed(watch, case, hashes[case.ns], case.until)
            foretold = [s for s in case.foretold if s[0] <= case.until - case.began]
            real, simulated = bursts(seen, (case.replicas, 0)), bursts(foretold, (case.replicas, 0))
            same = [s for _, s in real] == [s for _, s in simulated]
            off = max((abs(a[0] - b[0]) for a, b in zip(real, simulated)), default=0) if same else 0
            worst = max(worst, off)
            if case.finished is not None or case.never:   # else it ends somewhere in the middle
                same &= self.ready(watch, case, hashes[case.ns]) == case.ready_at(case.until - case.began)
            problem = None
            if not same or off > case.ready_after:
                def show(steps):
                    return " ".join(f"{at:.2f}:{'on'[which]}{to}" for at, which, to in steps)
                problem = (f"{case}\n  real      {real}\n  simulated {simulated}\n  steps real      {show(seen)}\n  steps simulated {show(foretold)}"
                           f"\n  ready at the end: real {self.ready(watch, case, hashes[case.ns])}, simulated {case.ready_at(case.until - case.began)}")
            results.append((case, problem, [s[1:] for s in seen] == [s[1:] for s in foretold]))
        in_parallel(lambda case: lab.api.delete(f"/api/v1/namespaces/{case.ns}"), cases)
        return results, worst

    def test_the_simulator_foretells_what_the_controllers_do(self):
        print(f"{CASES} cases, seed {SEED}", file=sys.stderr, flush=True)
        doubtful, wrong, identical, again, worst = [], [], 0, 0, 0.0
        with tempfile.TemporaryDirectory(prefix="rollouts-") as folder, ControlPlane(os.path.join(folder, "lab")) as lab:
            in_parallel(lambda node: lab.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(5)])
            watch = SetWatch(lab)
            watch.start()
            for first in range(0, CASES, AT_ONCE):
                drawn = [Case.drawn(number, folder) for number in range(first, min(first + AT_ONCE, CASES))]
                again += sum(attempts for _, attempts in drawn)
                results, off = self.roll_out(lab, watch, folder, [case for case, _ in drawn])
                worst = max(worst, off)
                identical += sum(same for _, _, same in results)
                for case, problem, _ in results:
                    if problem:
                        doubtful.append(case.number)
                        print(problem, file=sys.stderr, flush=True)
                print(f"{first + len(drawn)} of {CASES}: {len(doubtful)} that differ, {identical} identical step by step, worst difference {worst:.2f} s",
                      file=sys.stderr, flush=True)
            # Several at once on a busy machine are late for reasons of the machine's, and a race goes one way today and the other tomorrow.
            # What differs is rolled out again, alone, up to three times: a fault of the simulator's is there each time; where the real
            # controllers have once done what was foretold, it is they that differ from run to run.
            for number in doubtful:
                problems = []
                for again_alone in "abc":
                    case, _ = Case.drawn(number, folder)
                    case.ns += "-" + again_alone
                    [(_, problem, _)], _ = self.roll_out(lab, watch, folder, [case])
                    if not problem:
                        break
                    problems.append(problem)
                else:
                    wrong.append(problems[-1])
                print(f"case {number} alone: {len(problems)} of {len(problems) + (not problem)} differed", file=sys.stderr, flush=True)
        print(f"{CASES} cases, seed {SEED}: {len(wrong)} mismatches ({len(doubtful)} differed when {AT_ONCE} ran at once), {identical} identical "
              f"step by step, {again} drawn again, worst difference {worst:.2f} s", file=sys.stderr, flush=True)
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(warnings="ignore")   # in_parallel leaves its connections to the end of its threads
