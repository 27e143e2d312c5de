"""moto's EC2, on loopback beside this machine (scripts/cloud/ec2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

import requests
from live.pool import run

from condor_elastic.gahp.ec2_gather import MOST
from condor_elastic.gahp.ec2_request import TOKEN
from condor_elastic.gahp.ec2_request import requests as requests_of
from measure.grid import OWNER, Way, launch

ENDPOINT = "http://ec2.us-east-1.localhost:5000"
LOG = Path("/out/moto.log")
KEYS = Path("/run/elastic-bench")
WORD = "testing"  # moto takes any key
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
    batch = MOST

    def __init__(self) -> None:
        KEYS.mkdir(mode=0o755, exist_ok=True)
        for name in ("access", "secret"):
            (KEYS / name).write_text(f"{WORD}\n")
            (KEYS / name).chmod(0o600)
            run("chown", OWNER, str(KEYS / name))
        import boto3
        from botocore.config import Config

        config = Config(max_pool_connections=64)
        session = boto3.Session(WORD, WORD, region_name="us-east-1")
        self.client = session.client("ec2", endpoint_url=ENDPOINT, config=config)
        self.model = self.client.meta.service_model.operation_model("RunInstances").input_shape

    def reset(self) -> None:
        requests.post(f"{ENDPOINT}/moto-api/reset", timeout=60).raise_for_status()

    def calls(self) -> int:
        """Count the calls that moto has answered."""
        with LOG.open("rb") as log:
            return sum(b'"POST / ' in line for line in log)

    def start(self) -> str:
        """Make the very call that our driver makes."""
        [call] = requests_of(launch(str(uuid.uuid4()), IMAGE, TYPE), self.model)
        return str(self.client.run_instances(**call)["Instances"][0]["InstanceId"])

    def stop(self, vms: Sequence[str]) -> None:
        self.client.terminate_instances(InstanceIds=[*vms])

    def states(self) -> dict[str, str]:
        pages = self.client.get_paginator("describe_instances").paginate(
            Filters=[{"Name": "tag-key", "Values": [TOKEN]}], PaginationConfig={"PageSize": 1000}
        )
        found = (one for page in pages for group in page["Reservations"] for one in group["Instances"])
        return {one["InstanceId"]: one["State"]["Name"] for one in found}
