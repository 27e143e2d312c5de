"""image check: what is wrong with a definition, and with what a build and a delivery of it would be told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from condor_elastic.cli import image as reading
from condor_elastic.cli import show as screen
from condor_elastic.cli.image_build import apart
from condor_elastic.cli.image_deliver import method_of, said_in_file
from condor_elastic.decide.words import count

if TYPE_CHECKING:
    from condor_elastic.appliance import Fault, Settings, Warn


@click.command()
@click.argument("file", metavar="FILE")
@reading.options(*reading.READING, *reading.PLUGINS)
@screen.json_option
def check(file: str, as_json: bool, **words: Any) -> int:  # noqa: FBT001  a flag of click's
    """Say all that is wrong with an appliance, and with what a build and a delivery of it would be told."""
    from condor_elastic.appliance import BadAppliance, Fault, read_settings

    try:
        settings = read_settings(os.environ)
        found, told = reading.read_as(file, {**words, "os_config": apart(words["os_config"])[0]})
    except BadAppliance as error:
        return reading.refused(error, as_json=as_json)
    remarks = [*found.faults, *found.warnings, *told, *_of_delivery(settings, words)]
    errors = [str(each) for each in remarks if isinstance(each, Fault)]
    warnings = [str(each) for each in remarks if not isinstance(each, Fault)]
    if as_json:
        name = found.appliance.name.value
        screen.say_json({"ok": not errors, "name": name, "errors": errors, "warnings": warnings})
    else:
        reading.tell(errors, warnings)
        print(f"{reading.made_of(found)}: {count(len(errors), 'error')}, {count(len(warnings), 'warning')}.")
    return 1 if errors else 0


def _of_delivery(kept: Settings, words: dict[str, Any]) -> Iterator[Fault | Warn]:
    """Say what image deliver would say of the method and its settings."""
    from condor_elastic.appliance import Fault, Warn
    from condor_elastic.delivery.settings import read_config, settings_of
    from condor_elastic.delivery.wrong import Undelivered

    name = words["delivery"] or kept.delivery
    try:
        said = read_config(words["delivery_config"])
        if name in ("", "none"):
            if said:
                yield Warn(None, f"--delivery-config says {', '.join(said)}, and no delivery is chosen (--delivery)")
            return
        method = method_of(name)
        _, remarks = settings_of(method, said_in_file(kept, method), said)
    except Undelivered as error:
        yield Fault(None, str(error))
    else:
        yield from (Warn(None, f"{method}: {remark}") for remark in remarks)
