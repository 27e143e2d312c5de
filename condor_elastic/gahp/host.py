"""What this host's HTCondor configuration says, read with its own tool."""

from __future__ import annotations

import os
import subprocess


def config_value(name: str, default: str) -> str:
    """Return the value of a configuration macro, or the default where it, or HTCondor, is missing.

    The environment comes first, as in HTCondor itself: _CONDOR_<name>.
    """
    value = os.environ.get(f"_CONDOR_{name}")
    if value is None:
        value = _ask(name)
    return value or default


def config_dump(pattern: str) -> str:
    """Return the macros whose names match a regular expression, as condor_config_val -dump writes them."""
    return _ask("-dump", pattern)


def _ask(*what: str) -> str:
    try:
        tool = subprocess.run(
            ["condor_config_val", *what],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return tool.stdout.decode("utf-8", "replace").strip() if tool.returncode == 0 else ""
