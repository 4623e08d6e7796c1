#!/usr/bin/env python3
"""port-forward, exec and cp through a real API server to kwok's kubelet port, and to tests/lab/kubelet for what kwok does not do:
tell a command's exit code, end its input, pass on that the application closed a connection. Both serve with the kubelets' library.
"""
import hashlib
import json
import os
import queue
import signal
import socket
import socketserver
import subprocess
import threading
import time
import unittest

from lab.process import free_ports
from lab.program import command_line, ctl, environment
from lab.running import RunningLab

lab = RunningLab.of_ctest()
MB = 1 << 20


class Application(socketserver.ThreadingTCPServer):
    """What listens in every pod. The first line of a connection says what it does: ECHO, SINK n (answers the sum), SOURCE n."""
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            stream = self.request.makefile("rb")
            what, *count = stream.readline().decode().split() or [""]
            if what == "ECHO":
                while data := stream.read1(65536):
                    self.request.sendall(data)
            elif what == "SINK":
                left, summed = int(count[0]), hashlib.sha256()
                while left and (data := stream.read1(min(left, 65536))):
                    summed.update(data)
                    left -= len(data)
                self.request.sendall(summed.hexdigest().encode() + b"\n")
                stream.read1(1)
            elif what == "SOURCE":
                block = bytes(range(256)) * 4096
                for _ in range(int(count[0]) // MB):
                    self.request.sendall(block)
                stream.read1(1)


class Forwarding:
    """`port-forward -o json`, its lines as they come."""

    def __init__(self, *arguments, kubeconfig, user=None):
        self.process = subprocess.Popen(command_line(["port-forward", "-o", "json", *arguments], kubeconfig, user), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        self.lines, self.came = [], queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = self.until(lambda line: line["type"] == "LISTENING")["port"]

    def _read(self):
        for line in self.process.stdout:
            self.came.put(json.loads(line))

    def until(self, condition, timeout=30):
        end = time.monotonic() + timeout
        while True:
            try:
                self.lines.append(self.came.get(timeout=max(0.01, end - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"not seen; last {self.lines[-4:]}; exit {self.process.poll()}") from None
            if condition(self.lines[-1]):
                return self.lines[-1]

    def connect(self, first, timeout=30):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout)
        connection.sendall(first)
        return connection

    def echoes(self, text=b"is somebody there?"):
        with self.connect(b"ECHO\n" + text) as connection:
            return connection.makefile("rb").read(len(text)) == text

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmHWM:"))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(10)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Streams(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.application = Application(("127.0.0.1", lab.ports["application"]), Application.Handler)
        threading.Thread(target=cls.application.serve_forever, daemon=True).start()
        cls.addClassCleanup(lambda: (cls.application.shutdown(), cls.application.server_close()))
        cls.name = f"streams-{time.time_ns() % 10**9}"
        labels = {"app": cls.name}
        container = {"name": "web", "image": "example.org/web:1", "ports": [{"name": "http", "containerPort": 3000}, {"name": "dead", "containerPort": 81}]}
        lab.api.create("/apis/apps/v1/namespaces/team-a/deployments", {
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": cls.name},
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}})
        cls.addClassCleanup(lab.api.delete, f"/apis/apps/v1/namespaces/team-a/deployments/{cls.name}")
        lab.api.create("/api/v1/namespaces/team-a/services", {
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": cls.name},
            "spec": {"selector": labels, "ports": [{"name": "web", "port": 5555, "targetPort": "http"}, {"name": "dead", "port": 81, "targetPort": "dead"}]}})
        cls.addClassCleanup(lab.api.delete, f"/api/v1/namespaces/team-a/services/{cls.name}")
        end = time.monotonic() + 60
        while len(cls.ready()) < 2:
            assert time.monotonic() < end, "the pods do not get ready"
            time.sleep(0.2)

    @classmethod
    def pods(cls):
        return lab.api.get(f"/api/v1/namespaces/team-a/pods?labelSelector=app%3D{cls.name}")["items"]

    @classmethod
    def ready(cls):
        return [p["metadata"]["name"] for p in cls.pods() if "deletionTimestamp" not in p["metadata"]
                and any(c["type"] == "Ready" and c["status"] == "True" for c in p["status"].get("conditions", []))]

    def setUp(self):
        lab.proxy("pass")
        self.addCleanup(lab.proxy, "pass")

    def forward(self, *arguments, kubeconfig=None, user=None):
        forwarding = Forwarding(*arguments, "-n", "team-a", kubeconfig=kubeconfig or lab.kubeconfig, user=user)
        self.addCleanup(forwarding.stop)
        return forwarding

    # --- port-forward ---
    def test_fifty_megabytes_both_ways_are_the_same_bytes_and_cost_no_memory(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        block = os.urandom(MB)
        with forwarding.connect(f"SINK {50 * MB}\n".encode()) as up:
            summed = hashlib.sha256()
            for _ in range(50):
                up.sendall(block)
                summed.update(block)
            self.assertEqual(up.makefile().readline().strip(), summed.hexdigest())
        with forwarding.connect(f"SOURCE {50 * MB}\n".encode()) as down:
            got, wanted = hashlib.sha256(), hashlib.sha256()
            for _ in range(50):
                wanted.update(bytes(range(256)) * 4096)
            left = 50 * MB
            while left:
                data = down.recv(min(left, MB))
                self.assertTrue(data, f"{left} bytes are missing")
                got.update(data)
                left -= len(data)
            self.assertEqual(got.hexdigest(), wanted.hexdigest())
        self.assertLess(forwarding.memory(), 60_000)

    def test_a_reader_that_is_slow_costs_no_memory(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        with forwarding.connect(f"SOURCE {500 * MB}\n".encode()):
            time.sleep(3)   # nobody reads: what does not fit into the sockets waits at the application
            self.assertLess(forwarding.memory(), 60_000)

    def test_twenty_connections_at_once_do_not_mix(self):
        forwarding = self.forward(f"deploy/{self.name}", ":http")
        wrong = []

        def talk(number):
            text = f"connection {number} ".encode() * 20_000
            with forwarding.connect(b"ECHO\n") as connection:
                threading.Thread(target=connection.sendall, args=(text,), daemon=True).start()
                if connection.makefile("rb").read(len(text)) != text:
                    wrong.append(number)
        talkers = [threading.Thread(target=talk, args=(i,)) for i in range(20)]
        for talker in talkers:
            talker.start()
        for talker in talkers:
            talker.join(60)
        self.assertEqual(wrong, [])
        self.assertEqual(forwarding.until(lambda line: line.get("connections") == 20)["connections"], 20)

    def test_a_pod_that_is_replaced_is_followed(self):
        for kind, port in (("svc", ":5555"), ("pod", ":3000")):
            with self.subTest(kind=kind):
                while len(self.ready()) < 2:
                    time.sleep(0.2)
                target = f"svc/{self.name}" if kind == "svc" else f"pod/{self.ready()[0]}"
                forwarding = self.forward(target, port)
                self.assertTrue(forwarding.echoes())
                first = forwarding.until(lambda line: line.get("state") == "Active")["pod"]
                lab.api.delete(f"/api/v1/namespaces/team-a/pods/{first}?gracePeriodSeconds=0")
                self.assertTrue(forwarding.echoes())
                self.assertNotEqual(forwarding.until(lambda line: line.get("state") == "Active" and line["pod"] != first)["pod"], first)

    def test_a_connection_waits_until_a_pod_is_ready(self):
        scale = f"/apis/apps/v1/namespaces/team-a/deployments/{self.name}"
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        lab.kubectl("scale", "-n", "team-a", f"deploy/{self.name}", "--replicas=0")
        self.addCleanup(lab.kubectl, "scale", "-n", "team-a", f"deploy/{self.name}", "--replicas=2")
        while self.pods():
            time.sleep(0.2)
        time.sleep(1.5)
        with forwarding.connect(b"ECHO\npatience") as connection:
            waiting = forwarding.until(lambda line: line.get("state") == "Waiting")
            self.assertIn("no pod is ready", waiting["problem"])
            lab.kubectl("scale", "-n", "team-a", f"deploy/{self.name}", "--replicas=2")
            self.assertEqual(connection.makefile("rb").read(8), b"patience")
        self.assertTrue(lab.api.get(scale))

    def test_the_api_server_restarts_in_the_middle(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        with forwarding.connect(b"ECHO\nbefore") as connection:
            self.assertEqual(connection.makefile("rb").read(6), b"before")
            lab.kill_apiserver()
            with self.assertRaises(ConnectionResetError):   # not a quiet end: who reads must not take it for all there is
                connection.recv(1)
        broken = forwarding.until(lambda line: line.get("problem"))
        self.assertIn("cut the connection", broken["problem"])
        lab.restart_apiserver()
        self.assertTrue(forwarding.echoes())

    def test_a_cut_network_is_told_and_the_next_connection_works(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555", kubeconfig=lab.kubeconfig_proxied)
        with forwarding.connect(b"ECHO\nbefore") as connection:
            self.assertEqual(connection.makefile("rb").read(6), b"before")
            lab.proxy("cut")
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
        self.assertTrue(forwarding.echoes())

    def test_a_port_on_which_nobody_listens_is_named(self):
        forwarding = self.forward(f"svc/{self.name}", ":dead")
        with forwarding.connect(b"ECHO\n") as connection:
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
        said = forwarding.until(lambda line: line.get("state") == "PortClosed")["problem"]
        self.assertIn("listens on port 81", said)
        self.assertIn("connection refused", said)

    def test_without_the_right_it_is_said_which_one_is_missing(self):
        done = ctl("port-forward", f"svc/{self.name}", ":5555", "-n", "team-a", kubeconfig=lab.kubeconfig, user="readonly")
        self.assertEqual(done.returncode, 1)
        self.assertIn("get and create pods/portforward", done.stderr)

    def test_every_kind_of_login_opens_streams(self):
        for user in ("token", "exec", "single"):
            with self.subTest(user=user):
                self.assertTrue(self.forward(f"svc/{self.name}", ":5555", user=user).echoes())

    def test_what_is_not_there_is_named_at_once(self):
        for arguments, word in (((f"svc/{self.name}", "80"), "5555 (web)"), ((f"deploy/{self.name}", "htpp"), "3000 (http)"), (("svc/nothing", "80"), "nothing")):
            done = ctl("port-forward", *arguments, "-n", "team-a", kubeconfig=lab.kubeconfig)
            self.assertEqual(done.returncode, 1)
            self.assertIn(word, done.stderr)
        for wrong in ((f"svc/{self.name}",), (f"svc/{self.name}", "0"), (f"svc/{self.name}", "80:"), ("configmap/x", "80")):
            self.assertEqual(ctl("port-forward", *wrong, kubeconfig=lab.kubeconfig).returncode, 2)

    def test_a_local_port_that_is_taken_is_said(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        done = ctl("port-forward", f"svc/{self.name}", f"{forwarding.port}:5555", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"port {forwarding.port} of this computer is taken", done.stderr)

    def test_it_ends_with_130_and_its_connections_with_it(self):
        forwarding = self.forward(f"svc/{self.name}", ":5555")
        with forwarding.connect(b"ECHO\nx") as connection:
            self.assertEqual(connection.recv(1), b"x")
            begun = time.monotonic()
            self.assertEqual(forwarding.stop(), 130)
            self.assertLess(time.monotonic() - begun, 2)

    # --- exec ---
    def exec_line(self, *options, command, pod=None, user="admin"):
        # Behind -- everything is the command's.
        return command_line(["exec", *options, "--kubeconfig", lab.kubeconfig, "--context", user, pod or self.ready()[0], "-n", "team-a", "--", *command])

    def run_in(self, *options, command, stdin=b"", **more):
        done = subprocess.run(self.exec_line(*options, command=command, **more), input=stdin, capture_output=True, timeout=60, env=environment())
        return done.returncode, done.stdout, done.stderr.decode()

    def test_exec_keeps_output_and_errors_apart(self):
        code, out, err = self.run_in(command=["sh", "-c", "echo said; echo complained >&2; printf '%s|' \"$@\"", "sh", "two words", "a'b\"c", "$HOME", "--flag", "ü&?="])
        self.assertEqual((code, err), (0, "complained\n"))
        self.assertEqual(out.decode(), "said\ntwo words|a'b\"c|$HOME|--flag|ü&?=|")

    def test_exec_passes_input_on(self):
        data = os.urandom(3 * MB)
        code, out, err = self.run_in("-i", command=["head", "-c", str(len(data))], stdin=data)
        self.assertEqual((code, out == data), (0, True), err)

    def test_a_hundred_megabytes_of_output_cost_no_memory(self):
        process = subprocess.Popen(self.exec_line(command=["head", "-c", str(100 * MB), "/dev/zero"]),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment())
        time.sleep(1)
        with open(f"/proc/{process.pid}/status") as f:
            self.assertLess(next(int(line.split()[1]) for line in f if line.startswith("VmHWM:")), 60_000)
        self.assertEqual(len(process.stdout.read()), 100 * MB)
        self.assertEqual(process.wait(10), 0)
        process.stdout.close()

    def test_exec_says_what_is_missing(self):
        for options, word, more in (((), "no-such-pod", {"pod": "no-such-pod"}), (("-c", "mistyped"), "mistyped", {}),
                                    ((), "get and create pods/exec", {"user": "readonly"})):
            code, out, err = self.run_in(*options, command=["true"], **more)
            self.assertEqual((code, out), (1, b""))
            self.assertIn(word, err)
        self.assertIn("no-such-program", self.run_in(command=["no-such-program"])[2])

    # --- cp ---
    def file(self, size):
        path = lab.path(f"upload-{time.time_ns()}")
        with open(path, "wb") as f:
            f.write(os.urandom(size))
        self.addCleanup(os.remove, path)
        return path

    def there(self):
        return lab.path("containers")

    def test_a_file_of_thirty_megabytes_arrives_whole(self):
        path = self.file(30 * MB)
        for target in (f"{self.there()}/a model's \"best\" $(version).bin", self.there()):
            done = ctl("cp", path, f"{self.ready()[0]}:{target}", "-n", "team-a", "-o", "json", kubeconfig=lab.kubeconfig)
            self.assertEqual(done.returncode, 0, done.stderr)
            said = json.loads(done.stdout)
            self.assertTrue(said["compared"])
            self.assertEqual(said["path"], target if target != self.there() else f"{target}/{os.path.basename(path)}")
            with open(path, "rb") as sent, open(said["path"], "rb") as arrived:
                self.assertTrue(sent.read() == arrived.read())
            os.remove(said["path"])
        self.assertEqual([left for left in os.listdir(self.there()) if left.endswith(".part")], [])

    def test_an_empty_file_arrives(self):
        done = ctl("cp", self.file(0), f"{self.ready()[0]}:{self.there()}/empty", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.path.getsize(f"{self.there()}/empty"), 0)
        os.remove(f"{self.there()}/empty")

    def test_an_upload_that_is_cut_leaves_nothing_under_the_final_name(self):
        path, target = self.file(MB), f"{self.there()}/half"
        os.truncate(path, 400 * MB)
        for cut in (True, False):
            with self.subTest(cut=cut):
                lab.proxy("pass")
                process = subprocess.Popen(command_line(["cp", path, f"{self.ready()[0]}:{target}", "-n", "team-a"], lab.kubeconfig_proxied),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
                parts = lambda: [f"{self.there()}/{name}" for name in os.listdir(self.there()) if name.startswith("half.timonier-")]
                while process.poll() is None and not any(os.path.getsize(part) > MB for part in parts()):
                    time.sleep(0.01)
                lab.proxy("blackhole")
                self.assertIsNone(process.poll(), "it was faster than this test")
                lab.proxy("cut") if cut else process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)
                self.assertEqual((process.returncode, out), (1 if cut else 130, ""))
                if cut:
                    self.assertIn("was cut after", err)
                    self.assertIn("Nothing was put in place", err)
                lab.proxy("pass")
                time.sleep(1)
                self.assertFalse(os.path.exists(target))
                for part in parts():   # kwok may leave the shell waiting: its part stays, under a name of its own
                    self.assertLess(os.path.getsize(part), 400 * MB)
                    os.remove(part)

    def test_where_nothing_can_be_written_the_shell_s_words_are_told(self):
        done = ctl("cp", self.file(10), f"{self.ready()[0]}:/no/such/folder/x", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/no/such/folder/x", done.stderr)
        done = ctl("cp", "/no/such/file", f"{self.ready()[0]}:/tmp/x", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.assertEqual(done.returncode, 1)
        self.assertIn("/no/such/file cannot be read", done.stderr)


class Kubelet(unittest.TestCase):
    """A node of its own, whose one pod is this computer."""

    @classmethod
    def setUpClass(cls):
        kubelet, cls.http, cls.dead = free_ports(3)
        with open(lab.path("lab.json")) as f:
            program = os.path.join(json.load(f)["engines"], "lab-kubelet")
        os.makedirs(lab.path("containers"), exist_ok=True)
        process = subprocess.Popen([program, "--listen", f"127.0.0.1:{kubelet}", "--certificate", lab.path("pki/kubelet.crt"), "--key", lab.path("pki/kubelet.key"),
                                    "--folder", lab.path("containers")], stderr=subprocess.DEVNULL)
        cls.addClassCleanup(lambda: (process.kill(), process.wait()))
        cls.pod = f"streams-{time.time_ns() % 10**9}"
        node = f"node-of-{cls.pod}"
        lab.api.create("/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}})
        cls.addClassCleanup(lab.api.delete, f"/api/v1/nodes/{node}")
        lab.api.patch(f"/api/v1/nodes/{node}/status", {"status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
                                                                  "daemonEndpoints": {"kubeletEndpoint": {"Port": kubelet}}}})
        lab.api.create("/api/v1/namespaces/team-a/pods", {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": cls.pod},
            "spec": {"nodeName": node, "tolerations": [{"operator": "Exists"}], "containers": [{"name": "app", "image": "example.org/app:1"}]}})
        cls.addClassCleanup(lab.api.delete, f"/api/v1/namespaces/team-a/pods/{cls.pod}?gracePeriodSeconds=0")
        lab.api.patch(f"/api/v1/namespaces/team-a/pods/{cls.pod}/status", {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}})

    def run_in(self, *options, command, stdin=b""):
        line = command_line(["exec", *options, "--kubeconfig", lab.kubeconfig, self.pod, "-n", "team-a", "--", *command])
        done = subprocess.run(line, input=stdin, capture_output=True, timeout=60, env=environment())
        return done.returncode, done.stdout, done.stderr.decode()

    def test_the_exit_code_is_the_command_s(self):
        for code in (0, 1, 3, 42, 255):
            self.assertEqual(self.run_in(command=["sh", "-c", f"echo out; echo err >&2; exit {code}"]), (code, b"out\n", "err\n"))

    def test_input_is_passed_on_to_its_end(self):
        data = os.urandom(5 * MB)
        code, out, err = self.run_in("-i", command=["sha256sum"], stdin=data)
        self.assertEqual((code, out.split()[0].decode(), err), (0, hashlib.sha256(data).hexdigest(), ""))
        self.assertEqual(self.run_in("-i", command=["cat"]), (0, b"", ""))

    def test_a_program_that_is_not_there_is_named(self):
        code, out, err = self.run_in(command=["no-such-program"])
        self.assertEqual((code, out), (1, b""))
        self.assertIn("the container has no program “no-such-program”", err)

    def test_a_page_is_whole_where_the_end_of_the_connection_ends_it(self):
        page = os.urandom(3 * MB)

        class Closing(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(100)
                self.request.sendall(page)
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        application = socketserver.ThreadingTCPServer(("127.0.0.1", self.http), Closing)
        self.addCleanup(lambda: (application.shutdown(), application.server_close()))
        threading.Thread(target=application.serve_forever, daemon=True).start()
        forwarding = Forwarding(f"pod/{self.pod}", f":{self.http}", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.addCleanup(forwarding.stop)
        for _ in range(5):
            with forwarding.connect(b"GET / HTTP/1.0\r\n\r\n") as connection:
                self.assertTrue(connection.makefile("rb").read() == page)
        forwarding.until(lambda line: line.get("connections") == 5 and line["state"] == "Listening")

    def test_a_port_on_which_nobody_listens_is_named(self):
        forwarding = Forwarding(f"pod/{self.pod}", f":{self.dead}", "-n", "team-a", kubeconfig=lab.kubeconfig)
        self.addCleanup(forwarding.stop)
        with forwarding.connect(b"x") as connection:
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
        self.assertIn(f"listens on port {self.dead}", forwarding.until(lambda line: line.get("state") == "PortClosed")["problem"])

    def test_an_upload_that_is_cut_leaves_nothing_behind(self):
        path, there = lab.path("upload-to-kubelet"), lab.path("containers")
        self.addCleanup(os.remove, path)
        with open(path, "wb") as f:
            f.truncate(400 * MB)
        process = subprocess.Popen(command_line(["cp", path, f"{self.pod}:{there}/whole", "-n", "team-a"], lab.kubeconfig_proxied), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment())
        parts = lambda: [name for name in os.listdir(there) if name.startswith("whole")]
        while process.poll() is None and not any(os.path.getsize(os.path.join(there, part)) > MB for part in parts()):
            time.sleep(0.01)
        lab.proxy("blackhole")
        self.addCleanup(lab.proxy, "pass")
        self.assertIsNone(process.poll(), "it was faster than this test")
        lab.proxy("cut")
        self.assertIn("was cut after", process.communicate(timeout=30)[1])
        self.assertEqual(process.returncode, 1)
        end = time.monotonic() + 20
        while parts() and time.monotonic() < end:   # the shell notices that its input has ended, and tidies up
            time.sleep(0.1)
        self.assertEqual(parts(), [])


if __name__ == "__main__":
    unittest.main(warnings="ignore")
