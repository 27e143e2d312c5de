"""explain: why a job waits, a VM is as it is, a fleet does what it does."""

from __future__ import annotations

import click

from condor_elastic.cli.show import json_option, waiting

ASKED = {
    "job": ("ID", "Say why a job runs, or why it waits; ID is CLUSTER.PROC."),
    "vm": ("VM", "Say what becomes of a VM, and why."),
    "fleet": ("FLEET", "Say why a fleet grows, shrinks or does nothing."),
}


@click.group()
def explain() -> None:
    """Say why a job, a VM or a fleet is as it is."""


def _about(kind: str, metavar: str, means: str) -> click.Command:
    @click.command(kind, help=means)
    @click.argument("ident", metavar=metavar)
    @json_option
    def about(ident: str, as_json: bool) -> int:  # noqa: FBT001  a flag of click's
        from condor_elastic.explain import explain as tell

        with waiting("looking at everything, as a cycle does"):
            return tell(kind, ident, as_json)

    return about


for kind, (metavar, means) in ASKED.items():
    explain.add_command(_about(kind, metavar, means))
