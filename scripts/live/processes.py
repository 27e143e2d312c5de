"""Processes of the disposable machine, by the name of their program or script."""

from __future__ import annotations

import os
from pathlib import Path


def pids(name: str) -> list[int]:
    """List the processes whose program, or the script it runs, has this name."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and name in _names(entry)]


def _names(process: Path) -> set[str]:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")[:2]
    except OSError:
        return set()  # gone meanwhile
    return {os.path.basename(word).decode(errors="replace") for word in words}
