"""BoxGrinder's platforms and delivery methods, and the settings that each takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from condor_elastic.appliance.options import Option, Options
from condor_elastic.appliance.stated import Fault, Warn
from condor_elastic.knobs.near import near

BASE = "base"
PLATFORMS = ("ec2", "openstack", "kvm", "libvirt", "vmware", "virtualbox", "virtualpc")
"""For which an image is made; openstack, kvm and libvirt are ours, BoxGrinder's image without a platform was kvm's."""


@dataclass(frozen=True)
class Plugin:
    """A delivery method or platform: the name under plugins in the configuration, and its settings."""

    name: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def settings(self) -> tuple[str, ...]:
        """Give all settings."""
        return self.required + self.optional


S3 = ("bucket", "access_key", "secret_access_key")
S3_MORE = ("path", "region", "overwrite", "kernel", "ramdisk", "block_device_mappings", "url")
AMI_MORE = ("account_number", "cert_file", "key_file", "snapshot")
PLATFORM_PLUGINS = {"vmware": Plugin("vmware", ("type",), ("thin_disk",))}
DELIVERIES = {
    "local": Plugin("local", ("path",), ("overwrite", "package")),
    "sftp": Plugin("sftp", ("path", "username", "host"), ("password", "identity", "i", "overwrite",
                                                          "default_permissions")),
    "s3": Plugin("s3", S3, (*S3_MORE, *AMI_MORE)),
    "cloudfront": Plugin("s3", S3, (*S3_MORE, *AMI_MORE)),
    "ami": Plugin("s3", S3, (*S3_MORE, *AMI_MORE)),
    "ebs": Plugin("ebs", ("access_key", "secret_access_key", "account_number"),
                  ("availability_zone", "delete_on_termination", "overwrite", "snapshot", "preserve_snapshots",
                   "terminate_instances", "block_device_mappings")),
    "openstack": Plugin("openstack", (), ("host", "port", "schema", "overwrite", "public", "username", "password",
                                          "tenant")),
    "libvirt": Plugin("libvirt", (), ("connection_uri", "image_delivery_uri", "libvirt_image_uri",
                                      "default_permissions", "overwrite", "script", "remote_no_verify",
                                      "xml_only", "appliance_name", "domain_type", "virt_type", "bus", "network", "mac",
                                      "noautoconsole")),
}  # fmt: skip
"""By the method's name; one plugin served three."""
OS_PLUGINS = ("fedora", "centos", "rhel", "sl")
"""BoxGrinder's plugins of systems, whose format stood under plugins too."""
OS_SETTINGS = ("format", "name", "version")
"""What --os-config takes: BoxGrinder's format, and the system that is to be built."""
FORMATS = ("raw", "qcow2", "vmdk")
SECRETS = ("password", "secret_access_key", "access_key", "cert_file", "key_file", "identity", "i")


def check_os(options: Options) -> Iterator[Fault | Warn]:
    """Say what is wrong with --os-config."""
    yield from _unknown("--os-config", options, OS_SETTINGS)
    made = options.get("format", FORMATS[0])
    if made not in FORMATS:
        yield Fault(None, f"--os-config format:{made} is not one of {', '.join(FORMATS)}{near(str(made), FORMATS)}")


def check_platform(platform: str, options: Mapping[str, Option]) -> Iterator[Fault | Warn]:
    """Say what is wrong with a platform and its settings; options are those of the file and the command line."""
    if platform and platform not in PLATFORMS:
        yield Fault(None, f"the platform {platform} is unknown{near(platform, PLATFORMS) or _known(PLATFORMS)}")
        return
    yield from _settings("platform", platform, PLATFORM_PLUGINS.get(platform, Plugin(platform)), options)


def _settings(kind: str, name: str, plugin: Plugin, options: Mapping[str, Option]) -> Iterator[Fault | Warn]:
    if not name:
        if options:
            yield Warn(None, f"{kind}-config says {', '.join(options)}, and no {kind} is chosen (--{kind})")
        return
    for key in plugin.required:
        if options.get(key) in (None, ""):
            there = f"{key} of plugins: {plugin.name}: in the configuration file"
            yield Fault(None, f"{name} needs {key}: --{kind}-config {key}:VALUE, or {there}")
    yield from _unknown(name, options, plugin.settings)


def _known(names: Iterable[str]) -> str:
    return f"; known: {', '.join(names)}"


def _unknown(who: str, options: Mapping[str, Option], known: tuple[str, ...]) -> Iterator[Warn]:
    for key in options:
        if key not in known:
            yield Warn(None, f"{who} has no setting {key}{near(key, known)}")
