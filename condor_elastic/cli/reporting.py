"""report: what a pool or a simulation did and why, as one page with plots, and as PNGs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from condor_elastic.cli.show import json_option, say_json, waiting
from condor_elastic.cli.simulation import NAMES, Simulation, simulation_options

if TYPE_CHECKING:
    from condor_elastic.report.story import Told

PLOTS = ("supply", "cost", "waits", "decisions", "policies", "pareto")
ASKED = "condor_elastic.asked"


class Asked(click.Command):
    """Remembers which options stand on the line: click tells that since 8, and EL9 has 7."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse them, twice."""
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[ASKED] = [name for name in NAMES if name in given]
        return super().parse_args(ctx, args)


@click.command(cls=Asked)
@click.option("--out", required=True, type=click.Path(file_okay=False), metavar="DIR", help="Where to; it is made.")
@click.option("--png", "only", type=click.Choice(PLOTS), multiple=True, help="Only these plots as PNG; without, all.")
@click.option("--cycles", type=click.Path(exists=True, file_okay=False), metavar="DIR",
              help="What cycles have recorded; without, that of this pool (ELASTIC_RECORD_DIRECTORY).")  # fmt: skip
@click.option("--since", default="", metavar="TIME", help="Of a record: from when, UTC, or the last 90m, 6h, 2d, 1w.")
@simulation_options
@json_option
def report(
    out: str, only: Sequence[str], cycles: str | None, since: str, as_json: bool,  # noqa: FBT001
    **options: Any,
) -> int:  # fmt: skip
    """Write one page with plots, and PNGs, of what this pool has recorded; with options of simulate, of a simulation.

    Demand, supply by phase, cost, waits, decisions with their verdicts, policies side by side (docs/report.md).
    """
    from condor_elastic.report.write import can_plot, write

    context = click.get_current_context()
    asked = context.meta[ASKED]
    if asked and (cycles or since):
        kind = "--cycles" if cycles else "--since"
        option = next(one.opts[0] for one in context.command.params if one.name == asked[0])
        raise click.UsageError(f"{kind} is of a record, {option} of a simulation: one of both")
    can_plot()
    with waiting("simulating" if asked else "reading what cycles have recorded"):
        told = _simulated(Simulation(**options)) if asked else _recorded(cycles, since)
    with waiting("drawing"):
        files, left_out = write(told, out, only)
    if as_json:
        say_json({"files": files, "left_out": [{"plot": name, "why": why} for name, why in left_out]})
        return 0
    print("\n".join(files))
    for name, why in left_out:
        print(f"no plot {name}: {why}")
    return 0


def _simulated(asked: Simulation) -> Told:
    from condor_elastic.report.simulated import simulated

    source = asked.source()
    return simulated(asked.world(source), asked.names, source.jobs, range(asked.seeds), asked.jobs_are)


def _recorded(directory: str | None, since: str) -> Told:
    from condor_elastic.report.recorded import recorded

    if directory is None:
        import htcondor2

        from condor_elastic.knobs import GlobalKnobs

        directory = str(htcondor2.param.get("ELASTIC_RECORD_DIRECTORY") or GlobalKnobs.record_directory)
    return recorded(directory, since)
