"""Where packages come from: a definition's repositories, in the build and, if not ephemeral, in the image."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from condor_elastic.appliance.parts import Repo
from condor_elastic.builder.parts import BuildFailed, Order, Text
from condor_elastic.builder.systems import DEB, RPM, Base

SANDBOX, IMAGE = "mkosi.sandbox", "mkosi.extra"
OWN_LISTS = {DEB: "etc/apt/sources.list.d/mkosi.sources", RPM: "etc/yum.repos.d/mkosi.repo"}
"""A file of this name takes the place of mkosi's own list, which has Debian's debug archive too; mirrors do not."""
KEYRING = "/usr/share/keyrings/{}-archive-keyring.gpg"
SECURITY = "-security"
LOCAL = "file://"


def repositories(order: Order, base: Base, sources: Sequence[str]) -> dict[str, Text]:
    """Give the files of apt or dnf, below the build's and the image's own directories.

    sources are addresses of the system's archive, for which mkosi's own are taken if there are none.
    """
    files = _debs(order, base, sources) if base.family == DEB else _yum(order.appliance.repos)
    if not order.appliance.default_repos.value:
        if not order.appliance.repos:
            raise BuildFailed("default_repos is false, and there are no repos: nothing could be installed")
        files[f"{SANDBOX}/{OWN_LISTS[base.family]}"] = Text("# default_repos is false.\n")
    return files


def local_packages(order: Order, base: Base) -> list[Path]:
    """Give the packages that are files: of --os-config packages: and of repositories with an address file://.

    The build makes a repository of them that lasts as long as it does.  Raises BuildFailed where there are none; an
    address that has none does no harm if packages: says where they are.
    """
    places = [(f"--os-config packages:{order.local_packages}", order.local_packages)] if order.local_packages else []
    places += [(f"{repo.address.place}: {repo.address.value}", Path(repo.address.value[len(LOCAL) :]))
               for repo in order.appliance.repos if _is_local(repo)]  # fmt: skip
    found = []
    for said, directory in places:
        files = sorted(directory.rglob(f"*.{base.family}"))
        if not files and (directory == order.local_packages or not order.local_packages):
            raise BuildFailed(f"{said} has no packages: files *.{base.family} would be right")
        found += files
    return found


def _is_local(repo: Repo) -> bool:
    return repo.address.value.startswith(LOCAL)


def _debs(order: Order, base: Base, sources: Sequence[str]) -> dict[str, Text]:
    archive = _archive(base, [order.mirror] if order.mirror else sources)
    files = {f"{SANDBOX}/{OWN_LISTS[DEB]}": Text(archive)} if archive else {}
    for repo in order.appliance.repos:
        if _is_local(repo):
            continue
        path, text = f"etc/apt/sources.list.d/{repo.name.value}.sources", Text(_deb(repo))
        files[f"{SANDBOX}/{path}"] = text
        if not repo.ephemeral.value:
            files[f"{IMAGE}/{path}"] = text
    return files


def _archive(base: Base, sources: Sequence[str]) -> str:
    return "\n".join(_archive_part(base, address) for address in sources)


def _archive_part(base: Base, address: str) -> str:
    if address.rstrip("/").endswith(SECURITY):
        suites = f"{base.release}{SECURITY}"
    else:
        suites = base.release if base.release in ("sid", "unstable") else f"{base.release} {base.release}-updates"
    components = "main" if base.distribution == "debian" else "main universe"
    return _stanza(address, suites, components, f"Signed-By: {KEYRING.format(base.distribution)}")


def _deb(repo: Repo) -> str:
    """Read `ADDRESS [SUITE [COMPONENT ...]]`; an address alone is a flat repository."""
    if repo.kind != "baseurl":
        raise BuildFailed(f"{repo.address.place}: Debian's apt has no mirrorlist; a baseurl would be right")
    address, *words = repo.address.value.split()
    suite, components = (words[0], " ".join(words[1:]) or "main") if words else ("./", "")
    return _stanza(address, suite, components, "Trusted: yes")


def _stanza(address: str, suites: str, components: str, trust: str) -> str:
    parts = f"Components: {components}\n" if components else ""
    return f"Types: deb\nURIs: {address}\nSuites: {suites}\n{parts}{trust}\n"


def _yum(repos: Sequence[Repo]) -> dict[str, Text]:
    files = {}
    for repo in repos:
        if _is_local(repo):
            continue
        name = repo.name.value
        text = Text(f"[{name}]\nname={name}\n{repo.kind}={repo.address.value}\nenabled=1\ngpgcheck=0\n")
        path = f"etc/yum.repos.d/{name}.repo"
        files[f"{SANDBOX}/{path}"] = text
        if not repo.ephemeral.value:
            files[f"{IMAGE}/{path}"] = text
    return files
