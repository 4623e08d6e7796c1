"""Ends the lab of a folder: asks its holder, and waits until that process is gone."""
import os
import select
import signal

from .process import LabError
from .running import RunningLab


def stop_holder(directory, patience=40):
    """True if one ran. Only a process that answers on the folder's own socket is ever signalled: an id in a file may by now be
    another's."""
    try:
        lab = RunningLab(directory)
        lab.status()
        with open(lab.path("holder.pid")) as f:
            pid = int(f.read())
        process = os.pidfd_open(pid)
    except (LabError, OSError):
        return False
    try:
        lab.stop()
        if not select.select([process], [], [], patience)[0]:
            signal.pidfd_send_signal(process, signal.SIGKILL)   # its children die with it
            select.select([process], [], [], 5)
    finally:
        os.close(process)
    return True
