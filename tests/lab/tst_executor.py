#!/usr/bin/env python3
"""Roll-outs run on a real control plane: each strategy to its end, killed at every step, taken back at every step, disturbed by others.

It has a control plane of its own, in a network of its own where that is possible (unshare), so that pods can have addresses at which the
test answers as their containers would. A/B tests, shadows and weighted canaries are checked against the real CRDs of the Gateway API and
of Istio, taken from their Go modules: what the schemas refuse fails; no gateway runs here, so that no request is really split by one.
"""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from lab import crds, workloads
from lab.api import in_parallel
from lab.control_plane import ControlPlane
from lab.process import wait_until
from lab.program import ctl as program_ctl
from lab.roll import Endpoints, Rollout, Shop, deployment, service

OWN_NETWORK = "TIMONIER_OWN_NETWORK"
ADDRESS = "198.51.100.1"   # TEST-NET-2: nobody's


def enter_own_network():
    """Runs this file again in a network namespace of its own; where that cannot be, says so and goes on without."""
    if os.environ.get(OWN_NETWORK):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
        return
    mode = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*mode, "ip", "link", "set", "lo", "up"], stderr=subprocess.DEVNULL).returncode == 0:
        os.execvpe(mode[0], [*mode, sys.executable, "-B", __file__, *sys.argv[1:]], {**os.environ, OWN_NETWORK: "1"})
    print("this machine gives no network namespaces: the HTTP checks are not tested", file=sys.stderr)


class Answers(http.server.BaseHTTPRequestHandler):
    """What the containers would answer; /healthz as the test likes, Prometheus' API beside it."""
    health, errors = 200, "0"

    def do_GET(self):
        if self.path.startswith("/api/v1/query"):
            body, status = {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [0, Answers.errors]}]}}, 200
        else:
            body, status = {"path": self.path}, Answers.health
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


TO = ("--to", "image=example.com/web:2")
QUICK = {"rolling": (), "recreate": (), "blue-green": ("--set", "check=2s", "--set", "keep=2s"), "canary": ("--set", "steps=25,50", "--set", "pause=2s"),
         "ab": ("--set", "share=25", "--set", "duration=2s"), "shadow": ("--set", "share=50", "--set", "duration=2s")}
SLOW = ("--set", "pause=10m", "--set", "check=10m", "--set", "keep=10m", "--set", "duration=10m")
BROKEN = '{"metadata":{"annotations":{"lab.timonier.dev/ready-after":"never"}}}'


