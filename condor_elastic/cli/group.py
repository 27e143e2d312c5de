"""All commands under their names; each imports what it needs when it runs, and no more."""

from __future__ import annotations

import click

from condor_elastic import __version__
from condor_elastic.cli import (
    explaining,
    files,
    house,
    image,
    image_build,
    image_check,
    image_deliver,
    looks,
    names,
    queues,
    reporting,
    simulating,
    vms,
)  # fmt: skip


class InOrder(click.Group):
    """Lists its commands in the order of use, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click asks for it
        """Give the names."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"max_content_width": 110})
@click.version_option(version=__version__, prog_name="condor_elastic", message="%(prog)s %(version)s")
def condor_elastic() -> None:
    """Grow an HTCondor pool into clouds, and see and steer what it does."""


COMMANDS = (
    looks.status, looks.plan, explaining.explain, looks.history,
    vms.retire, vms.unretire, vms.terminate, vms.pin,
    *queues.ORDERS,
    files.check, files.replay, files.import_apf, simulating.simulate, reporting.report,
    image.image,
    house.setup, house.cycle, house.sweep, house.prices,
    names.names,
)  # fmt: skip
for command in COMMANDS:
    condor_elastic.add_command(command)
for command in (image_check.check, image_build.build, image_deliver.deliver, image_deliver.prune):
    image.image.add_command(command)
