"""In which order the files of an appliance are merged: parents before children, each file once."""

from __future__ import annotations

from collections.abc import Callable

from condor_elastic.appliance.parts import Appliance
from condor_elastic.appliance.stated import Place, bad

Beside = Callable[[str, str], str]
Load = Callable[[str, "Place | None"], Appliance]
"""Reads the file at a path; the place is that of the entry which names it, None for the command line."""


def ancestry(path: str, load: Load, beside: Beside, identity: Callable[[str], str]) -> list[Appliance]:
    """Give the definitions of a file and of all it inherits, ancestors first, parents in the order they are named.

    beside(path, name) is the path of a parent; identity tells of two paths whether they are one file.  Raises
    BadAppliance for a cycle, and what load raises.
    """
    done: dict[str, None] = {}
    chain: list[Appliance] = []

    def visit(path: str, named: Place | None, above: tuple[tuple[str, str], ...]) -> None:
        who = identity(path)
        if who in done:
            return
        if who in (each for each, _ in above):
            names = [name for _, name in above[[each for each, _ in above].index(who) :]]
            raise bad(named, f"an appliance inherits itself: {' -> '.join([*names, path])}")
        found = load(path, named)
        for parent in found.parents:
            visit(beside(path, parent.value), parent.place, (*above, (who, path)))
        done[who] = None
        chain.append(found)

    visit(path, None, ())
    return chain
