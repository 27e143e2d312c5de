"""What an appliance and its ancestors are together: the rule of every key, as boxgrinder-core 0.3.14 had it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from condor_elastic.appliance.parts import Appliance, Hardware, Lists, OperatingSystem, Partition
from condor_elastic.appliance.stated import Stated, T


def merge_chain(chain: Sequence[Appliance]) -> Appliance:
    """Merge definitions, ancestors first and at least one; the grouping does not matter, the order does."""
    return reduce(merge, chain)


def merge(above: Appliance, below: Appliance) -> Appliance:
    """Merge what is earlier in a chain with what is later; name, summary, version and release are the latter's."""
    return replace(
        below,
        os=_os(above.os, below.os),
        hardware=_hardware(above.hardware, below.hardware),
        packages=above.packages + below.packages,
        default_repos=_both(above.default_repos, below.default_repos),
        repos=above.repos + below.repos,
        files=_lists(above.files, below.files),
        post=_lists(above.post, below.post),
        variables={**above.variables, **below.variables},
        chain=above.chain + below.chain,
        warnings=above.warnings + below.warnings,
    )


def _os(above: OperatingSystem, below: OperatingSystem) -> OperatingSystem:
    """Let the last word count, for each of the three by itself."""
    return OperatingSystem(
        below.name or above.name, below.version or above.version, below.password or above.password
    )


def _hardware(above: Hardware, below: Hardware) -> Hardware:
    return Hardware(
        _partitions(above.partitions, below.partitions),
        _larger(above.cpus, below.cpus),
        _larger(above.memory, below.memory),
    )


def _partitions(above: Mapping[str, Partition], below: Mapping[str, Partition]) -> dict[str, Partition]:
    """Unite them; of two the size is the larger, the type the later, even if that is a default that nobody said."""
    merged = {**above, **below}
    for name in above.keys() & below.keys():
        merged[name] = replace(below[name], size=_larger(above[name].size, below[name].size))
    return merged


def _larger(above: Stated[T], below: Stated[T]) -> Stated[T]:
    """Take the larger; of equals what somebody has said, and the earlier."""

    def weight(one: Stated[T]) -> tuple[T, bool]:
        return one.value, one.place is not None

    return below if weight(below) > weight(above) else above


def _both(above: Stated[bool], below: Stated[bool]) -> Stated[bool]:
    """Make it False if anybody says so, and remember who was the first."""
    if not (above.value and below.value):
        return above if not above.value else below
    return below if below.place else above


def _lists(above: Lists, below: Lists) -> Lists:
    """Put the later's items behind the earlier's, under each key."""
    return {key: above.get(key, ()) + below.get(key, ()) for key in {**above, **below}}
