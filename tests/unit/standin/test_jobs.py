"""The job table: who gets a job, and which steps it may take."""
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standin import journal
from standin.jobs import STATES, JobTable, tally
from standin.pilot_calls import REPORTED, document

if TYPE_CHECKING:
    from pathlib import Path


def test_acquire_takes_the_oldest_activated_job_of_queue_and_resource_type() -> None:
    table = JobTable(clock=lambda: 100.0)
    table.add("OTHER")
    table.add("Q", "MCORE", core_count=8)
    first, second = table.add("Q", count=2)
    taken, sent = table.acquire("Q", "SCORE", 1, "node1")
    assert ([job.panda_id for job in taken], sent) == ([first.panda_id], 1)
    assert (taken[0].status, taken[0].sent, taken[0].node) == ("sent", 100.0, "node1")
    taken, sent = table.acquire("Q", "SCORE", 5)
    assert ([job.panda_id for job in taken], sent) == ([second.panda_id], 2)
    assert table.acquire("Q", "SCORE") == ([], 2)
    assert table.acquire("Q", None)[0][0].resource_type == "MCORE"


@pytest.mark.parametrize(("old", "new", "now"), [
    ("sent", "starting", "starting"), ("starting", "running", "running"), ("running", "finished", "finished"),
    ("running", "failed", "failed"), ("running", "starting", "running"), ("holding", "running", "holding"),
    ("transferring", "starting", "transferring"), ("merging", "running", "merging"),
    ("holding", "finished", "finished"),
])
def test_steps_of_an_active_job(old: str, new: str, now: str) -> None:
    table = JobTable()
    job, = table.add("Q", status=old)
    assert table.update(job.panda_id, new) == "NULL"
    assert table.rows()[0].status == now


@pytest.mark.parametrize("status", ["pending", "assigned", "finished", "failed", "cancelled"])
def test_a_job_that_is_not_active_is_to_be_killed(status: str) -> None:
    table = JobTable()
    job, = table.add("Q", status=status)
    assert table.update(job.panda_id, "running") == "tobekilled"
    assert table.update(1, "running") == "tobekilled"
    assert tally(table.rows()) == {status: 1}


def test_times_of_a_job() -> None:
    now = [1.0]
    table = JobTable(clock=lambda: now[0])
    table.add("Q")
    for now[0], step in ((2.0, "sent"), (3.0, "running"), (4.0, "running"), (5.0, "finished")):
        if step == "sent":
            table.acquire("Q")
        else:
            table.update(table.rows()[0].panda_id, step)
    job = table.rows()[0]
    assert (job.created, job.sent, job.started, job.ended, job.modified) == (1.0, 2.0, 3.0, 5.0, 5.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(
    st.tuples(st.just("add"), st.integers(0, 4)), st.tuples(st.just("acquire"), st.integers(-1, 4)),
    st.tuples(st.sampled_from(REPORTED), st.integers(0, 8)))))
def test_no_job_is_lost_or_handed_out_twice(steps: list[tuple[str, int]]) -> None:
    table, added, handed = JobTable(), 0, list[int]()
    for step, number in steps:
        if step == "add":
            added += len(table.add("Q", count=number))
        elif step == "acquire":
            handed += [job.panda_id for job in table.acquire("Q", count=number)[0]]
        elif number < len(handed):
            table.update(handed[number], step)
        assert sum(tally(table.rows()).values()) == added
    assert len(set(handed)) == len(handed)
    assert {job.status for job in table.rows()} <= set(STATES)


@pytest.mark.parametrize(("seconds", "text"), [
    (7, "7"), (0, "0"), (10.0, "10"), (1.5, "1.5"), (0.00001, "0"), (604800.0, "604800")])
def test_seconds_reach_the_pilot_without_exponent(seconds: float, text: str) -> None:
    job, = JobTable().add("Q", seconds=seconds)
    assert document(job, 1)["jobPars"] == f"--seconds {text}"


def test_journal_gives_the_rows_back_without_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "jobs.jsonl"
    table = JobTable(record=journal.rewrite(path, []))
    table.add("Q", count=3)
    table.acquire("Q")
    with path.open("a") as stream:
        stream.write('{"panda_id": 6')
    rows = journal.read(path)
    assert rows == table.rows()
    again = JobTable(record=journal.rewrite(path, rows))
    again.restore(rows)
    assert again.add("Q")[0].panda_id == rows[-1].panda_id + 1
    assert journal.read(path) == again.rows()
