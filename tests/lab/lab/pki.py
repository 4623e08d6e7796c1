"""The lab's own certificate authority, made with the openssl command. Keys are elliptic (fast to make) and mode 0600."""
import os
import subprocess


def _openssl(*args):
    subprocess.run(["openssl", *[str(a) for a in args]], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


class Authority:
    """One CA in a folder: NAME.crt and NAME.key; every certificate it gives lies beside it."""

    def __init__(self, folder, name="ca", subject="/CN=timonier lab CA"):
        self.folder, self.name = folder, name
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not os.path.exists(self.path(name, "crt")):
            self._key(name)
            _openssl("req", "-x509", "-new", "-sha256", "-days", 30, "-key", self.path(name, "key"), "-subj", subject,
                     "-out", self.path(name, "crt"), "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    @property
    def certificate(self):
        return self.path(self.name, "crt")

    def path(self, name, kind):
        return os.path.join(self.folder, f"{name}.{kind}")

    def _key(self, name):
        old = os.umask(0o077)
        try:
            _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.path(name, "key"))
        finally:
            os.umask(old)

    def _sign(self, name, subject, extensions, days):
        self._key(name)
        request, ext = self.path(name, "csr"), self.path(name, "ext")
        with open(ext, "w") as f:
            f.write("\n".join(extensions) + "\n")
        _openssl("req", "-new", "-sha256", "-key", self.path(name, "key"), "-subj", subject, "-out", request)
        _openssl("x509", "-req", "-sha256", "-days", days, "-in", request, "-CA", self.certificate,
                 "-CAkey", self.path(self.name, "key"), "-CAcreateserial", "-extfile", ext, "-out", self.path(name, "crt"))
        os.remove(request)
        os.remove(ext)
        return self.path(name, "crt"), self.path(name, "key")

    def server(self, name, names, days=30):
        """A server certificate; names are host names or IP addresses."""
        alternatives = ",".join(("IP:" if n.replace(".", "").isdigit() else "DNS:") + n for n in names)
        return self._sign(name, f"/CN={names[0]}", ["extendedKeyUsage=serverAuth", f"subjectAltName={alternatives}"], days)

    def client(self, name, user, groups=(), days=30):
        """A client certificate: Kubernetes reads the user from CN and the groups from O."""
        subject = "".join(f"/O={g}" for g in groups) + f"/CN={user}"
        return self._sign(name, subject, ["extendedKeyUsage=clientAuth"], days)


def signing_key(path):
    """An RSA key, which is what service account tokens are signed with."""
    old = os.umask(0o077)
    try:
        _openssl("genrsa", "-out", path, 2048)
    finally:
        os.umask(old)
    return path
