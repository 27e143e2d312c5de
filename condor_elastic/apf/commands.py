"""batchsubmit.* options that become submit commands of pilots and VM jobs alike."""

from __future__ import annotations

import re

from condor_elastic.apf.block import Block
from condor_elastic.apf.ini import Option


def option_of(block: Block, plugin: str, name: str) -> Option | None:
    """Take an option of the section's plugin, or of CondorBase, from which all inherit."""
    return block.take(f"batchsubmit.{plugin.lower()}.{name}", f"batchsubmit.condorbase.{name}")


def set_command(block: Block, plugin: str, name: str, command: str) -> Option | None:
    """Make a submit command of an option, word for word; the first that says it counts."""
    option = option_of(block, plugin, name)
    if option and command in block.submit:
        block.note(option, f"{command} is said already")
    elif option:
        block.submit[command] = option.value
    return option


def set_attributes(block: Block, plugin: str) -> None:
    """Make submit commands of condor_attributes, which AutoPyFactory puts into the submit file word for word."""
    option = option_of(block, plugin, "condor_attributes")
    if option:
        for field in _fields(option.value):
            _set_attribute(block, option, *(part.strip() for part in field.partition("=")[::2]))
    for owner in (plugin.lower(), "condorbase"):
        prefix = f"batchsubmit.{owner}.condor_attributes."
        for each in block.starting(prefix):
            _set_attribute(block, each, each.name[len(prefix) :], each.value)


def _fields(text: str) -> list[str]:
    """Split at commas; one behind a backslash is part of the value."""
    return [field.replace("\\,", ",").strip() for field in re.split(r"(?<!\\),", text) if field.strip()]


def _set_attribute(block: Block, option: Option, name: str, value: str) -> None:
    if not value or not re.fullmatch(r"[+\w.]+", name) or name.lower() in ("queue", "universe", "grid_resource"):
        block.note(option, f"{name} is no submit command that may stand here")
    else:
        if name in block.submit:  # AutoPyFactory writes it behind the others, and the last one counts
            block.note(option, f"it takes the place of {name} = {block.submit[name]}")
        block.submit[name] = value


def set_environment(block: Block, plugin: str) -> None:
    """Make the environment command of environ, NAME=value separated by spaces."""
    option = option_of(block, plugin, "environ")
    if option:
        quoted = option.value.strip('"').replace('"', '""')
        block.submit["environment"] = f'"{quoted}"'


def note_proxy(block: Block, plugin: str) -> None:
    """Tell what to do for a proxy: proxy.conf, not queues.conf, knows its path."""
    option = option_of(block, plugin, "proxy")
    if option:
        why = "FILL IN x509userproxy = its path, in the SUBMIT knob, and keep it fresh; proxy.conf says where it is"
        block.note(option, why)
