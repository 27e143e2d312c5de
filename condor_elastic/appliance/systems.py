"""Which systems an image can have, and what a dead one's name is taken for.  docs/images.md has this table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from condor_elastic.appliance.options import Options
from condor_elastic.appliance.parts import OperatingSystem
from condor_elastic.appliance.stated import Fault, Warn
from condor_elastic.knobs.near import near

OLDEST = {"almalinux": 9, "rocky": 9, "centos": 9, "rhel": 9, "fedora": 43, "debian": 12, "ubuntu": 22}
"""The oldest release that is built; a younger one is taken as it is said."""
NAMED = {"bookworm": 12, "trixie": 13, "forky": 14, "sid": 99, "jammy": 22, "noble": 24, "rawhide": 99}
"""Releases that go by a name."""
EL9, DEBIAN13, UBUNTU24 = ("almalinux", "9"), ("debian", "13"), ("ubuntu", "24.04")
SUCCESSOR = {"almalinux": EL9, "rocky": EL9, "centos": EL9, "rhel": EL9, "sl": EL9, "fedora": EL9,
             "debian": DEBIAN13, "ubuntu": UBUNTU24}  # fmt: skip
"""What an older release is taken for.

A Fedora lives thirteen months, so that a number here would soon be dead again, and what workers need is made for EL.
"""
DUMMY = "dummy"
"""What parents that are not built themselves say; the schemas want some name and version in os."""


@dataclass(frozen=True)
class System:
    """The system that is built."""

    name: str
    version: str


def system_of(said: OperatingSystem, options: Options) -> tuple[System | None, Warn | Fault | None]:
    """Give the system that an image is built with, and what is to be said about it.

    options are those of --os-config: name and version there are taken in place of the definition's.  There is no system
    where there is a fault.
    """
    by_hand = options.get("name") is not None or options.get("version") is not None
    name = str(options.get("name") or (said.name.value if said.name else "")).lower()
    version = str(options.get("version") or (said.version.value if said.version else ""))
    place = None if by_hand or not said.name else said.name.place
    known = f"systems that are built: {', '.join(OLDEST)}"
    if not name or name == DUMMY:
        what = "os.name is dummy" if name else "no os is said"
        return None, Fault(place, f"{what}: this is to be inherited from, and not to be built; say os in a child, or "
                                  "--os-config name:almalinux,version:9")  # fmt: skip
    release = _release(version)
    if name not in SUCCESSOR or release is None:
        what = f"{name} {version}".strip()
        hint = near(name, OLDEST) if name not in SUCCESSOR else "" if version else "; a version belongs to it"
        return None, Fault(place, f"the system {what} is unknown{hint or '; ' + known}")
    if name in OLDEST and release >= OLDEST[name]:
        return System(name, version), None
    if by_hand:
        oldest = f"{OLDEST[name]} is the oldest {name} that is built" if name in OLDEST else known
        return None, Fault(None, f"--os-config: {name} {version} is dead; {oldest}")
    system = System(*SUCCESSOR[name])
    return system, Warn(
        place,
        f"{name} {version} IS DEAD, and {system.name} {system.version} is built in its place: look at packages, "
        "repositories and post, which were written for the old one (--os-config name:NAME,version:VERSION: another)",
    )


def _release(version: str) -> int | None:
    if version.lower() in NAMED:
        return NAMED[version.lower()]
    number = re.match(r"\d+", version)
    if number:
        return int(number[0])
    return 0 if version.isalpha() else None  # Debian's and Ubuntu's releases that have a name, and are none of those
