"""What a build is told: the command line's word over that of BoxGrinder's configuration file, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from condor_elastic.appliance.options import Options, read_options
from condor_elastic.appliance.plugins import check_os, check_platform
from condor_elastic.appliance.settings import Settings
from condor_elastic.appliance.stated import Fault, Warn


@dataclass(frozen=True)
class Given:
    """What stands on the command line; the configurations as key:value,key:value, each of which may be repeated."""

    platform: str = ""
    os_config: Sequence[str] = ()
    platform_config: Sequence[str] = ()


@dataclass(frozen=True)
class BuildOptions:
    """The platform, empty for none, and the settings of system and platform."""

    platform: str = ""
    os: Options = field(default_factory=dict)
    of_platform: Options = field(default_factory=dict)

    def remarks(self) -> Iterator[Fault | Warn]:
        """Say what is wrong with them."""
        yield from check_os(self.os)
        yield from check_platform(self.platform, self.of_platform)


def build_options(settings: Settings, given: Given) -> BuildOptions:
    """Put both together; raises BadAppliance for what is not key:value."""
    platform = _chosen(given.platform or settings.platform)
    return BuildOptions(
        platform,
        {**settings.os_config, **read_options("--os-config", given.os_config)},
        {**settings.of_plugin(platform, "platform"), **read_options("--platform-config", given.platform_config)},
    )


def _chosen(name: str) -> str:
    return "" if name == "none" else name
