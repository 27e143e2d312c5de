"""Read knobs from one configuration file, without a pool, in HTCondor's macro syntax.

The syntax is the manual's (admin-manual/introduction-to-configuration); what only a pool can tell stays as it is
written: its macros as $(NAME), and nothing that depends on a condition is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.knobs.read import BadKnobs, read
from condor_elastic.knobs.table import PREFIX, Settings

DEFAULTS = (
    Path(__file__).parents[2] / "config.d" / "50-elastic-defaults.conf",
    Path("/usr/share/condor/config.d/50-elastic-defaults.conf"),
)
CONSTANTS = {"MINUTE": "60", "HOUR": "3600"}  # param_info.in, customization=const
_ASSIGNMENT = re.compile(r"([\w.$-]+)\s*(@=|=|:)\s*(.*)")
_MACRO = re.compile(r"(?<!\$)\$\(([\w.]+)(?::([^()]*))?\)")
_FEATURE = re.compile(r"use\s+\w+\s*:", re.IGNORECASE)
_ONLY_A_POOL = re.compile(r"(if|elif|else|endif)\b(?!\s*=)|(include|error|warning)\b[^=]*:", re.IGNORECASE)
_DEPTH = 32


@dataclass(frozen=True)
class Macro:
    """A value as it is written, and where."""

    value: str
    place: str


def settings_of(path: str) -> Settings:
    """Read and check the knobs of a file, upon the defaults as they ship; raises BadKnobs."""
    macros = {name: Macro(value, "") for name, value in CONSTANTS.items()}
    for defaults in DEFAULTS[:1] if DEFAULTS[0].exists() else DEFAULTS[1:]:
        macros.update(assignments(str(defaults)) if defaults.exists() else {})
    macros.update(assignments(path))
    values = {}
    for name, macro in macros.items():
        if name.startswith(PREFIX):
            try:
                values[name] = expand(macro.value, macros)
            except RecursionError:
                raise BadKnobs(f"{name} = {macro.value[:60]} names itself{place_of(name, macros)}") from None
    return read(values, lambda name: place_of(name, macros))


def place_of(name: str, macros: dict[str, Macro]) -> str:
    """Say where a macro was set, as `` (set in FILE, line 3)``."""
    return f" (set in {macros[name.upper()].place})" if name.upper() in macros else ""


def assignments(path: str) -> dict[str, Macro]:
    """Give the macros that a file sets, by name in capitals; the last one counts.  Raises BadKnobs."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise BadKnobs(f"{path} cannot be read: {error.strerror}") from None
    found: dict[str, Macro] = {}
    for number, name, value in _parse(path, iter(enumerate(text.splitlines(), 1))):
        before = found[name.upper()].value if name.upper() in found else ""
        itself = re.compile(rf"(?<!\$)\$\({re.escape(name)}\)", re.IGNORECASE)
        found[name.upper()] = Macro(before.join(itself.split(value)), f"{path}, line {number}")
    return found


def _parse(path: str, lines: Iterator[tuple[int, str]]) -> Iterable[tuple[int, str, str]]:
    for number, line in _joined(lines):
        if not line or _FEATURE.match(line):  # what HTCondor's own features set is no knob of ours
            continue
        found = None if _ONLY_A_POOL.match(line) else _ASSIGNMENT.fullmatch(line)
        if not found:
            told = "can be read with a pool only" if _ONLY_A_POOL.match(line) else "is no assignment"
            raise BadKnobs(f'"{line[:60]}" {told} ({path}, line {number})')
        name, sign, value = found.groups()
        yield number, name, _block(path, number, value.strip(), lines) if sign == "@=" else value.strip()


def _joined(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Join continued lines; a comment within is left out, and a comment is never continued."""
    start, held = 0, ""
    for number, line in lines:
        text = line.strip()
        if text.startswith("#"):
            continue
        start = start or number
        if text.endswith("\\"):
            held += text[:-1]
            continue
        yield start, held + text
        start, held = 0, ""
    if held:
        yield start, held


def _block(path: str, start: int, tag: str, lines: Iterator[tuple[int, str]]) -> str:
    """Give the lines up to @tag; comments and empty lines are left out and lines joined, as HTCondor does here too."""
    held: list[str] = []
    for _, line in _joined(lines):
        if line == f"@{tag}":
            return "\n".join(held)
        held += [line] if line else []
    raise BadKnobs(f"@={tag} has no line @{tag} that ends it ({path}, line {start})")


def expand(text: str, macros: dict[str, Macro], depth: int = 0) -> str:
    """Put values in for $(NAME) and $(NAME:default); a name that only a pool knows stays.

    Raises RecursionError when a value names itself, if by way of others.
    """
    if depth > _DEPTH:
        raise RecursionError(text)

    def put(found: re.Match[str]) -> str:
        macro, default = macros.get(found.group(1).upper()), found.group(2)
        if macro is None and default is None:
            return found.group(0)
        return expand(macro.value if macro else default, macros, depth + 1)

    whole, before = text, ""
    while whole != before:  # from the inside out: a default may hold a macro
        whole, before = _MACRO.sub(put, whole), whole
    return whole.replace("$(DOLLAR)", "$") if depth == 0 else whole
