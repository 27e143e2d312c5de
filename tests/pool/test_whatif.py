"""Demand that tells the truth, on a real schedd, collector and negotiator."""

import re
import subprocess

import htcondor2
import pytest
from live.pool import run, wait_for
from real import FLEET

from condor_elastic.knobs.macros import configured
from condor_elastic.observe import look

CLOUD = (
    FLEET.replace("Cpus = 2; Memory = 2048", "Cpus = 8; Memory = 16384; Disk = 100000000").replace("VMS = 2", "VMS = 9")
    + "ELASTIC_TRY_MAX_PER_CYCLE = 0\n"
)
ADVERTISE = """
import classad2, htcondor2
ad = classad2.ClassAd({slot!r})
ad["Start"] = classad2.ExprTree("TARGET.RequestCpus =?= 2 && Site =!= 5")
ad["Requirements"] = classad2.ExprTree("false")
htcondor2.Collector().advertise([ad], "UPDATE_STARTD_AD")
"""
WITHDRAW = """
import classad2, htcondor2
query = classad2.ClassAd({"MyType": "Query", "TargetType": "Machine"})
query["Requirements"] = classad2.ExprTree('Machine == "site"')
htcondor2.Collector().advertise([query], "INVALIDATE_STARTD_ADS")
"""
NEGOTIATOR = "ELASTIC_WHATIF = Negotiator\n"
SITE = 'Machine == "site"'
GHOST = "ElasticGhost =?= true"
LATEST = "LastNegotiationCycleTime0"


def seen(pool):
    htcondor2.reload_config()
    return look(configured())


def demand(pool):
    """Cores to number, of the jobs that the fleet could run."""
    idle = seen(pool).idle
    assert isinstance(idle, tuple), idle
    return {group.shape.cpus: group.count for group in idle if "try" in group.fleets}


def negotiated(pool):
    """Wait until a negotiation that began after now has been told to the collector."""
    before = max(ad[LATEST] for ad in pool.ads("-negotiator"))
    wait_for("two negotiations", lambda: max(ad[LATEST] for ad in pool.ads("-negotiator")) > before + 5, 60)


def ask(pool):
    """Have the ghost published, and wait for the answer."""
    pool.cycle()
    wait_for("the ghost", lambda: pool.ads("-constraint", GHOST))
    negotiated(pool)


def fleet_ad(pool):
    """Run a cycle, and give the fleet's ad of that cycle."""
    done = pool.cycle()
    assert done.returncode == 0, done.stderr
    (begun,) = re.findall(r"CycleTime = (\d+)", done.stdout)
    mark = f'MyType == "ElasticFleet" && ElasticCycle == {begun}'
    return wait_for("the fleet's ad", lambda: pool.ads("-any", "-constraint", mark), 20)[0]


def wait_for_demand(pool, jobs, vms):
    """Wait for both; while a negotiation is under way it has told a part of what it will, and never more."""
    wait_for("the demand", lambda: demand(pool) == jobs, 20, 0.5)
    wait_for("the VMs that are wanted", lambda: fleet_ad(pool)["Wanted"] == vms, 20, 0.5)


def submit_the_issues_jobs(pool):
    pool.submit(7, request_cpus=2)
    pool.submit(5)
    pool.submit(3, request_memory="99GB")


def test_match_packs_nineteen_cores_into_three_machines_and_names_what_is_hopeless(pool):
    pool.knobs(CLOUD)
    submit_the_issues_jobs(pool)
    assert fleet_ad(pool)["Wanted"] == 3
    assert demand(pool) == {2: 7, 1: 5}
    said = pool.cycle().stdout
    assert "JobsHopeless = 3" in said
    assert "on try: TARGET.Memory >= RequestMemory is false" in said


def test_the_negotiator_agrees_and_its_answer_goes_with_the_jobs(pool):
    pool.knobs(CLOUD + NEGOTIATOR)
    submit_the_issues_jobs(pool)
    assert "not negotiated since" in str(seen(pool).silent) or not pool.ads("-constraint", GHOST)
    ask(pool)
    wait_for_demand(pool, {2: 7, 1: 5}, 3)
    run("condor_rm", "-all")
    negotiated(pool)
    (ghost,) = pool.ads("-constraint", GHOST)
    assert ghost["OfflineMatches"]  # the collector keeps it: what is old must not be believed
    assert demand(pool) == {}


def test_a_ghost_is_withdrawn_with_the_room_and_expires_with_the_controller(pool):
    pool.knobs(CLOUD + NEGOTIATOR)
    pool.cycle()
    (ghost,) = wait_for("the ghost", lambda: pool.ads("-constraint", GHOST))
    assert ghost["ClassAdLifetime"] == 3 * 100000  # ELASTIC_PERIOD of these tests
    assert ghost["GhostMultiplier"] == 9
    pool.knobs(CLOUD.replace("VMS = 9", "VMS = 0") + NEGOTIATOR)
    pool.cycle()
    wait_for("its end", lambda: not pool.ads("-constraint", GHOST))


def test_the_ghosts_go_with_the_engine(pool):
    pool.knobs(CLOUD + NEGOTIATOR)
    pool.cycle()
    wait_for("the ghost", lambda: pool.ads("-constraint", GHOST))
    pool.knobs(CLOUD)
    pool.cycle()
    wait_for("its end", lambda: not pool.ads("-constraint", GHOST))


@pytest.mark.parametrize("engine", ["", NEGOTIATOR], ids=["Match", "Negotiator"])
def test_a_concurrency_limit_bounds_the_demand(pool, engine):
    pool.knobs(CLOUD + engine + "SW_LIMIT = 4\n")
    run("condor_reconfig")
    pool.submit(50, concurrency_limits="sw")
    if engine:
        ask(pool)
    assert sum(demand(pool).values()) <= 4
    wait_for_demand(pool, {1: 4}, 1)


