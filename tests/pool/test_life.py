"""The life of a worker: launch, join with nothing but its own token, work, retire, un-retire, leave."""

import re

from live.pool import run, wait_for
from real import FLEET


def joined(pool):
    return [slot for slot in pool.slots() if slot.get("ElasticVM")]


def test_a_worker_joins_works_is_retired_unretired_and_leaves(pool):
    pool.knobs(FLEET)
    pool.submit(2, seconds=40)
    assert pool.verdict() == "Submitting 1 VM, because 2 idle jobs have no room."
    assert pool.verdict() == "Doing nothing, because every idle job has room and 1 VM is there."
    wait_for("the worker", lambda: joined(pool), 60)
    wait_for("both jobs on it", lambda: pool.slots()[0]["NumDynamicSlots"] == 2, 60)
    pool.verdict()
    (vm,) = pool.vms()
    assert vm["Owner"] == "elastic"
    assert vm["ElasticJoined"] > 0
    assert "CCBID=" in joined(pool)[0]["MyAddress"], "a worker is reached through the collector alone"
    (worker,) = pool.ads("-any", "-constraint", 'MyType == "ElasticWorker"')
    assert (worker["Phase"], worker["Jobs"], worker["VMJob"]) == ("busy", 2, f"{vm['ClusterId']}.0")

    # The cap is lowered: the busy worker is marked, its jobs stay; the cap returns with demand: it serves again.
    pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 0\n")
    assert pool.verdict().startswith("Retiring 1 worker, because ELASTIC_TRY_MAX_VMS=0")
    wait_for("the mark", lambda: joined(pool)[0]["ElasticRetire"] is True)
    pool.submit(1, seconds=5)
    pool.knobs(FLEET + "ELASTIC_TRY_MAX_VMS = 1\n")
    assert pool.verdict().startswith("Un-retiring 1 worker, because demand came back; submitting none of 1 wanted VM")
    wait_for("the mark gone", lambda: joined(pool)[0]["ElasticRetire"] is False)
    wait_for("all jobs done", lambda: not pool.jobs("JobUniverse == 5"), 90)
    jobs = pool.jobs('Owner == "alice"', history=True)[:3]
    assert [(job["JobStatus"], job["ExitCode"], job["NumJobStarts"]) for job in jobs] == [(4, 0, 1)] * 3

    wait_for("retirement", lambda: "Retiring 1 worker, because empty longer" in pool.verdict() or None, 30, 1)
    wait_for("the end of the VM job", lambda: not pool.vms(), 90)
    ended = next(
        job for job in pool.jobs("ElasticVM isnt undefined", history=True) if job["ElasticVM"] == vm["ElasticVM"]
    )
    assert (ended["JobStatus"], ended["EC2StatusReasonCode"]) == (4, "Client.InstanceInitiatedShutdown")
    assert (ended["ElasticRetired"], ended["ElasticUnretired"]) == (2, 1)


def test_what_has_ended_leaves_no_ad_and_no_file(pool):
    pool.knobs(FLEET)
    pool.submit(1, seconds=1)
    pool.verdict()
    wait_for("the job's end", lambda: not pool.jobs("JobUniverse == 5"), 90)
    wait_for("the end of the VM job", lambda: pool.verdict() and not pool.vms(), 120, 1)
    pool.verdict()
    assert pool.ads("-any", "-constraint", 'MyType == "ElasticWorker"') == []
    assert run("ls", "/var/lib/condor/elastic/user-data").stdout == ""


def test_the_tables_are_shown_by_condor_status(pool):
    pool.knobs(FLEET)
    pool.submit(1)
    pool.verdict()
    pool.verdict()
    fleets = run("condor_status", "-any", "-print-format", "/usr/share/condor/elastic.cpf").stdout
    assert re.search("^try +fleet +1 +1 +1 +0 Doing nothing", fleets, re.MULTILINE)
    workers = run("condor_status", "-any", "-print-format", "/usr/share/condor/elastic-workers.cpf").stdout
    (vm,) = pool.vms()
    assert str(vm["ElasticVM"]) in workers
    assert "undefined" not in fleets + workers
    assert "error" not in fleets + workers


def test_secrets_are_neither_in_ads_nor_in_logs(pool):
    pool.knobs(FLEET)
    pool.submit(1)
    pool.verdict()
    wait_for("the worker", lambda: joined(pool), 60)
    pool.verdict()
    (vm,) = pool.vms()
    data = run("cat", f"/var/lib/condor/elastic/user-data/{vm['ElasticVM']}").stdout.replace("'", " ").split()
    secrets = [word for word in data if word.startswith("ey") or len(word) == 64]
    assert len(secrets) == 2
    seen = run("condor_q", "-allusers", "-long").stdout + run("condor_status", "-any", "-long").stdout
    everywhere = "cat /var/log/condor/* /tmp/EC2GahpLog* 2>/dev/null; cat /proc/[0-9]*/cmdline 2>/dev/null; true"
    logs = run("sh", "-c", everywhere, errors="replace").stdout
    assert len(logs) > 1000
    for secret in secrets:
        assert secret not in seen
        assert secret not in logs
    assert run("runuser", "-u", "alice", "--", "ls", "/var/lib/condor/elastic/user-data", check=False).returncode != 0
