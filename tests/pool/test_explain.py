"""Explanations of jobs, VMs and fleets on a real pool: each reason is brought about, and so is what would change it."""

import json

import pytest
from live.pool import run, wait_for
from real import FLEET, QUEUE, QUICK

SMALL = """\
ELASTIC_FLEET_NAMES = small, try
ELASTIC_SMALL_TEMPLATE = Cpus = 1; Memory = 50; Start = TARGET.Owner =!= "alice"
ELASTIC_SMALL_JOB_REQUIREMENTS = Group =?= "small"
ELASTIC_SMALL_MAX_VMS = 2
ELASTIC_SMALL_SUBMIT = $(ELASTIC_TRY_SUBMIT)
"""
ONE = FLEET.replace("MAX_VMS = 2", "MAX_VMS = 1").replace("IDLE_TIMEOUT = 1", "IDLE_TIMEOUT = 300")
FULL = FLEET.replace("elastic/vms", "elastic/vms?faults=/tmp/explain-faults") + "ELASTIC_TRY_BACKOFF = 600\n"
# What condor_submit says where nothing is asked for is an expression over the rest of the job's ad.
MEMORY = "ifthenelse(MemoryUsage isnt undefined, MemoryUsage, (ImageSize + 1023) / 1024)"
UNSAID = {"request_cpus": 2, "request_disk": "DiskUsage", "request_memory": MEMORY}


def explain(kind, ident, *more, user="condor", fails=False):
    done = run("runuser", "-u", user, "--", "condor_elastic", "explain", kind, ident, *more, check=False)
    assert done.returncode == (1 if fails else 0), (done.stdout, done.stderr)
    return done


def text(kind, ident, **more):
    return explain(kind, ident, **more).stdout


def document(kind, ident, **more):
    return json.loads(explain(kind, ident, "--json", **more).stdout)


def reasons(told, fleet=None):
    """The reasons by kind, of the whole or of one fleet."""
    here = told["reasons"] if fleet is None else next(f for f in told["fleets"] if f["name"] == fleet)["reasons"]
    return {reason["kind"]: reason for reason in here}


def submitted(pool, **commands):
    """Submit one job as alice; give its number."""
    before = {job["ClusterId"] for job in pool.jobs('Owner == "alice"')}
    pool.submit(1, **commands)
    (job,) = [job for job in pool.jobs('Owner == "alice"') if job["ClusterId"] not in before]
    return f"{job['ClusterId']}.{job['ProcId']}"


def number(job):
    return f"{job['ClusterId']}.{job['ProcId']}"


def clauses(told, fleet):
    (part,) = [part for part in told["fleets"] if part["name"] == fleet]
    assert part["said"] == "can never run it."
    assert {reason["kind"] for reason in part["reasons"]} == {"clause"}
    return {reason["said"]: reason["change"] for reason in part["reasons"]}


def test_clauses_that_fail_are_named_with_the_values_and_what_they_say_helps(pool):
    pool.knobs(FLEET + SMALL)
    pool.cycle()
    job = submitted(pool, requirements='TARGET.Site == "CERN"', request_cpus=3, request_memory=8192)
    told = document("job", job)
    assert told["state"] == "idle"
    assert "It can run on no fleet: no VM is started for it." in told["said"]
    small, large = clauses(told, "small"), clauses(told, "try")
    site = 'TARGET.Site == "CERN" is undefined: TARGET.Site = undefined'
    assert small.keys() == {
        site,
        "TARGET.Memory >= RequestMemory is false: 50 < 8192",
        'the machine\'s TARGET.Owner isnt "alice" is false: "alice" is "alice"',
        'ELASTIC_SMALL_JOB_REQUIREMENTS=Group =?= "small" is false: Group = undefined',
        "TARGET.Cpus >= RequestCpus is false: 1 < 3",
    }
    assert large.keys() == {
        site,
        "TARGET.Memory >= RequestMemory is false: 2048 < 8192",
        "TARGET.Cpus >= RequestCpus is false: 2 < 3",
    }
    pool.knobs((FLEET + SMALL).replace("Memory = 2048", 'Memory = 2048; Site = "CERN"'))
    edits = [change for said in large.values() for change in said if change.startswith("condor_qedit")]
    assert sorted(edits) == [f"condor_qedit {job} RequestCpus 2", f"condor_qedit {job} RequestMemory 2048"]
    for edit in edits:
        run(*edit.split())
    assert "could run it, and the next cycle launches 1 VM with room for it." in text("job", job)
    assert document("job", job)["fleets"][0]["reasons"]


