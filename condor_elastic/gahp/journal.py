"""The log file of the GAHP, bounded in size.

What is logged: names of commands, request ids, instance ids, codes.  Never arguments, user data or contents of files.
"""

from __future__ import annotations

import io
import logging
import os
from logging.handlers import RotatingFileHandler

LOG = logging.getLogger("condor_elastic.gahp")
MAX_BYTES = 4 * 1024 * 1024


class _PrivateFile(RotatingFileHandler):
    """The default name is in /tmp and can be guessed, so a symbolic link is not followed."""

    def _open(self) -> io.TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        return open(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Do nothing: a log that cannot be written must not end the GAHP, nor fill the gridmanager's own log."""


def open_log(path: str, *, verbose: bool) -> None:
    """Log to this file; without a word nowhere when that is impossible."""
    handler: logging.Handler
    try:
        handler = _PrivateFile(path, maxBytes=MAX_BYTES, backupCount=1, delay=True)
    except (OSError, ValueError):
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s (pid:%(process)d) %(levelname)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.DEBUG if verbose else logging.INFO)
    LOG.propagate = False
