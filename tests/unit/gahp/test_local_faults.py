import json

import pytest
from gahp.local_cloud import wait_until

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.local import LocalDriver
from condor_elastic.gahp.local_faults import Faults, read


def test_what_befalls_a_launch_follows_from_its_token_alone():
    plan = Faults(capacity=0.25, dead=0.25, slow=0.25, seed=3)
    found = [plan.of(f"token {i}") for i in range(400)]
    assert found == [plan.of(f"token {i}") for i in range(400)]
    for fault in ("capacity", "dead", "slow", ""):
        assert 60 < found.count(fault) < 140
    assert {Faults(seed=i).of("token") for i in range(50)} == {""}


def test_a_plan_is_read_as_it_is_now(tmp_path):
    file = tmp_path / "plan"
    assert read(str(file)) == read("") == Faults()
    file.write_text('{"dead": 1, "seed": 4}')
    assert read(str(file)) == Faults(dead=1, seed=4)


@pytest.mark.parametrize("text", ["", "[1]", '{"fire": 1}', "7"])
def test_a_plan_that_makes_no_sense_is_said(tmp_path, text):
    (tmp_path / "plan").write_text(text)
    with pytest.raises(CloudError, match="the plan of faults in"):
        read(str(tmp_path / "plan"))


@pytest.fixture
def planned(cloud, tmp_path):
    """Give a cloud whose launches go wrong as a test plans."""
    plan = tmp_path / "plan"
    cloud.driver = LocalDriver(cloud.base, "/keys", str(cloud.master), str(plan))
    cloud.plan = lambda **shares: plan.write_text(json.dumps(shares))
    return cloud


def ended(cloud, vm):
    return next((i for i in cloud.another().list() if i.id == vm and i.state == "terminated"), None)


def test_a_launch_without_room_is_refused_and_leaves_nothing(planned):
    planned.plan(capacity=1)
    with pytest.raises(CloudError, match="InsufficientInstanceCapacity"):
        planned.start("token", "exec sleep 600")
    assert list(planned.base.iterdir()) == []


def test_an_error_ends_a_vm_before_it_has_run(planned):
    planned.plan(error=1)
    vm = planned.start("token", "exec sleep 600")
    assert wait_until(lambda: ended(planned, vm)).reason == "Server.InternalError"


def test_a_slow_vm_is_pending_and_can_be_stopped(planned):
    planned.plan(slow=1)
    vm = planned.start("token", "exec sleep 600")
    assert planned.state(vm) == "pending"
    planned.driver.stop(vm)
    wait_until(lambda: planned.state(vm) in ("terminated", None))


def test_a_dead_vm_has_a_configuration_of_which_nobody_hears(planned):
    planned.plan(dead=1)
    vm = planned.start("token", "exec sleep 600")
    config = (planned.base / vm / "etc/condor/condor_config").read_text()
    assert config.endswith("DAEMON_LIST = MASTER\nCOLLECTOR_HOST = 127.0.0.1:9\n")
    planned.driver.stop(vm)
    wait_until(lambda: planned.state(vm) in ("terminated", None))
