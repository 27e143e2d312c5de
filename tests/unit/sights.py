"""What an explanation sees, made of a few workers and jobs."""

from __future__ import annotations

from dataclasses import replace

from build import NOW, jobs, pool, seen, settings

from condor_elastic.decide.turns import walk
from condor_elastic.explain.seen import LastCycle, Sight
from condor_elastic.model import Pool

LATELY = LastCycle(NOW - 30)


def sight(*fleets, look=None, workers=(), last=LATELY, who="root", **knobs):
    """What is seen: two idle jobs that any fleet could run, if nothing else is said."""
    said = settings(*fleets)
    said = replace(said, pool=replace(said.pool, **knobs))
    look = look or seen(jobs(2, fleets=tuple(one.name for one in fleets)))
    there = pool(*workers) if not isinstance(workers, Pool) else workers
    return Sight(said, look, there, walk(said, look, there), last, who)


def kinds(answer, fleet=None):
    if fleet is None:
        return {reason.kind: reason for reason in answer.reasons}
    return {reason.kind: reason for part in answer.fleets if part.name == fleet for reason in part.reasons}
