"""Why two ads do not match: the clause that fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from condor_elastic.model import Shape

SHAPE = (("RequestCpus", "Cpus"), ("RequestMemory", "Memory"), ("RequestDisk", "Disk"), ("RequestGPUs", "GPUs"))


def conjuncts(text: str) -> Iterator[str]:
    """Split a ClassAd expression at the && of its outermost level."""
    inner = _bare(text.strip())
    begin = depth = place = 0
    found = []
    while place < len(inner):
        char = inner[place]
        if char in "\"'":
            place = _end_of_quote(inner, place)
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif depth == 0 and inner.startswith(("||", "?"), place) and not inner.startswith("?=", place):
            yield inner  # && binds tighter than || and ?: what stands at this level is one clause
            return
        elif depth == 0 and inner.startswith("&&", place):
            found.append(inner[begin:place])
            place += 1
            begin = place + 1
        place += 1
    found.append(inner[begin:])
    if len(found) == 1:
        yield inner
        return
    for part in found:
        yield from conjuncts(part)


def _end_of_quote(text: str, begin: int) -> int:
    place = begin + 1
    while place < len(text) and text[place] != text[begin]:
        place += 2 if text[place] == "\\" else 1
    return place


def _bare(text: str) -> str:
    """Take away parentheses around the whole."""
    while text.startswith("(") and text.endswith(")"):
        depth = place = 0
        while place < len(text):
            if text[place] in "\"'":
                place = _end_of_quote(text, place)
            depth += {"(": 1, ")": -1}.get(text[place : place + 1], 0)
            if depth == 0:
                break
            place += 1
        if place < len(text) - 1:
            return text
        text = text[1:-1].strip()
    return text


def failing_clause(job: Any, slot: Any) -> str:
    """Name the first clause that is not true, of the job's Requirements, then of the slot's; empty if all are."""
    for one, other, whose in ((job, slot, ""), (slot, job, "the machine's ")):
        failing = _failing(one, other) if "Requirements" in one else ""
        if failing:
            return whose + failing
    return ""


def _failing(one: Any, other: Any) -> str:
    import classad2

    for clause in conjuncts(str(one.lookup("Requirements"))):
        value = classad2.ExprTree(clause).eval(one, other)
        if value is not True and value != 1:
            made = str(getattr(value, "name", value)).lower()
            return f"{clause} is {made}"
    return ""


def too_large(asked: Shape, whole: Shape) -> str:
    """Name the first thing of which more is asked for than the machine has, or nothing."""
    pairs = zip(SHAPE, (asked.cpus, asked.memory, asked.disk, asked.gpus),
                (whole.cpus, whole.memory, whole.disk, whole.gpus))  # fmt: skip
    return next((f"{request} = {more} > {name} = {less}" for (request, name), more, less in pairs if more > less), "")
