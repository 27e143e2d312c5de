import pytest
from build import NOW, fleet, settings

from condor_elastic.act.timers import deadline, submit_lines, worker_idle, worker_lines
from condor_elastic.act.user_data import render
from condor_elastic.act.vm_text import vm_text

POOL = settings().pool


def lines(**knobs):
    return dict(line.split(" = ", 1) for line in submit_lines(fleet(**knobs)))


def test_each_timer_holds_with_a_code_of_its_own_and_says_the_knob():
    said = lines()
    timer, why = said["My.ElasticTimer"], said["periodic_hold_reason"]
    assert said["periodic_hold"] == "ElasticTimer > 0"
    assert said["periodic_hold_subcode"] == "IfThenElse(ElasticTimer > 0, ElasticTimer, 0)"
    for code, limit, knob in ((71, "> 1800", "LAUNCH_TIMEOUT=1800"), (72, "> 3000", "REGISTER_TIMEOUT=1200")):
        assert f", {code}, " in timer
        assert limit in timer
        assert f"ELASTIC_CLOUD_{knob}" in why


def test_the_gridmanager_is_asked_for_nothing_that_a_cycle_writes():
    said = lines(first_job_timeout=600)
    assert "ElasticJoined" not in said["My.ElasticTimer"]
    assert "ElasticFirstJob" not in said["My.ElasticTimer"]


def test_a_timer_that_is_off_is_not_there():
    said = lines(launch_timeout=0, register_timeout=0)
    assert said["My.ElasticTimer"] == "0"
    assert said["periodic_hold_reason"] == "undefined"


def test_the_sites_own_policy_holds_too():
    site = ('periodic_hold = NumJobStarts > 3\nperiodic_hold_reason = "tired"\nperiodic_hold_subcode = 5\n'
            "periodic_remove = JobStatus == 5 && NumHolds > 2")  # fmt: skip
    said = lines(submit=site)
    assert said["periodic_hold"] == "ElasticTimer > 0 || (NumJobStarts > 3)"
    assert said["periodic_hold_subcode"].endswith("ElasticTimer, 5)")
    assert said["periodic_hold_reason"].endswith(', "tired"))')
    assert said["periodic_remove"].endswith(" || (JobStatus == 5 && NumHolds > 2)")


def test_a_vm_job_past_its_lifetime_is_removed_an_hour_after_the_last_job():
    said = lines(max_job_retirement_time=1000)["periodic_remove"]
    assert said == "(ElasticDeadline isnt undefined && time() > ElasticDeadline + 4600)"


def test_ours_stand_behind_the_sites_own_lines():
    text = vm_text(POOL, fleet(submit="periodic_hold = false", price=0.5))
    assert text.index("periodic_hold = false") < text.index("periodic_hold = ElasticTimer")
    assert "My.ElasticPrice = 0.5\n" in text
    assert "My.ElasticCost" not in vm_text(POOL, fleet())


def test_a_deadline_is_always_the_same_for_one_vm_and_spread_for_many():
    knobs = fleet(lifetime=1000, lifetime_jitter=0.1)
    ends = [deadline(knobs, f"cloud-{n}", NOW) for n in range(200)]
    assert ends == [deadline(knobs, f"cloud-{n}", NOW) for n in range(200)]
    assert NOW + 900 <= min(ends) < NOW + 920
    assert NOW + 1080 < max(ends) <= NOW + 1100
    assert deadline(fleet(lifetime=10, lifetime_jitter=0.0), "a", NOW) == NOW + 10


def test_no_worker_and_no_vm_job_outlives_the_token():
    knobs = fleet(token_lifetime=100_000, max_job_retirement_time=50_000, lifetime_jitter=0.1)
    ends = [deadline(knobs, f"cloud-{n}", NOW) for n in range(200)]
    assert NOW + 46_400 / 1.1 * 0.9 <= min(ends) < max(ends) <= NOW + 46_400
    assert "ElasticDeadline + 53600" in lines(max_job_retirement_time=50_000)["periodic_remove"]


@pytest.mark.parametrize(
    ("knobs", "seconds"),
    [({}, 21600), ({"idle_timeout": 7200}, 43200), ({"worker_idle": 5}, 5), ({"headroom": "2"}, 21600),
     ({"headroom": "", "idle_timeout": 1}, 3600), ({"policies": ("Ready",), "idle_timeout": 1200}, 7200),
     ({"min_vms": 1}, 0), ({"keep_running": 3}, 0), ({"min_vms": 1, "worker_idle": 9}, 9)],
)  # fmt: skip
def test_an_empty_worker_leaves_long_after_it_would_have_been_retired_unless_it_is_wanted(knobs, seconds):
    assert worker_idle(fleet(**knobs)) == seconds


def test_the_worker_is_told_its_timers():
    assert worker_lines(fleet(first_job_timeout=7), 99).splitlines() == [
        "ElasticDeadline = 99", "ElasticFirstJobTimeout = 7", "ElasticWorkerIdle = 21600",
        "ElasticMaxJobRetirementTime = 259200", "ElasticDeadman = 21600", "ElasticContactPeriod = 300",
        "ElasticSpotGuard = True", "ElasticSpot = False"]  # fmt: skip
    data = render(POOL, fleet(), "v", "TOKEN", "PASSWORD", 99)
    assert b"      ElasticDeadline = 99\n      ElasticFirstJobTimeout = 0\n" in data


def test_a_worker_knows_whether_it_is_of_the_spot_market():
    def told(**knobs):
        return worker_lines(fleet(**knobs), 99).splitlines()[-1]

    assert told(submit="x = y") == "ElasticSpot = False"
    assert told(submit="ec2_spot_price = 0.02") == "ElasticSpot = True"
    assert told(submit="ec2_spot_price = 0.02", spot=False) == "ElasticSpot = False"
    assert told(submit="x = y", spot=True) == "ElasticSpot = True"
