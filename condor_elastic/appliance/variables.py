"""#NAME# in the values of a merged appliance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from condor_elastic.appliance.parts import Appliance, Lists, OperatingSystem, Repo
from condor_elastic.appliance.stated import Place, Stated, bad

MARKED = re.compile(r"#(.*?)#")
DEEPEST = 20
"""So often is a value searched again, as BoxGrinder did."""


@dataclass(frozen=True)
class Machine:
    """What the system says and no definition can: the four variables of the build."""

    os_name: str
    os_version: str
    arch: str

    def variables(self) -> dict[str, str]:
        """Give them by BoxGrinder's names; yum's name of a 32-bit PC is i386 whatever its kernel says."""
        base = "i386" if re.fullmatch("i[3-6]86", self.arch) else self.arch
        return {"OS_NAME": self.os_name, "OS_VERSION": self.os_version, "ARCH": self.arch, "BASE_ARCH": base}


def fill_in(appliance: Appliance, machine: Machine, environment: Mapping[str, str]) -> Appliance:
    """Put values for #NAME#: the machine's, then the definitions' variables, then the environment's.

    environment has only what was asked for by name.  A name that nobody knows stays.  Raises BadAppliance for a value
    that contains itself.
    """
    said = {name: each.value for name, each in appliance.variables.items()}
    known = {**environment, **said, **machine.variables()}

    def text(one: Stated[str]) -> Stated[str]:
        return Stated(_filled(one.value, known, one.place), one.place)

    return _over_texts(appliance, text)


def marked(appliance: Appliance) -> list[Stated[str]]:
    """Give the names that are left in its values, each where it stands."""
    found: list[Stated[str]] = []

    def text(one: Stated[str]) -> Stated[str]:
        found.extend(Stated(name, one.place) for name in MARKED.findall(one.value) if re.fullmatch(r"\w+", name))
        return one

    _over_texts(appliance, text)
    return found


def _filled(value: str, known: Mapping[str, str], place: Place | None) -> str:
    text = value
    for _ in range(DEEPEST + 1):
        before = text
        text = MARKED.sub(lambda found: known.get(found[1], found[0]), text)
        if text == before:
            return text
    names = ", ".join(f"#{name}#" for name in sorted(set(MARKED.findall(value)) & known.keys()))
    raise bad(place, f"{names} in {value} leads to itself: it is not at its end after {DEEPEST} rounds")


def _over_texts(appliance: Appliance, text: Callable[[Stated[str]], Stated[str]]) -> Appliance:
    def maybe(one: Stated[str] | None) -> Stated[str] | None:
        return text(one) if one else None

    def lists(them: Lists) -> Lists:
        return {key: tuple(map(text, values)) for key, values in them.items()}

    def repo(one: Repo) -> Repo:
        return replace(one, name=text(one.name), address=text(one.address))

    os = appliance.os
    return replace(
        appliance,
        name=text(appliance.name),
        summary=maybe(appliance.summary),
        os=OperatingSystem(maybe(os.name), maybe(os.version), maybe(os.password)),
        packages=tuple(map(text, appliance.packages)),
        repos=tuple(map(repo, appliance.repos)),
        files=lists(appliance.files),
        post=lists(appliance.post),
    )
