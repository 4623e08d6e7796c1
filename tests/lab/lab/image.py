"""Images as an archive that `docker load` and `ctr images import` take.

image.py OUT.tar REFERENCE BINARY PATH-IN-IMAGE [entry]     made of one static binary; with "entry" it is the entry point too
image.py OUT.tar REFERENCE=FOLDER…                          each of a folder, its root file system; ENTRY below it names the entry point
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


def layer_of_binary(binary, path):
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
    return raw.getvalue()


def layer_of_folder(folder):
    def mine(info):
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        return None if info.name == "ENTRY" else info
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for name in sorted(os.listdir(folder)):
            tar.add(os.path.join(folder, name), name, filter=mine)
    return raw.getvalue()


def write_archive(out, images):
    """images: (reference, layer, entry point or None) each; a layer is the bytes of a tar. A layer in two images is written once."""
    manifest, written = [], set()
    with tarfile.open(out, "w") as tar:
        for reference, layer, entry in images:
            digest = hashlib.sha256(layer).hexdigest()
            config = json.dumps({
                "architecture": "amd64", "os": "linux",
                "config": {"Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], **({"Entrypoint": [entry]} if entry else {})},
                "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
                "history": [{"created_by": "timonier lab"}],
            }).encode()
            name = hashlib.sha256(config).hexdigest()
            for path, data in ((name + ".json", config), (digest + "/layer.tar", layer)):
                if path not in written:
                    written.add(path)
                    member(tar, path, data, 0o644)
            manifest.append({"Config": name + ".json", "RepoTags": [reference], "Layers": [digest + "/layer.tar"]})
        member(tar, "manifest.json", json.dumps(manifest).encode(), 0o644)


def write_image(out, reference, binary, path, entry=False):
    write_archive(out, [(reference, layer_of_binary(binary, path), path if entry else None)])


def of_folders(words):
    for word in words:
        reference, folder = word.split("=", 1)
        entry = None
        if os.path.exists(os.path.join(folder, "ENTRY")):
            with open(os.path.join(folder, "ENTRY"), encoding="utf-8") as file:
                entry = file.read().strip()
        yield reference, layer_of_folder(folder), entry


if __name__ == "__main__":
    if all("=" in word for word in sys.argv[2:]):
        write_archive(sys.argv[1], of_folders(sys.argv[2:]))
    else:
        write_image(*sys.argv[1:5], entry=len(sys.argv) > 5 and sys.argv[5] == "entry")
