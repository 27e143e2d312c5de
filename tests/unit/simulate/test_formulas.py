"""The formulas of other systems, on numbers that can be checked by hand against their sources."""

from __future__ import annotations

from dataclasses import replace

import pytest
from build import NOW, booting, busy, fleet, idle, requested, retiring

from condor_elastic.model import Remove, Retire, SubmitVms
from condor_elastic.simulate.peers import PEERS
from condor_elastic.simulate.peers.sight import Sight

FLEET = fleet(max_vms=5000)
SHARP = NOW - NOW % 360


def look(waiting=0, pending=(), idle=(), busy=(), retiring=(), now=SHARP):
    there = len(pending) + len(idle) + len(busy) + len(retiring)
    return Sight(now, FLEET, waiting, pending, idle, busy, retiring, there)


def asked(acts):
    return sum(act.count for act in acts if isinstance(act, SubmitVms))


def gone(acts, kind):
    return [act.worker.vm.vm if kind is Retire else act.vm.vm for act in acts if isinstance(act, kind)]


@pytest.mark.parametrize(("name", "seen", "launched"), [
    ("apf", look(80), 10),
    ("apf", look(80, pending=[requested("a"), booting("b")]), 10),  # ready 79 of 8 cores; the booting one runs
    ("apf", look(8000), 100),
    ("apf", look(80, now=SHARP + 60), 0),
    ("apf-keep", look(80, busy=[busy("a")] * 4), 6),
    ("elastiq", look(80), 0),
    ("cloudscheduler", look(80, busy=[busy("a")]), 10),
    ("cloudscheduler", look(80, pending=[booting("a")] * 4), 6),
    ("cloudscheduler", look(80, pending=[booting("a")] * 5), 0),
    ("cloudscheduler", look(8000), 30),
    ("cloudscheduler", look(80, idle=[idle("a", since=SHARP)] * 10), 0),
    ("glideinwms", look(80), 3),
    ("glideinwms", look(8), 1),
    ("glideinwms", look(80, pending=[booting("a")] * 2), 1),
    ("glideinwms", look(160, idle=[idle("a", since=SHARP)] * 6), 2),  # a third of 14, halved
    ("glideinwms", look(80, idle=[idle("a", since=SHARP)] * 6), 0),  # 1.15 times 4, and one: 5 run already
    ("glideinwms", look(8, idle=[idle("a", since=SHARP)]), 0),
    ("harvester", look(0), 1),
    ("harvester", look(84, pending=[booting("a")] * 3), 7),
    ("google", look(81), 11),
    ("google", look(81, idle=[idle("a", since=SHARP)], pending=[booting("b")]), 9),
    ("gcpm", look(81, busy=[busy("a", used=5)], pending=[booting("b")]), 9),
    ("cobald", look(0), 8),
    ("cobald", look(0, busy=[busy("a", used=5)]), 7),
    ("cobald", look(8000, busy=[busy("a", used=4)]), 0),
])  # fmt: skip
def test_so_many_are_launched(name, seen, launched):
    assert asked(PEERS[name]()(seen)) == launched


def test_apf_keeps_as_many_as_the_waiting_jobs_need_and_retires_the_idle_first():
    seen = look(8, idle=[idle("a")], busy=[busy("b"), busy("c")])
    assert gone(PEERS["apf-keep"]()(seen), Retire) == ["a", "b"]
    assert gone(PEERS["apf"]()(look(0, idle=[idle("a")], busy=[busy("b")])), Retire) == ["a"]


def test_elastiq_waits_for_100_seconds_and_ends_after_an_hour():
    decide = PEERS["elastiq"]()
    assert [asked(decide(look(80, now=NOW + after))) for after in (0, 60, 120, 180)] == [0, 0, 10, 0]
    empty = look(0, idle=[idle("a", since=SHARP - 3600), idle("b", since=SHARP - 3540)])
    assert gone(PEERS["elastiq"]()(empty), Remove) == ["a"]


def test_glideins_of_old_jobs_have_a_reserve_and_leave_by_their_own_clock():
    decide = PEERS["glideinwms"]()
    assert [asked(decide(look(240, now=SHARP + 60 * n))) for n in range(11)] == [10] * 10 + [15]
    tried = idle("a", since=SHARP - 400, first_job=SHARP - 9000)
    assert gone(decide(look(0, idle=[tried, idle("b", since=SHARP - 1140)])), Retire) == ["a"]
    assert gone(decide(look(0, idle=[idle("b", since=SHARP - 1200)])), Retire) == ["b"]


def test_google_deletes_what_is_coming_first_and_at_once():
    seen = look(8, idle=[idle("a"), idle("b")], pending=[booting("c")])
    assert gone(PEERS["google"]()(seen), Remove) == ["c", "a"]


def test_cobald_never_looks_at_the_queue_and_ends_what_it_released_once_it_has_joined():
    decide = PEERS["cobald"]()
    assert asked(decide(look(8000))) == 8
    assert decide(look(8000, pending=[booting("b")], idle=[idle("a")])) == [Retire(idle("a"), "demand")]
    assert gone(decide(look(8000, idle=[idle("b")])), Retire) == ["b"]


def test_no_formula_is_above_the_cap():
    seen = replace(look(8000), fleet=replace(FLEET, max_vms=3))
    assert all(asked(formula()(seen)) <= 3 for formula in PEERS.values())


def test_who_retires_is_no_supply_to_apf():
    assert asked(PEERS["apf-keep"]()(look(16, retiring=[retiring("a")] * 2))) == 2
