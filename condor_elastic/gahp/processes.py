"""Linux processes: which are alive, which descend from which.  Source: proc(5), pid_namespaces(7), prctl(2)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

_SET_PDEATHSIG = 1
_SET_CHILD_SUBREAPER = 36


def prctl(option: int, value: int) -> None:
    """Set an attribute of the calling process; raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def adopt_orphans() -> None:
    """Make this process the parent of every orphan among its descendants, whatever session it has moved to."""
    prctl(_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: signal.Signals) -> None:
    """Have the kernel send this signal to the calling process when its parent ends."""
    prctl(_SET_PDEATHSIG, number)


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the third, the state, on; empty when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def start_time(pid: int) -> int | None:
    """Return when a process started, in clock ticks since the boot; None when it has ended, reaped or not."""
    fields = _stat(pid)
    return None if not fields or fields[0] in "ZX" else int(fields[19])


def send(pid: int, started: int, number: signal.Signals) -> bool:
    """Send a signal to the process with this pid and this start time; return whether there is one."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        # Looked at after the process has been pinned, so a new process with an old number is never hit.
        if start_time(pid) != started:
            return False
        signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
    return True


def pids() -> Iterator[int]:
    """Yield the ids of all processes."""
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def descendants(ancestor: int) -> set[int]:
    """Return the processes below this one, at any depth; those that only wait to be reaped included."""
    parents = {pid: int(fields[1]) for pid, fields in ((pid, _stat(pid)) for pid in pids()) if fields}
    found: set[int] = set()
    level = {ancestor}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level} - found
        found |= level
    return found


def at_home_below(directory: Path) -> set[int]:
    """Return the processes of this user whose working directory is this one or below."""
    top = str(directory.resolve())
    found = set()
    for pid in pids():
        with contextlib.suppress(OSError):
            home = os.readlink(f"/proc/{pid}/cwd")
            if (home == top or home.startswith(top + "/")) and os.stat(f"/proc/{pid}").st_uid == os.getuid():
                found.add(pid)
    return found
