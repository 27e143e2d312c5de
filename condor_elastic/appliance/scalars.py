"""What an unquoted value is: BoxGrinder's parser (Kwalify 0.7) knows fewer forms than YAML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

TEXT, WHOLE, NUMBER, FLAG, NOTHING = "a text", "a whole number", "a number", "true or false", "nothing"
DATE, SYMBOL = "a date", "a symbol"
FORMS: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
    (WHOLE, r"-?[0-9]+", int),
    (NUMBER, r"-?[0-9]+\.[0-9]+", float),
    (SYMBOL, r":[A-Za-z0-9_]+", str),
    (DATE, r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?", str),
)
FLAGS = {"true": True, "yes": True, "false": False, "no": False}
"""In small letters only: on, off, Yes and TRUE are texts."""


def typed(text: str) -> tuple[str, Any]:
    """Give the kind and the value of an unquoted text; whole numbers are decimal, 010 is ten."""
    if text in ("", "null", "~"):
        return NOTHING, None
    if text in FLAGS:
        return FLAG, FLAGS[text]
    return next(((kind, made(text)) for kind, form, made in FORMS if re.fullmatch(form, text)), (TEXT, text))
