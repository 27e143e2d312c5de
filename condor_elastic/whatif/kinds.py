"""Kinds of free slot: those that are alike in all that idle jobs and the slots' own Start look at, but for the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from condor_elastic.model import Shape, Template
from condor_elastic.whatif.machine import put_shape

OURS = frozenset({"elasticretire"})
"""What a slot says when it is asked for un-retirement is that it would take jobs again."""
ROOM = frozenset({"cpus", "memory", "disk", "gpus"})


class Kinds:
    """Names each kind, and keeps the ad of one slot of it, empty and willing."""

    def __init__(self, names: Iterable[str]) -> None:
        """Compare these attributes, whatever their case."""
        self._names = sorted({name.lower() for name in names} - OURS - ROOM)
        self._wanted = frozenset(self._names)
        self._kinds: dict[tuple[Any, ...], str] = {}
        self.ads: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Pickle ads as their text."""
        return {**self.__dict__, "ads": {kind: str(ad) for kind, ad in self.ads.items()}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make ads of their text again."""
        import classad2

        self.__dict__.update(state)
        self.ads = {kind: classad2.ClassAd(text) for kind, text in state["ads"].items()}

    def of(self, values: Mapping[str, Any], ad: Any, whole: Shape) -> str:
        """Give the name of a slot's kind, by the values that its ad has; whole is the slot without any job."""
        said = sorted((name.lower(), str(value)) for name, value in values.items() if name.lower() in self._wanted)
        signature = (*said, whole.cpus, whole.memory, whole.disk, whole.gpus)
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


class Stated:
    """What a template states, to compare workers with."""

    def __init__(self, template: Template) -> None:
        """Read the template; raises the bindings' error where it is no ClassAd."""
        import classad2

        self._ad = classad2.ClassAd(f"[{template.text}]")
        self._template = template
        self._disk = "Disk" in self._ad
        self.names = tuple(sorted(name for name in self._ad if name.lower() not in {*ROOM, "start", "requirements"}))

    def differences(self, ad: Any, whole: Shape) -> str:
        """Say in what a worker is not the machine of the template; empty if it is, or has more."""
        stated = self._template
        less = (whole.cpus < stated.cpus, whole.memory < stated.memory, whole.gpus < stated.gpus,
                self._disk and whole.disk < stated.disk)  # fmt: skip
        found = self._less(whole) if any(less) else []
        for name in self.names:
            there, here = self._ad.eval(name), ad.eval(name) if name in ad else None
            if here != there:
                found.append(f"{name} = {'undefined' if here is None else here}, not {there}")
        return "; ".join(found)

    def _less(self, whole: Shape) -> list[str]:
        stated = self._template
        pairs = [("Cpus", whole.cpus, stated.cpus), ("Memory", whole.memory, stated.memory),
                 ("GPUs", whole.gpus, stated.gpus)]  # fmt: skip
        pairs += [("Disk", whole.disk, stated.disk)] if self._disk else []
        return [f"{name} = {here}, not {there}" for name, here, there in pairs if here < there]
