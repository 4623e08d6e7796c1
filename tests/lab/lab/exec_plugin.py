#!/usr/bin/env python3
"""The lab's exec credential plugin (client.authentication.k8s.io/v1). Files beside it steer it and tell what it did:

  token    what it gives; write rubbish into it to get a 401, the old text to heal
  ttl      seconds until expirationTimestamp (3600 without the file; "none" leaves the field out)
  delay    seconds to wait first: a plugin that hangs
  failure  exit 1 with this text on stderr
  runs     one line per run: time, whether KUBERNETES_EXEC_INFO was there, whether stdin was said to be interactive, LANG
"""
import datetime
import json
import os
import sys
import time

here = os.path.dirname(os.path.abspath(__file__))


def read(name, otherwise=None):
    try:
        with open(os.path.join(here, name)) as f:
            return f.read().strip()
    except FileNotFoundError:
        return otherwise


info = json.loads(os.environ.get("KUBERNETES_EXEC_INFO") or "{}")
with open(os.path.join(here, "runs"), "a") as runs:
    runs.write(f"{time.time():.3f} info={'yes' if info else 'no'} cluster={'yes' if info.get('spec', {}).get('cluster') else 'no'} "
               f"interactive={info.get('spec', {}).get('interactive')} LANG={os.environ.get('LANG', '')}\n")
time.sleep(float(read("delay", "0")))
failure = read("failure")
if failure is not None:
    sys.exit(failure)
status = {"token": read("token")}
ttl = read("ttl", "3600")
if ttl != "none":
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=float(ttl))
    status["expirationTimestamp"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
json.dump({"apiVersion": info.get("apiVersion", "client.authentication.k8s.io/v1"), "kind": "ExecCredential", "status": status}, sys.stdout)
