"""The steps of a build, in BoxGrinder's directories: the system's disk, then what the platform takes.

build/appliances/<arch>/<os>/<version>/<name>/<version>.<release>/<plugin>-plugin/
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from condor_elastic import __version__
from condor_elastic.builder.forms import FORMS
from condor_elastic.builder.mkosi import LOG
from condor_elastic.builder.parts import Builder, BuildFailed, Order, Recipe, Say
from condor_elastic.builder.recipe import key
from condor_elastic.builder.tools import locked, remove

RAW = "sda.raw"


@dataclass(frozen=True)
class Built:
    """What a step has made, or found: its disk, and the file beside it that tells of what it was made."""

    disk: Path
    about: Path


def build(builder: Builder, order: Order, top: Path, say: Say, *, force: bool = False) -> list[Built]:
    """Make what is not there yet of the system's step and the platform's, if there is one; force makes all anew.

    Raises BuildFailed.  A step's directory appears when all is in it.
    """
    if order.platform and order.platform not in FORMS:
        raise BuildFailed(f"the platform {order.platform} is unknown; known: {', '.join(FORMS)}")
    place = _place(order, top)
    if force:
        say(f"removing {place}")
        remove(place)
    place.mkdir(parents=True, exist_ok=True)
    base = replace(order, platform="")
    recipes = [builder.recipe(each) for each in ((base, order) if order.platform else (base,))]
    for remark in dict.fromkeys(remark for recipe in recipes for remark in recipe.remarks):
        say(remark)
    steps = [_step(place, order.system.name, base, recipes[0], say, _disk(builder, recipes[0], base, say))]
    if order.platform:
        make = _converted(builder, recipes, order, steps[0].disk, say)
        steps.append(_step(place, order.platform, order, recipes[1], say, make))
    return steps


def _place(order: Order, top: Path) -> Path:
    return top / "appliances" / order.arch / order.system.name / order.system.version / order.name / order.version


def _step(place: Path, plugin: str, order: Order, recipe: Recipe, say: Say, make: Callable[[Path], None]) -> Built:
    directory, new = place / f"{plugin}-plugin", place / f"{plugin}-plugin.new"
    ending = FORMS[order.platform].ending if order.platform else ""
    disk = directory / (f"{order.name}.{ending}" if ending else f"{order.name}-{RAW}")
    about, wanted = directory / f"{order.name}.json", key(recipe)
    with locked(directory):
        if disk.exists() and about.exists():
            other = json.loads(about.read_text()).get("recipe") != wanted
            say(f"{disk} exists, skipped{'; IT IS OF ANOTHER DEFINITION than now: -f builds anew' if other else ''}")
            return Built(disk, about)
        remove(new)
        remove(directory)
        new.mkdir()
        make(new)
        (new / about.name).write_text(json.dumps(_about(order, new / disk.name, wanted), indent=2) + "\n")
        new.rename(directory)
    say(f"made {disk}: {_size(disk)}")
    return Built(disk, about)


def _disk(builder: Builder, recipe: Recipe, order: Order, say: Say) -> Callable[[Path], None]:
    def make(directory: Path) -> None:
        builder.make(recipe, order, directory, say)

    return make


def _converted(
    builder: Builder, recipes: list[Recipe], order: Order, disk: Path, say: Say
) -> Callable[[Path], None]:
    """Convert the system's disk; or a disk of the platform's own, where its kernel or post commands make another."""
    form = FORMS[order.platform]

    def make(directory: Path) -> None:
        raw, same = disk, recipes[0] == recipes[1]
        if not same:
            say(f"{order.platform} has a kernel or post commands of its own: a disk of its own")
            raw = builder.make(recipes[1], order, directory, say)
        made = directory / f"{order.name}.{form.ending}"
        builder.convert(raw, made, form.options, say)
        for ending, describe in form.others:
            (directory / f"{order.name}.{ending}").write_text(describe(order, made.name, raw.stat().st_size))
        if not same:
            raw.unlink()

    return make


def _about(order: Order, disk: Path, recipe: str) -> dict[str, object]:
    """Tell of what an image was made; a delivery tags it with that."""
    return {
        "name": order.name,
        "version": order.version,
        "summary": order.appliance.summary.value if order.appliance.summary else "",
        "system": f"{order.system.name} {order.system.version}",
        "arch": order.arch,
        "platform": order.platform,
        "definition": str(order.appliance.place.file),
        "recipe": recipe,
        "built": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "builder": f"condor_elastic {__version__}",
        "disk": disk.name,
        "bytes": disk.stat().st_size,
        "log": LOG,
    }


def _size(disk: Path) -> str:
    seen = os.stat(disk)
    return f"{seen.st_size / 1e6:.0f} MB, of which {seen.st_blocks * 512 / 1e6:.0f} MB are on this disk"
