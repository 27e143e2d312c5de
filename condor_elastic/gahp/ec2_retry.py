"""When a call is made once more, and when that is left to the gridmanager.

Not left to botocore: it takes every answer with status 500 for a passing trouble, and EC2 says
InsufficientInstanceCapacity with 500, so a list of instance types would be worked through half a minute a type
(TransientRetryableChecker in botocore/retries/standard.py).  The pace after throttling is botocore's (ec2_client.py).
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from condor_elastic.gahp.driver import CloudError
from condor_elastic.gahp.ec2_errors import THROTTLED, UNDECIDED, translate

LATEST = 1200.0
"""Seconds for which a throttled call is repeated; less than GRIDMANAGER_GAHP_CALL_TIMEOUT in our drop-in."""
PASSING = 4
"""Times that a call is repeated which the cloud did not answer, or with trouble of its own."""
_FIRST, _LONGEST = 0.25, 8.0
"""Seconds between two tries."""


class Patience:
    """Repeats calls until hurry(); used from several threads."""

    def __init__(self, clock: Callable[[], float], wait: Callable[[float], Any] | None = None) -> None:
        """Count seconds by this clock, and wait by this function rather than until hurry()."""
        self._clock = clock
        self._hurried = threading.Event()
        self._wait = wait or self._hurried.wait

    def hurry(self) -> None:
        """End all waiting."""
        self._hurried.set()

    @property
    def is_over(self) -> bool:
        """Tell whether hurry() was called."""
        return self._hurried.is_set()

    def call(self, call: Callable[[], Any]) -> Any:
        """Return what the call returns.  Raises CloudError."""
        deadline = self._clock() + LATEST
        tries = 0
        while True:
            try:
                return call()
            except Exception as error:
                told = translate(error)
                tries += 1
                if self.is_over or not self._may_pass(told, tries, deadline):
                    raise told from None
            self._wait(min(_LONGEST, _FIRST * 2**tries) * random.uniform(0.5, 1))  # noqa: S311 - no secret

    def _may_pass(self, error: CloudError, tries: int, deadline: float) -> bool:
        if error.code in THROTTLED:
            return self._clock() < deadline
        return error.code in UNDECIDED and tries <= PASSING


def patient() -> Patience:
    """Return the patience of a real driver."""
    return Patience(time.monotonic)
