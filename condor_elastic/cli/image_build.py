"""image build: make an image of a definition, as boxgrinder-build did."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from platform import machine
from typing import TYPE_CHECKING, Any

import click

from condor_elastic.cli import image as reading

if TYPE_CHECKING:
    from condor_elastic.appliance import Reading, Settings
    from condor_elastic.builder import Order

OURS = ("packages", "mirror")
"""Keys of --os-config that only a build knows: a directory of packages, and an address of the system's archive."""


@click.command()
@click.argument("file", metavar="FILE")
@reading.options(*reading.READING, *reading.PLUGINS)
@click.option("-f", "--force", is_flag=True, help="Remove what an earlier build has made of this appliance.")
@click.option("--recipe", default="", metavar="DIR", help="Write what mkosi would build to a new directory, and stop.")
def build(file: str, force: bool, recipe: str, **words: Any) -> int:  # noqa: FBT001  a flag of click's
    """Build an image: the system's disk, then what the platform takes, below build/appliances."""
    from condor_elastic.appliance import BadAppliance, read_settings
    from condor_elastic.builder import BuildFailed, Mkosi
    from condor_elastic.builder import build as build_image

    say = teller(time.monotonic())
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is half made is cleared away as after Ctrl-C
    try:
        settings = read_settings(os.environ)
        order = ordered(file, settings, words)
        builder = Mkosi(say, settings.dir.get("tmp", ""))
        if recipe:
            return write_down(builder, order, Path(recipe))
        top = Path(settings.dir.get("root", ""), settings.dir.get("build", "build")).absolute()
        made = build_image(builder, order, top, say, force=force or settings.force)
    except BadAppliance as error:
        return reading.refused(error, as_json=False)
    except BuildFailed as error:
        reading.tell([error], ())
        return 1
    for each in made:
        print(each.disk)
    method = words["delivery"] or settings.delivery
    return deliver(file, method, order.platform, words) if method not in ("", "none") else 0


def ordered(file: str, settings: Settings, words: dict[str, Any]) -> Order:
    """Read a definition and say what is to be built; warnings are told.  Raises BadAppliance."""
    from condor_elastic.appliance import BadAppliance, Fault

    said, own = apart(words["os_config"])
    platform = words["platform"] or settings.platform
    platform = "" if platform == "none" else platform
    # What a delivery needs, image deliver says.
    other = {"os_config": said, "platform": platform}
    found, told = reading.read_as(file, {**words, **other})
    remarks = [*found.faults, *found.warnings, *told]
    reading.tell((), (each for each in remarks if not isinstance(each, Fault)))
    faults = [each for each in remarks if isinstance(each, Fault)]
    if faults:
        raise BadAppliance(faults)
    return order_of(found, platform, words["arch"] or machine(), own)


def order_of(found: Reading, platform: str, arch: str, own: dict[str, str]) -> Order:
    """Put together what is to be built; raises BadAppliance where --os-config packages: is no directory."""
    from condor_elastic.appliance import BadAppliance, Fault
    from condor_elastic.builder import Order

    assert found.system is not None  # noqa: S101  there would be a fault
    local = Path(own["packages"]).absolute() if "packages" in own else None
    if local and not local.is_dir():
        raise BadAppliance([Fault(None, f"--os-config packages:{own['packages']} is no directory of packages")])
    return Order(found.appliance, found.system, arch, found.files, platform, local, own.get("mirror", ""))


def apart(entries: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Take out of --os-config what only a build knows."""
    parts = [part for entry in entries for part in entry.split(",")]
    own = {key: value for key, colon, value in (part.partition(":") for part in parts) if key in OURS and colon}
    return [part for part in parts if part.partition(":")[0] not in OURS], own


def write_down(builder: Any, order: Order, directory: Path) -> int:
    """Write the recipe for the platform; mkosi itself takes it from there."""
    from condor_elastic.builder import BuildFailed, write

    if directory.exists():
        raise BuildFailed(f"--recipe {directory}: it is there already; a new directory would be right")
    recipe = builder.recipe(order)
    directory.mkdir(parents=True)
    for remark in recipe.remarks:
        print(remark, file=sys.stderr)
    write(recipe, directory)
    print(directory)
    return 0


def deliver(file: str, method: str, platform: str, words: dict[str, Any]) -> int:
    """Hand what was built to image deliver, with the same words."""
    command = reading.image.commands.get("deliver")
    if command is None:
        reading.tell([f"-d {method}: nothing here delivers images"], ())
        return 1
    said, _ = apart(words["os_config"])
    given = [("--arch", words["arch"]), ("--root", words["root"]), ("--platform", platform)]
    more = [("--os-config", said), ("--env", words["env"]), ("--delivery-config", words["delivery_config"])]
    given += [(option, value) for option, values in more for value in values]
    options = [word for option, value in given if value for word in (option, value)]
    return int(command.main([file, "--delivery", method, *options], standalone_mode=False) or 0)


def teller(start: float) -> Callable[[str], None]:
    """Make what tells the steps, each with the seconds since the start, on stderr."""

    def say(words: str) -> None:
        print(f"[{time.monotonic() - start:4.0f} s] {words}", file=sys.stderr, flush=True)

    return say
