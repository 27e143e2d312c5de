from dataclasses import replace

import pytest
from build import NOW, queue, queue_seen, seen, settings

from condor_elastic.model import Unknown
from condor_elastic.observe.freshness import negotiated, silences, started
from condor_elastic.observe.startds import Slot, _startd

SILENT = Unknown("PanDA at x", "timeout")


@pytest.fixture
def known(tmp_path):
    found = settings(queues=(queue(),))
    return replace(found, pool=replace(found.pool, panda_directory=str(tmp_path)))


def look(now, *silent, **queues):
    return seen(now=now, silent=silent, queues=queues)


def test_since_when_a_source_is_silent_is_kept_until_it_answers(known):
    quiet = {"BNL": queue_seen(stats=SILENT)}
    assert silences(known, look(NOW, **quiet), keep=True) == {"PanDA at x": NOW}
    assert silences(known, look(NOW + 60, Unknown("b", ""), **quiet), keep=True) == {"PanDA at x": NOW, "b": NOW + 60}
    assert silences(known, look(NOW + 90), keep=True) == {}
    assert silences(known, look(NOW + 99, **quiet), keep=True) == {"PanDA at x": NOW + 99}


def test_a_plan_keeps_nothing(known, tmp_path):
    assert silences(known, look(NOW, SILENT), keep=False) == {"PanDA at x": NOW}
    assert list(tmp_path.iterdir()) == []


def test_a_clock_that_went_back_begins_anew(known):
    silences(known, look(NOW, SILENT), keep=True)
    assert silences(known, look(NOW - 3600, SILENT), keep=True) == {"PanDA at x": NOW - 3600}


def test_where_nothing_can_be_kept_silence_is_always_new(known):
    gone = replace(known, pool=replace(known.pool, panda_directory="/nowhere"))
    for now in (NOW, NOW + 10**6):
        assert silences(gone, look(now, SILENT), keep=True) == {"PanDA at x": now}


def test_the_collector_and_the_negotiator_tell_their_age_or_none():
    assert started([{"StatsLastUpdateTime": 100, "StatsLifetime": 40}, {"StatsLastUpdateTime": 100}]) == 60
    assert started([]) is None
    assert negotiated([{"LastNegotiationCycleEnd0": 5}, {"LastNegotiationCycleEnd0": 9}, {}]) == 9
    assert negotiated([{}]) is None


def worker(*ads):
    """Read full slots of one worker: with room left it would be sorted into a kind, which takes the bindings."""
    fixed = {"Name": "slot1@w", "State": "Claimed", "TotalSlotCpus": 2, "TotalSlotMemory": 10}
    return _startd("w", [Slot({**fixed, **ad}, None) for ad in ads], None, {})


@pytest.mark.parametrize("off", [-7200, 0, 7200])
def test_how_long_a_worker_is_idle_does_not_depend_on_its_clock(off):
    ad = {"NumDynamicSlotsTime": NOW - 100 + off, "MyCurrentTime": NOW - 20 + off, "LastHeardFrom": NOW - 19}
    assert (worker(ad).since, worker(ad).heard) == (NOW - 99, NOW - 19)


def test_of_several_slots_the_one_that_was_heard_of_longest_ago_counts():
    assert worker({"LastHeardFrom": NOW - 1}, {"LastHeardFrom": NOW - 500}).heard == NOW - 500
