"""Keeps the job rows of a stand-in over its restarts: one JSON line for each change, the last line of a job counts."""
from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from standin.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read(path: Path) -> list[Job]:
    """The rows; a line torn by a crash is the last one, and left out."""
    found: dict[int, Job] = {}
    for line in path.read_text().split("\n")[:-1] if path.exists() else []:
        job = Job(**json.loads(line))
        found[job.panda_id] = job
    return list(found.values())


def rewrite(path: Path, jobs: list[Job]) -> Callable[[Job], None]:
    """Starts the file anew with one line for each row, and gives the function that appends to it."""
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(_line(job) for job in jobs))
    fresh.replace(path)

    def append(job: Job) -> None:
        with path.open("a") as stream:
            stream.write(_line(job))

    return append


def _line(job: Job) -> str:
    return json.dumps(asdict(job)) + "\n"
