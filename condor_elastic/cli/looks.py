"""status, plan, history: look, and change nothing."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import click

from condor_elastic.cli.show import Table, cell, json_option, lasting, say, say_json, show, waiting
from condor_elastic.cli.tables import tables, told


@click.command()
@click.option("--fleet", default="", metavar="FLEET", help="Only this fleet and its workers.")
@json_option
def status(fleet: str, as_json: bool) -> int:  # noqa: FBT001  a flag of click's
    """Show pilot queues, fleets, workers and money, as the last cycle has published them."""
    from condor_elastic.status import read_status

    with waiting("asking the collector"):
        seen = read_status(fleet)
    if as_json:
        say_json(seen)
        return 0
    for line, style in told(seen["pool"]):
        say(line, style)
    for table in tables(seen):
        print()
        show(table)
    return 0


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Also what each policy made of the number.")
@json_option
def plan(verbose: bool, as_json: bool) -> int:  # noqa: FBT001  as above
    """Say what the next cycle would do and why, and do nothing."""
    from condor_elastic import cycle

    with waiting("looking at everything, as a cycle does"):
        plans, remarks = cycle.rehearse()
    if as_json:
        say_json({"plans": [_plan(one) for one in plans], "remarks": list(remarks)})
        return 0
    for one in plans:
        say(f"{one.kind} {one.name}: {one.verdict}", "bold")
        if verbose:
            for step in one.trail:
                why = f", because {step.why}" if step.why else ""
                print(f"  {step.policy}: {step.before} -> {step.after}{why}")
        for action in one.actions:
            print(f"  {action}")
    for remark in remarks:
        print(remark)
    return 0


def _plan(one: Any) -> dict[str, Any]:
    keys = ("kind", "name", "verdict", "wanted", "room", "alarm", "breaker")
    steps = [asdict(step) for step in one.trail]
    return {**{key: getattr(one, key) for key in keys}, "actions": [_action(each) for each in one.actions],
            "steps": steps}  # fmt: skip


def _action(action: Any) -> dict[str, Any]:
    vm = getattr(action, "vm", None) or getattr(getattr(action, "worker", None), "vm", None)
    return {
        "action": type(action).__name__,
        "count": getattr(action, "count", len(getattr(action, "ids", ".")) or 1),
        "vm": vm.vm if vm else None,
        "why": getattr(action, "why", None),
        "said": str(action),
    }


@click.command()
@click.option("-n", "most", default=20, type=click.IntRange(1), metavar="NUMBER", help="So many (20), newest first.")
@click.option("--fleet", default="", metavar="FLEET", help="Only those of this fleet.")
@json_option
def history(most: int, fleet: str, as_json: bool) -> int:  # noqa: FBT001  as above
    """List VMs that have ended: fleet, when, hours, jobs, cost, and why."""
    from condor_elastic.history import read_history

    with waiting("reading the schedd's history"):
        found = read_history(most, fleet)
    if as_json:
        say_json({"vms": [asdict(one) for one in found]})
        return 0
    if not found:
        print("No VM has ended.")
        return 0
    lines = [
        [one.vm, one.fleet, _when(one.ended), f"{one.hours:.2f}", str(one.jobs), cell(one.cost), one.why]
        for one in found
    ]
    show(Table(("VM", "FLEET", "ENDED", ">HOURS", ">JOBS", ">COST", "WHY"), lines))
    total = sum(one.cost for one in found if one.cost is not None)
    cost = f", cost {total:.2f}" if total else ""
    print(f"\n{len(found)} ended, {lasting(sum(one.hours for one in found) * 3600)}{cost}")
    return 0


def _when(seconds: int | None) -> str:
    return "-" if seconds is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
