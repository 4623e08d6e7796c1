#!/usr/bin/env python3
"""Stands in for the webhooks of applications whose programs do not run in the lab: an HTTPS server at their pods' addresses and ports that
allows everything and converts by changing the version.

    tests/lab/webhookdouble.py DIR [--not SERVICE]…      in the network of the lab at DIR (lab/own_network.py), until it is ended

It shows what the real one would: the certificate that cert-manager issued for the Service (the Secret of a Certificate with its name), or, where the
real one makes its own, one of the lab's authority, whose CA it then puts into the webhook's caBundle as the real one does. While no certificate is
there yet, nothing listens. --not: Services that something real serves.
"""
import argparse
import base64
import http.server
import json
import os
import ssl
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lab.api import ApiError                                       # noqa: E402
from lab.cluster import Cluster                                    # noqa: E402
from lab.pki import Authority                                      # noqa: E402

CONFIGURATIONS = ("validatingwebhookconfigurations", "mutatingwebhookconfigurations")


class Allows(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        if review["kind"] == "ConversionReview":
            response = {"uid": request["uid"], "result": {"status": "Success"}, "convertedObjects": [{**o, "apiVersion": request["desiredAPIVersion"]} for o in request["objects"]]}
        else:
            response = {"uid": request["uid"], "allowed": True}
        body = json.dumps({"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, port, tls):
        super().__init__(("0.0.0.0", port), Allows)
        self.tls = tls

    def finish_request(self, request, client_address):   # the handshake in the thread of the request
        request.settimeout(20)
        with self.tls.wrap_socket(request, server_side=True) as secure:
            self.RequestHandlerClass(secure, client_address, self)

    def handle_error(self, request, client_address):
        print("refused:", sys.exc_info()[1], file=sys.stderr, flush=True)


class Double:
    def __init__(self, directory, real):
        self.lab, self.real = Cluster(directory), real
        with open(self.lab.path("lab.json")) as f:
            self.lab.ports = json.load(f)["ports"]
        self.authority = Authority(self.lab.path("pki"), "double", "/CN=timonier lab webhook double")
        with open(self.authority.certificate, "rb") as f:
            self.bundle = base64.b64encode(f.read()).decode()
        self.contexts, self.listening = {}, {}   # server name -> (text, SSLContext); port -> Listener
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.sni_callback = self._choose

    def _choose(self, connection, name, _):
        if name not in self.contexts:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self.contexts[name][1]
        return None

    def _show(self, name, certificate, key):
        if self.contexts.get(name, ("",))[0] == certificate:
            return
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile("w") as crt, tempfile.NamedTemporaryFile("w") as private:
            for file, text in ((crt, certificate), (private, key)):
                file.write(text)
                file.flush()
            tls.load_cert_chain(crt.name, private.name)
        self.contexts[name] = certificate, tls

    def _issued(self):
        """Server name -> Secret, of every Certificate; None where cert-manager is not there."""
        try:
            found = self.lab.api.get("/apis/cert-manager.io/v1/certificates")["items"]
        except ApiError:
            return {}
        return {name: (c["metadata"]["namespace"], c["spec"]["secretName"]) for c in found for name in c["spec"].get("dnsNames", ())}

    def _certificate(self, name, issued):
        """Whether the name has one to show; our own where nobody issues one. ApiError 404 while the Secret is not there."""
        if name in issued:
            data = self.lab.api.get("/api/v1/namespaces/{}/secrets/{}".format(*issued[name])).get("data", {})
            if not data.get("tls.crt"):
                return False
            self._show(name, *(base64.b64decode(data[k]).decode() for k in ("tls.crt", "tls.key")))
        elif name not in self.contexts:
            self.authority.server(name, [name])
            with open(self.lab.path(f"pki/{name}.crt")) as crt, open(self.lab.path(f"pki/{name}.key")) as key:
                self._show(name, crt.read(), key.read())
        return True

    def _listen(self, ns, service, port):
        """At the port of its endpoints, once there are some."""
        found = self.lab.api.get(f"/api/v1/namespaces/{ns}/services/{service}")
        names = {p.get("name", "") for p in found["spec"]["ports"] if p["port"] == port}
        for part in self.lab.api.get(f"/apis/discovery.k8s.io/v1/namespaces/{ns}/endpointslices?labelSelector=kubernetes.io/service-name%3D{service}")["items"]:
            for one in part.get("ports") or ():
                if one.get("name", "") in names and one["port"] not in self.listening:
                    listener = self.listening[one["port"]] = Listener(one["port"], self.tls)
                    threading.Thread(target=listener.serve_forever, daemon=True).start()
                    print("listens on", one["port"], "for", f"{service}.{ns}", flush=True)

    def step(self):
        issued, todo = self._issued(), []
        for kind in CONFIGURATIONS:
            path = f"/apis/admissionregistration.k8s.io/v1/{kind}"
            for item in self.lab.api.get(path)["items"]:
                injected = any("inject-" in key for key in item["metadata"].get("annotations", {}))
                for i, hook in enumerate(item["webhooks"]):
                    todo.append((hook["clientConfig"], f"{path}/{item['metadata']['name']}", f"/webhooks/{i}/clientConfig/caBundle", injected))
        for item in self.lab.api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"]:
            if config := item["spec"].get("conversion", {}).get("webhook", {}).get("clientConfig"):
                injected = any("inject-" in key for key in item["metadata"].get("annotations", {}))
                todo.append((config, f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{item['metadata']['name']}", "/spec/conversion/webhook/clientConfig/caBundle", injected))
        for config, path, where, injected in todo:
            service = config.get("service")
            if not service or service["name"] in self.real:
                continue
            try:
                name = f"{service['name']}.{service['namespace']}.svc"
                if not self._certificate(name, issued):
                    continue
                if not injected and config.get("caBundle") != self.bundle:
                    self.lab.api.request("PATCH", path, json.dumps([{"op": "add", "path": where, "value": self.bundle}]), content_type="application/json-patch+json")
                self._listen(service["namespace"], service["name"], service.get("port", 443))
            except ApiError as error:
                if error.status not in (404, 409, 422):
                    raise


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--not", dest="real", action="append", default=["cert-manager-webhook"])
    options = parser.parse_args()
    double = Double(options.directory, options.real)
    while True:
        try:
            double.step()
        except (OSError, ApiError) as error:
            print(error, file=sys.stderr, flush=True)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
