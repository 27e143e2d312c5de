"""Read submit commands out of a site's submit text."""

from __future__ import annotations

import re


def last(submit: str, command: str) -> str:
    """Give the value of a submit command, as its last line says it; empty when no line does."""
    found = re.findall(rf"^[ \t]*{command}[ \t]*=(.*)$", submit, re.IGNORECASE | re.MULTILINE)
    return found[-1].strip() if found else ""


def split(text: str) -> list[str]:
    """Split a list at commas and blanks."""
    return [word for word in re.split(r"[,\s]+", text) if word]
