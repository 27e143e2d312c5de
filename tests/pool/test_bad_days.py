"""The collector and the schedd in trouble, two cycles at once, a dry run: said so, and nothing is done on it."""

import os
import signal
from contextlib import contextmanager

import pytest
from real import FLEET, QUEUE, QUICK


def test_activated_jobs_become_pilots_and_no_more(pool, panda):
    pool.knobs(QUICK + QUEUE.format(url=panda.url) + "ELASTIC_BNL_MAX_PER_CYCLE = 3\n")
    panda.add_jobs("BNL", 5, 1)
    assert "Submitting 3 of 5 wanted pilots, because ELASTIC_BNL_MAX_PER_CYCLE=3" in pool.verdict("BNL")
    assert "Submitting 2 pilots" in pool.verdict("BNL")
    assert "Doing nothing" in pool.verdict("BNL")
    assert [pilot["Owner"] for pilot in pool.pilots()] == ["elastic"] * 5


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
    # A schedd whose collector hangs may itself be too busy with that to answer.
    sources = ["the collector", "the schedd's queue"] if daemon == "collector" else ["the schedd's queue"]
    assert any(f"try: Doing nothing, because {source} is unknown" in done.stdout for source in sources)
    assert pool.vms() == []
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