@pytest.mark.timeout(500)
def test_a_cap_a_vm_that_comes_and_a_job_that_runs(pool):
    pool.knobs(FLEET.replace("MAX_VMS = 2", "MAX_VMS = 0"))
    first = submitted(pool, **UNSAID)
    cap = reasons(document("job", first), "try")["cap"]
    assert (cap["knob"], cap["value"], cap["enough"]) == ("ELASTIC_TRY_MAX_VMS", 0, 1)
    assert "what would change it: ELASTIC_TRY_MAX_VMS = 1 or more (0 drains the fleet)" in text("job", first)
    pool.knobs(ONE)
    assert "launches 1 VM with room for it" in text("job", first)
    assert pool.vms() == []  # nothing is done
    pool.cycle()
    second = submitted(pool, **UNSAID)
    (vm,) = pool.vms()
    told = document("job", second)
    assert reasons(told)["coming"]["vms"] == [vm["ElasticVM"]]
    assert any("room on what is there or comes for 1, new VMs for 1" in said for said in told["said"])
    cap = reasons(told, "try")["cap"]
    assert cap["said"] == "ELASTIC_TRY_MAX_VMS=1 and there are 1"
    assert (cap["value"], cap["enough"]) == (1, 2)
    pool.knobs(ONE.replace("MAX_VMS = 1", "MAX_VMS = 2"))
    assert "cap" not in reasons(document("job", second), "try")
    pool.knobs(ONE)
    started = wait_for("a job that runs", lambda: pool.jobs('Owner == "alice" && JobStatus == 2'), 120)
    told = document("job", number(started[0]), user="alice")
    assert told["state"] == "running"
    assert reasons(told)["running"]["vms"] == [vm["ElasticVM"]]
    pool.cycle()
    wait_for("its startd's word for it", lambda: document("vm", number(vm))["phase"] == "busy", 60, 1)
    for ident in (vm["ElasticVM"], number(vm)):
        told = document("vm", ident)
        assert (told["id"], told["phase"], told["jobs"]) == (vm["ElasticVM"], "busy", 1)
        assert {"busy"} <= reasons(told).keys()
    assert document("job", number(vm))["id"] == vm["ElasticVM"]
    run("condor_rm", first, second)
    wait_for("an idle worker", lambda: document("vm", number(vm))["phase"] == "idle", 60, 1)
    told = document("vm", number(vm))
    young = reasons(told)["young"]
    assert young["said"] == "ELASTIC_TRY_IDLE_TIMEOUT=300"
    assert young["until"] == told["timers"]["ELASTIC_TRY_IDLE_TIMEOUT"] > told["time"]
    run("condor_qedit", number(vm), "ElasticPinned", "true")
    assert "pin --off" in reasons(document("vm", number(vm)))["pinned"]["change"][0]
    told = document("fleet", "TRY")
    assert (told["phases"], told["caps"]["MAX_VMS"]["used"]) == ({"idle": 1}, 1)
    assert told["last_verdict"]
    assert told["verdict"].startswith("Keeping 1 pinned worker")


@pytest.mark.timeout(400)
def test_a_window_after_a_failed_launch_and_the_removal_that_ends_it(pool):
    with open("/tmp/explain-faults", "w") as plan:
        json.dump({"capacity": 1.0}, plan)
    pool.knobs(FULL)
    job = submitted(pool)
    pool.cycle()
    (failed,) = wait_for("a held VM job", lambda: pool.jobs("ElasticVM isnt undefined && JobStatus == 5"), 120)
    told = document("job", job)
    window = reasons(told, "try")["window"]
    assert (window["knob"], window["classes"]) == ("ELASTIC_TRY_BACKOFF", ["capacity"])
    assert window["vm_jobs"] == [number(failed)]
    assert window["until"] == failed["EnteredCurrentStatus"] + 600
    assert f"condor_rm {number(failed)}" in window["change"]
    told = document("fleet", "try")
    assert (told["state"], told["failures"], told["phases"]) == ("stopped", {"capacity": 1}, {"failed": 1})
    told = document("vm", failed["ElasticVM"])
    assert (told["state"], reasons(told)["failed"]["class"]) == ("failed", "capacity")
    run(*next(change for change in window["change"] if change.startswith("condor_rm")).split())
    wait_for("the VM job gone", lambda: not pool.vms(), 60)
    assert "launches 1 VM with room for it" in text("job", job)
    gone = explain("vm", failed["ElasticVM"], fails=True)
    assert "it has left the queue: removed at" in gone.stderr


def test_held_gone_unknown_and_what_is_no_name(pool):
    pool.knobs(FLEET)
    pool.cycle()
    job = submitted(pool)
    run("condor_hold", job)
    told = wait_for("it held", lambda: (one := document("job", job))["state"] == "held" and one, 30, 1)
    assert "via condor_hold" in reasons(told)["held"]["said"]
    assert f"condor_release {job}" in reasons(told)["held"]["change"][0]
    run("condor_rm", job)
    wait_for("its end", lambda: not pool.jobs(), 60)
    wait_for("the history", lambda: pool.jobs(f"ClusterId == {job.split('.')[0]}", history=True), 30)
    assert "it has left the queue: removed at" in explain("job", job, fails=True).stderr
    assert document("job", job, fails=True)["found"] is False
    assert "neither the schedd's queue nor its history has it" in explain("job", "999999", fails=True).stderr
    assert "'x' is no job: CLUSTER or CLUSTER.PROC" in explain("job", "x", fails=True).stderr
    assert "no fleet has this name; ELASTIC_FLEET_NAMES has try" in explain("fleet", "tri", fails=True).stderr
    assert "neither the schedd's queue nor its history" in explain("vm", "try-none", fails=True).stderr
    pool.knobs("ELASTIC_FLEET_NAMES = try\n")
    assert "ELASTIC_TRY_SUBMIT is not set" in explain("fleet", "try", fails=True).stderr


