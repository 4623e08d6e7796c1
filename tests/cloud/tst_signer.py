"""Our signer against botocore's own, request by request; and EKS tokens against botocore presigning the same."""
import base64
import datetime
import json
import os
import random
import subprocess
import sys
import unittest
from unittest import mock

import cloud

cloud.enter()

import botocore.auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

NOW = datetime.datetime(2026, 9, 21, 14, 13, 20, tzinfo=datetime.timezone.utc)
ODD = ["a", "B9", "-_.~", "+", "/", "=", "&", "?", "%", "%41", " ", "é", "日", ":", "*", "'", "(", ")", ",", "a b", "==", "%2F"]


def requests(count):
    """Of every service that is spoken to, with what is odd in paths, queries, headers and bodies; the same in each run."""
    from urllib.parse import quote
    chance = random.Random(20260921)
    for number in range(count):
        service = chance.choice(["ec2", "eks", "sts", "iam", "s3", "servicequotas", "elasticloadbalancing"])
        region = chance.choice(["eu-west-3", "us-east-1", "cn-north-1"])
        odd = lambda: "".join(chance.choice(ODD) for _ in range(chance.randint(0, 4)))
        path = "/" + "/".join(quote(odd() or "x", safe="~") for _ in range(chance.randint(0, 3)))
        query = "&".join(f"{quote(odd() or 'k', safe='~')}={quote(odd(), safe='~')}" for _ in range(chance.randint(0, 4)))
        yield {"method": chance.choice(["GET", "POST", "PUT", "DELETE"]), "url": f"https://{service}.{region}.amazonaws.com{chance.choice(['', ':443', ':8443'])}{path}" + (f"?{query}" if query else ""),
               "headers": {**({"Content-Type": chance.choice(["application/json", "application/x-www-form-urlencoded; charset=utf-8"])} if number % 2 else {}), **({"X-Amz-Target": "A.B"} if number % 3 else {})},
               "body": odd() if number % 2 else "", "region": region, "service": service, "id": "AKIDEXAMPLE", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": "tok/+=" if number % 2 else "",
               "time": int(NOW.timestamp())}


def signed(signer, asked):
    request = AWSRequest(method=asked["method"], url=asked["url"], data=asked["body"].encode(), headers=asked["headers"])
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        signer.add_auth(request)
    return request


class Signer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ours = subprocess.Popen([os.path.join(os.environ["TIMONIER_BIN_DIR"], "aws_signer")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.ours.stdin.close()
        cls.ours.wait(10)
        cls.ours.stdout.close()

    def ask(self, asked):
        self.ours.stdin.write(json.dumps(asked) + "\n")
        self.ours.stdin.flush()
        return json.loads(self.ours.stdout.readline())

    def test_each_request_is_signed_as_botocore_signs_it(self):
        count = presigned_too = 0
        for asked in requests(1500):
            keys = Credentials(asked["id"], asked["secret"], asked["token"] or None)
            s3 = asked["service"] == "s3"
            with self.subTest(asked=asked):
                ours = self.ask(asked)
                theirs = signed((botocore.auth.S3SigV4Auth if s3 else botocore.auth.SigV4Auth)(keys, asked["service"], asked["region"]), asked)
                self.assertIn(f"SignedHeaders={ours['signedHeaders']}, Signature={ours['signature']}", theirs.headers["Authorization"])
                # botocore's presigner makes a query of a body, drops forms' types, and one of two parameters of a name: nobody presigns those.
                names = [one.split("=")[0] for one in asked["url"].split("?")[1].split("&")] if "?" in asked["url"] else []
                if not asked["body"] and "Content-Type" not in asked["headers"] and len(set(names)) == len(names):
                    presigned = signed((botocore.auth.S3SigV4QueryAuth if s3 else botocore.auth.SigV4QueryAuth)(keys, asked["service"], asked["region"], expires=60), asked)
                    self.assertEqual(ours["url"].rsplit("X-Amz-Signature=", 1)[1], presigned.url.rsplit("X-Amz-Signature=", 1)[1])
                    presigned_too += 1
                count += 1
        print(f"{count} requests signed, {presigned_too} presigned, as botocore {botocore.__version__} signs them")

    def test_an_eks_token_is_what_botocore_presigns(self):
        from botocore import UNSIGNED, session
        from botocore.signers import RequestSigner
        from botocore.model import ServiceId
        for token in ("", "session/+="):
            asked = {**next(requests(1)), "token": token, "region": "eu-west-3"}
            ours = self.ask(asked)["token"]
            self.assertTrue(ours.startswith("k8s-aws-v1."))
            signer = RequestSigner(ServiceId("STS"), "eu-west-3", "sts", "v4", Credentials(asked["id"], asked["secret"], token or None), session.get_session().get_component("event_emitter"))
            with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
                theirs = signer.generate_presigned_url({"method": "GET", "url": "https://sts.eu-west-3.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "body": {}, "headers": {"x-k8s-aws-id": "demo"}, "context": {}},
                                                       region_name="eu-west-3", expires_in=60, operation_name="")
            body = ours.removeprefix("k8s-aws-v1.")
            url = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
            self.assertEqual(sorted(url.split("?")[1].split("&")), sorted(theirs.split("?")[1].split("&")))
            self.assertEqual(url.split("?")[0], theirs.split("?")[0])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]])
