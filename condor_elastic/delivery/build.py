"""From a definition to the disk that was built of it, and what the definition tells of its origin."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from platform import machine
from typing import Any

from condor_elastic.delivery.wrong import Undelivered

PLATFORMS = {"ami": ("ec2",), "openstack": ("openstack",), "libvirt": ("libvirt", "kvm")}
"""Whose conversion a method takes where there is one and --platform does not say another."""
DISKS = (".raw", ".qcow2", ".vmdk", ".vhd", ".ec2")
_NO_PART = ("from", "files_read", "source", "errors", "warnings")
"""Keys of the document that tell where a value was said, and not what it is."""


def known_of(document: Mapping[str, Any], file: Path, arch: str) -> dict[str, str]:
    """Give what a merged definition tells: name, version, system, the file and the hash of what was merged.

    document: that of appliance.describe, as image show --json prints it.
    """
    system = document["built_as"] or {"name": "", "version": ""}
    return {
        "name": document["name"]["value"],
        "version": f"{document['version']['value']}.{document['release']['value']}",
        "arch": arch or machine(),
        "os": system["name"],
        "os_version": system["version"],
        "file": file.name[:255],
        "hash": definition_hash(document),
    }


def definition_hash(document: Any) -> str:
    """Give the SHA256 of a merged definition, which does not tell where a value was said."""
    return hashlib.sha256(json.dumps(_bare(document), sort_keys=True).encode()).hexdigest()


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key not in _NO_PART}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def built_disk(directories: Mapping[str, str], method: str, platform: str, known: Mapping[str, str]) -> Path:
    """Find the disk below build/appliances, that of the platform before that of the system.  Raises Undelivered.

    directories: dir: of BoxGrinder's configuration file; known: what known_of() gives.
    """
    top = Path(directories.get("root", ".")) / directories.get("build", "build") / "appliances"
    place = top / known["arch"] / known["os"] / known["os_version"] / known["name"] / known["version"]
    wanted = (platform,) if platform else PLATFORMS.get(method, ())
    plugins = wanted if platform else (*wanted, known["os"])
    found: list[Path] = next(filter(None, (_disks(place / f"{plugin}-plugin") for plugin in plugins)), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise Undelivered(f"{place} has more than one disk: {', '.join(map(str, found))}; name one of them")
    makes = f"condor_elastic image build {known['file']}" + (f" -p {wanted[0]}" if wanted else "")
    raise Undelivered(f"no disk of {known['name']} {known['version']} is in {place}; {makes} makes one")


def _disks(directory: Path) -> list[Path]:
    return sorted(one for one in directory.glob("*") if one.suffix in DISKS) if directory.is_dir() else []
