"""Publish, renew and withdraw the offline ads by which the negotiator is asked (ELASTIC_WHATIF=Negotiator)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from condor_elastic.knobs import Settings
from condor_elastic.model import Plan
from condor_elastic.whatif.ghosts import ATTRS, ghost, is_current, mark


def renew_ghosts(settings: Settings, plans: Sequence[Plan], now: int) -> None:
    """Have in the collector one ghost for each fleet that has room, and none for the others.

    A ghost that is as it should be stays for half its lifetime, since a new one loses what the negotiator told it; all
    of them expire by themselves when no cycle renews them, as when it runs dry.
    """
    import htcondor2

    pool = settings.pool
    if pool.dry_run:
        return
    collector = htcondor2.Collector()
    if pool.whatif != "Negotiator":
        _withdraw(collector, pool.pool, [fleet.name for fleet in settings.fleets])
        return
    there = {str(ad["ElasticFleet"]): ad for ad in collector.query(htcondor2.AdTypes.Startd, mark(pool.pool), ATTRS)}
    rooms = {plan.name: plan.room for plan in plans if plan.kind == "fleet"}
    lifetime = max(180, 3 * pool.period)
    wanted = {fleet.name: ghost(fleet, pool.pool, rooms[fleet.name], now, lifetime)
              for fleet in settings.fleets if rooms.get(fleet.name)}  # fmt: skip
    old = [name for name in there if name not in wanted]
    new = [ad for name, ad in wanted.items()
           if name not in there or not is_current(there[name], ad, now - lifetime // 2)]  # fmt: skip
    if old:
        _withdraw(collector, pool.pool, old)
    if new:
        collector.advertise(new, "UPDATE_STARTD_AD")


def _withdraw(collector: Any, pool: str, fleets: Sequence[str]) -> None:
    import classad2

    named = " || ".join(f'ElasticFleet == "{name}"' for name in fleets)
    constraint = classad2.ExprTree(f"{mark(pool)} && ({named})")
    query = classad2.ClassAd({"MyType": "Query", "TargetType": "Machine", "Requirements": constraint})
    collector.advertise([query], "INVALIDATE_STARTD_ADS")
