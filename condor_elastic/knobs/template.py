"""ELASTIC_<FLEET>_TEMPLATE: the machine that one VM is, as a ClassAd."""

from __future__ import annotations

import re

from condor_elastic.knobs.kinds import number
from condor_elastic.model import Template

BOUNDLESS = 1 << 50
"""Disk (KiB) of a template that does not state it: no job is refused for it."""
RIGHT = "a machine such as  Cpus = 8; Memory = 16384; Disk = 100 * 1024 * 1024; GPUs = 1  (MB, KiB)"
_ASSIGNMENT = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=|\?=|!=)\s*(.+?)\s*", re.DOTALL)
_PART = re.compile(r"""(?:[^;"]|"(?:[^"\\]|\\.)*")+""", re.DOTALL)


def template(value: str) -> Template:
    """Read a machine, with or without the brackets of a ClassAd; Cpus and Memory must be there.

    Raises ValueError.  The expressions of the other attributes are checked where HTCondor's ClassAds are at hand.
    """
    inner = value.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    found: dict[str, str] = {}
    for part in _PART.findall(inner):
        if not part.strip():
            continue
        assignment = _ASSIGNMENT.fullmatch(part)
        if assignment is None:
            raise ValueError(f"{RIGHT}; {part.strip()!r} assigns nothing")
        if assignment[1].lower() in found:
            raise ValueError(f"a machine in which each attribute stands once ({assignment[1]} stands twice)")
        found[assignment[1].lower()] = assignment[2]
    cpus, memory = _whole(found, "cpus", 0), _whole(found, "memory", 0)
    if not cpus or not memory:
        raise ValueError(RIGHT)
    disk, gpus = _whole(found, "disk", BOUNDLESS), _whole(found, "gpus", 0)
    return Template(cpus, memory, disk, gpus, inner.strip().rstrip(";").strip())


def spot_clause(tries: int) -> str:
    """Make what a fleet's START asks of a job's starts, SPOT_TRIES; True where it asks nothing.

    23.9.6 writes no count of evictions into a job's ad: NumJobStarts is what there is (condor_submit begins it at 0).
    """
    return f"(TARGET.NumJobStarts < {tries}) =!= False" if tries else "True"


def _whole(found: dict[str, str], name: str, default: int) -> int:
    if name not in found:
        return default
    try:
        return int(number(found[name]))
    except ValueError:
        raise ValueError(f"{RIGHT}; {name.capitalize()} = {found[name]} is no number") from None
