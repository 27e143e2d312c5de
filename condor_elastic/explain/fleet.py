"""What a fleet does and why, its caps and what is used of them, its windows, its failures and its workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from condor_elastic.decide.failures import class_of
from condor_elastic.decide.money import Sum, accounts
from condor_elastic.decide.policies.limits import CAPS
from condor_elastic.decide.turns import Turn
from condor_elastic.decide.words import count
from condor_elastic.explain.answer import Answer, at
from condor_elastic.explain.seen import Sight
from condor_elastic.explain.stops import stops
from condor_elastic.explain.whole import whole
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.table import MONEY, PREFIX

USED = {"MAX_VMS": "total", "MAX_CORES": "cores", "MAX_MEMORY": "memory", "MAX_PRICE_PER_HOUR": "paid",
        "MAX_PENDING": "pending", "MIN_VMS": "staying", "KEEP_RUNNING": "staying"}  # fmt: skip
"""Caps and floors, and what of the view counts against them."""


def fleet_named(sight: Sight, name: str) -> FleetKnobs | None:
    """Find a fleet, whatever the case of its name."""
    return next((fleet for fleet in sight.settings.fleets if fleet.name.upper() == name.upper()), None)


def explain_fleet(sight: Sight, knobs: FleetKnobs) -> Answer:
    """Explain a fleet."""
    turn = sight.walk.of(knobs.name)
    verdict = turn.plan.verdict if turn else f"Doing nothing, because {sight.walk.unknown}."
    said = [f"Fleet {knobs.name} now: {verdict}", *_last(sight, knobs)]
    reasons = stops(turn, sight.seen.now) if turn else ()
    workers = sight.pool.of(knobs.name)
    phases = Counter(str(worker.phase) for worker in workers)
    failures = Counter(class_of(worker.vm) for worker in workers if worker.phase == "failed")
    caps = _caps(turn) if turn else {}
    money = _money(sight, knobs)
    said.append(f"Workers: {_counted(phases) or 'none'}.")
    said += [f"Failures that are remembered: {_counted(failures)}."] if failures else []
    said += [f"{cap['knob']}={cap['value']:g}, used {cap['used']:g}." for cap in caps.values()]
    said += _launches(turn) if turn else []
    if money:
        said.append(f"Money: {money['rate']:g} an hour, {money['today']:g} today, {money['month']:g} this month.")
    figures = {
        "verdict": verdict, "last_verdict": sight.last.verdicts.get(knobs.name), "last_cycle": sight.last.when,
        "wanted": turn.plan.wanted if turn else None, "launches": turn.launches if turn else None,
        "phases": dict(phases), "failures": dict(failures), "caps": caps, "money": money,
        "breaker": turn.plan.breaker if turn else None, "template": knobs.template.text,
        "workers": [{"vm": w.vm.vm, "vm_job": w.vm.id, "phase": w.phase} for w in workers],
    }  # fmt: skip
    state = _state(turn, limited=bool(reasons))
    return Answer("fleet", knobs.name, state, tuple(said), (*reasons, *whole(sight)), figures=figures)


def _state(turn: Turn | None, *, limited: bool) -> str:
    if turn is None:
        return "unknown"
    if not limited:
        return "open"
    return "limited" if turn.launches else "stopped"


def _last(sight: Sight, knobs: FleetKnobs) -> Iterable[str]:
    verdict, when = sight.last.verdicts.get(knobs.name), sight.last.when
    if verdict and when is not None:
        yield f"In the last cycle, at {at(when, sight.seen.now)}: {verdict}"


def _launches(turn: Turn) -> list[str]:
    jobs = count(turn.view.jobs, "idle job")
    made = [f"{jobs} for which it is asked, {count(turn.plan.wanted, 'VM')} wanted, {turn.launches} launched."]
    trail = [f"{step.policy} {step.before} to {step.after}" for step in turn.plan.trail if step.before != step.after]
    return made + ([f"Its policies: {', '.join(trail)}."] if trail else [])


def _counted(found: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()))


def _caps(turn: Turn) -> dict[str, dict[str, Any]]:
    """Give each cap or floor that is set: the knob, its value, and what is used of it."""
    named = {knob for knob, _ in CAPS.values() if knob}
    named |= {knob for policy, knob in (("MaxPending", "MAX_PENDING"), ("MinVms", "MIN_VMS"),
                                        ("KeepNRunning", "KEEP_RUNNING")) if policy in turn.knobs.policies}  # fmt: skip
    own = f"{PREFIX}{turn.knobs.name.upper()}_"
    return {
        knob: {"knob": own + knob, "value": value, "used": round(getattr(turn.view, used), 6)}
        for knob, used in USED.items()
        if knob in named and (value := turn.view.value(knob)) is not None
    }


def _money(sight: Sight, knobs: FleetKnobs) -> dict[str, Any]:
    """Say what it costs and the caps on that, its own and those of all fleets; nothing where it has no price."""
    if not knobs.price or sight.walk.unknown is not None:
        return {}
    books = accounts(sight.settings, sight.seen, sight.pool)
    caps = {f"{PREFIX}{knobs.name.upper()}_{name}": getattr(knobs, name.lower()) for name in MONEY}
    caps |= {PREFIX + name: getattr(sight.settings.pool, name.lower()) for name in MONEY}
    return {"price": knobs.price, **_sums(books.of(knobs.name)), "unknown": books.unknown or None,
            "caps": {name: cap for name, cap in caps.items() if cap is not None}}  # fmt: skip


def _sums(spent: Sum) -> dict[str, float]:
    return {"rate": round(spent.rate, 6), "today": round(spent.today, 6), "month": round(spent.month, 6)}
