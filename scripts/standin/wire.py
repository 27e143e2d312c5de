"""Requests and answers as they go over the wire; rules seen on panda-server 1.0.4 and in its server/panda.py."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON = "application/json"
NO_STATISTICS = "Database failure getting the job statistics"


@dataclass(frozen=True)
class Request:
    """What of an HTTP request the stand-in looks at."""

    verb: str
    path: str
    query: str = ""
    accept: str | None = None
    content_type: str | None = None
    body: bytes = b""

    @property
    def wants_json(self) -> bool:
        """An exact match, as in the real server: `application/json, */*` gets the Python repr."""
        return JSON in (self.accept, self.content_type)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer whose body may take its time; no status stands for a connection closed without a word."""

    body: Iterable[bytes]
    status: int | None = 200
    content_type: str = "text/plain"  # also for JSON, as recorded
    complete: bool = True


def done(data: Any = None) -> dict[str, Any]:
    """The frame of a v1 answer (generate_response in api/v1/common.py)."""
    return {"success": True, "message": "", "data": data}


def refused(message: str, data: Any = None) -> dict[str, Any]:
    """The same frame for whatever did not work; sent with status 200 all the same."""
    return {"success": False, "message": message, "data": data}


def statistics(data: dict[str, Any]) -> dict[str, Any]:
    """An empty table looks like a broken database, as it does on the real server."""
    return done(data) if data else refused(NO_STATISTICS, data)


def encoded(value: Any, *, as_json: bool) -> bytes:
    """JSON with default separators, else the Python repr; the real encoder too makes whole Decimals ints."""
    return (json.dumps(value, default=int) if as_json else str(value)).encode()


def plain(status: int, text: str) -> Answer:
    """A short text, as the real server's errors are."""
    return Answer((text.encode(),), status)
