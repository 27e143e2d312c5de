"""Traces in the Standard Workload Format (Parallel Workloads Archive, version 2.2): 18 numbers a line, -1 unknown."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from condor_elastic.simulate.job import Job

SUBMIT, RUN, USED, MEMORY, ASKED, MEMORY_ASKED, USER = 1, 3, 4, 6, 7, 9, 11
FIELDS = 18
GZIP = b"\x1f\x8b"


class BadTrace(Exception):
    """A trace that cannot be read; the text says file, line, and what would be right."""


def read_swf(path: str) -> list[Job]:
    """Read the jobs of a trace (packed by gzip or not) in the order they come; those that never ran are left out.

    Memory is what the trace says of one processor (KiB), times its processors.  Raises BadTrace, OSError.
    """
    jobs = [job for number, line in enumerate(_lines(path), 1) for job in _jobs(path, number, line)]
    if not jobs:
        raise BadTrace(f"{path} has no job that ran; a trace has lines of {FIELDS} numbers, and comments after ;")
    return sorted(jobs)


def _lines(path: str) -> list[str]:
    data = Path(path).read_bytes()
    return (gzip.decompress(data) if data.startswith(GZIP) else data).decode("latin-1").splitlines()


def _jobs(path: str, number: int, line: str) -> Iterator[Job]:
    if not line.strip() or line.lstrip().startswith(";"):
        return
    try:
        fields = [float(field) for field in line.split()]
    except ValueError:
        fields = []
    if len(fields) != FIELDS:
        raise BadTrace(f"{path}, line {number}: {line.strip()[:60]!r} is not {FIELDS} numbers, as a line of SWF is")
    cpus = int(max(fields[USED], fields[ASKED]))
    if fields[RUN] >= 0 and cpus > 0:
        memory = max(0.0, fields[MEMORY], fields[MEMORY_ASKED]) * cpus / 1024
        yield Job(int(fields[SUBMIT]), int(fields[RUN]), cpus, int(memory), str(int(fields[USER])))
