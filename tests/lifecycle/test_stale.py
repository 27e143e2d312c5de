"""Stale inputs: two empty workers past their idle timeout, and in turn everything that is known of them is doubtful.

No worker is retired and no VM job removed in any of these tests but the last, which shows that they would be.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from live.figures import processes
from live.pool import run, wait_for
from real import FLEET, QUEUE, QUICK

pytestmark = pytest.mark.timeout(300)  # workers report once a minute

KEEP = FLEET + "ELASTIC_TRY_POLICIES = Ready, MinVms, MaxToRun\nELASTIC_TRY_MIN_VMS = 2\n"
SHIFTED = Path(__file__).with_name("shifted_cycle.py")
USER_DATA = Path("/var/lib/condor/elastic/user-data")
RECORD = Path("/var/lib/condor/elastic/record")


@pytest.fixture(scope="module")
def workers(central_manager):
    """Two empty workers that have joined, older than the idle timeout."""
    central_manager.knobs(KEEP)
    central_manager.cycle()
    wait_for("two workers", lambda: len(ours(central_manager)) == 2, 90)
    # A worker may have joined before the gridmanager has looked whether its VM runs.
    wait_for("two VMs", lambda: [vm["JobStatus"] for vm in central_manager.vms()] == [2, 2], 90)
    central_manager.cycle()
    assert all(vm["ElasticJoined"] > 0 for vm in central_manager.vms())
    time.sleep(2)
    yield central_manager
    central_manager.empty()


@pytest.fixture
def all_well(workers):
    """Nothing of the two has changed, before and after."""
    before = state(workers)
    assert [slot[1] for slot in before[1]] == [False, False]
    yield workers
    try:
        wait_for("the two workers as they were", lambda: state(workers) == before, 150)
    finally:
        assert state(workers) == before


def ours(pool):
    return [slot for slot in pool.slots() if slot.get("ElasticVM")]


def state(pool):
    """Tell what a cycle could have changed: VM jobs with our notes in them, marks, user-data."""
    notes = ("ElasticVM", "JobStatus", "ElasticJoined", "ElasticRetired", "ElasticUnretired")
    vms = sorted(tuple(str(vm.get(name)) for name in notes) for vm in pool.vms())
    slots = sorted((slot["ElasticVM"], slot["ElasticRetire"]) for slot in ours(pool))
    return vms, slots, sorted(path.name for path in USER_DATA.iterdir())


def said(pool):
    done = pool.cycle()
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def stopped(*pids):
    assert pids
    assert min(pids) > 1
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def off(pool, daemon):
    run("condor_off", "-fast", "-daemon", daemon)
    try:
        yield
    finally:
        run("condor_on", "-daemon", daemon)
        wait_for(f"the {daemon}", lambda: pool.ads(f"-{daemon}"), 90)


def startds():
    return [pid for pid in processes() if Path(f"/proc/{pid}/comm").read_text().strip() == "condor_startd"]


@pytest.mark.parametrize("daemon", ["collector", "schedd"])
def test_a_daemon_that_hangs(all_well, daemon):
    all_well.knobs(QUICK + FLEET)
    with stopped(all_well.pid(daemon)):
        told = said(all_well)
    assert "try: Doing nothing, because the " in told
    assert "is unknown (" in told


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_clock_that_was_stepped(all_well, step):
    all_well.knobs(FLEET)
    command = ["setpriv", "--reuid=condor", "--regid=condor", "--init-groups", "python3", "-", str(step)]
    done = subprocess.run(command, input=SHIFTED.read_bytes(), cwd="/tmp", capture_output=True, check=False)
    why = "was stepped (ELASTIC_STALE=900)" if step < 0 else "s old, older than ELASTIC_STALE=900"
    assert f"try: Retiring nothing, because {'the newest word' if step > 0 else ''}" in done.stdout.decode()
    assert why in done.stdout.decode()


def test_a_panda_that_is_gone(all_well):
    all_well.knobs(QUICK + FLEET + QUEUE.format(url="http://127.0.0.1:9"))
    assert "try: Retiring nothing, because PanDA at http://127.0.0.1:9 is unknown" in said(all_well)


def test_a_schedd_that_is_gone(all_well):
    all_well.knobs(QUICK + FLEET + "ELASTIC_SCHEDD_NAMES = cm.elastic.test, elsewhere\n")
    assert "try: Retiring nothing, because the schedd elsewhere is unknown" in said(all_well)


def test_a_collector_that_was_restarted_and_knows_nobody_yet(all_well):
    all_well.knobs(FLEET)
    here = wait_for("the startds' processes", startds)
    with stopped(*here):  # they would report before the cycle looks
        all_well.restart("collector")
        told = said(all_well)
    assert "try: Retiring nothing, because the collector started " in told
    assert "and 2 of 2 workers have not reported to it yet" in told


def test_no_negotiator_while_jobs_wait(all_well):
    all_well.knobs(FLEET)
    with off(all_well, "negotiator"):
        wait_for("no negotiator", lambda: not all_well.ads("-negotiator"), 60)
        all_well.submit(1, seconds=1)
        told = said(all_well)
    assert "etiring nothing, because jobs wait and the collector knows of no negotiator" in told
    wait_for("the job's end", lambda: not all_well.jobs("JobUniverse == 5"), 90)


def test_a_dry_run_leaves_no_trace(all_well):
    time.sleep(3)  # the job of the test before has only just ended
    all_well.knobs(FLEET + "ELASTIC_DRY_RUN = True\n")
    (USER_DATA / "left-over").touch()
    try:
        before = state(all_well)
        assert "try: Retiring 2 workers, because empty longer than ELASTIC_TRY_IDLE_TIMEOUT=1" in said(all_well)
        assert state(all_well) == before
        all_well.knobs(KEEP.replace("= 2\n", "= 4\n") + "ELASTIC_DRY_RUN = True\nELASTIC_WHATIF = Negotiator\n")
        said(all_well)
        assert state(all_well) == before
        assert all_well.ads("-constraint", "ElasticGhost") == []
    finally:
        (USER_DATA / "left-over").unlink()


def test_what_a_cycle_saw_can_be_thought_again_without_a_pool(all_well):
    all_well.knobs(KEEP + "ELASTIC_RECORD = 2\n")
    verdicts = [said(all_well) for _ in range(3)]
    files = sorted(RECORD.iterdir())
    assert len(files) == 2
    elsewhere = {**os.environ, "CONDOR_CONFIG": "/dev/null"}
    done = run("python3", "-m", "condor_elastic.cli", "replay", *map(str, files), env=elsewhere)
    assert "fleet try: Doing nothing, because every idle job has room and 2 VMs are there." in done.stdout
    assert "try: Doing nothing, because every idle job has room and 2 VMs are there." in verdicts[-1]


def test_when_all_is_well_they_go_even_if_panda_has_been_silent_for_too_long(workers):
    workers.knobs(QUICK + FLEET + QUEUE.format(url="http://127.0.0.1:9"))
    assert "try: Retiring nothing, because PanDA at" in said(workers)
    time.sleep(2)
    workers.knobs(QUICK + KEEP.replace("MIN_VMS = 2", "MIN_VMS = 1") + QUEUE.format(url="http://127.0.0.1:9")
                  + "ELASTIC_HOLD_LIMIT = 1\n")  # fmt: skip
    told = said(workers)
    assert "try: Retiring 1 worker, because empty longer than ELASTIC_TRY_IDLE_TIMEOUT=1 and PanDA at" in told
    assert "longer than ELASTIC_HOLD_LIMIT=1" in told
    wait_for("the first to go", lambda: [slot["ElasticRetire"] for slot in ours(workers)] in ([False], [True, False],
             [False, True]), 60)  # fmt: skip
    workers.knobs(FLEET)
    assert "try: Retiring 1 worker, because empty longer than ELASTIC_TRY_IDLE_TIMEOUT=1." in said(workers)
    wait_for("no VM job", lambda: not workers.vms(), 120)
