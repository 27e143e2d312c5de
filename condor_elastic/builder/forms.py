"""What a platform takes: the form of its disk, and what describes a machine that has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from condor_elastic.builder.describe import domain, ovf
from condor_elastic.builder.parts import Order

Describe = Callable[[Order, str, int], str]
"""Writes the description of a machine: the order, its disk's file name, and the disk's size in bytes."""


@dataclass(frozen=True)
class Form:
    """A platform's deliverable: the ending of the disk, qemu-img's options, and other files by their ending."""

    ending: str
    options: str
    others: tuple[tuple[str, Describe], ...] = ()


QCOW2 = "-O qcow2 -c -o compression_type=zlib"
"""zlib, as Glance and older libvirts of sites do not know zstd."""
FORMS = {
    "ec2": Form("raw", "-O raw"),
    "openstack": Form("qcow2", QCOW2),
    "libvirt": Form("qcow2", QCOW2, (("xml", domain),)),
    "kvm": Form("qcow2", QCOW2, (("xml", domain),)),
    "virtualbox": Form("vmdk", "-O vmdk -o subformat=streamOptimized", (("ovf", ovf),)),
    "vmware": Form("vmdk", "-O vmdk -o subformat=streamOptimized,adapter_type=lsilogic", (("ovf", ovf),)),
    "virtualpc": Form("vhd", "-O vpc -o subformat=dynamic,force_size=on"),
}
"""By BoxGrinder's platform names; ec2's raw disk is what EBS takes, vhd what import by S3 may take."""
