"""The two sides of a comparison in a ClassAd expression."""

from __future__ import annotations

AGAINST = {">=": "<", "<=": ">", ">": "<=", "<": ">=", "==": "!=", "!=": "==", "=?=": "=!=", "=!=": "=?=",
           "is": "isnt", "isnt": "is"}  # fmt: skip
"""What holds of the two values where a comparison does not."""
SIGNS = ("=?=", "=!=", ">=", "<=", "==", "!=", ">", "<", " isnt ", " is ")


def sides(text: str) -> tuple[str, str, str] | None:
    """Split at the one comparison of the outermost level; None where there is none, or anything looser than it."""
    depth, place, found = 0, 0, []
    while place < len(text):
        char = text[place]
        if char in "\"'":
            place = _end(text, place)
        depth += (char in "([{") - (char in ")]}")
        sign = next((sign for sign in SIGNS if text.startswith(sign, place)), "") if depth == 0 else ""
        if sign:
            found.append((place, sign))
            place += len(sign) - sign.endswith(" ")
            continue
        if depth == 0 and text.startswith(("||", "&&", "?", ":"), place):
            return None
        place += 1
    if len(found) != 1:
        return None
    ((place, sign),) = found
    left, right = text[:place].strip(), text[place + len(sign) :].strip()
    return (left, sign.strip(), right) if left and right else None


def _end(text: str, begin: int) -> int:
    place = begin + 1
    while place < len(text) and text[place] != text[begin]:
        place += 2 if text[place] == "\\" else 1
    return place
