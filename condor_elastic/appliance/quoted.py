"""Texts in quotes as BoxGrinder's parser reads them: few escapes, the others stay as they are, and so do line ends."""

from __future__ import annotations

import re
from collections.abc import Callable

Peek = Callable[[int], str]
PLAIN = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t", "b": "\b"}


class BadEscape(ValueError):
    r"""A \u or \x without its digits."""


def escape(quote: str, peek: Peek) -> tuple[str, int]:
    r"""Read what follows a backslash; gives the text it stands for, and how many characters it took.

    peek(0) is the character after the backslash.  Raises BadEscape.
    """
    ch = peek(0)
    if quote == "'":
        return (ch, 1) if ch in "'\\" else ("\\" + ch, 1)
    if ch in PLAIN:
        return PLAIN[ch], 1
    if ch == "u":
        return _character(_match(r"(?:[0-9a-fA-F]{2}){1,4}", peek, 8), "u")
    if ch == "x":
        return _character(_match(r"[0-9a-fA-F]{2}", peek, 2), "x")
    return "\\" + ch, 1


def _match(pattern: str, peek: Peek, most: int) -> str:
    ahead = ""
    while len(ahead) < most and peek(len(ahead) + 1) not in "\0\r\n":
        ahead += peek(len(ahead) + 1)
    found = re.match(pattern, ahead)
    return found[0] if found else ""


def _character(digits: str, what: str) -> tuple[str, int]:
    try:
        return chr(int(digits, 16)), 1 + len(digits)
    except (ValueError, OverflowError):
        raise BadEscape(f"\\{what} wants the hexadecimal digits of a character, as \\u00e9 or \\x41") from None
