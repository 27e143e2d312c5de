"""moto's EC2, on loopback beside this machine (scripts/cloud/ec2)."""

from __future__ import annotations

import uuid
from pathlib import Path

import requests
from live.pool import run

from measure.grid import OWNER, Way

ENDPOINT = "http://ec2.us-east-1.localhost:5000"
LOG = Path("/out/moto.log")
KEYS = Path("/run/elastic-bench")
IMAGE, TYPE = "ami-12c6146b", "m1.small"
FLOOR = Path(__file__).with_name("floor_gahp.py")
_SUBMIT = f"""\
ec2_access_key_id = {KEYS}/access
ec2_secret_access_key = {KEYS}/secret
ec2_ami_id = {IMAGE}
ec2_instance_type = {TYPE}
"""

WAYS = {
    "stock": Way("stock", "$(SBIN)/ec2_gahp", f"grid_resource = ec2 {ENDPOINT}/\n{_SUBMIT}"),
    "ours": Way("ours", "$(LIBEXEC)/condor_elastic_gahp",
                f"grid_resource = ec2 ec2://us-east-1?endpoint={ENDPOINT}\n{_SUBMIT}"),
    "floor": Way("floor", str(FLOOR), f"grid_resource = ec2 floor://here\n{_SUBMIT}"),
}  # fmt: skip


class Account:
    """An account at moto; each phase begins with an empty one."""

    running, gone = "running", frozenset({"terminated"})

    def __init__(self) -> None:
        KEYS.mkdir(mode=0o755, exist_ok=True)
        for name in ("access", "secret"):
            (KEYS / name).write_text("testing\n")
            (KEYS / name).chmod(0o600)
            run("chown", OWNER, str(KEYS / name))
        import boto3
        from botocore.config import Config

        self.client = boto3.client(
            "ec2", region_name="us-east-1", endpoint_url=ENDPOINT, aws_access_key_id="testing",
            aws_secret_access_key="testing", config=Config(max_pool_connections=64),
        )  # fmt: skip

    def reset(self) -> None:
        requests.post(f"{ENDPOINT}/moto-api/reset", timeout=60).raise_for_status()

    def calls(self) -> int:
        """Count the calls that moto has answered."""
        with LOG.open("rb") as log:
            return sum(b'"POST / ' in line for line in log)

    def start(self, number: int) -> str:
        tags = [{"Key": "ElasticVM", "Value": f"bench-{number}"}]
        reply = self.client.run_instances(
            ImageId=IMAGE, InstanceType=TYPE, MinCount=1, MaxCount=1, ClientToken=str(uuid.uuid4()),
            InstanceInitiatedShutdownBehavior="terminate", MetadataOptions={"HttpTokens": "required"},
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )  # fmt: skip
        return str(reply["Instances"][0]["InstanceId"])

    def stop(self, vm: str) -> None:
        self.client.terminate_instances(InstanceIds=[vm])

    def states(self) -> dict[str, str]:
        pages = self.client.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000})
        found = (one for page in pages for group in page["Reservations"] for one in group["Instances"])
        return {one["InstanceId"]: one["State"]["Name"] for one in found}
