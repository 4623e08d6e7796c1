"""A network of a test's own, in which every pod's address answers: the whole range that kwok hands out is local there.

    own_network.enter()            # at the start of a program: runs it again in there, or returns the reason why that cannot be

What listens on all addresses is then what runs in every pod, port by port: a webhook, say, that the API server calls by its EndpointSlice.
"""
import os
import subprocess
import sys

MARK = "TIMONIER_LAB_OWN_NETWORK"
PODS = "10.64.0.0/12"   # the lab's pods; the route stays in this namespace


def enter():
    """Returns None inside; elsewhere it does not return, or returns why this machine has no such network."""
    if os.environ.get(MARK):
        for command in (["link", "set", "lo", "up"], ["route", "replace", "local", PODS, "dev", "lo"]):
            subprocess.run(["ip", *command], check=True)
        return None
    mode = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    try:
        done = subprocess.run([*mode, "ip", "link", "set", "lo", "up"], capture_output=True, text=True)
    except FileNotFoundError as error:
        return str(error)
    if done.returncode:
        return f"no network of one's own here: {done.stderr.strip()}"
    os.execvpe(mode[0], [*mode, sys.executable, "-B", *sys.argv], {**os.environ, MARK: "1"})
