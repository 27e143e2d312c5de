"""What --delivery-config takes, method by method: BoxGrinder's settings where it had them, and ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.delivery.wrong import Undelivered
from condor_elastic.knobs.near import near

TRUE, FALSE = ("true", "yes", "y", "on"), ("false", "no", "n", "off")


@dataclass(frozen=True)
class Setting:
    """The kind of value, the default, and whether the command line may say it: every user can read that."""

    kind: Callable[[str], Any]
    default: Any
    secret: bool = False


def text(said: str) -> str:
    """Take any text."""
    return said


def whole(said: str) -> int:
    """Take a whole number."""
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise ValueError("a whole number")
    return int(said)


def flag(said: str) -> bool:
    """Take true or false, in BoxGrinder's words."""
    if said.lower() not in TRUE + FALSE:
        raise ValueError("true or false")
    return said.lower() in TRUE


def mode(said: str) -> int:
    """Take the permissions of a file, in octal."""
    if not re.fullmatch(r"[0-7]{3,4}", said):
        raise ValueError("permissions in octal, such as 0644")
    return int(said, 8)


def one_of(*words: str) -> Callable[[str], str]:
    """Take one of these words."""

    def take(said: str) -> str:
        if said not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return said

    return take


TEXT, SECRET, NO, YES = Setting(text, ""), Setting(text, "", secret=True), Setting(flag, False), Setting(flag, True)
ALL = {"name": TEXT, "version": TEXT, "arch": TEXT, "os": TEXT, "os_version": TEXT, "pool": TEXT}
"""Of every method: what the image is called where a bare disk does not tell, and whose prune may delete it."""
ACCOUNT = {"fleet": TEXT, "url": TEXT, "region": TEXT}
AMI = {
    **ACCOUNT, "profile": TEXT, "access_key_file": TEXT, "secret_access_key_file": TEXT, "access_key": SECRET,
    "secret_access_key": SECRET, "via": Setting(one_of("ebs", "s3"), "ebs"), "bucket": TEXT, "path": TEXT,
    "role": Setting(text, "vmimport"), "parallel": Setting(whole, 16), "root_device": Setting(text, "/dev/xvda"),
    "volume_type": Setting(text, "gp3"), "volume_size": Setting(whole, 0), "delete_on_termination": YES, "verify": NO,
    "boot_mode": Setting(one_of("", "legacy-bios", "uefi", "uefi-preferred"), ""),
}  # fmt: skip
OPENSTACK = {
    **ACCOUNT, "cloud": TEXT, "clouds_file": TEXT, "public": NO, "min_disk": Setting(whole, None),
    "min_ram": Setting(whole, 0), "via": Setting(one_of("upload", "import", "web-download"), "upload"), "uri": TEXT,
}  # fmt: skip
LIBVIRT = {
    "image_delivery_uri": Setting(text, "/var/lib/libvirt/images"), "libvirt_image_uri": TEXT, "connection_uri": TEXT,
    "default_permissions": Setting(mode, 0o770), "overwrite": NO, "xml_only": NO, "appliance_name": TEXT,
    "domain_type": Setting(text, "kvm"), "virt_type": Setting(text, "hvm"), "bus": Setting(text, "virtio"),
    "network": Setting(text, "default"), "mac": TEXT, "script": TEXT, "cpus": Setting(whole, 1),
    "memory": Setting(whole, 1024),
}  # fmt: skip
LOCAL = {"path": TEXT, "overwrite": NO, "package": NO}
SFTP = {
    "path": TEXT, "host": TEXT, "port": Setting(whole, 22), "username": TEXT, "identity": TEXT, "i": TEXT,
    "overwrite": NO, "default_permissions": Setting(mode, 0o644),
}  # fmt: skip
METHODS: dict[str, dict[str, Setting]] = {
    "ami": {**ALL, **AMI}, "openstack": {**ALL, **OPENSTACK}, "libvirt": {**ALL, **LIBVIRT}, "local": {**ALL, **LOCAL},
    "sftp": {**ALL, **SFTP},
}  # fmt: skip
NEEDED = {"local": ("path",), "sftp": ("host", "path")}
"""What must be said."""
SECTIONS = {"ami": ("s3", "ebs", "ami")}
"""Whose plugins: sections of BoxGrinder's configuration count, the last the most; others have one of their name."""
_AMI_GONE = "means nothing to an image that is registered from a snapshot"
GONE = {
    "ami": {**dict.fromkeys(("account_number", "cert_file", "key_file", "kernel", "ramdisk", "snapshot",
                             "preserve_snapshots", "availability_zone", "terminate_instances"), _AMI_GONE),
            "overwrite": "is not needed: each disk has an image of its own, and image prune deletes the old",
            "block_device_mappings": "is said in the fleet's SUBMIT (ec2_parameter_BlockDeviceMapping_1_...)"},
    "openstack": {**dict.fromkeys(("host", "port", "schema", "username", "password", "tenant"),
                                  "stands in clouds.yaml today; say cloud:NAME"),
                  "overwrite": "is not needed: each disk has an image of its own, and image prune deletes the old"},
    "libvirt": {"noautoconsole": "means nothing: no console is opened",
                "remote_no_verify": "is not done: the host's key must be in known_hosts"},
    "sftp": {"password": "is not used: ssh has keys (identity:FILE, or an agent)"},
}  # fmt: skip
"""BoxGrinder's settings that are read and not used, and why."""
PROPERTY = re.compile(r"(hw|os|img|trait)[_:].+")
"""Glance's own properties, which are taken as they are said."""


def read_config(values: Iterable[str]) -> dict[str, str]:
    """Read key:value,key:value as text; the first colon ends the key, the last of two values counts."""
    said = {}
    for entry in ",".join(values).split(",") if values else ():
        found = re.fullmatch(r"(\S+?):(\S*)", entry)
        if not found:
            raise Undelivered(f"--delivery-config {entry!r} is not key:value")
        said[found[1]] = found[2]
    return said


def settings_of(
    method: str, by_file: Mapping[str, str], by_hand: Mapping[str, str]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Put defaults, the configuration file and the command line together; give the values and remarks.

    Raises Undelivered.
    """
    known, gone = METHODS[method], GONE.get(method, {})
    values = {name: setting.default for name, setting in known.items()}
    remarks = []
    for name in by_hand:
        if name in known and known[name].secret:
            raise Undelivered(f"--delivery-config {name}: any user of this machine can read it there; write it into "
                              f"BoxGrinder's configuration file, or say {name}_file:FILE")  # fmt: skip
    for name, said in {**by_file, **by_hand}.items():
        if name in known:
            values[name] = _value(method, name, said, known[name])
        elif method == "openstack" and PROPERTY.fullmatch(name):
            values[name] = said
        elif name in gone:
            remarks.append(f"{name} {gone[name]}")
        else:
            raise Undelivered(f"{method} has no setting {name}{near(name, known)}; it has {', '.join(sorted(known))}")
    for name in NEEDED.get(method, ()):
        if not values[name]:
            there = f"{name} of plugins: {method}: in BoxGrinder's configuration file"
            raise Undelivered(f"{method} needs {name}: --delivery-config {name}:VALUE, or {there}")
    return values, tuple(remarks)


def _value(method: str, name: str, said: str, setting: Setting) -> Any:
    try:
        return setting.kind(said)
    except ValueError as error:
        raise Undelivered(f"{method}'s {name}:{said} is not {error}") from None
