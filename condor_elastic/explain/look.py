"""Look for an explanation: all that a cycle sees, what the last one said, and one job.  It changes nothing."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from typing import Any, TypeVar

from condor_elastic.act.user_data import wrong_user_data
from condor_elastic.associate import associate
from condor_elastic.decide.prices import priced
from condor_elastic.decide.turns import walk
from condor_elastic.explain.seen import LastCycle, Sight
from condor_elastic.knobs import Settings
from condor_elastic.knobs.expressions import evaluate
from condor_elastic.model import Unknown
from condor_elastic.observe import look
from condor_elastic.observe.values import values_of

Item = TypeVar("Item")


def look_around(settings: Settings) -> Sight:
    """See what a cycle would see, and think what it would think."""
    seen = replace(look(settings, keep=False), faults=wrong_user_data(settings))
    settings = priced(settings, seen.prices)
    pool = associate(_known(seen.vms), _known(seen.startds))
    return Sight(settings, seen, pool, walk(settings, seen, pool, evaluate), _last(settings), _who())


def _who() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _known(source: tuple[Item, ...] | Unknown) -> tuple[Item, ...]:
    return () if isinstance(source, Unknown) else source


def _last(settings: Settings) -> LastCycle:
    """Read what the last cycle said: in its generic ads, and in the schedd's, which one that was run by hand lacks."""
    import htcondor2

    try:
        collector = htcondor2.Collector()
        mine = f'ElasticPool == "{settings.pool.pool}" && ElasticCycle isnt undefined && Verdict isnt undefined'
        ads = [values_of(ad) for ad in collector.query(htcondor2.AdTypes.Any, mine)]
        found = LastCycle(
            max((int(ad["ElasticCycle"]) for ad in ads), default=None),
            verdicts={str(ad["Name"]).rpartition("@")[0]: str(ad["Verdict"]) for ad in ads},
        )
        told = [values_of(ad) for ad in collector.query(htcondor2.AdTypes.Schedd, "ElasticCycleTime isnt undefined")]
    except Exception:  # the collector's silence is told by what a cycle sees
        return LastCycle()
    return with_schedd(found, told)


def with_schedd(found: LastCycle, told: list[Any]) -> LastCycle:
    """Add what a schedd's ad says, unless a later cycle was run by hand."""
    for ad in told:
        when = ad["ElasticCycleTime"]
        if type(when) is int and when >= (found.when or 0):
            error = ad.get("ElasticError")
            found = replace(found, when=when, error=error if isinstance(error, str) else "")
    return found
