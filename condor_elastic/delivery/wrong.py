"""What keeps a delivery from being made, in one sentence."""

from __future__ import annotations


class Undelivered(RuntimeError):
    """The disk is not where it should be; the message says what an administrator can do."""
