from dataclasses import replace

import pytest
from build import NOW, booting, busy, fleet, idle, jobs, pool, requested, retiring, seen, settings, vm
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.decide import plan
from condor_elastic.decide.money import accounts
from condor_elastic.knobs import Settings
from condor_elastic.model import HELD, Ledger, Remove, Retire, Spell, SubmitVms, Unknown, Unretire, Worker

DAY = NOW - 40_000
EMPTY = Ledger(DAY, DAY - 5 * 86400)
PAID = {"price": 2.0, "max_vms": 100, "max_per_cycle": 100}


def billed(worker, began=NOW - 1800, price=2.0, name="cloud"):
    return replace(worker, vm=replace(worker.vm, began=began, price=price, fleet=name))


def spent(money, fleet="cloud"):
    """A ledger of one VM that has cost so much today."""
    return replace(EMPTY, ended=(Spell("gone", fleet, money, NOW - 3700, NOW - 100),))


def decide(look, workers=(), *fleets, **caps):
    known = settings(*fleets)
    known = Settings(replace(known.pool, **caps), (), known.fleets)
    return plan(known, look, pool(*workers))


def of(plans, kind):
    return [action for one in plans for action in one.actions if isinstance(action, kind)]


def launched(plans):
    return sum(action.count for action in of(plans, SubmitVms))


def test_a_cap_of_a_day_is_what_is_spent_and_running_hours_and_the_hour_of_each_new_vm():
    look = seen(jobs(80), ledger=spent(3.0))
    cloud = fleet(**PAID, max_cost_per_day=12.5)
    plans = decide(look, [billed(busy("a"))], cloud)  # 3 + (1 + 1 of the running one) + 3 * 2 <= 12.5
    assert launched(plans) == 3
    assert plans[0].verdict == (
        "Submitting 3 of 10 wanted VMs, because 80 idle jobs have no room and ELASTIC_CLOUD_MAX_COST_PER_DAY=12.5 "
        "and 4 is spent today and 1 more until the hour of each VM ends."
    )


def test_the_month_counts_what_ended_before_today():
    ledger = replace(EMPTY, ended=(Spell("old", "cloud", 4.0, DAY - 7200, DAY - 3600),))
    assert launched(decide(seen(jobs(80), ledger=ledger), (), fleet(**PAID, max_cost_per_day=4))) == 2
    assert launched(decide(seen(jobs(80), ledger=ledger), (), fleet(**PAID, max_cost_per_month=6))) == 1


def test_the_caps_of_all_count_what_other_fleets_launch_in_the_same_cycle():
    one, two = fleet("one", **PAID), fleet("two", **PAID)
    look = seen(jobs(16, fleets=("one",)), jobs(80, fleets=("two",)), ledger=EMPTY)
    plans = decide(look, (), one, two, max_price_per_hour=7)
    assert [a.count for a in of(plans, SubmitVms)] == [2, 1]
    assert "ELASTIC_MAX_PRICE_PER_HOUR=7 and what is there costs 4" in plans[1].verdict


def test_an_unknown_history_stops_growth_where_a_cap_needs_it_and_shrinks_nothing():
    look = seen(jobs(8), ledger=Unknown("the schedd's history", "no answer"))
    capped, free = fleet("capped", **PAID, max_cost_per_day=1), fleet("free", **PAID)
    look = replace(look, idle=(jobs(8, fleets=("capped",)), jobs(8, fleets=("free",))))
    plans = decide(look, [billed(busy("a"), name="capped")], replace(capped, over_budget="Shrink"), free)
    assert "ELASTIC_CAPPED_MAX_COST_PER_DAY=1 and the schedd's history" in plans[0].verdict
    assert [a.fleet for a in of(plans, SubmitVms)] == ["free"]
    assert not of(plans, Retire)


def test_stop_leaves_what_runs_and_takes_nothing_back():
    look = seen(jobs(8), ledger=spent(50.0))
    plans = decide(look, [billed(busy("a")), billed(retiring("b", used=8))], fleet(**PAID, max_cost_per_day=10))
    assert plans[0].actions == ()
    assert plans[0].verdict.startswith("Submitting none of 1 wanted VM, because ELASTIC_CLOUD_MAX_COST_PER_DAY=10")


