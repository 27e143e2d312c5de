"""The words of a verdict."""

from __future__ import annotations


def count(n: int, noun: str) -> str:
    """Say a number with its noun: 1 worker, 2 workers."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def sentence(parts: list[str]) -> str:
    """Join clauses to one sentence with a capital and a full stop."""
    joined = "; ".join(parts)
    return joined[:1].upper() + joined[1:] + "."
