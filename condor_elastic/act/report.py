"""Write what a sweep found into its own job's ad: the queue is the only memory there is."""

from __future__ import annotations

from condor_elastic.model import Audit

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


def note_on(job: str, name: str, value: int) -> None:
    """Set a number in a VM job's ad; the owner of a job may."""
    import htcondor2

    htcondor2.Schedd().edit([job], name, str(value))


def _literal(text: str) -> str:
    safe = " ".join(text.split())[:1000].replace("\\", "\\\\").replace('"', '\\"')
    return f'"{safe}"'
