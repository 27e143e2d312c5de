"""What expressions look at outside the ad that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def references(texts: Iterable[str]) -> set[str]:
    """Name all that expressions look at, as they write it: Arch or TARGET.Arch; raises the bindings' error."""
    import classad2

    nothing = classad2.ClassAd()
    return {name for text in set(texts) for name in nothing.externalRefs(classad2.ExprTree(text))}


def texts_of(ads: Iterable[Any], name: str) -> set[str]:
    """Collect the different expressions that ads have under a name."""
    return {str(ad.lookup(name)) for ad in ads if name in ad}


def looked_at(jobs: Iterable[Any]) -> frozenset[str]:
    """Name the attributes of slots that jobs' Requirements look at."""
    names = references(texts_of(jobs, "Requirements"))
    return frozenset(name.split(".", 1)[1] for name in names if name.lower().startswith("target."))
