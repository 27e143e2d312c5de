"""The controller's numbers are those of the rows in the real server's tables, or unknown."""

from collections import Counter
from itertools import count

import pytest
from live.panda_server import OIDC, PLAIN
from live.pool import run, wait_for
from real import FLEET

ACTIVE = ("activated", "sent", "starting", "running", "holding", "transferring", "merging", "throttled")
DEFINED = ("pending", "defined", "assigned", "waiting")
OVER = ("finished", "failed", "cancelled", "closed")
TYPES = ("SCORE", "MCORE", "SCORE_HIMEM", "MCORE_HIMEM", None)
COUNTED = {
    "Activated": ("activated",),
    "PandaRunning": ("sent", "starting", "running"),
    "PandaComing": ("pending", "defined", "assigned", "waiting", "throttled"),
    "PandaLeaving": ("holding", "transferring", "merging"),
}
QUEUE = f"""\
ELASTIC_QUERY_TIMEOUT = 5
ELASTIC_QUEUE_DATA_PERIOD = 0
ELASTIC_PILOT_NAMES = BNL
ELASTIC_BNL_PANDA_URL = {PLAIN}
ELASTIC_BNL_MAX_PER_CYCLE = 1000
ELASTIC_BNL_MAX_PENDING = 1000
ELASTIC_BNL_SUBMIT @=end
  executable = /bin/sleep
  arguments = 600 $(ResourceType) $(Cores) $(MemoryMB) $(DiskKB) $(PandaQueue) $(PandaUrl) $(Label)
@end
"""


def ad(pool, name="BNL"):
    """Run a cycle and give the queue's ad."""
    pool.verdict(name)
    return shown(pool, name)


def shown(pool, name):
    """Give the ad of a queue or fleet as the last cycle published it."""
    (found,) = pool.ads("-any", "-constraint", f'Name == "{name}@cm.elastic.test"')
    return found


def of_rows(rows):
    """Give the rows as the controller is to count them: none that is over, those without a type are SCORE."""
    made = {}
    for kind, states in rows.items():
        for state, number in states.items():
            if state not in OVER:
                total = made.setdefault("SCORE" if kind == "null" else kind, Counter())
                total[state] += number
    return {kind: dict(states) for kind, states in made.items()}


def without_zeros(jobs):
    return {kind: {state: n for state, n in states.items() if n} for kind, states in jobs.items()}


def by_type(pool):
    return Counter(str(pilot["ElasticResourceType"]) for pilot in pool.pilots())


def test_every_state_and_resource_type_is_counted_as_it_stands_in_the_tables(pool, panda):
    panda.set_queue("CERN", corecount=8, maxrss=16000)
    number = count(1)
    for queue in ("BNL", "CERN"):
        for kind in TYPES:
            for state in (*ACTIVE, *DEFINED, *OVER):
                panda.add_jobs(queue, next(number) % 7 + 1, state=state, resource_type=kind)
    panda.aggregate()
    pool.knobs(
        QUEUE + f"ELASTIC_PILOT_NAMES = BNL CERN\nELASTIC_CERN_PANDA_URL = {PLAIN}\nELASTIC_CERN_SUBMIT = x = y\n"
        "ELASTIC_DRY_RUN = True\n"
    )
    rows = panda.rows()
    for queue in ("BNL", "CERN"):
        seen, wanted = ad(pool, queue), of_rows(rows[queue])
        assert without_zeros(seen["Jobs"]) == wanted
        for name, states in COUNTED.items():
            assert seen[name] == sum(n for each in wanted.values() for state, n in each.items() if state in states)
        assert seen["Status"] == "online"


