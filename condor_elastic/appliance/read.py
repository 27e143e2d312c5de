"""Read an appliance with all that it inherits, and say what is to be said of it: the I/O of this package."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from condor_elastic.appliance.ancestry import ancestry
from condor_elastic.appliance.define import define
from condor_elastic.appliance.files import Copied, Fetched, placed
from condor_elastic.appliance.merge import merge_chain
from condor_elastic.appliance.options import Options
from condor_elastic.appliance.parts import Appliance
from condor_elastic.appliance.remarks import remarks
from condor_elastic.appliance.stated import BadAppliance, Fault, Place, Warn, bad
from condor_elastic.appliance.systems import System, system_of
from condor_elastic.appliance.variables import Machine, fill_in
from condor_elastic.knobs.near import near

EXTENSIONS = (".appl", ".yml", ".yaml")


@dataclass(frozen=True)
class Asked:
    """What the command line says of how to read: --os-config, --env, --arch, --root."""

    os_config: Options = field(default_factory=dict)
    env: Sequence[str] = ()
    arch: str = field(default_factory=platform.machine)
    root: str = "/"


@dataclass(frozen=True)
class Reading:
    """An appliance as it would be built; system is None where there is none to build, and a fault says why."""

    appliance: Appliance
    system: System | None
    files: tuple[Copied | Fetched, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Warn, ...]


def read(path: str, asked: Asked, environ: Mapping[str, str]) -> Reading:
    """Read a definition and its ancestors, merge them, fill in variables; raises BadAppliance."""
    chain = ancestry(path, load, _beside, os.path.realpath)
    merged = merge_chain(chain)
    system, remark = system_of(merged.os, asked.os_config)
    missing = [name for name in asked.env if name not in environ]
    if missing:
        raise BadAppliance([Fault(None, f"--env {name}: the environment has no such variable") for name in missing])
    whole = fill_in(merged, _machine(merged, system, asked.arch), {name: environ[name] for name in asked.env})
    all_files = placed(whole, asked.root)
    said = [*([remark] if remark else []), *_unsaid_password(whole, remark), *remarks(chain, whole, environ)]
    said += [each for each in all_files if isinstance(each, Fault)]
    return Reading(
        whole,
        system,
        tuple(each for each in all_files if not isinstance(each, Fault)),
        tuple(each for each in said if isinstance(each, Fault)),
        tuple(each for each in said if isinstance(each, Warn)),
    )


def _machine(merged: Appliance, system: System | None, arch: str) -> Machine:
    """Name the system that is built, so that #OS_VERSION# in an address leads to its packages."""
    said = [merged.os.name, merged.os.version]
    name, version = (system.name, system.version) if system else (each.value if each else "" for each in said)
    return Machine(name, version, arch)


def _unsaid_password(whole: Appliance, remark: Fault | Warn | None) -> list[Warn]:
    """Remind who has an old file, and it may be old if its system is, of the password that BoxGrinder gave it."""
    if whole.os.password is not None or not isinstance(remark, Warn):
        return []
    said = "os.password is not said: root can log in with none (BoxGrinder's was the same for all)"
    return [Warn(remark.place, said)]


def load(path: str, named: Place | None = None) -> Appliance:
    """Read the definition of one file, which the entry at a place names; raises BadAppliance."""
    if os.path.splitext(path)[1] not in EXTENSIONS:
        raise bad(Place(path), f"the name of a definition ends in {', '.join(EXTENSIONS)}")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise _missing(path, named) from None
    except OSError as error:
        raise bad(Place(path), f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise bad(Place(path), f"it is no text in UTF-8, from byte {error.start} on") from None
    from condor_elastic.appliance.grow import read_definition  # PyYAML, which only who reads a definition needs

    tree, cuts = read_definition(text, path)
    appliance = define(tree, path)
    return Appliance(**{**vars(appliance), "warnings": (*cuts, *appliance.warnings)})


def _missing(path: str, named: Place | None) -> BadAppliance:
    directory, name = os.path.split(path)
    stem, extension = os.path.splitext(name)
    if named is None:
        return bad(Place(path), "there is no such file")
    try:
        others = [os.path.splitext(each)[0] for each in os.listdir(directory or ".") if each.endswith(extension)]
    except OSError:
        others = []
    return bad(named, f"appliances names {stem}, and there is no file {path}{near(stem, others)}")


def _beside(path: str, name: str) -> str:
    """Give the path of a parent: in the directory of the file that names it, with the same extension."""
    return os.path.join(os.path.dirname(path), name + os.path.splitext(path)[1])
