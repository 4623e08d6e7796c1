"""An image made of one static binary, as an archive that `docker load` and `ctr images import` take.

image.py OUT.tar REFERENCE BINARY PATH-IN-IMAGE [entry]: with "entry" it is the entry point too.
"""
import hashlib
import io
import json
import os
import sys
import tarfile


def member(tar, name, data=None, mode=0o755, folder=False):
    info = tarfile.TarInfo(name)
    info.mode = mode
    if folder:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
        return
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def write_image(out, reference, binary, path, entry=False):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        folder = ""
        for part in os.path.dirname(path).strip("/").split("/") if os.path.dirname(path) != "/" else []:
            folder += part + "/"
            member(tar, folder, folder=True)
        member(tar, "etc", folder=True)
        member(tar, "tmp", mode=0o1777, folder=True)
        with open(binary, "rb") as file:
            member(tar, path.lstrip("/"), file.read())
    layer = raw.getvalue()
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps({
        "architecture": "amd64", "os": "linux",
        "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], **({"Entrypoint": [path]} if entry else {})},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
        "history": [{"created_by": "timonier lab"}],
    }).encode()
    name = hashlib.sha256(config).hexdigest()
    with tarfile.open(out, "w") as tar:
        member(tar, name + ".json", config, 0o644)
        member(tar, digest + "/layer.tar", layer, 0o644)
        member(tar, "manifest.json", json.dumps([{"Config": name + ".json", "RepoTags": [reference], "Layers": [digest + "/layer.tar"]}]).encode(), 0o644)


if __name__ == "__main__":
    write_image(*sys.argv[1:5], entry=len(sys.argv) > 5 and sys.argv[5] == "entry")
