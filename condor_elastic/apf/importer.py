"""The whole import: sections become pilot queues and fleets, and nothing is dropped without a note."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

from condor_elastic.apf.block import Block
from condor_elastic.apf.fleets import is_cloud, set_fleet
from condor_elastic.apf.ini import BadFile, Section, sections
from condor_elastic.apf.pilots import PLUGINS, set_pilot_queue
from condor_elastic.apf.remarks import remark
from condor_elastic.knobs.kinds import words

HEADER = """\
# Made by  condor_elastic import-apf {paths}
# Look for FILL IN, then let  condor_elastic check FILE  read it.  A note names each line that has no knob.
# Pilots find APFFID, APFCID and FACTORYQUEUE in their environment, with LOG_URL also GTAG, but no APFMON."""


def import_apf(paths: Sequence[str]) -> int:
    """Print the knobs that say what the files say; exit status 1, and why, when they cannot be read."""
    try:
        print(knobs_of(paths))
    except BadFile as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def knobs_of(paths: Sequence[str]) -> str:
    """Make the configuration text; raises BadFile."""
    found = sections(paths)
    names = _names(found)
    pilots = {s.name: names[s.name] for s in found if _plugin(s).lower() in PLUGINS and _wms(s) == "panda"}
    blocks = [_block(section, names[section.name], pilots) for section in found]
    enabled = [block for block, section in zip(blocks, found) if _enabled(section) and block.submit]
    lines = [HEADER.format(paths=" ".join(paths))]
    for knob, queues in (("PILOT", True), ("FLEET", False)):
        chosen = [block.name for block in enabled if (block.section.name in pilots) is queues]
        lines += [f"ELASTIC_{knob}_NAMES = {' '.join(chosen)}"] if chosen else []
    said: set[str] = set()
    for block, section in zip(blocks, found):
        made = [line for line in block.lines() if line not in said]
        said |= {line for line in made if line.startswith("#") and "FILL IN" not in line}
        lines += ["", *_title(block, section), *(made if _enabled(section) else _as_comments(made))]
    return "\n".join(lines)


def _names(found: Sequence[Section]) -> dict[str, str]:
    """Give each section a name that a knob may have; raises BadFile when two become one."""
    names: dict[str, str] = {}
    for section in found:
        name = re.sub(r"[^A-Za-z0-9]+", "_", section.name).strip("_").upper()
        name = name if re.match("[A-Z]", name) else f"APF_{name}"
        if name in names.values():
            raise BadFile(f"{section.place}: [{section.name}] would be called {name}, as another section is already")
        names[section.name] = name
    return names


def _value(section: Section, name: str) -> str:
    return next((option.value for option in section.options if option.name.lower() == name), "")


def _plugin(section: Section) -> str:
    return _value(section, "batchsubmitplugin")


def _wms(section: Section) -> str:
    return _value(section, "wmsstatusplugin").lower()


def _enabled(section: Section) -> bool:
    return _value(section, "enabled").lower() != "false"


def _block(section: Section, name: str, pilots: dict[str, str]) -> Block:
    block = Block(section, name)
    plugin = _plugin(section)
    if is_cloud(plugin):
        set_fleet(block, plugin, pilots)
    elif section.name in pilots:
        set_pilot_queue(block, plugin)
    schedulers = {word.lower(): word for word in words(_value(section, "schedplugin"))}
    for option in block.left():
        told = _said(option.name.lower(), section) or remark(option, plugin, schedulers)
        block.note(option, told if _kind(section) else "its section is not imported")
    return block


def _said(name: str, section: Section) -> str:
    if name in ("batchsubmitplugin", "wmsstatusplugin"):
        return f"it makes this {_kind(section)}"
    return ("it is imported" if _enabled(section) else "it is imported as comments") if name == "enabled" else ""


def _kind(section: Section) -> str:
    plugin = _plugin(section)
    if is_cloud(plugin):
        return "a fleet"
    return "a pilot queue" if plugin.lower() in PLUGINS and _wms(section) == "panda" else ""


def _title(block: Block, section: Section) -> list[str]:
    kind = _kind(section)
    if not kind:
        plugins = f"{_plugin(section) or 'no batchsubmitplugin'} with {_value(section, 'wmsstatusplugin') or 'none'}"
        kind = f"not imported: {plugins} is neither a pilot queue nor a fleet here"
    title = [f"# --- [{section.name}] ({section.place}): {kind}"]
    if block.submit and block.name != section.name:
        title.append(f"# It is called {block.name}: names are of letters, digits and underscores, in capitals.")
    return title


def _as_comments(lines: Sequence[str]) -> list[str]:
    return [line if line.startswith("#") else f"# {line}" for line in lines]
