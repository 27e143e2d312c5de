"""Delivery to OpenStack: an image in Glance, whose checksum is compared with the disk's.

https://docs.openstack.org/api-ref/image/v2/: an image is made, then gets its data; if anything goes wrong in between,
it is deleted, and what a killed delivery has left is deleted by the next.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.extents import CHUNK
from condor_elastic.delivery.origin import Origin, called_in_glance
from condor_elastic.delivery.progress import Advance, Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.wrong import Undelivered

HALF = ("queued", "saving", "uploading", "importing")
"""States in which an image has not all of its data."""
_ANSWER = 3600
"""Seconds that Glance has to answer once it has all the data: it copies them to where it keeps them."""
_EVERY = 2.0
ALGORITHMS = ("sha256", "sha512")
"""Checksums taken of the disk: ours, and what Glance has by default (os_hash_algo)."""


@dataclass(frozen=True)
class Wanted:
    """How the image is made.

    min_disk in GiB, None for the disk's size; min_ram in MB; via: upload, import or web-download (of uri).
    """

    public: bool = False
    min_disk: int | None = None
    min_ram: int = 0
    via: str = "upload"
    uri: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


def deliver(
    connection: Any,
    disk: Disk,
    origin: Origin,
    wanted: Wanted,
    progress: Progress,
    wait: Callable[[float], Any] = time.sleep,
) -> Delivered:
    """Give the image of this disk; one that is there is not made again.

    Raises Undelivered, and what the SDK raises.
    """
    if wanted.via == "web-download" and not wanted.uri:
        raise Undelivered("via:web-download needs uri:ADDRESS, from which the cloud gets the disk")
    glance = connection.image
    image, left = _seen(glance, connection.current_project_id, disk)
    if image:
        _must_be_right(image, disk)
        return _told(image, disk, existed=True)
    for one in left:
        _delete(glance, one["id"])
    body = _body(disk, origin, wanted)
    image = _answer(glance.post("/images", json=body))
    try:
        _fill(glance, image["id"], disk, wanted, progress)
        image = _until_active(glance, image["id"], progress, wait)
        disk.must_be_unchanged()
        _must_be_right(image, disk)
    except BaseException:  # Ctrl-C too: nothing half done stays
        with suppress(Exception):  # if the cloud is gone, the next delivery deletes it
            _delete(glance, image["id"])
        raise
    cleared = (f"deleted {len(left)} that an interrupted delivery had left half uploaded",) if left else ()
    return _told(image, disk, existed=False, remarks=cleared)


def _seen(glance: Any, project: str, disk: Disk) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Give this disk's image, and those of it that have not all of their data."""
    mark = {called_in_glance("ElasticDisk"): disk.sha256, "owner": project}
    found = list(listed(glance, mark))
    active = [one for one in found if one["status"] == "active"]
    return (active[0] if active else None), [one for one in found if one["status"] in HALF]


