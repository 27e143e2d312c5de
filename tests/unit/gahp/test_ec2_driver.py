"""Faults that moto cannot make, by botocore's Stubber; what EC2 does when all is well is in tests/ec2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber
from gahp.ec2_model import launch

from condor_elastic.gahp.driver import CloudError, Credentials
from condor_elastic.gahp.ec2 import Ec2Driver
from condor_elastic.gahp.ec2_client import Place, open_client, read_keys
from condor_elastic.gahp.ec2_errors import translate
from condor_elastic.gahp.ec2_retry import LATEST, PASSING, Patience

CAPACITY = "InsufficientInstanceCapacity"
TOKEN = launch().token


class Fake:
    """A driver, its stubbed client, and a clock that its waiting moves on."""

    def __init__(self, keys: Credentials) -> None:
        self.now = 0.0
        self.driver = Ec2Driver(open_client(Place("us-east-1"), keys), Patience(lambda: self.now, self.wait))
        self.stub = Stubber(self.driver._client)

    def wait(self, seconds: float) -> None:
        assert 0 < seconds <= 8
        self.now += 100

    def fail(self, operation: str, code: str, times: int = 1) -> None:
        for _ in range(times):
            self.stub.add_client_error(operation, code, f"{code} it is")

    def started(self, instance_id: str) -> None:
        self.stub.add_response("run_instances", {"Instances": [{"InstanceId": instance_id}]})

    def listed(self, *found: dict[str, Any]) -> None:
        self.stub.add_response("describe_instances", {"Reservations": [{"Instances": list(found)}]})


def instance(instance_id: str, state: str, token: str = TOKEN, **more: Any) -> dict[str, Any]:
    tags = [{"Key": "ElasticToken", "Value": token}]
    return {"InstanceId": instance_id, "State": {"Name": state}, "Tags": tags, **more}


@pytest.fixture
def keys(tmp_path: Path) -> Credentials:
    for name in ("access", "secret"):
        (tmp_path / name).write_text(f"{name}\n")
    return Credentials(str(tmp_path / "access"), str(tmp_path / "secret"))


@pytest.fixture
def fake(keys: Credentials) -> Iterator[Fake]:
    made = Fake(keys)
    with made.stub:
        yield made
        made.stub.assert_no_pending_responses()


def test_no_capacity_for_the_first_type_starts_the_second(fake: Fake) -> None:
    fake.listed()
    fake.fail("run_instances", CAPACITY)
    fake.started("i-2")
    assert fake.driver.start(launch(instance_type="m5.xlarge, m5a.xlarge")) == "i-2"


def test_no_capacity_anywhere_names_all_that_was_tried(fake: Fake) -> None:
    fake.listed()
    fake.fail("run_instances", CAPACITY, 2)
    with pytest.raises(CloudError, match=f"none of m5.xlarge, m5a.xlarge; the last answer: {CAPACITY} it is") as told:
        fake.driver.start(launch(instance_type="m5.xlarge, m5a.xlarge"))
    assert told.value.code == CAPACITY


def test_a_wrong_image_is_not_tried_elsewhere(fake: Fake) -> None:
    fake.listed()
    fake.fail("run_instances", "InvalidAMIID.NotFound")
    with pytest.raises(CloudError, match=r"InvalidAMIID\.NotFound"):
        fake.driver.start(launch(instance_type="m5.xlarge, m5a.xlarge"))


def test_nothing_more_is_tried_once_the_gridmanager_has_gone(fake: Fake) -> None:
    fake.listed()
    fake.fail("run_instances", CAPACITY)
    fake.driver.hurry()
    with pytest.raises(CloudError, match=CAPACITY):
        fake.driver.start(launch(instance_type="m5.xlarge, m5a.xlarge"))


def test_what_an_earlier_process_started_elsewhere_is_found(fake: Fake) -> None:
    fake.listed(instance("i-9", "running"))
    assert fake.driver.start(launch(instance_type="m5.xlarge, m5a.xlarge")) == "i-9"


def test_throttling_is_waited_out(fake: Fake) -> None:
    fake.fail("run_instances", "RequestLimitExceeded", 3)
    fake.started("i-1")
    assert fake.driver.start(launch()) == "i-1"


@pytest.mark.parametrize(
    ("code", "times"),
    [("Throttling", int(LATEST // 100) + 1), ("InternalError", PASSING + 1), ("Unavailable", PASSING + 1)],
)
def test_a_launch_of_which_nobody_knows_is_tried_again_by_the_gridmanager(fake: Fake, code: str, times: int) -> None:
    fake.fail("run_instances", code, times)
    with pytest.raises(CloudError, match=code) as told:
        fake.driver.start(launch())
    assert told.value.code == "InstanceLimitExceeded"


def test_a_quota_is_no_reason_to_stay_idle(fake: Fake) -> None:
    fake.fail("run_instances", "InstanceLimitExceeded")
    with pytest.raises(CloudError) as told:
        fake.driver.start(launch())
    assert told.value.code == "Quota"


def test_a_token_whose_instance_has_ended(fake: Fake) -> None:
    fake.fail("run_instances", "IdempotentInstanceTerminated")
    fake.listed(instance("i-1", "terminated"))
    assert fake.driver.start(launch()) == "i-1"


def test_a_second_instance_of_a_job_is_ended(fake: Fake) -> None:
    fake.started("i-1")
    fake.driver.start(launch())
    fake.listed(instance("i-1", "running"), instance("i-2", "running"), instance("i-3", "running", "another"))
    fake.stub.add_response("terminate_instances", {}, {"InstanceIds": ["i-2"]})
    assert [one.id for one in fake.driver.list()] == ["i-1", "i-3"]


def test_a_list_in_pages_with_reasons_of_the_ended_only(fake: Fake) -> None:
    reason = {"StateReason": {"Code": "pending", "Message": "pending"}}
    ended = {"StateReason": {"Code": "Server.SpotInstanceTermination", "Message": ""}}
    page = {"Reservations": [{"Instances": [instance("i-1", "pending", **reason)]}], "NextToken": "more"}
    fake.stub.add_response("describe_instances", page)
    fake.listed(instance("i-2", "terminated", KeyName="k", **ended), {"InstanceId": "i-3", "State": {}, "Tags": []})
    one, two = fake.driver.list()
    assert (one.id, one.state, one.token, one.reason) == ("i-1", "pending", TOKEN, None)
    assert (two.reason, two.key_name) == ("Server.SpotInstanceTermination", "k")


def states(**those: str) -> dict[str, Any]:
    found = [{"InstanceId": key.replace("_", "-"), "InstanceState": {"Name": state}} for key, state in those.items()]
    return {"InstanceStatuses": found}


def test_after_the_first_list_only_what_is_new_or_has_ended_is_described(fake: Fake) -> None:
    fake.listed(instance("i-1", "running"), instance("i-2", "running", "another"), instance("i-3", "terminated", "old"))
    assert len(fake.driver.list()) == 3
    now = states(i_1="running", i_3="terminated", i_4="running", i_5="running")
    fake.stub.add_response("describe_instance_status", now, {"IncludeAllInstances": True, "MaxResults": 1000})
    found = [
        instance("i-2", "terminated", "another", StateReason={"Code": "Server.SpotInstanceTermination"}),
        instance("i-4", "running", "new"),
        {"InstanceId": "i-5", "State": {"Name": "running"}, "Tags": [{"Key": "Name", "Value": "of others"}]},
    ]
    fake.stub.add_response(
        "describe_instances", {"Reservations": [{"Instances": found}]},
        {"Filters": [{"Name": "instance-id", "Values": ["i-4", "i-5", "i-2"]}], "MaxResults": 1000},
    )  # fmt: skip
    assert {(one.id, one.state, one.reason) for one in fake.driver.list()} == {
        ("i-1", "running", None), ("i-2", "terminated", "Server.SpotInstanceTermination"), ("i-3", "terminated", None),
        ("i-4", "running", None),
    }  # fmt: skip


def test_without_the_right_to_read_states_each_is_described(fake: Fake) -> None:
    fake.listed(instance("i-1", "running"))
    fake.driver.list()
    fake.fail("describe_instance_status", "UnauthorizedOperation")
    for _ in range(2):
        tagged, living = {"Name": "tag-key", "Values": ["ElasticToken"]}, {
            "Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping", "stopped"],
        }  # fmt: skip
        page = {"Reservations": [{"Instances": [instance("i-1", "running")]}]}
        fake.stub.add_response("describe_instances", page, {"Filters": [tagged, living], "MaxResults": 1000})
        assert [one.id for one in fake.driver.list()] == ["i-1"]


def test_one_unknown_instance_does_not_keep_the_others_alive(fake: Fake) -> None:
    fake.fail("terminate_instances", "InvalidInstanceID.NotFound")
    fake.fail("terminate_instances", "InvalidInstanceID.NotFound")
    fake.stub.add_response("terminate_instances", {}, {"InstanceIds": ["i-2"]})
    fake.driver._terminate_all(["i-1", "i-2"])


def test_tags_of_the_launch_are_not_set_again(fake: Fake) -> None:
    fake.started("i-1")
    fake.driver.start(launch(tags=(("Name", "x"),)))
    fake.driver.create_tags("i-1", {"Name": "x"})
    fake.stub.add_response("create_tags", {}, {"Resources": ["i-1"], "Tags": [{"Key": "Site", "Value": "BNL"}]})
    fake.driver.create_tags("i-1", {"Name": "x", "Site": "BNL"})


def test_a_refusal_is_an_answer_of_the_server(fake: Fake) -> None:
    fake.fail("describe_availability_zones", "AuthFailure")
    assert fake.driver.server_type() == "Amazon"


@pytest.mark.parametrize(
    ("error", "code"),
    [(EndpointConnectionError(endpoint_url="http://x"), "E_CURL_IO"), (NoCredentialsError(), "AuthFailure"),
     (ValueError("x"), "Unexpected")],
)  # fmt: skip
def test_what_is_no_answer(error: Exception, code: str) -> None:
    assert translate(error).code == code


def test_urls() -> None:
    assert Place.of("ec2://eu-west-1") == Place("eu-west-1")
    assert Place.of("ec2://us-east-1?endpoint=http://127.0.0.1:5000&profile=bnl") == Place(
        "us-east-1", "http://127.0.0.1:5000", "bnl")  # fmt: skip
    for bad in ("ec2://", "ec2://us-east-1/x", "ec2://us-east-1?end=1", "ec2://us-east-1?profile="):
        with pytest.raises(CloudError, match="want ec2://REGION"):
            Place.of(bad)


def test_keys(keys: Credentials) -> None:
    assert read_keys(keys) == {"aws_access_key_id": "access", "aws_secret_access_key": "secret"}
    assert read_keys(Credentials("FROM INSTANCE", "/dev/null")) == {}
    for bad in ("/dev/null", "/nowhere"):
        with pytest.raises(CloudError, match="key file") as told:
            read_keys(Credentials(bad, bad))
        assert told.value.code == "AuthFailure"
    with pytest.raises(CloudError, match="profile"):
        open_client(Place("us-east-1", profile="no-such-profile"), keys)
