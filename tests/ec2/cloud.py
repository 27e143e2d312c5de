"""VM jobs on a real schedd, and what moto says of its instances."""

from __future__ import annotations

import itertools
import json
import os
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from live.pool import CentralManager, run, wait_for
from live.vm_jobs import vm_jobs

STOCK = "http://ec2.us-east-1.localhost:5000/"
MOTO = "http://127.0.0.1:5000"
ALIVE = ("pending", "running")
HERE = Path("/tmp/ec2-tests")
_names = itertools.count(1)


class Cloud(CentralManager):
    """A central manager whose user alice runs VMs on moto; url is our driver's way there, through the token proxy."""

    url = ""

    def prepare(self) -> None:
        """Make what submit texts name."""
        HERE.mkdir()
        for name in ("access", "secret"):
            (HERE / name).write_text(f"{name}-key\n")
        (HERE / "user-data").write_text("#cloud-config\n")

    def submit(self, count: int, url: str | None = None, user_data: str = "user-data", **commands: object) -> list[str]:
        """Submit VM jobs with the text that a fleet makes; return their ElasticVM."""
        lines = {"grid_resource": f"ec2 {url or self.url}", "ec2_access_key_id": HERE / "access",
                 "ec2_secret_access_key": HERE / "secret", "ec2_ami_id": image(), "ec2_instance_type": "m5.large",
                 **commands}  # fmt: skip
        text = "".join(f"{name} = {value}\n" for name, value in lines.items())
        vms = [f"cloud-{next(_names):06d}" for _ in range(count)]
        run("runuser", "-u", "alice", "--", "condor_submit", "-", input=vm_jobs(text, vms, HERE / user_data))
        return vms

    def running(self) -> list[dict[str, Any]]:
        return self.jobs("JobStatus == 2 && EC2InstanceName isnt undefined")

    def wait_running(self, count: int, seconds: float = 120) -> list[dict[str, Any]]:
        return wait_for(f"{count} running VM jobs", lambda: len(self.running()) == count and self.running(), seconds)

    def wait_held(self) -> dict[str, Any]:
        return wait_for("a held VM job", lambda: self.jobs("JobStatus == 5"), 60)[0]

    def remove_all(self, seconds: float = 120) -> None:
        """Remove every job, and wait until the queue is empty."""
        run("condor_rm", "-all", check=False)
        wait_for("an empty queue", lambda: not self.jobs(), seconds, 0.5)


def client() -> Any:
    """Return a client of the tests' own, straight to moto."""
    import boto3

    return boto3.client("ec2", region_name="us-east-1", endpoint_url=MOTO, aws_access_key_id="tests",
                        aws_secret_access_key="tests")  # fmt: skip


def image() -> str:
    return os.environ.setdefault("EC2_TEST_IMAGE", str(client().describe_images()["Images"][0]["ImageId"]))


def instances(states: Iterable[str] = ALIVE) -> list[dict[str, Any]]:
    """List the instances of these states as moto has them, whoever started them."""
    pages = client().get_paginator("describe_instances").paginate()
    found = (one for page in pages for group in page["Reservations"] for one in group["Instances"])
    return [one for one in found if one["State"]["Name"] in states]


def tags(instance: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}


def reset() -> None:
    """Have moto forget everything."""
    request = urllib.request.Request(f"{MOTO}/moto-api/reset", method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer) == {"status": "ok"}
