"""A look in a process of its own, while this one looks elsewhere: the bindings let no thread run meanwhile."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import Any, TypeVar

Seen = TypeVar("Seen")


def aside(ask: Callable[[], Seen]) -> Callable[[], Seen]:
    """Begin to ask in a child; return what waits for the answer, and raises RuntimeError with what went wrong there.

    The answer is pickled.  A child whose parent has gone ends when it has its answer.
    """
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        _answer(ask, there)
    os.close(there)

    def wait() -> Seen:
        with os.fdopen(here, "rb") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        if not told:
            raise RuntimeError("the process that asked was killed")
        good, answer = pickle.loads(told)  # noqa: S301  from our own child
        if not good:
            raise RuntimeError(answer)
        return answer  # type: ignore[no-any-return]

    return wait


def _answer(ask: Callable[[], Any], pipe: int) -> None:
    try:
        told = pickle.dumps((True, ask()), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # it is told to the parent
        told = pickle.dumps((False, f"{type(error).__name__}: {error}"))
    try:
        with os.fdopen(pipe, "wb") as out:
            out.write(told)
    finally:
        os._exit(0)  # nothing of the parent's is to be flushed or cleaned up here