def listed(glance: Any, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """List images with these properties, all pages of them."""
    more: dict[str, str] = {}
    while True:
        page = _answer(glance.get("/images", params={**query, "limit": "200", **more}))
        yield from page["images"]
        if not page.get("next"):
            return
        more = {"marker": page["images"][-1]["id"]}


def _body(disk: Disk, origin: Origin, wanted: Wanted) -> dict[str, Any]:
    uefi = disk.firmware is not None and disk.firmware.uefi and not disk.firmware.bios
    properties = {
        "hw_disk_bus": "virtio",
        "hw_vif_model": "virtio",
        "hw_rng_model": "virtio",
        "os_type": "linux",
        **({"hw_firmware_type": "uefi"} if uefi or origin.arch in ("aarch64", "arm64") else {}),
        **({"os_distro": origin.os} if origin.os else {}),
        **({"os_version": origin.os_version} if origin.os_version else {}),
        **({"architecture": origin.arch} if origin.arch else {}),
        **{called_in_glance(name): value for name, value in origin.tags(disk).items() if name != "Name"},
        **wanted.properties,
    }
    return {
        "name": origin.image_name(disk),
        "disk_format": disk.format if disk.format != "vhd" else "vpc",
        "container_format": "bare",
        "visibility": "public" if wanted.public else "private",
        "min_disk": disk.gigabytes if wanted.min_disk is None else wanted.min_disk,
        "min_ram": wanted.min_ram,
        **{name: value for name, value in properties.items() if value},  # hw_disk_bus: with no value leaves it out
    }


class _Stream:
    """A disk as requests sends it: of a known length, read as it goes."""

    def __init__(self, handle: int, length: int, advance: Advance) -> None:
        self._handle, self._length, self._advance, self._at = handle, length, advance, 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read():
            yield piece

    def read(self, _: int = -1) -> bytes:
        """Give a MiB, whatever is asked for: http.client asks for 16 KiB at a time, and takes more."""
        piece = os.pread(self._handle, min(CHUNK, self._length - self._at), self._at)
        self._at += len(piece)
        self._advance(len(piece))
        return piece


def _fill(glance: Any, image: str, disk: Disk, wanted: Wanted, progress: Progress) -> None:
    if wanted.via != "web-download":
        where = "file" if wanted.via == "upload" else "stage"
        headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
        with disk.path.open("rb") as file, progress(f"image {image}", disk.length) as advance:
            stream = _Stream(file.fileno(), disk.length, advance)
            _answer(glance.put(f"/images/{image}/{where}", data=stream, headers=headers, timeout=_ANSWER))
    if wanted.via != "upload":
        how = {"name": "glance-direct"} if wanted.via == "import" else {"name": "web-download", "uri": wanted.uri}
        _answer(glance.post(f"/images/{image}/import", json={"method": how}))


def _until_active(glance: Any, image: str, progress: Progress, wait: Callable[[float], Any]) -> dict[str, Any]:
    with progress(f"Glance's own work on {image}", 0):
        while True:
            found = _answer(glance.get(f"/images/{image}"))
            if found["status"] == "active":
                return dict(found)
            if found["status"] not in HALF or found.get("os_glance_failed_import"):
                raise Undelivered(f"image {image} is {found['status']} and does not become active"
                                  + (f": {found['message']}" if found.get("message") else ""))  # fmt: skip
            wait(_EVERY)


def _must_be_right(image: Mapping[str, Any], disk: Disk) -> None:
    """Compare Glance's checksum, and the size, with the disk's; raises Undelivered."""
    name, theirs = str(image.get("os_hash_algo") or "md5"), image.get("os_hash_value") or image.get("checksum")
    if image["size"] != disk.length:
        raise Undelivered(f"image {image['id']} has {image['size']} bytes, and {disk.path} {disk.length}")
    ours = disk.digests.get(name) or _digest(disk, name)
    if theirs != ours:
        raise Undelivered(f"image {image['id']} has {name} {theirs}, and {disk.path} {ours}")


def _digest(disk: Disk, name: str) -> str:
    with disk.path.open("rb") as file:
        found = hashlib.new(name, usedforsecurity=False)
        while piece := file.read(CHUNK):
            found.update(piece)
        return found.hexdigest()


def _delete(glance: Any, image: str) -> None:
    answer = glance.delete(f"/images/{image}")
    if answer.status_code != 404:  # noqa: PLR2004  HTTP's own; gone already is as good
        _answer(answer)


def _answer(answer: Any) -> Any:
    from openstack.exceptions import raise_from_response

    raise_from_response(answer)
    return answer.json() if answer.content else {}


def _told(image: Mapping[str, Any], disk: Disk, *, existed: bool, remarks: tuple[str, ...] = ()) -> Delivered:
    checked = f"{image.get('os_hash_algo') or 'md5'} compared"
    line = f"ec2_ami_id = {image['id']}"
    return Delivered("openstack", image["id"], image["name"], disk.sha256, existed, line, (checked, *remarks))
