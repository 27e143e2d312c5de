"""Write what a sweep, or a look at prices, found into its own job's ad: the queue is the only memory there is."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.model import Audit, PriceAnswer

LINES = 50
"""Lines of a sweep that its ad keeps."""


def report(job: str, audit: Audit, said: list[str], now: int) -> None:
    """Set the attributes of the sweep's job; the owner of a job may."""
    import htcondor2

    orphans = " ".join(f"{name or '?'}={number}" for name, number in sorted(audit.orphans.items()))
    found = {
        "ElasticOrphans": _literal(orphans),
        "ElasticAlarm": _literal(". ".join(audit.alarms)),
        "ElasticSaid": "{" + ", ".join(_literal(line) for line in said[:LINES]) + "}",
        "ElasticSwept": str(now),
    }
    schedd = htcondor2.Schedd()
    for name, value in found.items():
        schedd.edit([job], name, value)


def report_prices(job: str, answers: Iterable[PriceAnswer], now: int) -> None:
    """Set the attributes of a look at the spot prices, the time last: without it, nothing was found."""
    import htcondor2

    said = [f"{one.fleet} {one.key} {one.why if one.price is None else repr(one.price)}" for one in answers]
    schedd = htcondor2.Schedd()
    schedd.edit([job], "ElasticPrices", "{" + ", ".join(_literal(line) for line in said) + "}")
    schedd.edit([job], "ElasticLooked", str(now))


def note_on(job: str, name: str, value: int) -> None:
    """Set a number in a VM job's ad; the owner of a job may."""
    import htcondor2

    htcondor2.Schedd().edit([job], name, str(value))


def _literal(text: str) -> str:
    safe = " ".join(text.split())[:1000].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
