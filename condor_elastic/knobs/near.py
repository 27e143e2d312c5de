"""Names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def near(name: str, known: Iterable[str], most: int = 3) -> str:
    """Give the end of a sentence, ``; did you mean a or b?``, or nothing where no known name is like it."""
    spelled = {one.lower(): one for one in known}
    found = [spelled[one] for one in difflib.get_close_matches(name.lower(), spelled, most)]
    return f"; did you mean {' or '.join(found)}?" if found else ""