def test_shrink_lets_the_dearest_go_first():
    workers = [billed(busy("cheap")), billed(busy("dear"), price=6.0), billed(busy("other"))]
    knobs = fleet(**PAID, max_cost_per_day=14, over_budget="Shrink")
    plans = decide(seen(ledger=spent(7.0)), workers, knobs)  # 7 + (3 * 1) + ... = 7 + 5 + 5 > 14
    assert [a.worker.vm.vm for a in of(plans, Retire)] == ["dear"]
    plans = decide(seen(ledger=spent(14.0)), workers, knobs)
    assert len(of(plans, Retire)) == 3


def test_shrink_below_a_cap_of_all_takes_the_dearest_fleet():
    cheap = fleet("a", price=1.0, max_vms=9, over_budget="Shrink")
    dear = fleet("b", price=9.0, max_vms=9, over_budget="Shrink")
    workers = [billed(busy("x"), price=1.0, name="a"), billed(busy("y"), price=9.0, name="b")]
    plans = decide(seen(ledger=EMPTY), workers, cheap, dear, max_price_per_hour=5)
    assert [a.worker.vm.vm for a in of(plans, Retire)] == ["y"]


def test_a_fleet_without_a_price_is_free():
    plans = decide(seen(jobs(8, fleets=("own",)), ledger=spent(9)), (), fleet("own", max_vms=5), max_cost_per_day=1)
    assert launched(plans) == 1


def test_sums_count_a_minute_at_least_and_price_at_launch_and_nothing_twice():
    ended = (Spell("a", "cloud", 60.0, NOW - 500, NOW - 490), Spell("b", "gone", 36.0, DAY - 100, DAY + 100))
    held = Worker(vm("c", HELD, began=NOW - 7200, ended=NOW - 3600, price=None))
    workers = [billed(idle("a")), held, requested("d"), billed(booting("e"), began=NOW - 3600)]
    books = accounts(settings(fleet(**PAID)), seen(ledger=replace(EMPTY, ended=ended)), pool(*workers))
    assert books.of("cloud").today == pytest.approx(1.0 + 2.0 + 2.0)
    assert (books.of("GONE").today, books.of("gone").month) == pytest.approx((1.0, 2.0))
    assert (books.of("cloud").rate, books.of("cloud").asked) == (2.0, 4.0)
    assert books.of("cloud").ahead == pytest.approx(4.0)
    assert books.total.today == pytest.approx(6.0)


workers_of_any_age = st.lists(
    st.builds(
        lambda make, name, age: billed(make(f"{name}"), began=NOW - age),
        st.sampled_from([busy, idle, retiring, booting]), st.integers(0, 10**6), st.integers(0, 20_000),
    ),
    max_size=8, unique_by=lambda w: w.vm.vm,
)  # fmt: skip


@given(
    workers_of_any_age, st.integers(0, 200), st.floats(0, 60), st.none() | st.floats(0, 90),
    st.none() | st.floats(0, 90), st.none() | st.floats(0, 30), st.sampled_from(["Stop", "Shrink"]),
)  # fmt: skip
def test_no_cap_is_passed_by_a_launch_and_above_one_nothing_is_taken_back(
    workers, waiting, gone, day, month, rate, over
):
    knobs = fleet(**PAID, max_cost_per_day=day, over_budget=over)
    look = seen(jobs(waiting), ledger=spent(gone))
    plans = decide(look, workers, knobs, max_cost_per_month=month, max_price_per_hour=rate)
    before = accounts(settings(knobs), look, pool(*workers)).of("cloud")
    new = 2.0 * launched(plans)
    over_it = any((
        day is not None and before.today + before.ahead + new > day + 1e-6,
        month is not None and before.month + before.ahead + new > month + 1e-6,
        rate is not None and before.asked + new > rate + 1e-6,
    ))  # fmt: skip
    if over_it:
        assert not new
        assert not of(plans, Unretire)
    if over == "Stop":
        assert not any("COST" in a.why for a in of(plans, (Retire, Remove)))
