"""Real VM jobs that fail: the tombstones alone make alarm, breaker, canary and what closes them."""

import pytest
from live.pool import run, wait_for
from real import FLEET

GONE = FLEET.replace("ec2_ami_id = worker", "ec2_ami_id = gone")
VAIN = """\
ELASTIC_TRY_BREAKER = 1
ELASTIC_TRY_BACKOFF = 1
ELASTIC_TRY_BACKOFF_MAX = 1
PERIODIC_EXPR_INTERVAL = 5
"""
TIMER = """\
  periodic_hold = JobStatus == 2
  periodic_hold_subcode = 72
  periodic_hold_reason = "The VM never joined."
"""


def fleet_ad(pool):
    (ad,) = pool.ads("-any", "-constraint", 'MyType == "ElasticFleet"')
    return ad


def held(pool):
    return wait_for("a held VM job", lambda: pool.jobs("ElasticVM isnt undefined && JobStatus == 5"), 120)


def test_an_image_that_is_not_there_alarms_until_submit_is_edited_or_the_job_removed(pool):
    pool.knobs(GONE)
    pool.submit(1)
    pool.verdict()
    (job,) = held(pool)
    number = f"{job['ClusterId']}.{job['ProcId']}"
    verdict = pool.verdict()
    assert verdict.startswith("Submitting none of 1 wanted VM, because ELASTIC_TRY_ALARM_HOLD=86400 and VM job")
    alarm = str(fleet_ad(pool)["Alarm"])
    assert alarm in verdict
    assert f"edit ELASTIC_TRY_SUBMIT or condor_rm {number} to go on" in alarm
    assert job["ElasticHash"]
    # Removed: it tries again, and fails again.
    run("condor_rm", number)
    wait_for("the job gone", lambda: not pool.vms(), 60)
    assert pool.verdict().startswith("Submitting 1 VM")
    (again,) = held(pool)
    assert "ALARM_HOLD" in pool.verdict()
    # Edited: what failed with the other text holds for one BACKOFF and no longer.
    pool.knobs(FLEET + "ELASTIC_TRY_BACKOFF = 1\n")
    assert wait_for("a launch", lambda: (said := pool.verdict()).startswith("Submitting 1 VM") and said, 60, 2)
    assert "Alarm" not in fleet_ad(pool)
    wait_for("a worker", pool.slots, 90)
    assert again["ElasticVM"] not in {job["ElasticVM"] for job in pool.vms() if job["JobStatus"] != 3}


@pytest.mark.timeout(400)
def test_the_breaker_opens_launches_canaries_and_closes_when_one_works(pool):
    bad = FLEET.replace("= worker", "= silent").replace("@end", TIMER + "@end") + VAIN  # no startd comes
    pool.knobs(bad + "ELASTIC_TRY_CANARY_INTERVAL = 3600\n")
    pool.submit(1)
    pool.verdict()
    (job,) = held(pool)
    assert (job["HoldReasonCode"], job["HoldReasonSubCode"]) == (3, 72)
    verdict = pool.verdict()
    assert "ELASTIC_TRY_BREAKER=1 and the last boot failed, so the next canary may start in" in verdict
    assert "(boot: The VM never joined.)" in verdict
    assert fleet_ad(pool)["Breaker"] == "open"
    (worker,) = pool.ads("-any", "-constraint", 'MyType == "ElasticWorker"')
    assert worker["Failure"] == "boot"
    # The next canary fails too; one tombstone is enough.
    pool.knobs(bad + "ELASTIC_TRY_CANARY_INTERVAL = 1\n")
    said = wait_for("a canary", lambda: (said := pool.verdict()).startswith("Submitting 1 VM") and said, 30, 2)
    assert "so one canary may start (ELASTIC_TRY_CANARY_INTERVAL=1)" in said
    pool.knobs(bad + "ELASTIC_TRY_CANARY_INTERVAL = 3600\n")
    wait_for("two held", lambda: len(held(pool)) == 2 or None, 120)
    pool.verdict()
    wait_for("one left", lambda: len(pool.vms()) == 1, 60)
    assert fleet_ad(pool)["Breaker"] == "open"
    # Mended behind the scenes, with no word of SUBMIT changed: the canary joins, gets the job, and closes it.
    (tombstone,) = pool.vms()
    run("condor_qedit", f"{tombstone['ClusterId']}.{tombstone['ProcId']}", "ElasticHash", '""')
    pool.knobs(FLEET + VAIN + "ELASTIC_TRY_CANARY_INTERVAL = 1\n")
    wait_for("a canary", lambda: pool.verdict().startswith("Submitting 1 VM") or None, 30, 2)
    assert fleet_ad(pool)["Breaker"] == "open"
    wait_for("a job on it", lambda: pool.verdict() and fleet_ad(pool)["Breaker"] == "closed", 120, 3)
    wait_for(
        "no tombstone", lambda: pool.verdict() and not pool.jobs("ElasticVM isnt undefined && JobStatus == 5"), 60, 3
    )
