"""A job of a workload."""

from __future__ import annotations

from typing import NamedTuple


class Job(NamedTuple):
    """One job: when it comes and for how long it runs (seconds), and what it asks for; memory in MB, 0 for any."""

    submit: int
    run: int
    cpus: int = 1
    memory: int = 0
    owner: str = ""
