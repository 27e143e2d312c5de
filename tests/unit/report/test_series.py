"""Sums and means: what VMs have cost at any time, and long series made short without losing what they add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.model import Spell
from condor_elastic.report.billing import so_far
from condor_elastic.report.charts.clock import Clock
from condor_elastic.report.charts.decisions import thinned
from condor_elastic.report.story import Moment
from condor_elastic.report.thin import POINTS, parts, step, unseen

TIMES = st.lists(st.integers(0, 5000), min_size=1, max_size=20).map(sorted)
SPELLS = st.lists(
    st.builds(
        lambda price, start, lasts: Spell("v", "f", price, start, None if lasts is None else start + lasts),
        st.sampled_from([0.0, 0.25, 3.0]), st.integers(-1000, 6000), st.none() | st.integers(0, 4000),
    ), max_size=8,
)  # fmt: skip


@given(SPELLS, TIMES, st.booleans())
def test_what_was_spent_is_the_sum_over_all_vms(spells, times, money):
    def spent(now):
        return sum((spell.price if money else 1) * max(0, min(spell.end or now, now) - max(spell.start, times[0]))
                   for spell in spells if spell.end is None or spell.end > times[0]) / 3600  # fmt: skip

    assert so_far(spells, times, money=money) == pytest.approx([spent(now) for now in times])


@given(st.integers(1, 10**8), st.integers(1, 400))
def test_parts_are_no_more_than_asked(seconds, most):
    assert seconds / step(seconds, most) <= most


@given(st.lists(st.integers(0, 90_000), unique=True, max_size=50).map(sorted), st.sampled_from([60, 300, 3600]))
def test_every_moment_is_in_one_part(times, seconds):
    found = parts([Moment(now) for now in times], 0, seconds)
    assert [one.now for _, of in found for one in of] == times
    assert all(begin <= one.now < begin + seconds for begin, of in found for one in of)


def test_what_nobody_saw_is_told_with_its_reason():
    moments = [Moment(0), Moment(60), Moment(120, unknown="silent"), Moment(180, unknown="silent"), Moment(240),
               Moment(2400), Moment(2460)]  # fmt: skip
    assert unseen(moments, 2460, 60) == [(120, 240, "silent"), (300, 2400, "no cycle was recorded")]


def test_decisions_are_added_up_and_the_largest_keeps_its_verdict():
    rows = [{"now": i, "t": i, "lane": lane, "of": "fleet a", "count": 1 + (i == 77_777), "verdict": str(i)}
            for i in range(100_000) for lane in ("launch", "retire")]  # fmt: skip
    made = thinned(rows, Clock(0, 100_000, live=False))
    assert len(made) <= POINTS
    assert sum(row["count"] for row in made) == sum(row["count"] for row in rows)
    assert sum(row["verdict"] == "77777" for row in made) == 2


def test_few_decisions_stay_as_they_are():
    rows = [{"now": i, "t": i, "lane": "launch", "of": "f", "count": 1} for i in range(POINTS)]
    assert len(thinned(rows, Clock(0, POINTS, live=False))) == POINTS
