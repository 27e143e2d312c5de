"""key:value,key:value, as --os-config, --platform-config and --delivery-config take it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Union

from condor_elastic.appliance.stated import BadAppliance, Fault

Option = Union[str, int, float, bool]
Options = Mapping[str, Option]
TRUE, FALSE = ("y", "yes", "true", "on"), ("n", "no", "false", "off")
WHOLE = r"[-+]?(?:0|[1-9][0-9_]*)"
NUMBER = r"[-+]?(?:[0-9][0-9_]*)?\.[0-9]+(?:[eE][-+][0-9]+)?"


def read_options(option: str, values: Iterable[str]) -> dict[str, Option]:
    """Read what one option, which may be repeated, was given; raises BadAppliance.

    The first colon ends the key; the last of two values of a key counts.
    """
    entries = [entry for value in values for entry in value.split(",")]
    pairs = [(entry, re.fullmatch(r"(\S+?):(\S+)", entry)) for entry in entries]
    faults = [Fault(None, f"{option} {entry} is not key:value") for entry, pair in pairs if pair is None]
    if faults:
        raise BadAppliance(faults)
    return {pair[1]: typed(pair[2]) for _, pair in pairs if pair}


def typed(text: str) -> Option:
    """Give a value its type, as boxgrinder-build 0.10.4 did."""
    if re.fullmatch(WHOLE, text):
        return int(text)
    if _word(text) in TRUE:
        return True
    if _word(text) in FALSE:
        return False
    if re.fullmatch(NUMBER, text):
        return float(text)
    return text


def _word(text: str) -> str:
    """Give a word that is written as word, Word or WORD in small letters."""
    return text.lower() if text in (text.lower(), text.capitalize(), text.upper()) else ""
