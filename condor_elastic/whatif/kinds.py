"""Kinds of free slot: those that are alike in all that idle jobs and the slots' own Start look at, but for the room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from condor_elastic.model import Shape
from condor_elastic.whatif.machine import put_shape

OURS = frozenset({"elasticretire"})
"""What a slot says when it is asked for un-retirement is that it would take jobs again."""
ROOM = frozenset({"cpus", "memory", "disk", "gpus"})


class Kinds:
    """Names each kind, and keeps the ad of one slot of it, empty and willing."""

    def __init__(self, names: Iterable[str]) -> None:
        """Compare these attributes, whatever their case."""
        self._names = sorted({name.lower() for name in names} - OURS - ROOM)
        self._kinds: dict[tuple[str, ...], str] = {}
        self.ads: dict[str, Any] = {}

    def of(self, ad: Any, whole: Shape) -> str:
        """Give the name of a slot's kind; whole is the slot without any job."""
        signature = (repr(whole), *(str(ad.lookup(name)) if name in ad else "" for name in self._names))
        kind = self._kinds.get(signature)
        if kind is None:
            kind = self._kinds[signature] = f"kind {len(self._kinds)}"
            self.ads[kind] = self._empty(ad, whole)
        return kind

    def _empty(self, ad: Any, whole: Shape) -> Any:
        import classad2

        slot = classad2.ClassAd({"MyType": "Machine"})
        for name in (*self._names, *(["start"] if "start" in ad else [])):
            if name in ad:
                slot[name] = ad.lookup(name)
        put_shape(slot, whole)
        slot["ElasticRetire"] = False
        slot["State"], slot["Activity"] = "Unclaimed", "Idle"
        slot["Requirements"] = ad.lookup("Start") if "Start" in ad else classad2.ExprTree("True")
        return slot


def differences(stated: Any, ad: Any, whole: Shape, template: Shape) -> str:
    """Say in what a worker is not the machine that its fleet's template states; empty if it is, or has more."""
    pairs = (("Cpus", whole.cpus, template.cpus), ("Memory", whole.memory, template.memory),
             ("GPUs", whole.gpus, template.gpus))  # fmt: skip
    found = [f"{name} = {here}, not {there}" for name, here, there in pairs if here < there]
    if "Disk" in stated and whole.disk < template.disk:
        found.append(f"Disk = {whole.disk}, not {template.disk}")
    for name in sorted(stated):
        if name.lower() in ROOM or name.lower() in ("start", "requirements"):
            continue
        there, here = stated.eval(name), ad.eval(name) if name in ad else None
        if here != there:
            found.append(f"{name} = {'undefined' if here is None else here}, not {there}")
    return "; ".join(found)
