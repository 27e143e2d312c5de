from dataclasses import replace

import pytest
from build import fleet, settings, startd

from condor_elastic.model import JobGroup, Shape, Snapshot, Unknown
from condor_elastic.record import keep
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.recorded import read_recorded
from condor_elastic.simulate.swf import BadTrace

FLEET = fleet()
ONE, FOUR = Shape(1, 100), Shape(4, 900)


def record(tmp_path, *cycles, fleets=(FLEET,)):
    """Keep cycles as a live pool does: (second, idle jobs by shape, (startd, used cores, jobs, starts)...)."""
    knobs = settings(*fleets)
    knobs = replace(knobs, pool=replace(knobs.pool, record=100, record_directory=str(tmp_path)))
    for at, idle, *workers in cycles:
        groups = idle if isinstance(idle, Unknown) else tuple(JobGroup(*one) for one in idle.items())
        startds = [replace(startd(name, used), claimed=n, starts=starts) for name, used, n, starts in workers]
        assert not keep(knobs, Snapshot(1000 + at, idle=groups, startds=tuple(startds)), ())
    return read_recorded(str(tmp_path))


def test_jobs_come_when_they_are_first_seen_to_wait_and_run_from_begin_to_end(tmp_path):
    read = record(
        tmp_path,
        (0, {}, ("a", 0, 0, 0)),
        (60, {ONE: 2}, ("a", 0, 0, 0)),
        (120, {}, ("a", 2, 2, 2)),
        (180, {}, ("a", 1, 1, 2)),
        (240, {}, ("a", 0, 0, 2)),
    )
    assert read.jobs == [Job(60, 60, 1, 100), Job(60, 120, 1, 100)]
    assert read.settings.fleets[0].name == "cloud"


def test_jobs_that_no_cycle_saw_wait_are_known_by_the_starts_of_their_worker(tmp_path):
    read = record(tmp_path, (0, {}, ("a", 1, 1, 7)), (60, {ONE: 1}, ("a", 1, 1, 9)), (120, {ONE: 1}, ("a", 1, 1, 9)))
    assert len(read.jobs) == 3, "one ran from the beginning, two have begun; the last waits still"
    assert [job.submit for job in read.jobs] == [0, 30, 30]


def test_a_count_that_lags_behind_what_runs_counts_nobody_twice(tmp_path):
    read = record(
        tmp_path,
        (0, {ONE: 2}, ("a", 0, 0, 0)),
        (60, {}, ("a", 2, 2, 0)),
        (120, {}, ("a", 2, 2, 2)),
        (180, {}, ("a", 1, 1, 1)),
        (240, {}, ("a", 0, 0, 1)),
    )
    assert [job.run for job in read.jobs] == [120, 120, 60], "the startd was started anew before 180"


def test_what_began_asked_for_what_waits_no_more(tmp_path):
    read = record(
        tmp_path,
        (0, {ONE: 5, FOUR: 1}, ("a", 0, 0, 0)),
        (60, {ONE: 5}, ("a", 4, 1, 1)),
        (120, {ONE: 1}, ("a", 4, 4, 5)),
        (180, {}),
    )
    assert read.jobs == [*[Job(0, 60, 1, 100)] * 4, Job(0, 60, 4, 900)], "one went without a start on ours"


def test_what_still_runs_has_run_until_the_last_cycle_and_a_worker_that_is_gone_has_ended_its_jobs(tmp_path):
    read = record(
        tmp_path,
        (0, {ONE: 2}),
        (60, {}, ("a", 1, 1, 1), ("b", 1, 1, 1)),
        (120, Unknown("the schedd", "busy")),
        (180, {}, ("b", 1, 1, 1)),
    )
    assert read.jobs == [Job(0, 90, 1, 100), Job(0, 150, 1, 100)]


def test_two_cycles_of_one_second_end_what_began_in_it(tmp_path):
    read = record(tmp_path, (0, {ONE: 1}), (1, {}, ("a", 1, 1, 1)))
    assert read.jobs == [Job(0, 1, 1, 100)]


@pytest.mark.parametrize(("cycles", "said"), [
    ([(0, {})], "1 of 1 recorded cycles have seen the queue and the collector; which jobs came is seen between two"),
    ([(0, {}), (60, Unknown("the schedd", "busy"))], "1 of 2 recorded cycles"),
    ([(0, {ONE: 3}), (60, {ONE: 4})], "no job ran on a worker of ours in these 2 cycles"),
])  # fmt: skip
def test_too_little_is_said(tmp_path, cycles, said):
    with pytest.raises(BadTrace) as told:
        record(tmp_path, *cycles)
    assert said in str(told.value)


def test_cycles_without_a_fleet_are_nothing_to_simulate_with(tmp_path):
    with pytest.raises(BadTrace, match="knew no fleet: a simulation needs one in ELASTIC_FLEET_NAMES"):
        record(tmp_path, (0, {ONE: 1}), (60, {}), fleets=())


def test_a_file_that_is_no_record_is_named(tmp_path):
    path = tmp_path / "cycle-1-000.json"
    path.write_text('{\n"form": 0}')
    with pytest.raises(BadTrace, match=r"cycle-1-000.json: it is not a record of a cycle"):
        read_recorded(str(tmp_path))
    path.write_text('{\n"form": ')
    with pytest.raises(BadTrace, match=r"cycle-1-000.json: .*line 2"):
        read_recorded(str(path))
    with pytest.raises(BadTrace, match="0 of 0 recorded cycles"):
        read_recorded(str(tmp_path / ".."))
