"""For eyes, no test: the wizards of clouds page by page up to their plans, light and dark, at two sizes, as wizard-PROVIDER-PAGE-….png beside the programs.

    TIMONIER_BIN_DIR=build/dev/bin PYTHONPATH=tests/cloud python3 -B tests/cloud/wizard_pages.py [--lang fr] [--scale 2] [ec2 eks aks]
"""
import argparse
import json
import os
import subprocess

import cloud

cloud.enter()

import azuredouble  # noqa: E402
from cloud.account import Account  # noqa: E402
from cloud.azure_account import World as AzureWorld  # noqa: E402

SPECS = {
    "ec2": {"provider": "ec2", "name": "demo", "region": "eu-west-3", "workers": 2, "access": {"cidrs": ["203.0.113.7"]}},
    "eks": {"provider": "eks", "name": "demo", "region": "eu-west-3", "version": "1.34", "nodes": [{"name": "main", "type": "t3.large", "count": 2}]},
    "aks": {"provider": "aks", "name": "demo", "subscription": azuredouble.SUBSCRIPTION, "resourceGroup": "lab", "location": "uksouth", "version": "1.35", "registry": {"name": "labimages"},
            "pools": [{"name": "main", "size": "Standard_D2s_v3", "count": 2}]},
}


def show(world, provider, asked):
    environment = world.environment | {"XDG_CONFIG_HOME": world.folder + "/config", "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": asked.scale, "TIMONIER_CLOUD_PICTURES": "1", "TIMONIER_CLOUD_LANG": asked.lang,
                                       "TIMONIER_CLOUD_PROVIDER": provider, "TIMONIER_CLOUD_SPEC": world.write("spec.yaml", json.dumps(SPECS[provider]))}
    subprocess.run([os.path.join(os.environ["TIMONIER_BIN_DIR"], "tst_window_cloud"), "pages_to_look_at"], env=environment, check=True)
    world.remove()


parser = argparse.ArgumentParser()
parser.add_argument("--lang", default="en")
parser.add_argument("--scale", default="1")
parser.add_argument("providers", nargs="*", default=list(SPECS))
words = parser.parse_args()
emulator = cloud.Emulator("ministack")
proxy = cloud.Proxy(emulator)
azure = azuredouble.Azure()
try:
    keys = Account(emulator.url).user("maker")
    for one in words.providers:
        show(AzureWorld(azure) if one == "aks" else cloud.World(proxy.url, keys["AccessKeyId"], keys["SecretAccessKey"]), one, words)
finally:
    azure.stop()
    proxy.stop()
    emulator.stop()
