"""Jobs of a schedd's own history, as ``condor_history -json`` (or ``-jsonl``) prints them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from condor_elastic.simulate.job import Job
from condor_elastic.simulate.swf import BadTrace

ATTRIBUTES = (
    "ClusterId", "ProcId", "JobUniverse", "QDate", "JobStartDate", "JobCurrentStartDate", "CompletionDate",
    "RemoteWallClockTime", "RequestCpus", "CpusProvisioned", "RequestMemory", "MemoryProvisioned", "Owner",
)  # fmt: skip
COMMAND = ("condor_history", "-json", "-attributes", ",".join(ATTRIBUTES))
ON_SLOTS = (1, 5, 10, 11)
"""Universes whose jobs run on slots: not those of the schedd's own machine, nor grid jobs (JobUniverse, manual)."""
_BETWEEN = " \t\r\n,[]"


def read_history(text: str, where: str, since: int | None = None) -> list[Job]:
    """Read the jobs that ran on slots, in the order they came; the first comes at 0, or else times are from since.

    A job runs as long as its last run took; what it asked for is what it was given where that is an expression.
    Raises BadTrace with where, the line, and what is wrong there.
    """
    # As they stood in the queue: ids tell those apart that came in the same second.
    ads = sorted(_ads(text, where), key=lambda one: (_whole(one[1], "ClusterId"), _whole(one[1], "ProcId")))
    found = [job for line, ad in ads if (job := _job(ad, f"{where}, line {line}"))]
    if not found:
        raise BadTrace(f"{where} has no job that ran on a slot; it must be what {' '.join(COMMAND)} prints")
    first = min(job.submit for job in found) if since is None else since
    return sorted((job._replace(submit=job.submit - first) for job in found), key=lambda job: job.submit)


def ask_history() -> str:
    """Ask the local schedd's history.  Raises BadTrace with what condor_history says, or that it is not here."""
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BadTrace(f"{COMMAND[0]}: {error.strerror}; give a file that it has written elsewhere") from None
    if done.returncode:
        raise BadTrace(f"{COMMAND[0]}: {' '.join(done.stderr.split())[-300:] or f'exit status {done.returncode}'}")
    return done.stdout


def _ads(text: str, where: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give each ad with the line it begins on, of a JSON list or one after the other."""
    decoder, at, line, counted = json.JSONDecoder(), 0, 1, 0
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        if at == len(text):
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            ad, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise BadTrace(
                f"{where}, line {error.lineno}: {error.msg}; -json or -jsonl of {COMMAND[0]} is meant"
            ) from None
        if not isinstance(ad, dict):
            raise BadTrace(f"{where}, line {line}: {str(ad)[:60]!r} is no job ad, as {COMMAND[0]} -json prints them")
        yield line, ad


def _job(ad: Mapping[str, Any], where: str) -> Job | None:
    """Give the job; None of one that never ran, or not on a slot."""
    if _whole(ad, "JobUniverse", ON_SLOTS[0]) not in ON_SLOTS:
        return None
    came, ended, whole = (_whole(ad, name) for name in ("QDate", "CompletionDate", "RemoteWallClockTime"))
    began = _whole(ad, "JobCurrentStartDate") or _whole(ad, "JobStartDate")
    if not came:
        raise BadTrace(f"{where}: the job has no QDate; ask for -attributes {COMMAND[-1]}")
    if not began and not whole:
        return None
    run = ended - began if began and ended >= began else whole
    cpus = max(1, _whole(ad, "RequestCpus") or _whole(ad, "CpusProvisioned"))
    memory = _whole(ad, "RequestMemory") or _whole(ad, "MemoryProvisioned")
    return Job(came, run, cpus, memory, str(ad.get("Owner", "")))


def _whole(ad: Mapping[str, Any], name: str, default: int = 0) -> int:
    """Give a number as a whole one; the default for what is none, as for an expression."""
    value: Any = ad.get(name)
    return int(value) if type(value) in (int, float) else default
