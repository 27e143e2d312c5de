"""VM jobs live and end on a real Nova; whatever becomes of a server, none is left and the job says why."""

from collections import Counter

import pytest
from live.pool import wait_for

from condor_elastic.gahp.openstack_server import TOKEN

BUILD_TIMEOUT = "openstack://application?build_timeout=5"


@pytest.mark.timeout(400)
def test_fifty_run_and_are_all_removed(nova):
    cluster = nova.submit(50, ec2_tag_names="ElasticVM", ec2_tag_ElasticVM="fleet-$(Process)")
    jobs = nova.running(cluster, 50, 240)
    servers = {server.id: server for server in nova.servers()}
    assert {job["EC2InstanceName"] for job in jobs} == set(servers)
    assert all(server.status == "ACTIVE" for server in servers.values())
    assert Counter(server.metadata[TOKEN] for server in servers.values()).most_common(1)[0][1] == 1
    assert all(job["EC2RemoteVirtualMachineName"].startswith("10.20.") for job in jobs)
    wait_for("the tags", lambda: len({one.metadata.get("ElasticVM") for one in nova.servers()} - {None}) == 50, 30)
    nova.remove(cluster)
    wait_for("an empty queue", lambda: not nova.jobs(cluster) or None, 90, 0.5)
    nova.gone(60)


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ({"ec2_parameter_Metadata.guest": "abort"}, "ServerError: Build of instance"),
        ({"ec2_instance_type": "huge"}, "NoValidHost: No valid host was found."),
        ({"ec2_parameter_Metadata.guest": "slow 30", "url": BUILD_TIMEOUT}, "BuildTimeout: still in BUILD after"),
    ],
)
def test_a_server_in_error_is_deleted_and_its_job_says_why(nova, commands, reason):
    cluster = nova.submit(1, **commands)
    job = nova.held(cluster)
    assert (job["HoldReasonCode"], job["HoldReasonSubCode"]) == (41, 14)
    assert reason in job["HoldReason"]
    assert reason in job["EC2StatusReasonCode"]
    nova.gone(90)  # Nova deletes a server only when its build has ended


def test_a_guest_that_powers_off_is_deleted_and_its_job_completes(nova):
    cluster = nova.submit(1)
    (job,) = nova.running(cluster, 1)
    nova.power_off(job["EC2InstanceName"])
    wait_for("the end of the job", lambda: nova.ended(cluster), 60)
    assert nova.ended(cluster)[0]["JobStatus"] == 4
    nova.gone(30)


def test_a_quota_that_is_used_up_is_told_apart(nova):
    nova.set_quota(1)
    first = nova.submit(1)
    nova.running(first, 1)
    job = nova.held(nova.submit(1))
    assert (job["HoldReasonCode"], job["HoldReasonSubCode"]) == (40, 12)
    assert job["HoldReason"].startswith("Quota: Quota exceeded for instances: Requested 1, but already used 1 of 1")
    assert len(nova.servers()) == 1


@pytest.mark.parametrize(
    ("commands", "code", "reason"),
    [
        ({"ec2_ami_id": "nothing"}, (40, 12), "ImageNotFound: no image nothing"),
        ({"ec2_instance_type": "nothing"}, (40, 12), "FlavorNotFound: no flavor nothing"),
        ({"url": "openstack://nowhere"}, (37, 9), "clouds.yaml has no cloud nowhere"),
        ({"url": "openstack://application?timeout=5"}, (37, 9), "want build_timeout=SECONDS"),
    ],
)
def test_a_mistake_in_the_submit_text_is_told(nova, commands, code, reason):
    job = nova.held(nova.submit(1, **commands))
    assert (job["HoldReasonCode"], job["HoldReasonSubCode"]) == code
    assert reason in job["HoldReason"]
