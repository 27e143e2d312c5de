"""retire, unretire, terminate, pin: what is done to single VMs by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from condor_elastic.cli.show import json_option, say_json, waiting

vm_argument = click.argument("vm", nargs=-1, required=True, metavar="VM...")
BY_NAME = "VM is its ElasticVM, its VM job as CLUSTER.PROC, its instance, or the name of its startd."


@click.command(epilog=BY_NAME)
@vm_argument
@json_option
def retire(vm: Sequence[str], as_json: bool) -> int:  # noqa: FBT001  a flag of click's
    """Let a worker take no further job and leave when it is empty, whatever waits for it."""
    from condor_elastic.byhand import retire as act

    with waiting("telling the startd"):
        done = act(vm)
    return _told(done, as_json=as_json)


@click.command(epilog=BY_NAME)
@vm_argument
@json_option
def unretire(vm: Sequence[str], as_json: bool) -> int:  # noqa: FBT001  as above
    """Take a worker that retires back into service."""
    from condor_elastic.byhand import unretire as act

    with waiting("telling the startd"):
        done = act(vm)
    return _told(done, as_json=as_json)


@click.command(epilog=BY_NAME)
@vm_argument
@click.option("--yes", is_flag=True, help="Also where jobs run; they go back to their queues.")
@json_option
def terminate(vm: Sequence[str], yes: bool, as_json: bool) -> int:  # noqa: FBT001  as above
    """End VMs at once: remove their VM jobs, by which their instances are ended."""
    from condor_elastic.byhand import terminate as act

    with waiting("asking which jobs run there"):
        done = act(vm, yes=yes)
    return _told(done, as_json=as_json)


@click.command(epilog=BY_NAME)
@vm_argument
@click.option("--off", is_flag=True, help="Let it go again as any other.")
@json_option
def pin(vm: Sequence[str], off: bool, as_json: bool) -> int:  # noqa: FBT001  as above
    """Keep a worker: it is neither retired nor removed, whatever a cap says."""
    from condor_elastic.byhand import pin as act

    return _told(act(vm, on=not off), as_json=as_json)


def _told(done: Sequence[Any], *, as_json: bool) -> int:
    if as_json:
        say_json({"vms": [asdict(one) for one in done]})
    else:
        for one in done:
            print(one.said)
    return 0
