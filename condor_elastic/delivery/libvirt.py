"""Delivery to libvirt: the disk into the directory of a pool, and a domain's XML beside it.

https://libvirt.org/formatdomain.html; the disk's firmware decides on firmware='efi'.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

from condor_elastic.delivery import sftp
from condor_elastic.delivery.copy import copy
from condor_elastic.delivery.disk import Disk
from condor_elastic.delivery.local import file_name
from condor_elastic.delivery.origin import Origin
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.wrong import Undelivered

_PREFIX = {"virtio": "vd", "scsi": "sd", "sata": "sd", "usb": "sd", "ide": "hd"}


def deliver(disk: Disk, origin: Origin, settings: Mapping[str, Any], progress: Progress) -> Delivered:
    """Bring the disk to image_delivery_uri, a directory or sftp://; write the XML, and define the domain if told to.

    Raises Undelivered.
    """
    if disk.format not in ("raw", "qcow2"):
        raise Undelivered(f"{disk.path} is a {disk.format} disk, and libvirt takes raw and qcow2 here")
    name = settings["appliance_name"] or origin.image_name(disk)
    where, file = urlsplit(settings["image_delivery_uri"]), file_name(disk, origin)
    remote = where.scheme == "sftp"
    directory = unquote(where.path) if where.scheme else settings["image_delivery_uri"]
    if where.scheme not in ("", "file", "sftp"):
        raise Undelivered(f"image_delivery_uri:{settings['image_delivery_uri']} is neither a directory nor sftp://")
    text = domain(disk, name, str(Path(settings["libvirt_image_uri"] or directory) / file), settings)
    text = _filtered(text, settings["script"]) if settings["script"] else text
    place = str(Path(directory) / file) if not remote else f"sftp://{where.netloc}{directory.rstrip('/')}/{file}"
    existed = True
    if not settings["xml_only"] and remote:
        existed = sftp.deliver(disk, origin, sftp.settings_of(where, directory, settings), progress).existed
    elif not settings["xml_only"]:
        target = Path(directory) / file
        existed = copy(disk, target, settings["default_permissions"], progress, overwrite=settings["overwrite"])
    xml = (disk.path if remote else Path(directory) / file).with_suffix(".xml")
    xml.write_text(text)
    remarks = [f"domain: {xml}"]
    if settings["connection_uri"]:
        remarks.append(_define(settings["connection_uri"], xml))
    return Delivered("libvirt", place, name, disk.sha256, existed, remarks=tuple(remarks))


def domain(disk: Disk, name: str, source: str, settings: Mapping[str, Any]) -> str:
    """Write the XML of a domain that boots the disk, with a serial console as the clouds show it."""
    top = ET.Element("domain", type=settings["domain_type"])
    ET.SubElement(top, "name").text = name
    ET.SubElement(top, "memory", unit="MiB").text = str(settings["memory"])
    ET.SubElement(top, "vcpu").text = str(settings["cpus"])
    uefi = disk.firmware is not None and disk.firmware.uefi and not disk.firmware.bios
    system = ET.SubElement(top, "os", {"firmware": "efi"} if uefi else {})
    ET.SubElement(system, "type").text = settings["virt_type"]
    features = ET.SubElement(top, "features")
    ET.SubElement(features, "acpi")
    ET.SubElement(top, "on_poweroff").text = "destroy"
    devices = ET.SubElement(top, "devices")
    drive = ET.SubElement(devices, "disk", type="file", device="disk")
    ET.SubElement(drive, "driver", name="qemu", type=disk.format)
    ET.SubElement(drive, "source", file=source)
    ET.SubElement(drive, "target", dev=f"{_PREFIX.get(settings['bus'], 'vd')}a", bus=settings["bus"])
    card = ET.SubElement(devices, "interface", type="network")
    ET.SubElement(card, "source", network=settings["network"])
    if settings["mac"]:
        ET.SubElement(card, "mac", address=settings["mac"])
    ET.SubElement(card, "model", type="virtio")
    ET.SubElement(ET.SubElement(devices, "serial", type="pty"), "target", port="0")
    ET.SubElement(ET.SubElement(devices, "console", type="pty"), "target", type="serial", port="0")
    ET.SubElement(ET.SubElement(devices, "rng", model="virtio"), "backend", model="random").text = "/dev/urandom"
    ET.indent(top)
    return ET.tostring(top, encoding="unicode") + "\n"


def _filtered(text: str, script: str) -> str:
    """Give what a site's own program makes of the XML, from stdin to stdout."""
    try:
        done = subprocess.run([script], input=text, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Undelivered(f"script:{script} cannot be run: {error.strerror}") from None
    if done.returncode:
        raise Undelivered(f"script:{script} ended with status {done.returncode}: {' '.join(done.stderr.split())}")
    return done.stdout


def _define(uri: str, xml: Path) -> str:
    try:
        done = subprocess.run(["virsh", "-c", uri, "define", str(xml)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Undelivered(f"connection_uri:{uri} needs virsh (package libvirt-clients), and it is not here") from None
    if done.returncode:
        raise Undelivered(f"virsh -c {uri} define {xml}: {' '.join(done.stderr.split())}")
    return f"defined at {uri}"