def test_jobs_that_are_not_demand(pool):
    pool.knobs(FLEET + "ELASTIC_DEMAND_MIN_AGE = 600\nSW_LIMIT = 0\nELASTIC_DRY_RUN = True\n")
    pool.cycle()
    limited = submitted(pool, concurrency_limits="sw")
    told = document("job", limited, user="alice")
    assert reasons(told).keys() >= {"young", "limit", "dry run"}
    assert told["fleets"] == []
    assert reasons(told)["limit"]["said"].startswith("SW_LIMIT=0, 0 are in use and it takes 1")
    assert reasons(told)["young"]["until"] > told["time"]
    routed = submitted(pool, **{"My.Managed": '"External"', "My.RoutedToJobId": '"77.0"'})
    assert "has routed it as 77.0" in reasons(document("job", routed))["routed"]["said"]
    local = submitted(pool, universe="local", hold=True)
    assert document("job", local)["state"] == "held"
    pool.knobs(FLEET + "ELASTIC_SCHEDD_NAMES = elsewhere\n")
    assert "ELASTIC_SCHEDD_NAMES: elsewhere" in reasons(document("job", limited))["schedd"]["said"]
    name = pool.ads("-schedd")[0]["Name"]
    pool.knobs(FLEET)
    assert document("job", f"{name}#{limited}")["id"] == limited
    assert "knows of no schedd nowhere" in explain("job", f"nowhere#{limited}", fails=True).stderr
    run("condor_rm", "-all")
    run("condor_rm", "-forcex", "-all")


def test_a_pilot_is_a_job_of_its_queue(pool, panda):
    pool.knobs(QUICK + FLEET + QUEUE.format(url=panda.url))
    panda.add_jobs("BNL", 2, 1)
    pool.cycle()
    ours = wait_for("the pilots", pool.pilots)
    ident = str(ours[0]["ClusterId"])
    told = document("job", ident)
    assert told["pilot_queue"] == "BNL"
    assert any(said.startswith("It is a pilot of queue BNL") for said in told["said"])
    assert told["cluster"] == {"idle": len([job for job in ours if str(job["ClusterId"]) == ident])}
    assert reasons(told).keys() & {"coming"} or told["fleets"][0]["said"].startswith("could run it")


ADVERTISE = "import classad2, htcondor2; htcondor2.Collector().advertise([classad2.ClassAd({ad!r})], {command!r})"
HERE = "<127.0.0.1:1>"
SLOT = {
    "MyType": "Machine", "Name": "slot1@site", "Machine": "site", "MyAddress": HERE, "StartdIpAddr": HERE, "Cpus": 4,
    "Memory": 4000, "Disk": 10**7, "TotalSlotCpus": 4, "TotalSlotMemory": 4000, "TotalSlotDisk": 10**7,
    "Arch": "X86_64", "OpSys": "LINUX", "State": "Unclaimed", "Activity": "Idle", "SlotType": "Static",
    "HasFileTransfer": True, "ClassAdLifetime": 600, "SlotWeight": 0, "Requirements": False, "Start": True,
}  # fmt: skip


def advertise(ad, command):
    run("runuser", "-u", "condor", "--", "python3", "-c", ADVERTISE.format(ad=ad, command=command))


def test_a_free_slot_of_the_sites_own_is_told_before_any_fleet(pool):
    pool.knobs(FLEET)
    advertise(SLOT, "UPDATE_STARTD_AD")
    wait_for("the slot", lambda: pool.ads("-constraint", 'Machine == "site"'))
    job = submitted(pool, **UNSAID)
    assert "Idle jobs that ask for the same" in text("job", job)
    wait_for("its autocluster", lambda: "AutoClusterId" in pool.jobs()[0], 60)
    assert "Idle jobs that ask for the same" in text("job", job)
    told = document("job", job)
    assert reasons(told)["free slot"]["said"].startswith("1 free slot of the site's own can run it")
    assert told["fleets"][0]["said"].startswith("could run it, and has nothing to do")
    told = document("job", submitted(pool, request_cpus=2, request_memory=2040, requirements='Machine == "other"'))
    assert "free slot" not in reasons(told)
    query = {"MyType": "Query", "TargetType": "Machine"}
    withdraw = ADVERTISE.replace("({ad!r})", "({ad!r} | dict(Requirements=classad2.ExprTree('Machine == \"site\"')))")
    run("runuser", "-u", "condor", "--", "python3", "-c", withdraw.format(ad=query, command="INVALIDATE_STARTD_ADS"))
    wait_for("the slot's end", lambda: not pool.ads("-constraint", 'Machine == "site"'))
