"""PanDA, the collector and the schedd in trouble: unknown, said so, and nothing is done on it."""

import os
import signal
from contextlib import contextmanager

import pytest
from real import FLEET, QUEUE
from live.pool import wait_for

QUICK = "ELASTIC_PANDA_TIMEOUT = 2\nELASTIC_QUERY_TIMEOUT = 3\nELASTIC_PANDA_MAX_BYTES = 1000000\n"


def test_activated_jobs_become_pilots_and_no_more(pool, panda):
    pool.knobs(QUICK + QUEUE.format(url=panda.url) + "ELASTIC_BNL_MAX_PER_CYCLE = 3\n")
    panda.add_jobs("BNL", 5, 1)
    assert "Submitting 3 of 5 wanted pilots, because ELASTIC_BNL_MAX_PER_CYCLE=3" in pool.verdict("BNL")
    assert "Submitting 2 pilots" in pool.verdict("BNL")
    assert "Doing nothing" in pool.verdict("BNL")
    assert [pilot["Owner"] for pilot in pool.pilots()] == ["elastic"] * 5


FAULTS = ["slow", "silent", "html", "repr", "pickle", "failure", "negative", "fraction", "huge", "error500", "hangup",
          "truncated", "gone"]  # fmt: skip


@pytest.fixture(scope="module")
def idle_worker(central_manager):
    """One empty worker, older than the idle timeout: what a controller that takes unknown for zero would retire."""
    central_manager.knobs(FLEET)
    central_manager.submit(1, seconds=1)
    central_manager.verdict()
    wait_for("the worker", lambda: [s for s in central_manager.slots() if s.get("ElasticVM")], 60)
    wait_for("the job's end", lambda: not central_manager.jobs("JobUniverse == 5"), 60)
    yield
    central_manager.empty()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_panda_in_trouble_starts_nothing_and_shrinks_nothing(central_manager, idle_worker, panda, fault):
    panda.add_jobs("BNL", 9, 1)
    url = "http://127.0.0.1:9" if fault == "gone" else panda.url
    if fault != "gone":
        panda.fault(fault, seconds=30)
    central_manager.knobs(QUICK + FLEET + QUEUE.format(url=url))
    assert central_manager.verdict("BNL").startswith(f"Doing nothing, because PanDA at {url} is unknown (")
    fleet = central_manager.verdict()
    assert fleet.startswith("Retiring nothing, because PanDA at")
    assert central_manager.pilots() == []
    assert [slot["ElasticRetire"] for slot in central_manager.slots()] == [False]


def test_a_pickle_is_never_read(central_manager, panda):
    central_manager.knobs(QUICK + QUEUE.format(url=panda.url))
    panda.add_jobs("BNL", 1, 1)
    panda.fault("pickle")
    assert "it answered a pickle, which is never read" in central_manager.verdict("BNL")


@contextmanager
def stopped(pid):
    assert pid > 1
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("daemon", ["collector", "schedd"])
def test_a_daemon_that_does_not_answer_means_no_action(pool, panda, daemon):
    pool.knobs(QUICK + FLEET + QUEUE.format(url=panda.url))
    pool.submit(4)
    panda.add_jobs("BNL", 4, 1)
    pid = pool.pid(daemon)
    with stopped(pid):
        done = pool.cycle()
    source = "the collector" if daemon == "collector" else "the schedd's queue"
    assert f"Doing nothing, because {source} is unknown" in done.stdout
    assert pool.vms() == []
    if daemon == "schedd":
        assert pool.pilots() == []


def test_the_second_of_two_cycles_steps_back(pool):
    pool.knobs(FLEET)
    pool.submit(2)
    with pool.lock():
        done = pool.cycle()
        assert (done.returncode, done.stdout) == (0, "")
        assert "Stepping back, because another cycle holds /var/lock/condor/ElasticLock" in done.stderr
        assert pool.vms() == []
    pool.cycle()
    assert len(pool.vms()) == 1


def test_a_dry_run_says_the_same_and_does_nothing(pool):
    pool.knobs(FLEET + "ELASTIC_DRY_RUN = True\n")
    pool.submit(2)
    assert pool.verdict() == "Submitting 1 VM, because 2 idle jobs have no room."
    assert pool.vms() == []
