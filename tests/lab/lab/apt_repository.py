"""A package repository of .deb files, signed, as apt takes it.

apt_repository.py flat DIR KEYRING ORIGIN             DIR/Packages, InRelease, …: `deb URL /`, as pkgs.k8s.io lays its repositories out
apt_repository.py pool DIR KEYRING ORIGIN SUITE       DIR/pool/*.deb and DIR/dists/SUITE/main: `deb URL SUITE main`, as Debian does

KEYRING is a GNUPGHOME with one secret key; its public half is written to DIR/Release.key.
"""
import email.utils
import gzip
import hashlib
import os
import subprocess
import sys

ARCHITECTURE = "amd64"


def gpg(home, *arguments):
    subprocess.run(["gpg", "--homedir", home, "--batch", "--yes", "--quiet", *arguments], check=True)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o644)


def release(folder, names, fields):
    """Release of `folder` with the sums of the files `names` in it."""
    lines = [f"{key}: {value}" for key, value in fields.items()] + [f"Date: {email.utils.formatdate(usegmt=True)}", "SHA256:"]
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        lines.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}")
    write(os.path.join(folder, "Release"), ("\n".join(lines) + "\n").encode())


def publish(folder, keyring, origin, suite=None):
    """Writes the indexes of all .deb files below `folder`, and signs them."""
    index = os.path.join(folder, f"dists/{suite}/main/binary-{ARCHITECTURE}" if suite else "")
    packages = subprocess.run(["dpkg-scanpackages", "--multiversion", "pool" if suite else "."], cwd=folder, capture_output=True, check=True).stdout
    if not suite:
        packages = packages.replace(b"Filename: ./", b"Filename: ")
    write(os.path.join(index, "Packages"), packages)
    write(os.path.join(index, "Packages.gz"), gzip.compress(packages))
    top = os.path.join(folder, "dists", suite) if suite else folder
    names = [os.path.relpath(os.path.join(index, name), top) for name in ("Packages", "Packages.gz")]
    release(top, names, {"Origin": origin, "Label": origin, **({"Suite": suite, "Codename": suite, "Components": "main"} if suite else {}), "Architectures": ARCHITECTURE})
    plain = os.path.join(top, "Release")
    gpg(keyring, "--clearsign", "--output", os.path.join(top, "InRelease"), plain)
    gpg(keyring, "--armor", "--detach-sign", "--output", plain + ".gpg", plain)
    gpg(keyring, "--armor", "--export", "--output", os.path.join(folder, "Release.key"))


if __name__ == "__main__":
    kind, where, keys, who, *rest = sys.argv[1:]
    publish(where, keys, who, rest[0] if kind == "pool" else None)
