"""Names of packages: what a definition of 2013 calls otherwise than today's systems do."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.appliance.stated import Stated
from condor_elastic.builder.parts import BuildFailed
from condor_elastic.builder.systems import DEB, RPM

GONE = ""
"""The builder brings what takes its place, or nothing is needed."""
NOW = {
    RPM: {
        "grub": GONE,
        "yum-priorities": GONE,
        "system-config-firewall-base": GONE,
        "@base": "@core",
        "ntp": "chrony",
        "python": "python3",
        "condor-cream-gahp": GONE,
        "redhat-lsb": "redhat-lsb-core",
    },
    DEB: {
        "@core": GONE,
        "@base": GONE,
        "kernel": GONE,
        "grub": GONE,
        "yum": GONE,
        "dnf": GONE,
        "yum-priorities": GONE,
        "epel-release": GONE,
        "bind-utils": "bind9-dnsutils",
        "ntp": "chrony",
        "openssh-clients": "openssh-client",
        "vim-enhanced": "vim",
        "vim-minimal": "vim-tiny",
        "nfs-utils": "nfs-common",
        "httpd": "apache2",
        "python": "python3",
        "redhat-lsb": "lsb-release",
        "redhat-lsb-core": "lsb-release",
        "iputils": "iputils-ping",
        "procps-ng": "procps",
        "condor-stable-release": GONE,
    },
}
"""By family; what is not here is taken as it is said."""


def todays(packages: Iterable[Stated[str]], family: str) -> tuple[list[str], list[str]]:
    """Give the packages by today's names, each once, and a remark for each that has another; raises BuildFailed.

    Globs and groups (@name) are dnf's; Debian has neither.
    """
    names: dict[str, None] = {}
    remarks: dict[str, None] = {}
    for package in packages:
        now = NOW[family].get(package.value, package.value)
        if now != package.value:
            place = f"{package.place}: " if package.place else ""
            remarks[f"{place}{package.value} is {f'now {now}' if now else 'not needed any more'}"] = None
        if family == DEB and now.startswith("@"):
            raise BuildFailed(f"{package.place}: {now} is a group, and Debian has none; name the packages that it is")
        if now:
            names[now] = None
    return list(names), list(remarks)
