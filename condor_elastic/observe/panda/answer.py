"""Read what a PanDA server answers: its envelope, and the kinds of value that stand in it."""

from __future__ import annotations

import json
from typing import Any

START = 60


def document(body: bytes) -> Any:
    """Read JSON; raises ValueError, also for a pickle, which is never read."""
    if body[:1] == b"\x80" or body[:4] == b"(dp0":
        raise ValueError("it answered a pickle, which is never read; servers since 0.5.2 have the JSON API")
    try:
        return json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError(f"it answered no JSON: {start(body)}") from None


def data(body: bytes) -> Any:
    """Give what stands in the envelope {success, message, data}; raises ValueError unless success is true."""
    answer = document(body)
    if not isinstance(answer, dict) or answer.get("success") is not True:
        message = answer.get("message") if isinstance(answer, dict) else None
        raise ValueError(f"it answered success:false, {str(message)[:200]!r}")
    return answer.get("data")


def table(value: Any, where: str) -> dict[str, Any]:
    """Take a table; raises ValueError, which says where it stands."""
    if not isinstance(value, dict):
        raise ValueError(f"it answered {start(repr(value).encode())} for {where}, where a table belongs")  # noqa: TRY004
    return value


def number(value: Any, where: str) -> int:
    """Take a count of jobs: whole, and not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"it answered {value!r} jobs for {where}, which is no count")
    return int(value)


def start(body: bytes) -> str:
    """Give the beginning of an answer that cannot be read."""
    return repr(body[:START].decode("utf-8", "replace"))
