"""Everything that goes to standard output: answers, and results that wait for RESULTS.

Source: IOProcess::addResult() and stdinPipeHandler() in HTCondor's ec2_gahp/io_loop_pthread.cpp.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

from condor_elastic.gahp.line import join


class Outbox:
    """Writes whole lines to a file descriptor, from any thread."""

    def __init__(self, descriptor: int) -> None:
        """Write to this descriptor."""
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._results: list[bytes] = []
        self._signalled = False
        self.prefix = b""
        self.asynchronous = False

    def answer(self, line: bytes) -> None:
        """Write one line."""
        with self._lock:
            self._write([line])

    def set_asynchronous(self, *, on: bool) -> None:
        """Answer ASYNC_MODE_ON or ASYNC_MODE_OFF: whether a single R announces results."""
        with self._lock:
            self.asynchronous = on
            self._signalled = False
            self._write([b"S"])

    def set_prefix(self, prefix: str) -> None:
        """Answer RESPONSE_PREFIX; the answer itself has no prefix yet (command_response_prefix in gahp-client.cpp)."""
        with self._lock:
            self._write([b"S"])
            self.prefix = join([prefix])

    def add_result(self, words: Sequence[str | None]) -> None:
        """Keep a result; in asynchronous mode announce the first one since the last RESULTS."""
        with self._lock:
            self._results.append(join(words))
            if self.asynchronous and not self._signalled:
                self._signalled = True
                self._write([b"R"])

    def hand_out_results(self) -> None:
        """Answer RESULTS."""
        with self._lock:
            results, self._results, self._signalled = self._results, [], False
            self._write([b"S %d" % len(results), *results])

    def _write(self, lines: Sequence[bytes]) -> None:
        data = memoryview(b"".join(self.prefix + line + b"\n" for line in lines))
        while data:
            data = data[os.write(self._descriptor, data) :]
