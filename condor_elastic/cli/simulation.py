"""What simulate and report have in common: the options of a simulation, and the world that they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from os.path import basename
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from condor_elastic.simulate.compare import World
    from condor_elastic.simulate.source import Source

POLICIES = (
    "ours", "apf", "apf-keep", "elastiq", "cloudscheduler", "glideinwms", "harvester", "google", "gcpm", "cobald",
    "annex", "bound",
)  # fmt: skip
WORKLOADS = ("poisson", "daily", "square", "burst", "trickle", "wobble", "hopeless", "mixed")
DAILY = "daily"
Command = TypeVar("Command", bound=Callable[..., Any])
option = click.option


def spans(_ctx: click.Context, _param: click.Parameter, said: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Read times of a simulation, each FROM-TO in seconds from its start; raises click.BadParameter."""
    made = []
    for each in said:
        begin, _, end = each.partition("-")
        if not (begin.isdecimal() and end.isdecimal() and int(begin) < int(end)):
            right = "FROM-TO in seconds from the start: 3600-7200 is the second hour"
            raise click.BadParameter(f"{each} is not {right}")
        made.append((int(begin), int(end)))
    return tuple(made)


OPTIONS = (
    option("--trace", type=click.Path(exists=True, dir_okay=False), help="Jobs in SWF, packed by gzip or not."),
    option("--history", is_flag=False, flag_value="", metavar="[FILE]",
           help="What condor_history -json printed, - for stdin; without FILE the local schedd is asked."),
    option("--recorded", type=click.Path(exists=True), help="Recorded cycles (ELASTIC_RECORD): directory or file."),
    option("--workload", type=click.Choice(WORKLOADS), default=DAILY, show_default=True, help="Made jobs."),
    option("--days", type=float, default=2.0, show_default=True, help="Length of a workload that is made."),
    option("--knobs", type=click.Path(exists=True, dir_okay=False), help="Knobs; without, one 8-core fleet."),
    option("--policy", "policies", type=click.Choice(POLICIES), multiple=True, help="Ours, a peer's, the bound."),
    option("--seeds", type=click.IntRange(1), default=1, show_default=True, help="So many runs; medians are shown."),
    option("--boot", type=click.IntRange(0), default=180, show_default=True, help="Seconds a VM boots, the median."),
    option("--spread", type=click.FloatRange(0), default=0.0, help="Sigma of the log-normal distribution of boots."),
    option("--failures", type=click.FloatRange(0, 1), default=0.0, help="Part of the VMs that never join."),
    option("--reclaim", type=click.IntRange(0), default=0, help="Mean seconds till a VM is taken back; 0: never."),
    option("--drought", "droughts", callback=spans, multiple=True, metavar="S-S", help="When no VM is to be had."),
    option("--blind", callback=spans, multiple=True, metavar="S-S", help="When the collector does not answer."),
    option("--quantum", type=click.IntRange(1), default=1, help="Seconds that are billed at least, and in steps of."),
    option("--negotiator", type=click.IntRange(0), default=0, help="Seconds between negotiations; 0: at once."),
    option("--period", type=click.IntRange(1), default=60, show_default=True, help="Seconds between cycles."),
)  # fmt: skip


@dataclass(frozen=True)
class Simulation:
    """What the options say, under their names."""

    trace: str | None
    history: str | None
    recorded: str | None
    workload: str
    days: float
    knobs: str | None
    policies: Sequence[str]
    seeds: int
    boot: int
    spread: float
    failures: float
    reclaim: int
    droughts: tuple[tuple[int, int], ...]
    blind: tuple[tuple[int, int], ...]
    quantum: int
    negotiator: int
    period: int

    @property
    def names(self) -> Sequence[str]:
        """Give the policies that are to run, each once."""
        return tuple(dict.fromkeys(self.policies)) or ("ours",)

    @property
    def jobs_are(self) -> str:
        """Say in words what the jobs are."""
        if self.trace:
            return f"trace {basename(self.trace)}"
        if self.history is not None:
            return f"history {basename(self.history)}" if self.history else "the schedd's history"
        if self.recorded:
            return "jobs of recorded cycles"
        return f"workload {self.workload}, {self.days:g} {'day' if self.days == 1 else 'days'}"

    def world(self, source: Source) -> World:
        """Make the world, with the knobs that came with the jobs unless others are named; raises BadKnobs."""
        from condor_elastic.knobs.expressions import evaluate
        from condor_elastic.simulate.cloud import Cloud
        from condor_elastic.simulate.compare import World
        from condor_elastic.simulate.course import Course
        from condor_elastic.simulate.standard import pool_of

        cloud = Cloud(boot=self.boot, spread=self.spread, failures=self.failures, reclaim=self.reclaim,
                      droughts=self.droughts, quantum=self.quantum)  # fmt: skip
        settings = source.settings if source.settings and not self.knobs else pool_of(self.knobs)
        course = Course(period=self.period, negotiator=self.negotiator, blind=self.blind)
        return World(settings, cloud, course, evaluate)

    def source(self) -> Source:
        """Give where the jobs come from."""
        from condor_elastic.simulate.source import generated, given
        from condor_elastic.simulate.swf import BadTrace

        try:
            read = given(self.trace, self.history, self.recorded)
        except (BadTrace, OSError) as error:
            raise click.ClickException(str(error)) from None
        return read or generated(self.workload, round(self.days * 86400))


NAMES = tuple(field.name for field in fields(Simulation))


def simulation_options(command: Command) -> Command:
    """Give a command the options of a simulation, in their order."""
    for add in reversed(OPTIONS):
        command = add(command)
    return command
