"""What a server last said, on disk: a copy that is broken, strange or too large counts as none."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
LARGEST = 20_000_000
"""Bytes; more is neither written nor read."""
MODE = 0o644
"""For everyone to read: there is no secret in it, and whoever runs ``plan`` sees what the cycle sees."""


@dataclass(frozen=True)
class Kept:
    """A directory with one file for each key."""

    directory: str

    def load(self, key: str) -> dict[str, Any] | None:
        """Give what was saved under this key, None if nothing was that can be read."""
        try:
            with open(self._path(key), "rb") as file:
                text = file.read(LARGEST + 1)
            whole = json.loads(text.decode()) if len(text) <= LARGEST else None
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(whole, dict) or (whole.get("version"), whole.get("key")) != (VERSION, key):
            return None
        value = whole.get("value")
        return value if isinstance(value, dict) else None

    def save(self, key: str, value: Mapping[str, Any]) -> str:
        """Put it in the place of what was there, in one step; give the reason if that cannot be done."""
        try:
            text = json.dumps({"version": VERSION, "key": key, "value": value}, separators=(",", ":")).encode()
            if len(text) > LARGEST:
                return f"what PanDA said cannot be kept in {self.directory}: it has more than {LARGEST} bytes"
            _replace(self._path(key), text)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            reason = isinstance(error, OSError) and error.strerror
            return f"what PanDA said cannot be kept in {self.directory}: {reason or error}"
        return ""

    def _path(self, key: str) -> str:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", key)[:60].strip("-")
        short = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return os.path.join(self.directory, f"{readable}.{short}.json")


def _replace(path: str, text: bytes) -> None:
    handle, fresh = tempfile.mkstemp(".new", ".", os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, MODE)
            file.write(text)
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(fresh)
        raise
