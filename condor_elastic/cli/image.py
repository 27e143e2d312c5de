"""image: the images of workers, from definitions that BoxGrinder could read."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from platform import machine
from typing import TYPE_CHECKING, Any, TypeVar

import click

from condor_elastic.cli import show as screen
from condor_elastic.decide.words import count

if TYPE_CHECKING:
    from condor_elastic.appliance import BadAppliance, Fault, Reading, Warn

Command = TypeVar("Command", bound=Callable[..., Any])


READING = (
    click.option("--os-config", multiple=True, metavar="KEY:VALUE,...",
                 help="Build another system than the definition says: name:NAME,version:VERSION."),
    click.option("--env", multiple=True, metavar="NAME",
                 help="Take #NAME# from the environment where no variable has this name."),
    click.option("--arch", default="", metavar="ARCH", help="The machine that #ARCH# means (this one's, as uname -m)."),
    click.option("--root", default="/", metavar="DIR", help="Look up absolute paths of files below this directory."),
)  # fmt: skip
PLUGINS = (
    click.option("-p", "--platform", default="", metavar="TYPE", help="Where the image is to run: ec2, openstack, ..."),
    click.option("-d", "--delivery", default="", metavar="METHOD", help="How it is delivered: ami, local, ..."),
    click.option("--platform-config", multiple=True, metavar="KEY:VALUE,...", help="Settings of the platform."),
    click.option("--delivery-config", multiple=True, metavar="KEY:VALUE,...", help="Settings of the delivery."),
)


def options(*them: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Give a command these options, in this order."""

    def give(command: Command) -> Command:
        for option in reversed(them):
            command = option(command)
        return command

    return give


@click.group()
def image() -> None:
    """Read the definitions of workers' images (BoxGrinder's .appl)."""


@image.command()
@click.argument("file", metavar="FILE")
@options(*READING)
@screen.json_option
def show(file: str, as_json: bool, **words: Any) -> int:  # noqa: FBT001  a flag of click's
    """Show an appliance merged with all it inherits, and which file each value comes from."""
    from condor_elastic.appliance import BadAppliance
    from condor_elastic.appliance.describe import TITLES, document, headline, rows

    try:
        reading, _ = read_as(file, words)
    except BadAppliance as error:
        return refused(error, as_json=as_json)
    if as_json:
        screen.say_json(document(reading))
        return 0
    first, *more = headline(reading)
    screen.say(first, "bold")
    print(*more, "", sep="\n")
    screen.show(screen.Table(TITLES, rows(reading)))
    tell(reading.faults, reading.warnings)
    return 0


def read_as(file: str, words: dict[str, Any]) -> tuple[Reading, list[Fault | Warn]]:
    """Read a definition as the options and BoxGrinder's configuration file want it.

    Gives it, and what is to be said of the options themselves; raises BadAppliance.
    """
    from condor_elastic.appliance import Asked, Given, build_options, read, read_settings

    names = ("platform", "os_config", "platform_config")
    settings = read_settings(os.environ)
    told = build_options(settings, Given(**{name: words[name] for name in names if name in words}))
    asked = Asked(told.os, words["env"], words["arch"] or machine(), words["root"])
    return read(file, asked, os.environ), [*told.remarks(), *settings.warnings]


def made_of(reading: Reading) -> str:
    """Say name, system and number of files."""
    system = f"{reading.system.name} {reading.system.version}" if reading.system else "no system"
    return f"{reading.appliance.name.value} ({system}, {count(len(reading.appliance.chain), 'file')})"


def tell(errors: Iterable[object], warnings: Iterable[object]) -> None:
    """Print a line for each, on stderr."""
    for kind, them in (("error", errors), ("warning", warnings)):
        for each in them:
            print(f"{kind}: {each}", file=sys.stderr)


def refused(error: BadAppliance, *, as_json: bool) -> int:
    """Say why nothing can be shown; gives the exit status."""
    if as_json:
        screen.say_json({"ok": False, "name": None, "errors": [str(each) for each in error.faults], "warnings": []})
    else:
        tell(error.faults, ())
    return 1
