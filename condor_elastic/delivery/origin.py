"""What an image was made from: the marks that it carries in a cloud."""

from __future__ import annotations

import json
import platform
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from condor_elastic import __version__
from condor_elastic.delivery.disk import Disk

_BUILT = re.compile(
    r"/appliances/(?P<arch>[^/]+)/(?P<os>[^/]+)/(?P<os_version>[^/]+)/(?P<name>[^/]+)/(?P<version>[^/]+)/[^/]+-plugin/[^/]+$"
)
_UNFIT = re.compile(r"[^A-Za-z0-9()./@'_-]+")
SHORT = 12
"""Characters of the disk's checksum in an image's name."""


@dataclass(frozen=True)
class Origin:
    """Whence an image is; version as VERSION.RELEASE, hash that of the merged definition, os as the build has it.

    built is in ISO 8601, recipe the builder's key of all that the disk was made of.  pool is the ELASTIC_POOL whose
    prune may delete it; empty, and nobody's does.
    """

    name: str
    version: str = "1.0"
    arch: str = ""
    os: str = ""
    os_version: str = ""
    file: str = ""
    hash: str = ""
    recipe: str = ""
    built: str = ""
    pool: str = ""

    def image_name(self, disk: Disk) -> str:
        """Give the name of this disk's image, which no other's has; EC2 takes 3 to 128 characters of a few kinds."""
        words = (self.name[:64], self.version, self.arch, disk.sha256[:SHORT])
        return _UNFIT.sub("-", "-".join(word for word in words if word))

    def tags(self, disk: Disk) -> dict[str, str]:
        """Give the marks as EC2 has them; what is not known is left out."""
        marks = {
            "Name": self.image_name(disk),
            "ElasticPool": self.pool,
            "ElasticAppliance": self.name,
            "ElasticApplianceVersion": self.version,
            "ElasticApplianceFile": self.file,
            "ElasticApplianceHash": self.hash,
            "ElasticArch": self.arch,
            "ElasticDisk": disk.sha256,
            "ElasticRecipe": self.recipe,
            "ElasticBuilt": self.built,
            "ElasticSoftware": f"condor-elastic {__version__}",
        }
        return {name: value for name, value in marks.items() if value}


def origin_of(disk: Disk, said: Mapping[str, str]) -> Origin:
    """Tell it from where the disk lies, from the file that a build leaves beside it, and from what was said instead."""
    path = disk.path.resolve()
    found = _BUILT.search(str(path))
    parts = found.groupdict() if found else {"name": path.stem.removesuffix("-sda"), "arch": platform.machine()}
    changed = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(disk.changed // 10**9))
    better = {**_about(path.with_name(f"{parts['name']}.json")), **said}
    return Origin(**{**parts, "built": changed, **{key: value for key, value in better.items() if value}})


def _about(file: Path) -> dict[str, str]:
    """Read what a build tells of its disk; nothing where there is no such file, or another one of this name."""
    try:
        said = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(said, dict) or not isinstance(said.get("recipe"), str):
        return {}
    definition = Path(str(said.get("definition") or "")).name
    built = str(said.get("built") or "").replace("+00:00", "Z")
    return {"recipe": said["recipe"], "file": definition[:255], "built": built}


def called_in_glance(tag: str) -> str:
    """Give the name of a mark as a property in Glance, where names are written small: elastic_appliance_hash."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", tag).lower()


