"""Delivery to a directory of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from condor_elastic.delivery.copy import copy
from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.origin import Origin
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.wrong import Undelivered


def deliver(disk: Disk, origin: Origin, settings: Mapping[str, Any], progress: Progress) -> Delivered:
    """Copy the disk to path.  Raises Undelivered."""
    if settings["package"]:
        raise Undelivered("package:true: no archive is made, as the disk is sparse and a copy of it too; leave it out")
    target = Path(settings["path"]).absolute() / file_name(disk, origin)
    existed = copy(disk, target, 0o644, progress, overwrite=settings["overwrite"])
    return Delivered("local", str(target), target.name, disk.sha256, existed)


def file_name(disk: Disk, origin: Origin) -> str:
    """Give the name of the copy: of a build that is the appliance's, with its version, as BoxGrinder's packages had."""
    words = (origin.name, origin.version, origin.os, origin.os_version, origin.arch)
    return "-".join(word for word in words if word) + ("" if not disk.format else f".{disk.format}")
