"""What the schedd's ad and those of queues and fleets have in common: money, and jobs that wait."""

from __future__ import annotations

from condor_elastic.decide.money import Accounts
from condor_elastic.model import Snapshot, Unknown
from condor_elastic.publish.form import Ad


def money(books: Accounts | None, fleet: str = "") -> Ad:
    """Say what a fleet, or all of them, costs: nothing where no price is set, no sum where the history is not known."""
    if books is None:
        return {}
    spent = books.of(fleet) if fleet else books.total
    return {
        "Rate": round(spent.rate, 6),
        "CostToday": None if books.unknown else round(spent.today, 6),
        "CostMonth": None if books.unknown else round(spent.month, 6),
    }


def jobs_idle(seen: Snapshot, fleet: str = "") -> int | None:
    """Count the idle jobs that a fleet, or anything, could run; None while they are not known."""
    if isinstance(seen.idle, Unknown):
        return None
    return sum(group.count for group in seen.idle if not fleet or fleet in group.fleets)
