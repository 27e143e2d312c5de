"""VM jobs on ec2:// and through the relay: all run, all are removed, and the cloud's own list has none alive."""

import pytest
from cloud import HERE, STOCK, client, instances, tags
from live.pool import wait_for

from condor_elastic.decide.failures import CAPACITY, IMAGE, classify


def token(job):
    return job["GridJobId"].split()[2]


def test_fifty_vms_run_with_their_tags_and_go(cloud, proxy):
    vms = cloud.submit(50, ec2_tag_Site="BNL", ec2_parameter_EbsOptimized="true")
    jobs = cloud.wait_running(50)
    assert (proxy.launched, proxy.actions.get("CreateTags", 0)) == (50, 0)  # the tags were there at launch
    alive = {one["InstanceId"]: one for one in instances()}
    assert set(alive) == {job["EC2InstanceName"] for job in jobs}
    assert sorted(job["ElasticVM"] for job in jobs) == vms
    for job in jobs:
        one = alive[job["EC2InstanceName"]]
        vm = job["ElasticVM"]
        assert tags(one) == {"ElasticPool": "tests", "ElasticFleet": "cloud", "ElasticVM": vm, "Name": vm,
                             "Site": "BNL", "ElasticToken": token(job)}  # fmt: skip
        assert (one["InstanceType"], one["EbsOptimized"]) == ("m5.large", True)
        assert (one["MetadataOptions"]["HttpTokens"], one["MetadataOptions"]["HttpPutResponseHopLimit"]) == (
            "required", 2)  # fmt: skip
    cloud.remove_all()
    assert instances() == []
    assert proxy.actions["TerminateInstances"] < 50  # many in one call
    assert {one["InstanceId"] for one in instances(["terminated"])} == set(alive)


def test_fifty_vms_through_the_stock_gahp(cloud):
    cloud.submit(50, STOCK)
    jobs = cloud.wait_running(50)
    assert {one["InstanceId"] for one in instances()} == {job["EC2InstanceName"] for job in jobs}
    cloud.remove_all()
    assert instances() == []


@pytest.mark.parametrize("through", ["mark", "request"])
def test_spot(cloud, through):
    # A fleet's spot price becomes a mark, and tags come at launch; anybody's spot job is the gridmanager's request.
    price = {"ec2_spot_price": "0.156"} if through == "mark" else {"My.EC2SpotPrice": '"0.156"'}
    cloud.submit(1, ec2_tag_Site="BNL", **price)
    (job,) = cloud.wait_running(1)
    (one,) = instances()
    assert one["InstanceId"] == job["EC2InstanceName"]
    assert one["InstanceLifecycle"] == "spot"
    assert tags(one)["ElasticToken"] == token(job)
    assert through == "request" or tags(one)["Site"] == "BNL"
    assert ("EC2SpotPrice" in job) == (through == "request")
    cloud.remove_all()
    assert instances() == []


def test_an_instance_that_ends_by_itself_completes_its_job(cloud):
    cloud.submit(2)
    cloud.wait_running(2)
    one = instances()[0]["InstanceId"]
    client().terminate_instances(InstanceIds=[one])
    wait_for("one VM job done", lambda: len(cloud.jobs()) == 1, 60)
    (ended,) = [job for job in cloud.jobs(history=True) if job.get("EC2InstanceName") == one]
    assert ended["JobStatus"] == 4
    assert ended["EC2StatusReasonCode"] == "Client.UserInitiatedShutdown"


def test_throttling_slows_a_launch_and_fails_no_job(cloud, proxy):
    proxy.rate = 5
    cloud.submit(50)
    cloud.wait_running(50)
    assert (proxy.launched, proxy.throttled > 0) == (50, True)
    assert {one["InstanceId"] for one in instances()} == {job["EC2InstanceName"] for job in cloud.jobs()}


def test_a_type_without_capacity_gives_way_to_the_next(cloud, proxy):
    proxy.full = {"m5.xlarge"}
    cloud.submit(5, ec2_instance_type="m5.xlarge, m5a.xlarge", ec2_availability_zone="us-east-1a")
    cloud.wait_running(5)
    assert {(one["InstanceType"], one["Placement"]["AvailabilityZone"]) for one in instances()} == {
        ("m5a.xlarge", "us-east-1a")}  # fmt: skip
    cloud.remove_all()
    proxy.full = {"m5.xlarge", "m5a.xlarge"}
    cloud.submit(1, ec2_instance_type="m5.xlarge, m5a.xlarge")
    job = cloud.wait_held()
    assert job["HoldReason"].startswith("InsufficientInstanceCapacity: none of m5.xlarge, m5a.xlarge; the last answer:")
    assert classify(job["HoldReasonCode"], job["HoldReasonSubCode"], job["HoldReason"]) == CAPACITY


def test_user_data_too_large_is_told(cloud, proxy):
    (HERE / "large").write_text("x" * 16385)
    cloud.submit(1, user_data="large")
    job = cloud.wait_held()
    assert job["HoldReason"] == "InvalidUserData: user data is limited to 16384 bytes, and this VM's has 16385"
    assert (job["HoldReasonCode"], job["HoldReasonSubCode"]) == (40, 12)
    assert "RunInstances" not in proxy.actions


def test_a_wrong_parameter_is_told(cloud):
    cloud.submit(1, ec2_parameter_names="Placement.Tenency", ec2_parameter_Placement_Tenency="dedicated")
    job = cloud.wait_held()
    assert job["HoldReason"] == (
        "UnknownParameter: ec2_parameter Placement.Tenency: RunInstances has no 'Tenency' there; did you mean Tenancy?"
    )


@pytest.mark.parametrize("url", [None, STOCK])
def test_a_refusal_of_the_cloud_is_classified(cloud, url):
    cloud.submit(1, url, ec2_vpc_subnet="subnet-0123456789abcdef0")
    job = cloud.wait_held()
    assert "InvalidSubnetID.NotFound" in job["HoldReason"]
    assert ("<Code>" in job["HoldReason"]) == bool(url)  # the stock GAHP leaves the answer as it came
    assert classify(job["HoldReasonCode"], job["HoldReasonSubCode"], job["HoldReason"]) == IMAGE


def test_a_key_pair_of_its_own_an_address_and_a_volume(cloud):
    ec2 = client()
    address = ec2.allocate_address(Domain="vpc")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    file = HERE / "keys" / "ssh"
    file.parent.mkdir(exist_ok=True)
    file.parent.chmod(0o777)
    cloud.submit(1, ec2_keypair_file=file, ec2_availability_zone="us-east-1a",
                 ec2_elastic_ip=f"{address['PublicIp']}:{address['AllocationId']}",
                 ec2_ebs_volumes=f"{volume}:/dev/sdy")  # fmt: skip
    cloud.wait_running(1)
    (one,) = instances()
    assert [one["KeyName"]] == [pair["KeyName"] for pair in ec2.describe_key_pairs()["KeyPairs"]]
    assert file.read_text().startswith("-----BEGIN")
    wait_for("the address", lambda: ec2.describe_addresses()["Addresses"][0].get("InstanceId") == one["InstanceId"], 30)
    wait_for("the volume", lambda: ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["State"] == "in-use", 30)
    cloud.remove_all()
    assert instances() == []
    assert ec2.describe_key_pairs()["KeyPairs"] == []
    assert not file.exists()
