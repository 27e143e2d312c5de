"""An appliance as a table, where each value has its place, and as one JSON document."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from condor_elastic.appliance.files import Copied, target
from condor_elastic.appliance.parts import Appliance, Repo
from condor_elastic.appliance.read import Reading
from condor_elastic.appliance.stated import Place, Stated

Row = tuple[str, str, str]
TITLES = ("WHAT", "VALUE", "FROM")
HIDDEN = "********"


def headline(reading: Reading) -> list[str]:
    """Say in two lines what it is, what it becomes, and of which files it is made, ancestors first."""
    one = reading.appliance
    summary = f": {one.summary.value}" if one.summary else ""
    return [
        f"{one.name.value} {one.version.value}.{one.release.value}{summary}",
        f"of {', '.join(_file(each) for each in one.chain)}",
    ]


def rows(reading: Reading) -> list[Row]:
    """Make the rows of the table: what, value, and the place where it was said."""
    one = reading.appliance
    return [*_system(reading), *_hardware(one), *_repos(one), *_packages(one), *_files(reading), *_post(one),
            *_variables(one)]  # fmt: skip


def _system(reading: Reading) -> Iterator[Row]:
    said_os, built = reading.appliance.os, reading.system
    for name, said in (("os.name", said_os.name), ("os.version", said_os.version)):
        if said:
            yield name, said.value, _from(said)
    written = [each.value if each else "" for each in (said_os.name, said_os.version)]
    if built and [built.name, built.version] != written:
        yield "built as", f"{built.name} {built.version}", "--os-config, or the table of dead systems"
    yield "os.password", HIDDEN if said_os.password else "none: root is locked", _from(said_os.password)


def _hardware(one: Appliance) -> Iterator[Row]:
    yield "hardware.cpus", str(one.hardware.cpus.value), _from(one.hardware.cpus)
    yield "hardware.memory", f"{one.hardware.memory.value} MB", _from(one.hardware.memory)
    for part in one.hardware.in_order():
        places = dict.fromkeys((_from(part.size), _from(part.type)))
        yield f"partition {part.mountpoint}", f"{part.size.value:g} GB {part.type.value}", ", ".join(places)


def _repos(one: Appliance) -> Iterator[Row]:
    if not one.default_repos.value:
        yield "default_repos", "false", _from(one.default_repos)
    for repo in one.repos:
        more = ", for the build only" if repo.ephemeral.value else ""
        kind = "" if repo.kind == "baseurl" else f"{repo.kind} "
        yield f"repo {repo.name.value}", f"{kind}{repo.address.value}{more}", _from(repo.name)


def _packages(one: Appliance) -> Iterator[Row]:
    for package in one.packages:
        yield "package", package.value, _from(package)


def _files(reading: Reading) -> Iterator[Row]:
    there = [each for each in reading.files if isinstance(each, Copied)]
    for directory, entries in reading.appliance.files.items():
        for entry in entries:
            found = [each.target for each in there if each.entry == entry and each.target.startswith(directory)]
            yield "file", ", ".join(dict.fromkeys(found)) or _target(directory, entry), _from(entry)


def _target(directory: str, entry: Stated[str]) -> str:
    remote = "://" in entry.value
    return f"{entry.value} into {directory}" if remote else target(directory, entry.value)


def _post(one: Appliance) -> Iterator[Row]:
    for platform, lines in one.post.items():
        for line in lines:
            yield f"post.{platform}", line.value, _from(line)


def _variables(one: Appliance) -> Iterator[Row]:
    for name, said in one.variables.items():
        yield f"variable {name}", said.value, _from(said)


def document(reading: Reading) -> dict[str, Any]:
    """Make the JSON document; each value is {value, from}, and from is {file, line, column}, or null for a default."""
    one, hardware = reading.appliance, reading.appliance.hardware
    system = reading.system
    return {
        "name": _said(one.name),
        "summary": _said(one.summary),
        "version": _said(one.version),
        "release": _said(one.release),
        "appliances": [each.value for each in one.chain[:-1]],
        "files_read": [_file(each) for each in one.chain],
        "os": {"name": _said(one.os.name), "version": _said(one.os.version),
               "password": _said(Stated(HIDDEN, one.os.password.place) if one.os.password else None)},
        "built_as": {"name": system.name, "version": system.version} if system else None,
        "hardware": {
            "cpus": _said(hardware.cpus),
            "memory": _said(hardware.memory),
            "partitions": [{"mountpoint": part.mountpoint, "size": _said(part.size), "type": _said(part.type)}
                           for part in hardware.in_order()],
        },
        "default_repos": _said(one.default_repos),
        "repos": [_repo(repo) for repo in one.repos],
        "packages": [_said(each) for each in one.packages],
        "files": [_placed(each) for each in reading.files],
        "post": {platform: [_said(line) for line in lines] for platform, lines in one.post.items()},
        "variables": {name: _said(said) for name, said in one.variables.items()},
        "errors": [_remark(each.place, each.said) for each in reading.faults],
        "warnings": [_remark(each.place, each.said) for each in reading.warnings],
    }  # fmt: skip


def _repo(repo: Repo) -> dict[str, Any]:
    return {"name": _said(repo.name), repo.kind: _said(repo.address), "ephemeral": _said(repo.ephemeral)}


def _placed(each: Any) -> dict[str, Any]:
    if isinstance(each, Copied):
        return {"source": each.source, "target": each.target, "from": _place(each.entry.place)}
    return {"address": each.address, "directory": each.directory, "from": _place(each.entry.place)}


def _remark(place: Place | None, said: str) -> dict[str, Any]:
    return {"said": said, "from": _place(place)}


def _said(one: Stated[Any] | None) -> dict[str, Any] | None:
    return None if one is None else {"value": one.value, "from": _place(one.place)}


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line or None, "column": place.column or None}


def _from(one: Stated[Any] | None) -> str:
    """Name file and line; all files are in one directory, which the headline has."""
    if one is None or one.place is None:
        return "default"
    return str(replace(one.place, file=os.path.basename(one.place.file)))


def _file(one: Stated[str]) -> str:
    return one.place.file if one.place else one.value
