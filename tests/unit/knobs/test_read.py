import pytest

from condor_elastic.knobs import BadKnobs, read
from condor_elastic.knobs.table import QUEUE_POLICIES
from condor_elastic.knobs.template import BOUNDLESS, RIGHT
from condor_elastic.model import Template

MACHINE = "Cpus = 8; Memory = 16384"
BASE = {"ELASTIC_POOL": "p", "ELASTIC_TRUST_DOMAIN": "t", "ELASTIC_COLLECTOR": "cm"}
FLEET = {
    **BASE,
    "ELASTIC_FLEET_NAMES": "ec2_spot",
    "ELASTIC_EC2_SPOT_TEMPLATE": MACHINE,
    "ELASTIC_EC2_SPOT_SUBMIT": "ec2_ami_id = ami-1",
}
QUEUE = {
    **BASE,
    "ELASTIC_PILOT_NAMES": "BNL_CLOUD",
    "ELASTIC_BNL_CLOUD_PANDA_URL": "https://panda.example.org:25443/",
    "ELASTIC_BNL_CLOUD_SUBMIT": "executable = /bin/true",
}


def refused(macros):
    with pytest.raises(BadKnobs) as error:
        read(macros, lambda name: f" (set in 50-elastic.conf, line {len(name)})")
    return str(error.value)


def test_nothing_named_means_nothing_to_do():
    settings = read(BASE)
    assert (settings.queues, settings.fleets) == ((), ())


def test_a_fleet_has_its_defaults():
    (fleet,) = read(FLEET).fleets
    assert (fleet.name, fleet.template, fleet.max_vms) == ("ec2_spot", Template(8, 16384, BOUNDLESS, 0, MACHINE), 0)
    assert fleet.policies == ("Ready", "Headroom", "MaxPerCycle", "MaxToRun")


def test_the_queue_of_the_talk():
    macros = {
        **QUEUE,
        "ELASTIC_BNL_CLOUD_POLICIES": "Activated MaxPerCycle,MaxPending",
        "elastic_bnl_cloud_max_pending": "90",
    }
    (queue,) = read(macros).queues
    assert (queue.panda_url, queue.max_per_cycle, queue.max_pending) == ("https://panda.example.org:25443", 80, 90)


def test_arithmetic_is_what_macros_leave_behind():
    assert read({**FLEET, "ELASTIC_EC2_SPOT_IDLE_TIMEOUT": "10 * 60 + 5"}).fleets[0].idle_timeout == 605


def test_caps_on_money_need_a_price():
    said = refused({**FLEET, "ELASTIC_EC2_SPOT_MAX_COST_PER_DAY": "5", "ELASTIC_MAX_COST_PER_MONTH": "9"})
    assert "ELASTIC_EC2_SPOT_MAX_COST_PER_DAY = 5 (set in" in said
    assert "needs ELASTIC_EC2_SPOT_PRICE" in said
    assert "ELASTIC_MAX_COST_PER_MONTH = 9 (set in" in said
    assert "needs ELASTIC_<FLEET>_PRICE, and no fleet has one" in said
    knobs = {"ELASTIC_EC2_SPOT_PRICE": "0.1", "ELASTIC_MAX_COST_PER_MONTH": "9"}
    assert read({**FLEET, **knobs, "ELASTIC_EC2_SPOT_OVER_BUDGET": "shrink"}).fleets[0].over_budget == "Shrink"


def test_empty_is_unset():
    assert read({**FLEET, "ELASTIC_EC2_SPOT_MAX_PER_CYCLE": "  "}).fleets[0].max_per_cycle == 250


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("MAX_VMS", "fifty", "a whole number, 0 or more"),
        ("MAX_VMS", "-3", "a whole number, 0 or more"),
        ("MAX_VMS", "2.5", "a whole number, 0 or more"),
        ("MAX_VMS", "5 # of them all", None),
        ("MAX_VMS", "__import__('os')", "a whole number, 0 or more"),
        ("IDLE_TIMEOUT", "10m", "a number of seconds, 0 or more (10 * $(MINUTE) is fine)"),
        ("RETIRE", "Hard", "one of Empty, Soft"),
        ("TEMPLATE", "Cpus = 8", RIGHT),
        ("SUBMIT", "a = b\nQueue 5", "submit commands without a queue statement (how many is decided each cycle)"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(name, value, right):
    knob = f"ELASTIC_EC2_SPOT_{name}"
    macros = {**FLEET, knob: value}
    if right is None:
        assert read(macros).fleets[0].max_vms == 5
        return
    said = refused(macros)
    assert said == f'{knob} = "{" ".join(value.split())}" is not {right} (set in 50-elastic.conf, line {len(knob)})'


def test_an_unknown_knob_comes_with_a_suggestion():
    said = refused({**FLEET, "ELASTIC_EC2_SPOT_MAX_VM": "5"})
    assert said == (
        'ELASTIC_EC2_SPOT_MAX_VM = "5" is unknown (set in 50-elastic.conf, line 23); '
        "did you mean ELASTIC_EC2_SPOT_MAX_VMS?"
    )


def test_a_fleet_that_is_not_named_is_unknown():
    assert "ELASTIC_OTHER_MAX_VMS" in refused({**FLEET, "ELASTIC_OTHER_MAX_VMS": "5"})


def test_a_missing_submit_text_is_named():
    macros = {**FLEET, "ELASTIC_EC2_SPOT_SUBMIT": ""}
    assert refused(macros).startswith("ELASTIC_EC2_SPOT_SUBMIT is not set; it is needed")


def test_an_unknown_policy_is_named_with_those_that_are():
    said = refused({**QUEUE, "ELASTIC_BNL_CLOUD_POLICIES": "Activated, MaxPerCicle"})
    assert said == (
        "ELASTIC_BNL_CLOUD_POLICIES names an unknown policy, MaxPerCicle (set in 50-elastic.conf, line 26); "
        "it may name " + ", ".join(QUEUE_POLICIES)
    )


def test_a_name_stands_for_one_thing():
    both = {**FLEET, **QUEUE, "ELASTIC_PILOT_NAMES": "ec2_spot", "ELASTIC_EC2_SPOT_PANDA_URL": "http://h:1"}
    assert "both name EC2_SPOT" in refused(both)
    assert "each name stands once" in refused({**FLEET, "ELASTIC_FLEET_NAMES": "a, A"})
    assert "'a-b' is none" in refused({**FLEET, "ELASTIC_FLEET_NAMES": "a-b"})


def test_everything_wrong_is_said_at_once():
    said = refused({**FLEET, "ELASTIC_EC2_SPOT_MAX_VMS": "x", "ELASTIC_EC2_SPOT_RETIRE": "y", "ELASTIC_NONSENSE": "1"})
    assert len(said.splitlines()) == 3


def test_a_password_in_the_url_is_refused():
    assert "without user and password" in refused({**QUEUE, "ELASTIC_BNL_CLOUD_PANDA_URL": "http://u:p@host/"})
