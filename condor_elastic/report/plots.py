"""The plots of a report by their names, each with what it shows, or why it is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from condor_elastic.report.charts.clock import Clock
from condor_elastic.report.charts.cost import cost, in_money
from condor_elastic.report.charts.decisions import decisions
from condor_elastic.report.charts.look import CONFIG, Drawn
from condor_elastic.report.charts.pareto import pareto
from condor_elastic.report.charts.policies import policies
from condor_elastic.report.charts.supply import supply
from condor_elastic.report.charts.waits import waits
from condor_elastic.report.story import Told

ALONE = "There is one policy: nothing to compare. A simulation of several has it (--policy, more than once)."
LIVE = "A record is of one policy; a simulation of several has it (condor_elastic report --policy, more than once)."
LATER = 0.25


@dataclass(frozen=True)
class Plot:
    """A plot: its name, its title, a sentence on what is seen, and its Vega-Lite; no spec where there is nothing."""

    name: str
    title: str
    says: str
    spec: dict[str, Any] | None


def plots(told: Told) -> list[Plot]:
    """Draw all that a report has, in the order in which it is read."""
    clock = Clock(min(one.begin for one in told.stories), end(told), told.live)
    return [_supply(told, clock), _cost(told, clock), _waits(told), _decisions(told, clock), *_compared(told)]


def end(told: Told) -> int:
    """Give until when is drawn: of a simulation not what stays idle for longer than LATER of its time with jobs."""
    last = max(story.end for story in told.stories)
    worked = max((one.now for story in told.stories for one in story.moments
                  if any(one.used.values()) or any(one.waiting.values())), default=last)  # fmt: skip
    begin = min(story.begin for story in told.stories)
    return last if told.live else min(last, worked + round(LATER * (worked - begin)))


def _supply(told: Told, clock: Clock) -> Plot:
    drawn = supply(told, clock)
    says = ("Cores of VMs by the phase of their workers, one above the other; a worker is busy with one job or "
            "more. The black line is demand, the cores that jobs use on them or wait for.")  # fmt: skip
    if any(len(story.fleets) > 1 for story in told.stories):
        says += " A job that may run on several fleets waits at each of them."
    if drawn is None:
        return Plot("supply", "Demand and supply", "There never was a VM, nor a job that waited for one.", None)
    last = max(story.end for story in told.stories)
    if clock.end < last:
        says += f" VMs that stay for long without jobs, until {clock.say(last)}, are in the figures, not drawn here."
    return Plot("supply", "Demand and supply", says + drawn[1], _spec(drawn[0]))


def _cost(told: Told, clock: Clock) -> Plot:
    drawn = cost(told, clock)
    if drawn is None:
        return Plot("cost", "Cost", "No VM has run.", None)
    whole = "All that VMs were billed for" if not told.live else "What VMs were billed for since the first cycle here"
    unit = ", in the money of PRICE." if in_money(told) else ", in hours of VMs: no fleet has a PRICE."
    return Plot("cost", "Cost so far", whole + unit, _spec(drawn))


def _waits(told: Told) -> Plot:
    drawn = waits(told)
    if drawn is not None:
        says = "The part of all jobs that had started so long after they were submitted; further left and up is better."
        return Plot("waits", "Waits", says, _spec(drawn))
    why = ("A record holds what cycles saw: how many jobs waited, not when each was submitted and started. "
           "condor_history tells that (QDate, JobStartDate).") if told.live else "No job has started."  # fmt: skip
    return Plot("waits", "Waits", why, None)


def _decisions(told: Told, clock: Clock) -> Plot:
    drawn = decisions(told, clock)
    if drawn is None:
        return Plot("decisions", "Decisions", "Nothing was decided.", None)
    says = ("What cycles did; a larger point is more VMs or pilots. The mouse on a point shows the verdict: why. A "
            "cycle that did nothing has a point when its verdict says something new.")  # fmt: skip
    return Plot("decisions", "Decisions and verdicts", says, _spec(drawn))


def _compared(told: Told) -> list[Plot]:
    none = LIVE if told.live else ALONE
    seeds = f", medians of {told.seeds} runs" if told.seeds > 1 else ""
    both: list[tuple[str, str, str, Callable[[Told], Drawn | None]]] = [
        ("policies", "Policies side by side", f"Figures as in the table{seeds}.", policies),
        ("pareto", "Hours against waits", "Down and to the left is better; no policy beats those on the dashed line in "
         f"both{seeds}.", pareto),
    ]  # fmt: skip
    made = [(name, title, says, draw(told)) for name, title, says, draw in both]
    return [Plot(name, title, none if drawn is None else says, None if drawn is None else _spec(drawn))
            for name, title, says, drawn in made]  # fmt: skip


def _spec(drawn: Drawn) -> dict[str, Any]:
    """Give the Vega-Lite of a chart; which version draws it is the converter's choice, on the page as in the PNG."""
    spec: dict[str, Any] = drawn.to_dict()
    spec.pop("$schema", None)
    return {**spec, "config": CONFIG, "padding": 8}
