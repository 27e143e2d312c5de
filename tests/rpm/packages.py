"""The packages as built, and what they leave on a machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from live.pool import run

BUILT = Path("/out/packages")


def built(system: str) -> list[str]:
    """Give both packages for a system: the central manager's, the worker's."""
    names = ("condor-elastic", "condor-elastic-worker")
    return [str(next(BUILT.glob(f"{name}-[0-9]*.{system}.noarch.rpm"))) for name in names]


def install(system: str) -> None:
    """Install both; what they require is Debian's here, of which RPM knows nothing."""
    run("rpm", "--install", "--nodeps", *built(system))


def remove() -> str:
    """Remove both, and give what was said."""
    return run("rpm", "--erase", "--nodeps", "condor-elastic", "condor-elastic-worker").stderr


def files() -> dict[str, str]:
    """List all of the root file system with type, mode and owner."""
    device = os.stat("/").st_dev
    found = {}
    for place, directories, names in os.walk("/"):
        directories[:] = [name for name in directories if _device(os.path.join(place, name)) == device]
        for name in (*directories, *names):
            path = os.path.join(place, name)
            about = os.lstat(path)
            found[path] = f"{stat.filemode(about.st_mode)} {about.st_uid}:{about.st_gid}"
    return found


def _device(path: str) -> int:
    return os.lstat(path).st_dev
