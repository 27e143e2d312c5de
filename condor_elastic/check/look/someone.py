"""Ask as another user: the tools take the pool's signing key when root runs them, and so would prove nothing."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any


class NotAllowed(Exception):
    """Only root, and the user himself, can do what a user does."""


def as_user(
    name: str, command: Sequence[str], environment: Mapping[str, str], timeout: int, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command as a user.  Raises NotAllowed, and subprocess.TimeoutExpired."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise NotAllowed(f"there is no user {name}") from None
    whose: dict[str, Any] = {}
    if os.geteuid() == 0 and entry.pw_uid != 0:
        whose = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": os.getgrouplist(name, entry.pw_gid)}
    elif os.geteuid() != entry.pw_uid:
        raise NotAllowed(f"that can be asked by root and {name} only")
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        text=True,
        env=dict(environment),
        cwd="/",
        timeout=timeout,
        check=False,
        **whose,
    )
