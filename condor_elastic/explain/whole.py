"""What concerns every job and every fleet: a dry run, what is not known, a cycle that does not run or fails."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.explain.answer import Reason, at
from condor_elastic.explain.seen import Sight
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import Unknown

MISSED = 3
"""Periods after which a cycle that has not run will not by itself."""
MAY = ("root", "condor")


def whole(sight: Sight) -> tuple[Reason, ...]:
    """List what stops, or may stop, everything."""
    return (*_dry_run(sight), *_unknown(sight), *_last(sight))


def _dry_run(sight: Sight) -> Iterable[Reason]:
    if sight.settings.pool.dry_run:
        knob = f"{PREFIX}DRY_RUN"
        yield Reason("dry run", f"{knob}=True: each cycle decides, and does nothing", (f"{knob} = False",))
    if not sight.settings.fleets:
        knob = f"{PREFIX}FLEET_NAMES"
        yield Reason("disabled", f"{knob} is empty: no VM is ever started", (f"{knob} and the knobs of a fleet",))


def _unknown(sight: Sight) -> Iterable[Reason]:
    seen = sight.seen
    rights: tuple[str, ...] = ()
    if sight.who not in MAY:
        rights = (f"look again as condor or root: {sight.who} may not be allowed to see it",)
    if isinstance(sight.walk.unknown, Unknown):
        yield Reason("unknown", f"nothing is launched nor given back, because {sight.walk.unknown}", rights)
    for name, queue in seen.queues.items():
        hidden = queue.unknown()
        if hidden:
            yield Reason("unknown", f"pilot queue {name} gets no pilots, because {hidden}", rights)
    for source in seen.silent:
        if source != sight.walk.unknown:
            yield Reason("unknown", f"{source}: its jobs are not seen", rights)
    if sight.walk.hold:
        yield Reason("doubt", f"nothing is given back, because {sight.walk.hold}; launches go on within the caps")
    if isinstance(seen.ledger, Unknown):
        yield Reason("unknown", f"caps on a day's or a month's cost let nothing grow, because {seen.ledger}", rights)


def _last(sight: Sight) -> Iterable[Reason]:
    last, period, now = sight.last, sight.settings.pool.period, sight.seen.now
    todo = f"condor_restart if the schedd was not restarted since the installation; {sight.settings.pool.log}, SchedLog"
    if last.when is None:
        yield Reason("no cycle", "no cycle has run that the collector knows of", (todo,))
    elif now - last.when > MISSED * period:
        said = f"the last cycle ran at {at(last.when, now)}, and {PREFIX}PERIOD={period}"
        yield Reason("no cycle", said, (todo,), figures={"last_cycle": last.when})
    if last.error:
        yield Reason("failed", f"in the last cycle: {last.error}", (f"see {sight.settings.pool.log}",))
