"""Lines of the GAHP protocol, version 1: words, single spaces between them, backslashes before what is special.

Source: escapeGahpString() and GahpServer::read_argv() in HTCondor's condor_gridmanager/gahp-client.cpp.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

NULL = "NULL"
_LINE = re.compile(rb"(?:[^\\\n]|\\.)*\n", re.DOTALL)
_SPECIAL = re.compile(r"([ \\\r\n])")
_WORD_PART = re.compile(r"\\(.)|([^\\])", re.DOTALL)


class BadLine(ValueError):
    """A line that is not a request; its text says why and repeats nothing that may be secret."""


class Lines:
    """Cuts a stream of bytes into lines; an escaped newline belongs to its line.

    User data travels inside a request, so a request may span several lines of a file.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each complete line, without its newline and still escaped; keep what is incomplete."""
        self._rest += data
        while b"\n" in self._rest:
            found = _LINE.match(self._rest)
            if not found:
                return
            self._rest = self._rest[found.end() :]
            yield found.group()[:-1]

    def rest(self) -> bytes:
        """Return what has been fed and not yet yielded."""
        return self._rest


def split(line: bytes) -> list[str]:
    """Return the unescaped words of a line; unescaped carriage returns are dropped.

    Bytes that are no UTF-8 survive as surrogates.  Raises BadLine for a backslash with nothing behind it.
    """
    text = line.decode("utf-8", "surrogateescape")
    if "\\" not in text:  # nearly every line, and ten times as fast
        return text.replace("\r", "").split(" ")
    words = [""]
    end = 0
    for part in _WORD_PART.finditer(text):
        end = part.end()
        escaped, plain = part.groups()
        if escaped is not None:
            words[-1] += escaped
        elif plain == " ":
            words.append("")
        elif plain != "\r":
            words[-1] += plain
    if end != len(text):
        raise BadLine("the line ends in the middle of an escape")
    return words


def join(words: Sequence[str | None]) -> bytes:
    """Return the words as one line without newline; None is written as NULL."""
    return " ".join(NULL if word is None else _SPECIAL.sub(r"\\\1", word) for word in words).encode(
        "utf-8", "surrogateescape"
    )
