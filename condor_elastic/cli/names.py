"""names: what a shell completes with, one name on a line; no trouble of the pool's is the shell's."""

from __future__ import annotations

from contextlib import suppress

import click

QUICK = "2"
"""Seconds that a daemon has to answer: somebody has pressed a key."""


@click.command(hidden=True)
@click.argument("kind", type=click.Choice(["vms", "fleets", "queues"]), metavar="KIND")
def names(kind: str) -> int:
    """List the names that may stand on a command line."""
    with suppress(Exception):
        print("\n".join(_vms() if kind == "vms" else _listed("FLEET" if kind == "fleets" else "PILOT")))
    return 0


def _vms() -> list[str]:
    import htcondor2

    for timeout in ("Q_QUERY_TIMEOUT", "SEC_TCP_SESSION_TIMEOUT"):
        htcondor2.param[timeout] = QUICK
    mine = f'ElasticVM isnt undefined && ElasticPool =?= "{htcondor2.param.get("ELASTIC_POOL")}"'
    return sorted(str(ad["ElasticVM"]) for ad in htcondor2.Schedd().query(mine, ["ElasticVM"]))


def _listed(kind: str) -> list[str]:
    import htcondor2

    return str(htcondor2.param.get(f"ELASTIC_{kind}_NAMES") or "").replace(",", " ").split()
