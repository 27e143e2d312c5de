"""simulate: what policies would have done with the jobs of a trace."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from condor_elastic.cli.show import Table, cell, json_option, say_json, show, waiting
from condor_elastic.cli.simulation import Simulation, simulation_options

SHOWN = {
    "utilisation": ">UTILISATION", "mean_wait_s": ">MEAN WAIT S", "p95_wait_s": ">P95 WAIT S", "launches": ">LAUNCHES",
    "vm_hours": ">VM HOURS", "evictions": ">EVICTIONS", "unstarted": ">UNSTARTED", "cost": ">COST",
}  # fmt: skip


@click.command()
@simulation_options
@json_option
def simulate(as_json: bool, **options: Any) -> int:  # noqa: FBT001  a flag of click's
    """Run policies over a trace or a made workload, and compare what comes of it.

    Ours is the very thought of the cycle, with the knobs of a file; the others are formulas that other systems have
    published (docs/simulate.md).  The same seed gives the same run.
    """
    from condor_elastic.simulate.compare import compare, medians

    asked = Simulation(**options)
    source = asked.source()
    world = asked.world(source)
    found: dict[str, list[Any]] = {name: [] for name in asked.names}
    with waiting("simulating"):
        for name, _, judged in compare(world, found, source.jobs, range(asked.seeds)):
            found[name].append(judged)
    made = {name: asdict(medians(scores)) for name, scores in found.items()}
    if as_json:
        say_json({"rows": [{"policy": name, **row} for name, row in made.items()]})
    else:
        rows = [[name, *(cell(row[key]) for key in SHOWN)] for name, row in made.items()]
        show(Table(("POLICY", *SHOWN.values()), rows))
    return 0
