"""Timers: a VM ends, most while no cycle runs; and what a VM job's ad says of its worker."""

import time

import pytest
from live.figures import processes
from live.pool import run, wait_for
from real import FLEET

OFTEN = "PERIODIC_EXPR_INTERVAL = 5\n"
ENOUGH = 240  # a worker looks at its own timers once a minute
pytestmark = pytest.mark.timeout(400)


def launched(pool, *knobs, fleet=FLEET):
    """Have one cycle launch a VM for one job, and no other cycle run."""
    pool.knobs(OFTEN + fleet + "".join(f"ELASTIC_TRY_{knob}\n" for knob in knobs))
    pool.submit(1, seconds=1)
    # The schedd's own first cycle, just after its start, may be the one that does it.
    (vm,) = wait_for("the VM job", lambda: pool.verdict() and pool.vms(), 30)
    return vm["ElasticVM"]


def held(pool):
    return [vm for vm in pool.vms() if vm["JobStatus"] == 5]


def ended(pool, vm):
    """Give the VM job once it has completed."""
    return [job for job in pool.jobs(f'ElasticVM == "{vm}"', history=True) if job["JobStatus"] == 4]


def test_a_vm_that_never_registers_is_held_and_its_instance_ends(pool):
    launched(pool, "REGISTER_TIMEOUT = 15", fleet=FLEET.replace("= worker", "= silent"))
    wait_for("the VM", lambda: pool.vms()[0]["JobStatus"] == 2, 60)
    (vm,) = wait_for("the hold", lambda: pool.verdict() and held(pool), ENOUGH, 5)
    assert (vm["HoldReasonCode"], vm["HoldReasonSubCode"]) == (3, 72)
    assert vm["HoldReason"].startswith("its startd did not join the pool within ELASTIC_TRY_REGISTER_TIMEOUT=15")
    wait_for("the end of the instance", lambda: not processes(), 60)
    assert pool.vms()[0]["JobStatus"] == 5, "it stays as a tombstone"


def test_a_vm_job_that_gets_no_instance_is_held(pool):
    nowhere = FLEET.replace("local:///var/lib/condor/elastic/vms", "http://127.0.0.1:9/")
    launched(pool, "LAUNCH_TIMEOUT = 20", fleet=nowhere)
    (vm,) = wait_for("the hold", lambda: held(pool), ENOUGH)
    assert (vm["HoldReasonCode"], vm["HoldReasonSubCode"]) == (3, 71)
    assert vm["HoldReason"] == "no instance within ELASTIC_TRY_LAUNCH_TIMEOUT=20"


def test_a_worker_that_gets_no_job_leaves(pool):
    vm = launched(pool, "FIRST_JOB_TIMEOUT = 20")
    run("condor_rm", "alice")
    (job,) = wait_for("its end", lambda: ended(pool, vm), ENOUGH)
    assert job["EC2StatusReasonCode"] == "Client.InstanceInitiatedShutdown"


def test_a_worker_that_is_empty_leaves_although_nobody_retires_it(pool):
    vm = launched(pool, "WORKER_IDLE = 20")
    wait_for("the job's end", lambda: not pool.jobs("JobUniverse == 5"), 90)
    (job,) = wait_for("its end", lambda: ended(pool, vm), ENOUGH)
    assert job["EC2StatusReasonCode"] == "Client.InstanceInitiatedShutdown"


def test_a_job_that_runs_when_the_lifetime_ends_finishes_and_none_follows(pool):
    pool.knobs(OFTEN + FLEET + "ELASTIC_TRY_LIFETIME = 60\nELASTIC_TRY_LIFETIME_JITTER = 0\n")
    pool.submit(1, seconds=90, allowed_execute_duration=100)
    pool.submit(1, seconds=91)
    pool.verdict()
    (vm,) = pool.vms()
    wait_for("the job on it", lambda: pool.jobs("JobUniverse == 5 && JobStatus == 2"), 60)
    assert pool.slots()[0]["ElasticDeadline"] == vm["ElasticDeadline"]
    assert abs(vm["QDate"] + 60 - vm["ElasticDeadline"]) < 30
    wait_for("the end of its lifetime", lambda: time.time() > vm["ElasticDeadline"] + 1, 90, 1)
    pool.submit(1, seconds=92)
    (job,) = wait_for("its end", lambda: ended(pool, vm["ElasticVM"]), ENOUGH)
    assert job["EC2StatusReasonCode"] == "Client.InstanceInitiatedShutdown"
    done = pool.jobs('Owner == "alice"', history=True)
    assert [(one["Args"], one["ExitCode"], one["NumJobStarts"]) for one in done[:1]] == [("91", 0, 1)]
    assert sorted(one.get("Args") for one in pool.jobs("JobUniverse == 5 && JobStatus == 1")) == ["90", "92"]


def test_the_vm_job_says_which_worker_it_is_and_one_that_has_joined_is_not_held(pool):
    pool.knobs(OFTEN + FLEET + "ELASTIC_TRY_REGISTER_TIMEOUT = 45\nELASTIC_TRY_PRICE = 3600\n"
               "ELASTIC_TRY_IDLE_TIMEOUT = 900\n")  # fmt: skip
    pool.submit(1)
    pool.verdict()
    pool.verdict()
    assert pool.vms()[0]["ElasticPhase"] in ("requested", "starting", "booting")
    wait_for("the job on it", lambda: pool.jobs("JobUniverse == 5 && JobStatus == 2"), 60)
    wait_for("a cycle that sees it", lambda: pool.verdict() and pool.vms()[0]["ElasticPhase"] == "busy", 150, 1)
    # The gridmanager may see that the VM runs after its worker has joined.
    (vm,) = wait_for("the VM to be seen to run", lambda: [vm for vm in pool.vms() if vm["JobStatus"] == 2], 90, 1)
    assert vm["ElasticJobs"] == 1
    assert vm["ElasticFirstJob"] >= vm["ElasticJoined"]
    assert vm["ElasticStartd"] == f"{vm['ElasticVM']}@cm.elastic.test"
    table = run("condor_q", "-allusers", "-pr", "/usr/share/condor/elastic-vms.cpf").stdout
    assert vm["ElasticVM"] in table
    assert "busy" in table
    assert "undefined" not in table
    assert "error" not in table
    wait_for("REGISTER_TIMEOUT to pass", lambda: time.time() > vm["EnteredCurrentStatus"] + 60, 90, 1)
    (vm,) = pool.vms()
    assert vm["JobStatus"] == 2, vm.get("HoldReason")
    hours, cost = run("condor_q", "-allusers", "-constraint", "ElasticVM isnt undefined", "-af", "ElasticHours",
                      "ElasticCost").stdout.split()  # fmt: skip
    assert float(cost) == pytest.approx(3600 * float(hours))
    assert float(hours) * 3600 >= 60
    pool.verdict()
    fleet = pool.ads("-any", "-constraint", 'MyType == "ElasticFleet"')[0]
    assert fleet["VMHours"] >= 0
    assert fleet["BootSeconds"] == max(0, vm["ElasticJoined"] - vm["JobStartDate"])
