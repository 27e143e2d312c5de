"""PanDA in trouble: unknown, said so; nothing is submitted on it and nothing shrinks."""

import pytest
from live.pool import wait_for
from real import FLEET, QUEUE, QUICK

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
