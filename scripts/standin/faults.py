"""Bad statistics answers on demand: what proxies, broken databases and old servers send or may send."""
from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from standin.jobs import Number
from standin.wire import Answer, encoded, plain, statistics

HUGE_PIECES = 50
PIECE = b" " * 1024 * 1024
HTML = b"<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>\n"


@dataclass(frozen=True)
class Fault:
    """How the statistics answer; seconds is how long slow and silent take."""

    kind: str = "none"
    seconds: float = 5.0


def spoiled(fault: Fault, value: dict[str, Any], as_json: bool) -> Answer:
    """The answer in place of a good one."""
    return _ANSWERS[fault.kind](fault, value, Answer((encoded(value, as_json),)), as_json)


def _silent(fault: Fault, value: dict[str, Any], good: Answer, as_json: bool) -> Answer:
    time.sleep(fault.seconds)
    return good


def _altered(value: dict[str, Any], as_json: bool, change: Callable[[Number], Any]) -> Answer:
    return Answer((encoded({**value, "data": _with_activated(value["data"], change)}, as_json),))


def _with_activated(data: Any, change: Callable[[Number], Any]) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: change(item) if key == "activated" else _with_activated(item, change) for key, item in data.items()}


def _dribble(body: bytes, seconds: float) -> Iterator[bytes]:
    """Byte by byte, so that no single read of the client ever waits long: only a limit on the whole answer helps it."""
    for byte in body:
        time.sleep(seconds / len(body))
        yield bytes((byte,))


def _huge() -> Iterator[bytes]:
    """Good JSON, had one the patience."""
    yield b'{"success": true, "message": "'
    for _ in range(HUGE_PIECES):
        yield PIECE
    yield b'", "data": {}}'


def _pickled(value: dict[str, Any]) -> bytes:
    """Protocol 0, the encoding of the statistics calls that servers before 1.0.0 had."""
    return pickle.dumps(value["data"], 0)


Spoiler = Callable[[Fault, dict[str, Any], Answer, bool], Answer]
_ANSWERS: dict[str, Spoiler] = {
    "none": lambda fault, value, good, as_json: good,
    "slow": lambda fault, value, good, as_json: replace(good, body=_dribble(b"".join(good.body), fault.seconds)),
    "silent": _silent,
    "html": lambda fault, value, good, as_json: Answer((HTML,), content_type="text/html"),
    "repr": lambda fault, value, good, as_json: Answer((encoded(value, as_json=False),)),
    "pickle": lambda fault, value, good, as_json: Answer((_pickled(value),)),
    "failure": lambda fault, value, good, as_json: Answer((encoded(statistics({}), as_json),)),
    "negative": lambda fault, value, good, as_json: _altered(value, as_json, lambda count: -1 - count),
    "fraction": lambda fault, value, good, as_json: _altered(value, as_json, lambda count: float(count) + 0.5),
    "huge": lambda fault, value, good, as_json: Answer(_huge()),
    "error500": lambda fault, value, good, as_json: plain(500, "ORA-03113: end-of-file on communication channel"),
    "hangup": lambda fault, value, good, as_json: replace(good, status=None),
    "truncated": lambda fault, value, good, as_json: replace(good, body=(b"".join(good.body)[:-20],), complete=False),
}
KINDS = tuple(_ANSWERS)
