#!/usr/bin/env python3
"""A cluster that can be reached through a proxy only: SOCKS5 (a real one), HTTP, HTTPS, with a password, and one that refuses."""
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from lab.process import wait_until
from lab.running import RunningLab
from proxydouble import ProxyDouble

lab = RunningLab.of_ctest()
CTL = os.path.join(os.environ["TIMONIER_BIN_DIR"], "timonierctl")


def get_nodes(proxy_url):
    """`timonierctl get nodes -o name` with that proxy-url in the kubeconfig."""
    with open(lab.kubeconfig) as f, tempfile.NamedTemporaryFile("w", suffix=".yaml") as copy:
        text = re.sub(r"^( *)(server: .*)$", lambda m: f"{m[1]}{m[2]}\n{m[1]}proxy-url: {proxy_url}", f.read(), flags=re.M)
        copy.write(text)
        copy.flush()
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        return subprocess.run([CTL, "get", "nodes", "-o", "name", "--kubeconfig", copy.name, "--context", "admin"],
                              capture_output=True, text=True, timeout=60, env=environment)


class Proxies(unittest.TestCase):
    expected = None

    @classmethod
    def setUpClass(cls):
        cls.expected = lab.kubectl("get", "nodes", "-o", "name").stdout

    def assertWorks(self, answer):
        self.assertEqual((answer.returncode, answer.stderr), (0, ""))
        self.assertEqual(answer.stdout, self.expected)

    def test_socks5(self):
        program = shutil.which("microsocks")
        self.assertTrue(program, "microsocks is not installed: tests/run does that")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        proxy = subprocess.Popen([program, "-i", "127.0.0.1", "-p", str(port)], stderr=subprocess.PIPE)
        try:
            def listens():
                with socket.socket() as s:
                    return s.connect_ex(("127.0.0.1", port)) == 0
            wait_until("microsocks", listens, 10)
            self.assertWorks(get_nodes(f"socks5://127.0.0.1:{port}"))
        finally:
            proxy.terminate()
            log = proxy.communicate()[1].decode()
        self.assertIn(str(lab.server.rsplit(":", 1)[1]), log)       # it went that way, and not around

    def test_http(self):
        with ProxyDouble() as proxy:
            self.assertWorks(get_nodes(f"http://127.0.0.1:{proxy.port}"))
            self.assertEqual(proxy.tunnels, [lab.server.removeprefix("https://")])

    def test_https(self):
        with ProxyDouble(certificate=(lab.path("pki/apiserver.crt"), lab.path("pki/apiserver.key"))) as proxy:
            # Signed by the cluster's authority, which kubectl asks for.
            self.assertWorks(get_nodes(f"https://localhost:{proxy.port}"))
            self.assertEqual(len(proxy.tunnels), 1)

    def test_an_https_proxy_that_nobody_vouches_for(self):
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                            "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
            with ProxyDouble(certificate=(certificate, key)) as proxy:
                answer = get_nodes(f"https://localhost:{proxy.port}")
        self.assertEqual(answer.returncode, 1)
        self.assertRegex(answer.stderr, "certificate of the proxy localhost")
        self.assertEqual(proxy.tunnels, [])

    def test_a_password_is_sent_and_never_shown(self):
        with ProxyDouble(login="anna:s3cr3t-w0rd") as proxy:
            self.assertWorks(get_nodes(f"http://anna:s3cr3t-w0rd@127.0.0.1:{proxy.port}"))
            wrong = get_nodes(f"http://anna:wr0ng-w0rd@127.0.0.1:{proxy.port}")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("proxy", wrong.stderr.lower())
        self.assertNotIn("wr0ng-w0rd", wrong.stderr)

    def test_a_proxy_that_refuses_or_is_not_there_is_named(self):
        with ProxyDouble(refuse=True) as proxy:
            answer = get_nodes(f"http://127.0.0.1:{proxy.port}")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("proxy", answer.stderr.lower())
        answer = get_nodes(f"http://127.0.0.1:{proxy.port}")        # closed by now
        self.assertEqual(answer.returncode, 1)
        self.assertIn("proxy", answer.stderr.lower())

    def test_a_proxy_url_of_an_unknown_kind_is_refused_before_anything_is_sent(self):
        answer = get_nodes("gopher://127.0.0.1:1")
        self.assertEqual(answer.returncode, 1)
        self.assertIn("socks5://", answer.stderr)


if __name__ == "__main__":
    unittest.main()
