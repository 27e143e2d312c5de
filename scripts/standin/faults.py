"""Bad answers on demand: what proxies, broken databases and old servers send or may send."""
from __future__ import annotations

import pickle
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from standin.wire import Answer, encoded, plain, statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from standin.jobs import Number

ALTERED = ("activated", "maxrss")
HUGE_PIECES = 50
PIECE = b" " * 1024 * 1024
HTML = b"<html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1></body></html>\n"


@dataclass(frozen=True)
class Fault:
    """How the calls of a module answer; seconds is how long slow and silent take."""

    kind: str = "none"
    seconds: float = 5.0
    module: str = "statistics"


def spoiled(fault: Fault, value: dict[str, Any], *, as_json: bool) -> Answer:
    """The answer in place of a good one."""
    return ANSWERS[fault.kind](_Case(fault, value, as_json))


@dataclass(frozen=True)
class _Case:
    """One answer to spoil."""

    fault: Fault
    value: dict[str, Any]
    as_json: bool

    def body(self, value: dict[str, Any] | None = None) -> bytes:
        return encoded(self.value if value is None else value, as_json=self.as_json)

    def none(self) -> Answer:
        return Answer((self.body(),))

    def slow(self) -> Answer:
        return Answer(_dribble(self.body(), self.fault.seconds))

    def silent(self) -> Answer:
        time.sleep(self.fault.seconds)
        return self.none()

    def html(self) -> Answer:
        return Answer((HTML,), content_type="text/html")

    def repr(self) -> Answer:
        return Answer((encoded(self.value, as_json=False),))

    def pickle(self) -> Answer:
        # Protocol 0: the encoding of the statistics calls that servers before 1.0.0 had.
        return Answer((pickle.dumps(self.value["data"], 0),))

    def failure(self) -> Answer:
        return Answer((self.body(statistics({})),))

    def negative(self) -> Answer:
        return self._altered(lambda count: -1 - count)

    def fraction(self) -> Answer:
        return self._altered(lambda count: float(count) + 0.5)

    def huge(self) -> Answer:
        return Answer(_huge())

    def error500(self) -> Answer:
        return plain(500, "ORA-03113: end-of-file on communication channel")

    def hangup(self) -> Answer:
        return Answer((), status=None)

    def truncated(self) -> Answer:
        return Answer((self.body()[:-20],), complete=False)

    def _altered(self, change: Callable[[Number], Number | float]) -> Answer:
        return Answer((self.body({**self.value, "data": _changed(self.value["data"], change)}),))


ANSWERS: dict[str, Callable[[_Case], Answer]] = {
    "none": _Case.none, "slow": _Case.slow, "silent": _Case.silent, "html": _Case.html, "repr": _Case.repr,
    "pickle": _Case.pickle, "failure": _Case.failure, "negative": _Case.negative, "fraction": _Case.fraction,
    "huge": _Case.huge, "error500": _Case.error500, "hangup": _Case.hangup, "truncated": _Case.truncated,
}
KINDS = tuple(ANSWERS)


def _changed(data: Any, change: Callable[[Number], Number | float]) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: change(item) if key in ALTERED else _changed(item, change) for key, item in data.items()}


def _dribble(body: bytes, seconds: float) -> Iterator[bytes]:
    """Byte by byte, so that no single read of the client waits long: only a limit on the whole answer helps it."""
    for byte in body:
        time.sleep(seconds / len(body))
        yield bytes((byte,))


def _huge() -> Iterator[bytes]:
    """Good JSON, had one the patience."""
    yield b'{"success": true, "message": "'
    for _ in range(HUGE_PIECES):
        yield PIECE
    yield b'", "data": {}}'
