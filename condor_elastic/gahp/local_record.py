"""What is on disk of a local VM: its directory, the record in it, and the lock on it.

While its supervisor lives, only the supervisor writes the record; else only who holds the lock does.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from condor_elastic.gahp import processes

RECORD = "vm.json"
STOPPING = "stopping"
"""Exists once a stop has been asked for."""
FORGET = "forget"
"""Exists when nobody will ask for this VM again: its supervisor leaves nothing behind."""


@dataclass(frozen=True)
class Record:
    """One VM.

    owner: path of the access key file, which stands for the account; created, ended: seconds since the epoch;
    fault: what befalls it, see local_faults.py; state: pending, running, shutting-down or terminated;
    pid, started: of the supervisor, see processes.start_time().
    """

    id: str
    token: str
    owner: str
    key_name: str | None
    created: float
    master: str
    state: str = "pending"
    pid: int | None = None
    started: int | None = None
    master_pid: int | None = None
    exit_status: int | None = None
    reason: str | None = None
    ended: float | None = None
    fault: str = ""

    def is_supervised(self) -> bool:
        """Tell whether the supervisor lives, by its pid and start time."""
        return self.pid is not None and self.started is not None and processes.start_time(self.pid) == self.started


def read(directory: Path) -> Record | None:
    """Return the record of a VM, None when there is none, or none that can be understood."""
    try:
        return Record(**json.loads((directory / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(directory: Path, record: Record) -> None:
    """Replace the record in one step."""
    new = directory / f"{RECORD}.{os.getpid()}"
    new.write_text(json.dumps(dataclasses.asdict(record)), encoding="utf-8")
    new.chmod(0o600)
    new.replace(directory / RECORD)


class Busy(Exception):
    """Another process or thread holds the lock."""


@contextlib.contextmanager
def locked(directory: Path, *, wait: bool = True) -> Iterator[int]:
    """Hold the lock of a VM's directory; the value is its descriptor.

    Raises FileNotFoundError when the directory is not there, or went while waiting; Busy when not to wait.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy(str(directory)) from None
        # The directory may have been removed, and another one made, while this one was waited for.
        if os.fstat(descriptor).st_ino != directory.stat().st_ino:
            raise FileNotFoundError(str(directory))
        yield descriptor
    finally:
        os.close(descriptor)


def erase(directory: Path, keep: tuple[str, ...] = ()) -> None:
    """Remove what is in a directory but for these names, and, if none is to be kept, the directory.

    Jobs may have left directories without write permission.
    """
    for parent, _, _ in os.walk(directory):
        with contextlib.suppress(OSError):
            Path(parent).chmod(0o700)
    with contextlib.suppress(FileNotFoundError):
        _unlink(directory, keep)
    if not keep:
        with contextlib.suppress(OSError):
            directory.rmdir()


def _unlink(directory: Path, keep: tuple[str, ...]) -> None:
    for entry in list(directory.iterdir()):
        if entry.name in keep:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink()
