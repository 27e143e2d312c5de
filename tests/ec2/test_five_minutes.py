"""The README's five minutes to EC2, word for word, beside moto.

That the cloud is moto, and what its keys are, says an AWS configuration, in the home that setup gives the user elastic:
jobs of that user find it there, and the daemons and root's shell by the environment.
"""

from pathlib import Path

import pytest
from cloud import MOTO, client, image, instances, tags
from live.starts import SUBMITTER, machine

REGION = "us-east-1"
HOME = Path("/.aws")
CONFIG = f"[default]\nendpoint_url = {MOTO}\naws_access_key_id = tests\naws_secret_access_key = tests\n"


@pytest.mark.timeout(500)
def test_the_start_is_run_as_it_stands(monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(HOME / "config"))
    ec2 = client()
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.create_security_group(GroupName="workers", Description="of the start")["GroupId"]
    yours = {"REGION": REGION, "IMAGE": image(), "SUBNET": subnet, "GROUP": group, "SUBMITTER": SUBMITTER}
    HOME.mkdir()
    (HOME / "config").write_text(CONFIG)
    with machine() as new:
        said = new.follow("ec2", yours)
        (vm,) = new.jobs("ElasticVM isnt undefined")
        (job,) = new.jobs(f'Owner == "{SUBMITTER}"')
        (one,) = instances()
        assert (vm["JobStatus"], vm["EC2InstanceName"], job["JobStatus"]) == (2, one["InstanceId"], 1)
        assert tags(one)["ElasticVM"] == vm["ElasticVM"]
        assert (one["ImageId"], one["InstanceType"], one["SubnetId"]) == (yours["IMAGE"], "m5.large", subnet)
        assert [its["GroupId"] for its in one["SecurityGroups"]] == [group]
        shown = next(line for line in said.splitlines() if line.startswith(vm["ElasticVM"]))
        assert shown.split()[:3] == [vm["ElasticVM"], "ec2", f"{vm['ClusterId']}.0"]
    assert instances() == []