class Executor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="executor-")
        cls.lab = ControlPlane(os.path.join(cls.folder.name, "lab"))
        cls.lab.start()
        in_parallel(lambda node: cls.lab.api.create("/api/v1/nodes", node), [workloads.node(i) for i in range(5)])
        crds.install(cls.lab)
        if os.environ.get(OWN_NETWORK):
            cls.server = http.server.ThreadingHTTPServer((ADDRESS, 8080), Answers)
            threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.lab.stop()
        cls.folder.cleanup()

    def shop(self, name):
        return Shop(self.lab, name)

    def route(self, shop, name, router):
        """A route of that router to the application's Service."""
        api = self.lab.api
        if router == "gateway":
            api.create(f"/apis/gateway.networking.k8s.io/v1/namespaces/{shop.namespace}/httproutes", {
                "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name, "namespace": shop.namespace},
                "spec": {"parentRefs": [{"name": "edge"}], "hostnames": [f"{name}.example"], "rules": [
                    {"matches": [{"path": {"type": "PathPrefix", "value": "/static"}}], "backendRefs": [{"name": "files", "port": 80}]},
                    {"backendRefs": [{"name": name, "port": 80}]}]}})
        elif router == "istio":
            api.create(f"/apis/networking.istio.io/v1/namespaces/{shop.namespace}/virtualservices", {
                "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": name, "namespace": shop.namespace},
                "spec": {"hosts": [name], "http": [{"route": [{"destination": {"host": name}}]}]}})
        else:
            api.create(f"/apis/networking.k8s.io/v1/namespaces/{shop.namespace}/ingresses", {
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name, "namespace": shop.namespace},
                "spec": {"ingressClassName": "nginx", "rules": [{"host": f"{name}.example", "http": {"paths": [
                    {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}}]}}]}})

    # --- to the end ---

    def test_each_strategy_ends_with_the_new_version_and_nothing_left_and_never_with_too_few_endpoints(self):
        shop = self.shop("whole")
        # What is promised: all of the pods; a rolling update may miss maxUnavailable of them (25 % of 4).
        cases = {"rolling": 3, "blue-green": 4, "canary": 3, "recreate": 0}
        routed = {("canary", "gateway"): 3, ("canary", "istio"): 3, ("canary", "nginx"): 3, ("ab", "gateway"): 3, ("ab", "istio"): 3, ("ab", "nginx"): 3,
                  ("shadow", "gateway"): 3, ("shadow", "istio"): 3}

        def one(case):
            strategy, router, promised = case
            name = f"{strategy}-{router}" if router else strategy
            shop.application(name)
            if router:
                self.route(shop, name, router)
            before = shop.listing(name)
            with Endpoints(shop, name) as clients, Rollout(shop, "start", f"deploy/{name}", "--strategy", strategy, *TO, *QUICK[strategy]) as run:
                code = run.end()
            problems = [] if code == 0 else [f"exit {code}: {run.stderr}"]
            if clients.least < promised or clients.looks < 20:
                problems.append(f"{clients.least} ready endpoints, {promised} promised, {clients.looks} looks")
            if shop.image(name) != "example.com/web:2":
                problems.append(f"image {shop.image(name)}")
            if strategy == "blue-green" and clients.mixed:   # nobody meets two versions
                problems.append(f"two versions behind the Service in {clients.mixed} of {clients.looks} looks")
            if shop.listing(name) != before:
                problems.append(f"before {before}\nafter {shop.listing(name)}")
            return [f"{name}: {p}" for p in problems]
        every = [(s, None, p) for s, p in cases.items()] + [(s, r, p) for (s, r), p in routed.items()]
        self.assertEqual(sum(in_parallel(one, every, 6), []), [])

    def test_routes_say_what_was_ordered_while_it_is_under_way(self):
        shop = self.shop("routes")
        for router in ("gateway", "istio", "nginx"):
            shop.application(f"web-{router}")
            self.route(shop, f"web-{router}", router)

        def spec(router, name):
            kinds = {"gateway": "/apis/gateway.networking.k8s.io/v1/namespaces/routes/httproutes/", "istio": "/apis/networking.istio.io/v1/namespaces/routes/virtualservices/",
                     "nginx": "/apis/networking.k8s.io/v1/namespaces/routes/ingresses/"}
            return self.lab.api.get(kinds[router] + name)
        for router in ("gateway", "istio", "nginx"):
            name = f"web-{router}"
            with self.subTest(router), Rollout(shop, "start", name, "--strategy", "canary", *TO, *SLOW, "--set", "steps=10,50") as run:
                run.wait("the first watch", lambda e: e["promotable"])
                if router == "gateway":
                    rules = spec(router, name)["spec"]["rules"]
                    self.assertEqual([(b["name"], b["weight"]) for b in rules[1]["backendRefs"]], [(name, 90), (f"{name}-next", 10)])
                    self.assertEqual(rules[0]["backendRefs"][0]["name"], "files")
                elif router == "istio":
                    targets = spec(router, name)["spec"]["http"][0]["route"]
                    self.assertEqual([(t["destination"]["host"], t["weight"]) for t in targets], [(name, 90), (f"{name}-next.routes.svc.cluster.local", 10)])
                else:
                    canary = spec(router, f"{name}-next")
                    self.assertEqual(canary["metadata"]["annotations"]["nginx.ingress.kubernetes.io/canary-weight"], "10")
                    self.assertEqual(canary["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"], f"{name}-next")
                self.assertEqual(run.events[-1]["new_share"], 0.1)
                # The router splits, so the Service itself leads to the old pods alone.
                self.assertEqual([pod for pod in Endpoints(shop, name).look() if "-next-" in pod], [])
                # The next step, by hand.
                self.assertEqual(shop.ctl("promote", name).returncode, 0)
                run.wait("half of the requests", lambda e: e["new_share"] == 0.5 and e["promotable"])
                self.assertEqual(shop.ctl("abort", name).returncode, 0)
                self.assertEqual(run.end(), 1)
        for by, header, pattern in ((("--set", "rule.header=x-beta", "--set", "rule.value=yes"), "x-beta", ("Exact", "yes")),
                                    (("--set", "rule.device=mobile"), "User-Agent", ("RegularExpression", ".*(Mobi|Android|iPhone|iPad).*"))):
            with Rollout(shop, "start", "web-gateway", "--strategy", "ab", *TO, *SLOW, *by) as run:
                run.wait("the watch", lambda e: e["promotable"])
                rules = spec("gateway", "web-gateway")["spec"]["rules"]
                self.assertEqual(len(rules), 3)
                self.assertEqual(rules[1]["matches"][0]["headers"], [{"type": pattern[0], "name": header, "value": pattern[1]}])
                self.assertEqual((rules[1]["backendRefs"][0]["name"], rules[2]["backendRefs"][0]["name"]), ("web-gateway-next", "web-gateway"))
                self.assertEqual(shop.ctl("abort", "web-gateway").returncode, 0)
                run.end()
        with Rollout(shop, "start", "web-gateway", "--strategy", "shadow", *TO, *SLOW) as run:
            run.wait("the watch", lambda e: e["promotable"])
            self.assertEqual(spec("gateway", "web-gateway")["spec"]["rules"][1]["filters"][0]["requestMirror"]["backendRef"]["name"], "web-gateway-next")
            self.assertEqual(run.events[-1]["new_share"], 0)
            self.assertEqual(shop.ctl("abort", "web-gateway").returncode, 0)
            run.end()
        self.assertNotIn("filters", spec("gateway", "web-gateway")["spec"]["rules"][1])

    def test_what_was_foretold_comes_true(self):
        """The same plan foretold by `preview` and run: how long it takes, how few pods ever serve, how many there are at the most."""
        shop = self.shop("foretold")
        settings = {"recreate": (), "rolling": (), "blue-green": ("blueGreenCheck=3s", "blueGreenKeep=5s"), "canary": ("canarySteps=25,50", "canaryPause=4s")}
        orders = {"recreate": (), "rolling": (), "blue-green": ("check=3s", "keep=5s"), "canary": ("steps=25,50", "pause=4s")}
        # kwok's pods run at once, are ready 2 s later, and go at once.
        machine = ("startUp=0s", "warmUp=2s", "grace=0s", "shutdown=0s")

        def one(strategy):
            shop.application(strategy, replicas=8, ready="2s")
            path = os.path.join(self.folder.name, f"foretold-{strategy}.json")
            with open(path, "w") as f:
                json.dump(deployment(strategy, "foretold", replicas=8), f)
            sets = [f"--set={s}" for s in machine + settings[strategy]]
            done = program_ctl("preview", "-f", path, "--strategy", strategy, "-o", "json", *sets)
            figures = json.loads(done.stdout)["outcomes"][0]["figures"]
            with Endpoints(shop, strategy) as clients, Rollout(shop, "start", strategy, "--strategy", strategy, *TO, *(f"--set={o}" for o in orders[strategy])) as run:
                self.assertEqual(run.end(), 0, run.stderr)
            took, steps = run.events[-1]["at_s"], run.events[-1]["steps"]
            told = f"{strategy}: foretold {figures}, took {took} s, {clients.least} to {clients.most} ready endpoints"
            print(told, file=sys.stderr, flush=True)
            # The executor looks once a second whether a step is done.
            good = -1 <= took - figures["duration_s"] <= 1.5 * steps and abs(clients.least - figures["least_serving"]) <= 1
            return [] if good else [told]
        self.assertEqual(sum(in_parallel(one, list(settings), 4), []), [])

    # --- killed, and taken back, at every step ---

    def test_killed_at_every_step_it_goes_on_from_there(self):
        shop = self.shop("killed")

        def one(strategy):
            name = strategy
            shop.application(name)
            if strategy in ("ab", "shadow"):
                self.route(shop, name, "gateway")
            before, kills, step, arguments = shop.listing(name), 0, 1, ("start", name, "--strategy", strategy, *TO, *QUICK[strategy])
            with Endpoints(shop, name) as clients:
                while True:
                    with Rollout(shop, *arguments) as run:
                        event = run.wait_step(step)
                        if event["phase"] == "finished" or run.process.poll() is not None:
                            if run.end() != 0:
                                return [f"{name}: {run.stderr}"]
                            break
                        run.kill()
                        kills, step, steps = kills + 1, event["step"] + 1, event["steps"]
                    arguments = ("resume", name, "--take-over")
            problems = []
            if kills < steps - 1:   # the last one may be over before it is killed
                problems.append(f"killed {kills} times in {steps} steps")
            if clients.least < (0 if strategy == "recreate" else 3):
                problems.append(f"{clients.least} ready endpoints")
            if shop.image(name) != "example.com/web:2" or shop.listing(name) != before:
                problems.append(f"{shop.image(name)}; before {before}\nafter {shop.listing(name)}")
            return [f"{name}: {p}" for p in problems]
        self.assertEqual(sum(in_parallel(one, list(QUICK), 6), []), [])

    def test_taken_back_at_every_step_the_old_version_runs_and_nothing_is_left(self):
        shop = self.shop("back")
        steps = {"rolling": (1, 2, 3), "recreate": (2,), "blue-green": range(2, 10), "canary": range(2, 12), "ab": range(2, 9), "shadow": range(2, 10)}

        def one(case):
            strategy, step = case
            name = f"{strategy}-{step}"
            shop.application(name)
            if strategy in ("ab", "shadow"):
                self.route(shop, name, "gateway")
            before = shop.listing(name)
            with Endpoints(shop, name) as clients, Rollout(shop, "start", name, "--strategy", strategy, *TO, *QUICK[strategy]) as run:
                run.wait_step(step)
                run.kill()
                back = shop.ctl("abort", name, "--take-over")
            problems = [] if back.returncode == 0 else [f"exit {back.returncode}: {back.stdout} {back.stderr}"]
            if clients.least < (0 if strategy == "recreate" else 3):
                problems.append(f"{clients.least} ready endpoints")
            if shop.image(name) != "example.com/web:1" or shop.listing(name) != before:
                problems.append(f"{shop.image(name)}; before {before}\nafter {shop.listing(name)}")
            shop.settled(name)
            return [f"{name}: {p}" for p in problems]
        self.assertEqual(sum(in_parallel(one, [(s, n) for s, all_of in steps.items() for n in all_of], 8), []), [])

    # --- a new version that is not well ---

    def test_a_new_version_that_is_not_well_goes_back_by_itself(self):
        shop = self.shop("unwell")
        plans = {
            "never-ready": ("blue-green", {"template": json.loads(BROKEN)}, "made no progress"),
            "rolls-never": ("rolling", {"template": json.loads(BROKEN)}, "made no progress"),
            "crashes": ("canary", {"template": {"metadata": {"annotations": {"lab.timonier.dev/crash-after": "1s"}}}, "steps": [25], "pause": "10m",
                                   "checks": {"every": "1s", "failures": 2}}, "checks failed"),
        }
        if os.environ.get(OWN_NETWORK):
            plans["http"] = ("canary", {"steps": [25], "pause": "10m", "checks": {"every": "1s", "failures": 2, "http": {"path": "/healthz"}}}, "/healthz")
            plans["prometheus"] = ("canary", {"steps": [25], "pause": "10m", "checks": {"every": "1s", "failures": 2, "prometheus": {
                "address": "unwell/prometheus-web:80", "query": "sum(rate(errors[1m]))", "most": 0.01}}}, "at most 0.01")

        def one(item):
            name, (strategy, plan, why) = item
            more = {"lab.timonier.dev/pod-ip": ADDRESS} if name in ("http", "prometheus") else None
            shop.application(name, more=more, progressDeadlineSeconds=8)
            if name == "prometheus":
                self.lab.api.create(shop.services, service("prometheus-web", shop.namespace, {"app": name}))
            path = os.path.join(self.folder.name, f"{name}.yaml")
            with open(path, "w") as f:   # JSON is YAML
                json.dump({"deployment": name, "image": "example.com/web:2", "strategy": strategy, **plan}, f)
            before = shop.listing(name)
            with Endpoints(shop, name) as clients, Rollout(shop, "start", "-f", path) as run:
                if name in ("http", "prometheus"):
                    run.wait("a good check", lambda e: any(c["good"] for c in e["checks"] if "answer" in c["words"] or "gives" in c["words"]))
                    Answers.health, Answers.errors = (503, Answers.errors) if name == "http" else (Answers.health, "0.5")
                code = run.end()
            problems = []
            if code != 1 or why not in run.stderr or "the roll-out went back" not in run.stderr:
                problems.append(f"exit {code}: {run.stderr}")
            if shop.image(name) != "example.com/web:1" or shop.listing(name) != before or clients.least < 3:
                problems.append(f"{shop.image(name)}, {clients.least}; before {before}\nafter {shop.listing(name)}")
            return [f"{name}: {p}" for p in problems]
        self.assertEqual(sum(in_parallel(one, list(plans.items()), 6), []), [])

    # --- others ---

    def test_what_somebody_else_changes_in_the_middle_is_seen_and_kept(self):
        shop = self.shop("others")
        shop.application("web")
        before = shop.listing("web")
        with Rollout(shop, "start", "web", "--strategy", "blue-green", *TO, *SLOW) as run:
            run.wait("the first watch", lambda e: e["promotable"])
            self.lab.kubectl("set", "image", "deployment/web", "web=example.com/web:hotfix", "-n", "others")
            seen = run.wait("that it is paused", lambda e: e["phase"] == "paused")
            self.assertIn("kubectl-set", seen["why"])
            self.assertIn("template", seen["why"])
            self.assertEqual(shop.ctl("abort", "web").returncode, 0)
            self.assertEqual(run.end(), 1)
        self.assertEqual(shop.image("web"), "example.com/web:hotfix")
        self.assertEqual(shop.listing("web"), before)
        # Scaled in the middle: whoever did it wants as many at the end, too.
        shop.settled("web")
        with Rollout(shop, "start", "web", "--strategy", "canary", *TO, *SLOW, "--set", "steps=25,50") as run:
            run.wait("the watch", lambda e: e["promotable"])
            self.lab.kubectl("scale", "deployment/web", "--replicas=6", "-n", "others")
            run.wait("6 wanted", lambda e: e["wanted"] == 6)
            self.assertEqual(shop.ctl("promote", "web", "--full").returncode, 0)   # past the second watch, too
            self.assertEqual(run.end(), 0)
        self.assertEqual(shop.get("web")["spec"]["replicas"], 6)

    def test_one_drives_and_others_see_and_steer(self):
        shop = self.shop("drivers")
        shop.application("web")
        self.assertIn("no roll-out", shop.ctl("status", "web").stderr)
        with Rollout(shop, "start", "web", "--strategy", "canary", *TO, *SLOW, "--set", "steps=25") as run:
            run.wait("the watch", lambda e: e["promotable"])
            again = shop.ctl("start", "web", "--strategy", "rolling", "--to", "image=example.com/web:3")
            self.assertEqual(again.returncode, 1)
            self.assertIn("under way already", again.stderr)
            second = shop.ctl("resume", "web")
            self.assertEqual(second.returncode, 1)
            self.assertIn("drives this roll-out", second.stderr)
            status = shop.ctl("status", "web", "-o", "json")
            self.assertEqual((json.loads(status.stdout)["phase"], json.loads(status.stdout)["new_ready"]), ("running", 1))
            self.assertEqual(shop.ctl("pause", "web").returncode, 0)
            run.wait("the pause", lambda e: e["phase"] == "paused")
            self.assertEqual(shop.ctl("resume", "web").returncode, 0)
            run.wait("that it goes on", lambda e: e["phase"] == "running" and e["at_s"] > run.events[0]["at_s"])
            # Taken over while the first one lives: that one notices and stops.
            with Rollout(shop, "resume", "web", "--take-over") as other:
                self.assertEqual(run.end(60), 1)
                self.assertIn("drives this roll-out now", run.stderr)
                # Interrupted: it stays where it is, and nobody drives it.
                self.assertEqual(other.interrupt(), 130)
                self.assertIn("rollout resume web", other.stderr)
        self.assertIn("nobody drives it", shop.ctl("status", "web").stdout)
        done = shop.ctl("promote", "web", timeout=180)
        self.assertEqual((done.returncode, shop.image("web")), (0, "example.com/web:2"), done.stderr)
        undone = shop.ctl("undo", "web", timeout=180)
        self.assertEqual((undone.returncode, shop.image("web")), (0, "example.com/web:1"), undone.stderr)

    def test_what_cannot_be_done_is_said_before_anything_is_changed(self):
        shop = self.shop("refused")
        shop.application("web")
        self.lab.api.create(shop.deployments, deployment("none", "refused", replicas=0))
        self.lab.api.create(shop.services, service("none", "refused"))
        self.lab.api.create(shop.deployments, deployment("lonely", "refused"))
        for name in ("twin-a", "twin-b"):
            twin = deployment(name, "refused")
            twin["spec"]["selector"]["matchLabels"] = twin["spec"]["template"]["metadata"]["labels"] = {"app": "twin"}
            self.lab.api.create(shop.deployments, twin)
        for name in ("lonely", "twin-a", "twin-b", "none"):
            shop.settled(name)
        plan = Path(self.folder.name, "bad.yaml")
        plan.write_text("deployment: web\nimage: example.com/web:2\nstrategy: canary\nsteps: [50, 20]\n")
        unknown = Path(self.folder.name, "unknown.yaml")
        unknown.write_text("deployment: web\nimage: example.com/web:2\nstratgey: canary\n")
        cases = [
            (("start", "web", "--strategy", "ab", *TO), "can choose users", "Gateway API"),
            (("start", "none", "--strategy", "canary", *TO), "runs no pods", "rolling"),
            (("start", "lonely", "--strategy", "blue-green", *TO), "no Service leads", "Make a Service"),
            (("start", "twin-a", "--strategy", "rolling", *TO), "twin-a and twin-b select the same pods", "selector of its own"),
            (("start", "webs", "--strategy", "rolling", *TO), "no Deployment webs", "Did you mean web"),
            (("start", "web", "--strategy", "rolling", "--to", "image=example.com/web:1"), "nothing would change", ""),
            (("start", "web", "--strategy", "rolling", "--to", "webs=example.com/web:2"), "no container of this name", "Did you mean web"),
            (("start", "web", "--strategy", "canary", *TO, "--set", "router=istio"), "no route of Istio", ""),
            (("start", "-f", str(plan)), "bad.yaml:4", "more than the one before"),
            (("start", "-f", str(unknown)), "stratgey: there is no such field", "Did you mean strategy"),
        ]
        before = shop.listing("")
        for arguments, message, hint in cases:
            with self.subTest(arguments=arguments):
                done = shop.ctl(*arguments)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(message, done.stderr)
                self.assertIn(hint, done.stderr)
        # No rights: each that is missing is named.
        refused = shop.ctl("start", "web", "--strategy", "blue-green", *TO, user="readonly")
        self.assertEqual(refused.returncode, 1)
        for missing in ("patch, create, delete deployments", "create, update, delete configmaps", "patch, create, delete services"):
            self.assertIn(missing, refused.stderr)
        self.assertEqual(shop.listing(""), before)
        # Zero pods roll in place, and one pod by every way there is.
        self.assertEqual(shop.ctl("start", "none", "--strategy", "rolling", *TO).returncode, 0)
        shop.application("single", replicas=1)
        for number, strategy in enumerate(("rolling", "blue-green", "canary", "recreate"), 2):
            done = shop.ctl("start", "single", "--strategy", strategy, "--to", f"image=example.com/web:{number}", *QUICK[strategy])
            self.assertEqual((done.returncode, shop.image("single")), (0, f"example.com/web:{number}"), done.stderr)

    def test_an_autoscaler_keeps_its_say(self):
        shop = self.shop("scaled")
        shop.application("web")
        self.lab.api.create("/apis/autoscaling/v2/namespaces/scaled/horizontalpodautoscalers", {
            "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "namespace": "scaled"},
            "spec": {"minReplicas": 4, "maxReplicas": 8, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}})
        tried = shop.ctl("start", "web", "--strategy", "canary", *TO, "--dry-run")
        self.assertIn("the autoscaler web decides", tried.stdout)
        with Endpoints(shop, "web") as clients, Rollout(shop, "start", "web", "--strategy", "canary", *TO, *QUICK["canary"]) as run:
            self.assertEqual(run.end(), 0, run.stderr)
        self.assertGreaterEqual(clients.least, 3)
        self.assertTrue(all(e["wanted"] == 4 for e in run.events))
        self.assertEqual(shop.get("web")["spec"]["replicas"], 4)

    def test_z_a_minute_without_the_api_server(self):
        """The last: it takes the API server from all others."""
        shop = self.shop("away")
        shop.application("web")
        before = shop.listing("web")
        with Rollout(shop, "start", "web", "--strategy", "blue-green", *TO, "--set", "check=3s", "--set", "keep=3s") as run:
            run.wait_step(4)
            self.lab.kill_apiserver()
            run.wait("that it says so", lambda e: "127.0.0.1" in e["waiting_for"], 30)
            time.sleep(60)
            self.lab.restart_apiserver()
            self.assertEqual(run.end(), 0, run.stderr)
        wait_until("the API server to answer", lambda: shop.listing("web") == before, 60)
        self.assertEqual(shop.image("web"), "example.com/web:2")


if __name__ == "__main__":
    enter_own_network()
    unittest.main(warnings="ignore")
