"""Where the files of an appliance come from, and where the image has them."""

from __future__ import annotations

import glob
import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from condor_elastic.appliance.parts import Appliance
from condor_elastic.appliance.stated import Fault, Stated


@dataclass(frozen=True)
class Copied:
    """A file, or a directory with all that is in it, and its path in the image; it keeps its mode."""

    entry: Stated[str]
    source: str
    target: str


@dataclass(frozen=True)
class Fetched:
    """An address whose file the image's own curl puts into a directory."""

    entry: Stated[str]
    address: str
    directory: str





def placed(appliance: Appliance, root: str = "/") -> list[Copied | Fetched | Fault]:
    """Give all files in the order in which they are installed, and a fault for each that is not there.

    root is where absolute paths are looked up, as below DESTDIR.  Relative ones are those of the directory of the file
    that was named on the command line, for entries of its ancestors too.
    """
    base = os.path.dirname(appliance.place.file) or "."
    return [each for directory, entries in appliance.files.items() for entry in entries
            for each in _placed(directory, entry, base, root)]  # fmt: skip


def _placed(directory: str, entry: Stated[str], base: str, root: str) -> Iterator[Copied | Fetched | Fault]:
    path = entry.value
    if not directory.startswith("/"):
        yield Fault(entry.place, f'files."{directory}" is not an absolute directory')
    elif re.match(r"(?:https?|ftp)://", path):
        yield Fetched(entry, path, directory)
    elif ".." in path.split("/"):
        yield Fault(entry.place, f"{path} would leave {directory}: a file keeps its path below it; .. is not taken")
    else:
        yield from _copied(directory, entry, base, root)


def _copied(directory: str, entry: Stated[str], base: str, root: str) -> Iterator[Copied | Fault]:
    below = root if entry.value.startswith("/") else base
    name = entry.value.strip("/")
    found = sorted(glob.glob(os.path.join(glob.escape(below), name))) or [
        path for path in [os.path.join(below, name)] if os.path.lexists(path)
    ]
    if not found:
        goes = target(directory, name)
        yield Fault(entry.place, f"there is no file {os.path.join(below, name)}, which is to go to {goes}")
    for path in found:
        yield Copied(entry, path, target(directory, os.path.relpath(path, below)))


def target(directory: str, path: str) -> str:
    """Give the path in the image of a file that is said with this path: it is kept below the directory, whole."""
    return posixpath.normpath(posixpath.join(directory, path.lstrip("/")))