def test_pilots_ask_for_what_the_queues_data_say_of_their_type(pool, panda):
    panda.add_jobs("BNL", 3)
    panda.add_jobs("BNL", 2, resource_type="MCORE", cores=4)
    panda.add_jobs("BNL", 1, resource_type="MCORE_HIMEM", cores=4)
    panda.add_jobs("BNL", 1, resource_type=None)
    panda.aggregate()
    pool.knobs(QUEUE)
    assert pool.verdict("BNL").startswith("Submitting 7 pilots, because of 7 jobs activated")
    assert by_type(pool) == {"SCORE": 4, "MCORE": 2, "MCORE_HIMEM": 1}
    asked = {
        str(p["ElasticResourceType"]): (p["RequestCpus"], p["RequestMemory"], p["RequestDisk"]) for p in pool.pilots()
    }
    assert asked == {
        "SCORE": (1, 500, 102400), "MCORE": (4, 2000, 409600), "MCORE_HIMEM": (4, 8004, 409600)}  # fmt: skip
    big = next(p for p in pool.pilots() if p["ElasticResourceType"] == "MCORE")
    assert big["Args"] == f"600 MCORE 4 2000 409600 BNL {PLAIN} unified"
    environment = dict(pair.split("=", 1) for pair in str(big["Environment"]).split(" "))
    assert environment["APFCID"] == f"{big['ClusterId']}.{big['ProcId']}"
    assert environment["PANDA_JSID"] == "cm.elastic.test"
    assert pool.verdict("BNL").startswith("Doing nothing, because of 7 jobs activated, 7 pilots idle")


def test_a_server_without_a_job_is_unknown_and_a_queue_without_is_zero(pool, panda):
    pool.knobs(QUEUE)
    empty = ad(pool)
    assert "Activated" not in empty
    assert "'Database failure getting the job statistics'" in empty["Verdict"]
    panda.set_queue("CERN")
    panda.add_jobs("CERN", 1)
    panda.aggregate()
    assert ad(pool)["Activated"] == 0


def test_a_stopped_database_is_unknown_shrinks_nothing_and_recovers_by_itself(pool, panda):
    knobs = FLEET + QUEUE + "ELASTIC_TRY_JOB_REQUIREMENTS = False\n"
    knobs += "ELASTIC_BNL_MAX_TO_RUN = 2\nELASTIC_BNL_POLICIES = Activated, MaxToRun\n"
    pool.knobs(knobs + "ELASTIC_TRY_POLICIES = MinVms\nELASTIC_TRY_MIN_VMS = 1\n")
    panda.add_jobs("BNL", 9)
    panda.aggregate()
    pool.verdict()
    wait_for("the worker", lambda: [slot for slot in pool.slots() if slot.get("ElasticVM")], 60)
    pool.verdict()
    run("condor_hold", "-constraint", "ElasticPilotQueue isnt undefined")
    pool.knobs(knobs)
    panda.database("stop")
    down = ad(pool)
    assert down["Verdict"].startswith(f"Doing nothing, because PanDA at {PLAIN} is unknown (")
    assert "Activated" not in down
    assert (down["Status"], "its data are of" in down["Warning"]) == ("online", True)
    assert shown(pool, "try")["Verdict"].startswith(f"Retiring nothing, because PanDA at {PLAIN} is unknown (")
    assert [slot["ElasticRetire"] for slot in pool.slots()] == [False]
    panda.database("start")
    wait_for("the number of before", lambda: ad(pool).get("Activated") == 9, 60, 1)
    panda.settle()
    assert "Warning" not in ad(pool)
    wait_for("the idle worker's end", lambda: pool.verdict() and all(s["ElasticRetire"] for s in pool.slots()), 30, 1)


def test_an_answer_that_counts_twice_makes_no_pilot_more(pool, panda):
    panda.add_jobs("BNL", 3)
    panda.add_jobs("BNL", 2, resource_type="MCORE")
    panda.aggregate()
    pool.knobs(QUEUE)
    pool.verdict("BNL")
    panda.aggregate(2)
    assert ad(pool)["Activated"] == 10
    panda.aggregate()
    pool.verdict("BNL")
    assert by_type(pool) == {"SCORE": 3, "MCORE": 2}


def test_the_servers_own_double_count_makes_no_pilot_more(pool, panda):
    panda.add_jobs("BNL", 3)
    panda.add_jobs("BNL", 8, label="user", gshare="User Analysis")
    panda.aggregate()
    pool.knobs(QUEUE + "ELASTIC_BNL_PANDA_LABELS = managed\n")
    assert "3 jobs activated" in pool.verdict("BNL")

    def counted_twice():  # the cycle has to ask within the second in which the table is missing
        panda.break_table("jobsdefined4", 1)
        return ad(pool)["Activated"] == 6

    wait_for("an answer that counts twice", counted_twice, 60, 1)
    assert by_type(pool) == {"SCORE": 3}
    assert ad(pool)["Activated"] == 3


