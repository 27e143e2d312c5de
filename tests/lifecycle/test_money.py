"""Money on a real pool: a VM costs 10 a second, so that seconds count."""

import re

import pytest
from live.pool import run, wait_for
from real import FLEET

pytestmark = pytest.mark.timeout(400)
PRICED = FLEET + "ELASTIC_TRY_PRICE = 36000\nELASTIC_TRY_MAX_VMS = 5\n"
MINUTES = 2 * 60 * 10
"""What two VMs cost at least, as a minute each is billed."""


def fleet_ad(pool):
    (ad,) = pool.ads("-any", "-constraint", 'MyType == "ElasticFleet"')
    return ad


def running(pool):
    return [vm for vm in pool.vms() if vm["JobStatus"] == 2 and "JobStartDate" in vm]


def said(pool, name):
    found = re.search(rf"^{name} = (.*)$", pool.cycle().stdout, re.MULTILINE)
    assert found
    return float(found[1])


def test_growth_stops_at_the_cap_and_the_history_counts(pool):
    pool.knobs(PRICED + "ELASTIC_TRY_MAX_COST_PER_DAY = 80000\n")
    wait_for("a cycle beside which none runs", pool.verdict, 60, 1)  # the schedd's own first one may hold the lock
    pool.submit(4, request_cpus=2)
    assert pool.verdict() == (
        "Submitting 2 of 4 wanted VMs, because 4 idle jobs have no room and ELASTIC_TRY_MAX_COST_PER_DAY=80000 "
        "and 0 is spent today and 0 more until the hour of each VM ends."
    )
    wait_for("two VMs", lambda: len(running(pool)) == 2, 90)
    assert {vm["ElasticPrice"] for vm in pool.vms()} == {36000.0}
    told = "Submitting none of 2 wanted VMs, because ELASTIC_TRY_MAX_COST_PER_DAY=80000 and "
    wait_for("both VMs' jobs seen on them", lambda: pool.verdict().startswith(told), 90, 1)
    ad = fleet_ad(pool)
    assert (ad["Rate"], len(running(pool))) == (72000, 2)
    assert ad["CostToday"] >= MINUTES

    # Their jobs go, then they: what they have cost is in the history alone.
    run("condor_rm", "-constraint", 'Owner == "alice"')
    wait_for("no jobs", lambda: not pool.jobs("JobUniverse == 5"), 60)
    wait_for("no VMs", lambda: pool.verdict() and not pool.vms(), 150, 1)
    wait_for("no slots", lambda: not pool.slots(), 60)  # a job would be thought to have room on them
    spent = said(pool, "CostMonth")
    ended = pool.jobs("ElasticPrice > 0 && JobStartDate isnt undefined", history=True)  # other tests' among them
    assert sum(job["ElasticPrice"] == 36000 for job in ended) == 2
    costs = [max(60, job["RemoteWallClockTime"]) * job["ElasticPrice"] / 3600 for job in ended]
    assert spent == pytest.approx(sum(costs))
    assert said(pool, "Rate") == 0

    # One VM-hour would fit, were it not for what was spent; a lost file changes nothing, a lost history all.
    capped = PRICED + f"ELASTIC_TRY_MAX_COST_PER_MONTH = {36000 + spent / 2}\n"
    pool.knobs(capped)
    pool.submit(1, request_cpus=2)
    told = pool.verdict()
    assert told.startswith("Submitting none of 1 wanted VM, because ELASTIC_TRY_MAX_COST_PER_MONTH=")
    assert "is spent this month and 0 more until the hour of each VM ends" in told
    run("rm", "/var/lib/condor/elastic/money/spent")
    assert said(pool, "CostMonth") == spent
    pool.knobs(capped + "HISTORY =\n")
    assert "the schedd's history" in pool.verdict()
    assert "CostMonth" not in fleet_ad(pool)
    assert pool.vms() == []
    pool.knobs(PRICED)
    assert pool.verdict().startswith("Submitting 1 VM, because")


def test_the_pinned_stays_and_the_drifted_goes(pool):
    pool.knobs(FLEET)
    pool.submit(1, seconds=1)
    wait_for("a VM job", lambda: pool.verdict() and pool.vms(), 60, 1)
    wait_for("the worker", lambda: [slot for slot in pool.slots() if slot.get("ElasticVM")], 60)
    (vm,) = pool.vms()
    told = run("python3", "-m", "condor_elastic.cli", "pin", str(vm["ElasticVM"])).stdout
    assert f"until: condor_elastic pin --off {vm['ElasticVM']}" in told
    wait_for("the job's end", lambda: not pool.jobs("JobUniverse == 5"), 90)
    pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 0\n")
    for _ in range(2):
        assert pool.verdict() == "Keeping 1 pinned worker."
    (worker,) = pool.ads("-any", "-constraint", 'MyType == "ElasticWorker"')
    assert worker["Pinned"] is True
    assert "Drifted" not in worker

    pool.knobs(FLEET.replace("IDLE_TIMEOUT = 1", "IDLE_TIMEOUT = 900").replace("2x2048", "2x2040"))
    assert pool.verdict() == "Keeping 1 pinned worker."
    (worker,) = pool.ads("-any", "-constraint", 'MyType == "ElasticWorker"')
    assert worker["Drifted"] is True
    run("python3", "-m", "condor_elastic.cli", "pin", "--off", f"{vm['ClusterId']}.{vm['ProcId']}")
    why = "Retiring 1 worker, because SUBMIT or TEMPLATE has changed since its launch, and ELASTIC_TRY_MAX_DRIFT=1."
    assert pool.verdict() == why
    wait_for("the end of the VM job", lambda: not pool.vms(), 90)
    nobody = run("python3", "-m", "condor_elastic.cli", "pin", str(vm["ElasticVM"]), check=False)
    assert (nobody.returncode, "no VM job of" in nobody.stderr) == (1, True)
