"""What a pilot asks for, from PanDA's resource type and the data of its queue."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from condor_elastic.knobs.queue import QueueKnobs
from condor_elastic.model import PilotShape, QueueSpec, ResourceType

UNIFIED = "ucore"
"""The capability of a queue that takes all resource types; the slots of any other are all alike."""
MULTI_CORE = 8
"""Cores of a slot where nobody says them: ATLAS's."""
RAM_PER_CORE = 2000
"""MB a core where nobody says it: above it PanDA calls a job HIMEM (HIMEM_THRESHOLD, panda-server's JediTaskSpec)."""
KIB = 1024


def shape(kind: str, knobs: QueueKnobs, spec: QueueSpec | None, types: Iterable[ResourceType]) -> PilotShape:
    """Give the shape of a pilot of a resource type.

    The arithmetic is that of Harvester (resource_type_mapper.py, calculate_worker_requirements): cores are those of the
    type, at most those of the queue's slot; memory is the type's a core, at most the slot's share; of a queue that is
    not unified, the slot's.  Unlike Harvester's, a type for much memory gets at least what makes a job of that type.
    """
    slot = _slot(knobs, spec)
    cores, memory, disk = slot
    known = next((each for each in types if each.name == kind), None) or _by_name(kind)
    if spec is None or spec.capability in (UNIFIED, ""):
        cores = min(known.maxcore or slot[0], slot[0])
        share = slot[1] / slot[0] if slot[1] else max(RAM_PER_CORE, known.minram or 0)
        a_core = min(known.maxram, share) if known.maxram else max(known.minram or 0, share)
        memory, disk = ceil(a_core * cores), ceil(slot[2] * cores / slot[0])
    return PilotShape(kind, cores, memory or RAM_PER_CORE * cores, disk * KIB)


def _slot(knobs: QueueKnobs, spec: QueueSpec | None) -> tuple[int, int, int]:
    """Give cores, MB of memory and MB of disk of a slot; what a knob says counts more than PanDA's data."""
    said = spec or QueueSpec("")
    return (
        knobs.corecount or said.corecount or MULTI_CORE,
        knobs.maxrss or said.maxrss,
        knobs.maxwdir or said.maxwdir,
    )


def _by_name(kind: str) -> ResourceType:
    """Take a type that no table has for what its name says."""
    multi, much = "MCORE" in kind.upper(), "HIMEM" in kind.upper()
    return ResourceType(
        kind, 2 if multi else 1, None if multi else 1,
        RAM_PER_CORE + 1 if much else None, None if much else RAM_PER_CORE,
    )  # fmt: skip
