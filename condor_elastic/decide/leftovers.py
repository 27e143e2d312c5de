"""Ports and volumes that an OpenStack server of ours left behind.

They are known by marks of their own, which sweeps write on them while the server lives: Nova puts nothing of ours on
what it makes, a volume that is detached names no server any more, and the VM job may be out of the history by then.
"""

from __future__ import annotations

from collections.abc import Callable

from condor_elastic.model import (
    FLEET_TAG,
    HELD,
    POOL_TAG,
    SERVER_TAG,
    VM_TAG,
    Account,
    Census,
    CountPart,
    DeletePart,
    MarkPart,
    Part,
    SweepAction,
    Tagged,
    Unknown,
)

SWEEPS = 3
"""Sweeps in a row that must agree."""
SKEW = 60
"""Seconds by which the clocks of a cloud's services may differ: what is older than its server was not made with it."""
Placed = tuple[Account, Part]


def leftovers(pool: str, is_young: Callable[[str, int], bool], seen: Census) -> list[Placed]:
    """List, each once, the ports and volumes of this pool whose server is gone; is_young: of a fleet, made then."""
    if isinstance(seen.joined, Unknown):
        return []
    used = {job.vm for job in seen.jobs if job.status != HELD} | seen.joined
    return [
        (place, part)
        for place, part in _ours(pool, seen)
        if _is_left(part) and part.vm not in used and not is_young(part.fleet, part.created)
    ]


def steps(left: list[Placed]) -> list[SweepAction]:
    """Count what is left over, and delete it when so many sweeps in a row have seen it so."""
    return [DeletePart(place, part) if part.counted + 1 >= SWEEPS else CountPart(place, part, part.counted + 1)
            for place, part in left]  # fmt: skip


def back_in_use(pool: str, left: list[Placed], seen: Census) -> list[SweepAction]:
    """Begin to count anew where something speaks for a port or volume again."""
    ids = {part.id for _, part in left}
    return [CountPart(place, part, 0) for place, part in _ours(pool, seen) if part.counted and part.id not in ids]


def unmarked(pool: str, seen: Census) -> list[MarkPart]:
    """List what was made with a living server of ours and does not carry our mark yet."""
    servers = {one.id: one for listed in seen.instances.values() if not isinstance(listed, Unknown)
               for one in listed if one.tags.get(POOL_TAG) == pool and one.vm}  # fmt: skip
    found: dict[str, MarkPart] = {}
    for place, parts in seen.parts.items():
        for part in () if isinstance(parts, Unknown) else parts:
            server = servers.get(part.servers[0]) if len(part.servers) == 1 else None
            if server and part.is_made and POOL_TAG not in part.tags and part.created >= server.created - SKEW:
                found[part.id] = MarkPart(place, part, _mark(pool, server))
    return list(found.values())


def _mark(pool: str, server: Tagged) -> dict[str, str]:
    return {POOL_TAG: pool, FLEET_TAG: server.fleet, VM_TAG: server.vm, SERVER_TAG: server.id}


def _ours(pool: str, seen: Census) -> list[Placed]:
    found: dict[str, Placed] = {}
    for account, parts in seen.parts.items():
        # Where the instances are not known, nothing is swept.
        if isinstance(parts, Unknown) or isinstance(seen.instances.get(account), Unknown):
            continue
        for one in parts:
            if one.tags.get(POOL_TAG) == pool and one.vm and one.server:
                found[one.id] = account, one
    return list(found.values())


def _is_left(part: Part) -> bool:
    """Tell whether the server in its mark is gone, and no other one has it.

    A port that is attached to none was taken off by somebody who wants to keep it, unless a sweep did that and could
    not delete it then; of a volume Nova itself does it before it deletes it.
    """
    if part.server not in part.gone or not set(part.servers) <= {part.server}:
        return False
    return part.kind == "volume" or bool(part.servers) or part.counted >= SWEEPS