@pytest.mark.parametrize(
    ("status", "pilots", "said"),
    [
        ("online", 5, "Submitting 5 pilots"),
        ("brokeroff", 5, "Submitting 5 pilots"),
        ("test", 1, "because PanDA says it is test and ELASTIC_BNL_TEST_PILOTS=1, and there are 0"),
        ("offline", 0, "because PanDA says it is offline and ELASTIC_BNL_OFFLINE_PILOTS=0, and there are 0"),
        ("paused", 0, "because PanDA says it is paused"),
    ],
)
@pytest.mark.parametrize("source", ["SiteSpecs", "Schedconfig"])
def test_the_queues_status_is_heeded(pool, panda, source, status, pilots, said):
    panda.set_queue("BNL", status=status)
    panda.add_jobs("BNL", 5)
    panda.aggregate()
    pool.knobs(QUEUE + f"ELASTIC_BNL_QUEUE_DATA = {source}\nELASTIC_DRY_RUN = True\n")
    wait_for("the server's memory of its queues", lambda: ad(pool).get("Status") == status, 10)
    verdict = pool.verdict("BNL")
    assert said in verdict
    assert (f"Submitting {pilots} " in verdict) == bool(pilots)


def test_a_queue_is_paused_drained_and_resumed(pool, panda):
    panda.add_jobs("BNL", 2)
    panda.aggregate()
    pool.knobs(QUEUE)
    pool.verdict("BNL")

    def command(*words):
        return run("python3", "-m", "condor_elastic.cli", *words).stdout

    assert "condor_elastic resume BNL" in command("pause", "bnl", "--why", "storage is down")
    paused = ad(pool)
    assert paused["Order"] == "pause"
    assert "submitting nothing, because it was paused by root at" in paused["Verdict"].lower()
    assert "(storage is down)" in paused["Verdict"]
    assert len(pool.pilots()) == 2
    command("drain", "BNL")
    assert pool.verdict("BNL").startswith("Removing 2 idle pilots; submitting nothing, because it was drained by root")
    wait_for("no pilot", lambda: not pool.pilots(), 10)
    command("resume", "BNL")
    assert pool.verdict("BNL").startswith("Submitting 2 pilots")


def test_pilots_that_end_at_once_slow_the_queue_to_one(pool, panda):
    """A site that swallows pilots, under a name that has no history yet: they run, and end, on the schedd's host."""
    panda.add_jobs("BNL", 20)
    panda.aggregate()
    knobs = QUEUE.replace("BNL", "HOLE") + "ELASTIC_HOLE_PANDA_QUEUE = BNL\n"
    knobs += "ELASTIC_HOLE_PANDA_LAG = 0\nELASTIC_HOLE_POLICIES = Activated, Throttle, MaxPerCycle\n"
    knobs += "ELASTIC_HOLE_THROTTLE_PILOTS = 3\nELASTIC_HOLE_MAX_PER_CYCLE = 3\n"
    before, _, after = knobs.partition("  executable = /bin/sleep\n")
    pool.knobs(before + "  executable = /bin/true\n  universe = local\n" + after.partition("\n")[2])
    assert pool.verdict("HOLE").startswith("Submitting 3 of 20 wanted pilots, because ELASTIC_HOLE_MAX_PER_CYCLE=3")
    wait_for("their end", lambda: not pool.pilots(), 30)
    said = "3 of the last 3 pilots ended within ELASTIC_HOLE_THROTTLE_SECONDS=60"
    assert pool.verdict("HOLE").startswith(f"Submitting 1 of 20 wanted pilots, because {said}")


def test_the_oidc_server_answers_the_same(pool, panda):
    panda.add_jobs("BNL", 4)
    panda.aggregate()
    pool.knobs(QUEUE.replace(PLAIN, OIDC) + "ELASTIC_DRY_RUN = True\n")
    assert ad(pool)["Activated"] == 4