def test_jobs_a_router_has_taken_on_and_held_jobs_do_not_count(pool):
    pool.knobs(CLOUD)
    pool.submit(4, **{"My.Managed": '"External"', "My.RoutedToJobId": '"9.0"'})
    pool.submit(2, **{"My.RoutedFromJobId": '"1.0"'})
    pool.submit(3, hold=True)
    assert demand(pool) == {1: 2}
    pool.knobs(CLOUD + NEGOTIATOR)
    ask(pool)  # from now on they have autoclusters
    pool.knobs(CLOUD)
    wait_for("autoclusters", lambda: all("AutoClusterId" in job for job in pool.jobs("JobStatus == 1")))
    assert demand(pool) == {1: 2}
    run("condor_rm", "-all")
    run("condor_rm", "-forcex", "-all")  # a router would have to let them go


def test_jobs_are_left_to_free_slots_until_they_are_old_enough(pool):
    pool.knobs(CLOUD + "ELASTIC_DEMAND_MIN_AGE = 15\n")
    pool.submit(2)
    assert demand(pool) == {}
    wait_for("their age", lambda: demand(pool) == {1: 2}, 60, 1)


def as_condor(text):
    subprocess.run(["setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "python3", "-c", text], check=True)


def test_a_free_slot_of_the_sites_own_takes_its_jobs(pool):
    pool.knobs(CLOUD)
    slot = {"MyType": "Machine", "Name": "slot1@site", "Machine": "site", "MyAddress": "<127.0.0.1:1>",
            "StartdIpAddr": "<127.0.0.1:1>", "Cpus": 4, "Memory": 4000, "Disk": 10**7, "TotalSlotCpus": 4,
            "TotalSlotMemory": 4000, "TotalSlotDisk": 10**7, "Arch": "X86_64", "OpSys": "LINUX", "State": "Unclaimed",
            "Activity": "Idle", "SlotType": "Static", "HasFileTransfer": True, "ClassAdLifetime": 600,
            "SlotWeight": 0}  # fmt: skip
    text = ADVERTISE.format(slot=slot)
    as_condor(text)
    wait_for("the slot", lambda: pool.ads("-constraint", SITE))
    pool.submit(3, request_cpus=2)
    pool.submit(8, request_cpus=1)
    ad = fleet_ad(pool)
    assert ad["Wanted"] == 2  # two jobs of two cores fit there, none of one: its Start refuses them
    run("condor_rm", "-constraint", "RequestCpus =!= 2")
    run("condor_rm", f"{pool.jobs()[0]['ClusterId']}.0")
    assert "every idle job has room" in fleet_ad(pool)["Verdict"]
    as_condor(WITHDRAW)
    wait_for("the slot's end", lambda: not pool.ads("-constraint", SITE))


def test_a_schedd_that_does_not_answer_takes_nothing_from_the_others(pool):
    pool.knobs(CLOUD + "ELASTIC_SCHEDD_NAMES = cm.elastic.test, gone.elastic.test\n")
    pool.submit(3)
    assert demand(pool) == {1: 3}
    assert "the schedd gone.elastic.test is unknown" in str(seen(pool).silent[0])
    assert "retiring nothing, because the schedd gone.elastic.test" in fleet_ad(pool)["Verdict"]
    pool.knobs(CLOUD + "ELASTIC_SCHEDD_NAMES = gone.elastic.test\n")
    assert "Doing nothing, because the schedd gone.elastic.test is unknown" in fleet_ad(pool)["Verdict"]


SECOND = """
DAEMON_LIST = $(DAEMON_LIST) SCHEDD2
SCHEDD2 = $(SCHEDD)
SCHEDD2_ARGS = -local-name schedd2 -n two
SCHEDD2.SCHEDD_LOG = $(LOG)/SchedLog2
SCHEDD2.SCHEDD_ADDRESS_FILE = $(SPOOL)2/.schedd_address
SCHEDD2.SCHEDD_DAEMON_AD_FILE = $(SPOOL)2/.schedd_classad
SCHEDD2.SPOOL = $(SPOOL)2
SCHEDD2.HISTORY = $(SPOOL)2/history
SCHEDD2.SCHEDD_CRON_JOBLIST = NONE
"""


@pytest.fixture
def second(pool):
    """A second schedd; gives the knobs with which it goes on."""
    run("install", "-d", "-o", "condor", "-g", "condor", "/var/spool/condor2")
    pool.knobs(CLOUD + SECOND)
    run("condor_reconfig")
    wait_for("the second schedd", lambda: len(pool.ads("-schedd")) == 2, 20)
    yield SECOND
    run("condor_rm", "-name", "two@cm.elastic.test", "-all", check=False)
    pool.knobs("")
    run("condor_reconfig")
    wait_for("its end", lambda: len(pool.ads("-schedd")) == 1)


def test_jobs_of_several_schedds_are_one_demand(pool, second):
    text = "executable = /bin/sleep\narguments = 9\nrequest_cpus = 2\nrequest_memory = 9\nrequest_disk = 9\nqueue 4\n"
    run("runuser", "-u", "alice", "--", "condor_submit", "-name", "two@cm.elastic.test", "-", input=text)
    pool.submit(3)
    assert demand(pool) == {1: 3}  # the local one alone, as long as no other is named
    pool.knobs(CLOUD + second + "ELASTIC_SCHEDD_NAMES = cm.elastic.test two@cm.elastic.test\n")
    assert demand(pool) == {1: 3, 2: 4}
    pool.knobs(CLOUD + second + NEGOTIATOR)
    ask(pool)
    wait_for_demand(pool, {1: 3, 2: 4}, 2)
