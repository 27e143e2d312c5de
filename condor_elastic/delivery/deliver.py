"""One delivery, by any method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from condor_elastic.delivery import glance, libvirt, local, sftp
from condor_elastic.delivery.disk import Disk, alone, read_disk
from condor_elastic.delivery.origin import Origin, origin_of
from condor_elastic.delivery.progress import Progress
from condor_elastic.delivery.result import Delivered
from condor_elastic.delivery.settings import PROPERTY
from condor_elastic.delivery.wrong import Undelivered

IDENTITY = ("name", "version", "arch", "os", "os_version", "pool")


def deliver(
    method: str, path: Path, settings: Mapping[str, Any], known: Mapping[str, str], progress: Progress
) -> Delivered:
    """Deliver a disk by a method with its settings (settings.py).

    known: what a definition or the pool tells of its origin; settings say it better.  Raises Undelivered.
    """
    with alone(path, progress):
        disk = read_disk(path, glance.ALGORITHMS if method == "openstack" else ("sha256",), progress)
        origin = origin_of(disk, {**known, **{name: settings[name] for name in IDENTITY if settings[name]}})
        done = _METHODS[method](disk, origin, settings, progress)
    if done.line and not origin.pool:
        never = "it has no mark of a pool (pool:NAME, as in ELASTIC_POOL), so that no prune ever deletes it"
        return replace(done, remarks=(*done.remarks, never))
    return done


def _ami(disk: Disk, origin: Origin, settings: Mapping[str, Any], progress: Progress) -> Delivered:
    from botocore.exceptions import BotoCoreError, ClientError

    from condor_elastic.delivery import ami
    from condor_elastic.delivery.accounts import ec2_account, open_clients
    from condor_elastic.gahp.ec2_errors import translate

    lanes = max(1, settings["parallel"])
    if settings["via"] == "s3" and not settings["bucket"]:
        raise Undelivered("via:s3 needs bucket:NAME")
    services = ("ec2", "ebs") if settings["via"] == "ebs" else ("ec2", "ebs", "s3")
    clients = open_clients(*ec2_account(settings), lanes, services)
    names = ("root_device", "volume_type", "volume_size", "delete_on_termination", "boot_mode", "path", "role",
             "verify")  # fmt: skip
    bucket = settings["bucket"] if settings["via"] == "s3" else ""  # the talk's own configuration names one
    wanted = ami.Wanted(clients.where, **{name: settings[name] for name in names}, bucket=bucket, lanes=lanes)
    try:
        return ami.deliver(clients, disk, origin, wanted, progress)
    except (BotoCoreError, ClientError) as error:
        told = translate(error)
        hint = "; the same command goes on from there" if not told.code.startswith("Auth") else ""
        raise Undelivered(f"EC2: {told.code}: {told.message}{hint}") from None


def _openstack(disk: Disk, origin: Origin, settings: Mapping[str, Any], progress: Progress) -> Delivered:
    from condor_elastic.delivery.accounts import glance_of
    from condor_elastic.gahp.driver import CloudError
    from condor_elastic.gahp.openstack_faults import translated

    names = ("public", "min_disk", "min_ram", "via", "uri")
    more = {name: value for name, value in settings.items() if PROPERTY.fullmatch(name) and name != "os_version"}
    wanted = glance.Wanted(**{name: settings[name] for name in names}, properties=more)
    try:
        with translated():
            return glance.deliver(glance_of(settings), disk, origin, wanted, progress)
    except CloudError as error:
        raise Undelivered(f"Glance: {error.message}") from None


_METHODS = {
    "ami": _ami, "openstack": _openstack, "libvirt": libvirt.deliver, "local": local.deliver, "sftp": sftp.deliver,
}  # fmt: skip
