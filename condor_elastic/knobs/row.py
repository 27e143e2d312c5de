"""One row of the table of knobs: the kind of value, the default, the meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

REQUIRED: Any = object()
FIGURES = ("N", "Jobs", "Ready", "Pending", "Running", "Retiring", "Total", "Spare", "Free", "Cores", "Memory")
"""What the expressions in EXPR and HEADROOM may name."""
EXPR = "Expression: ClassAd expression that gives the new number from " + ", ".join(FIGURES) + "."

WORKER_FIGURES = ("Age", "IdleSeconds", "Jobs", "Cpus", "CpusUsed", "Memory", "Price", "Drifted", "Retired")
"""What the expression in RETIRE_RANK may name, of one worker."""
RETIRE_RANK = (
    "ClassAd expression over a worker: of those that may leave, the highest goes first; from "
    + ", ".join(WORKER_FIGURES)
    + ". Empty: the least used, then the longest unchanged."
)


def knob(kind: Callable[[str], Any], default: Any, meaning: str) -> Any:
    """Make one row: the function that reads the text, the default, and what the knob does."""
    return field(default=default, metadata={"kind": kind, "meaning": meaning})
