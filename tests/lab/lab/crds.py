"""The real CRDs of the Gateway API and of Istio, as their Go modules carry them: what their schemas refuse, a cluster would refuse."""
import json
import os
import shutil
import subprocess

from .process import wait_until

MODULES = {"sigs.k8s.io/gateway-api@v1.4.1": "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
           "istio.io/api@v1.28.1": "kubernetes/customresourcedefinitions.gen.yaml"}


def go():
    """Go itself: the machine's, or the one that tests/lab/engines fetched."""
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "timonier/engines")
    fetched = os.path.join(cache, "go-1.26/bin/go")
    return fetched if os.path.exists(fetched) else shutil.which("go")


def paths():
    """The files, fetched into Go's module cache where they are not there yet."""
    found = []
    for module, file in MODULES.items():
        answer = subprocess.run([go(), "mod", "download", "-json", module], capture_output=True, text=True, cwd="/",
                                env={**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"})
        folder = json.loads(answer.stdout or "{}").get("Dir")
        if not folder:
            raise RuntimeError(f"{module} cannot be had: {answer.stdout} {answer.stderr}")
        found.append(os.path.join(folder, file))
    return found


def install(lab):
    for path in paths():
        lab.kubectl("apply", "--server-side", "-f", path)
    for served in ("gateway.networking.k8s.io/v1/httproutes", "networking.istio.io/v1/virtualservices"):
        wait_until(f"{served} served", lambda: _served(lab, served), 60)


def _served(lab, served):
    try:
        return lab.api.get(f"/apis/{served}") is not None
    except RuntimeError:
        return False
