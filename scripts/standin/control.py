"""The side of the stand-in that a demonstration or a test steers it by; no such thing exists on a real server."""
from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from standin.faults import KINDS, Fault
from standin.jobs import STATES, JobTable, tally
from standin.queues import QueueTable
from standin.wire import JSON, Answer, Request

MOST_JOBS = 100_000
LONGEST = 7 * 86_400  # seconds
LONGEST_FAULT = 3600
JOB_KEYS: dict[str, Any] = {
    "queue": str, "resource_type": str, "count": int, "seconds": (int, float), "core_count": int, "status": str}
FAULT_KEYS: dict[str, Any] = {"kind": str, "seconds": (int, float), "module": str}
QUEUE_KEYS: dict[str, Any] = {
    "queue": str, "status": str, "corecount": int, "maxrss": int, "maxwdir": int, "capability": str}
FAULTY = ("statistics", "metaconfig")


def add_jobs(table: JobTable, request: Request) -> Answer:
    """POST add_jobs: new jobs, activated unless another status is given."""
    given = _read(request, JOB_KEYS, "queue")
    fitting_count = 0 <= given.get("count", 1) <= MOST_JOBS
    if not (fitting_count and 0 <= given.get("seconds", 0) <= LONGEST and given.get("core_count", 1) >= 1):
        raise ValueError("count, seconds or core_count is out of bounds")
    if given.get("status", "activated") not in STATES:
        raise ValueError(f"status is none of {', '.join(STATES)}")
    return answer({"ids": [job.panda_id for job in table.add(**given)]})


def set_queue(queues: QueueTable, request: Request) -> Answer:
    """POST set_queue: a queue that is there, with or without jobs."""
    given = _read(request, QUEUE_KEYS, "queue")
    return answer(asdict(queues.set(given.pop("queue"), **given)))


def jobs(table: JobTable) -> Answer:
    """GET jobs: all rows, and how many there are in each state."""
    rows = table.rows()
    return answer({"counts": tally(rows), "jobs": [asdict(job) for job in rows]})


def fault(request: Request) -> Fault:
    """POST fault: how the statistics, or the queues' data (module metaconfig), shall answer from now on."""
    given = _read(request, FAULT_KEYS, "kind")
    if given["kind"] not in KINDS or not 0 <= given.get("seconds", 0) <= LONGEST_FAULT:
        raise ValueError(f"kind is none of {', '.join(KINDS)}, or seconds is out of bounds")
    if given.get("module", FAULTY[0]) not in FAULTY:
        raise ValueError(f"module is none of {', '.join(FAULTY)}")
    return Fault(**given)


def answer(value: dict[str, Any], status: int = 200) -> Answer:
    """Plain JSON, without the frame of the v1 calls."""
    return Answer((json.dumps(value).encode(),), status, JSON)


def _read(request: Request, keys: dict[str, Any], needed: str) -> dict[str, Any]:
    given = json.loads(request.body)
    if not isinstance(given, dict) or needed not in given:
        raise ValueError(f"a JSON object with {needed} is needed")
    for key, value in given.items():
        if key not in keys:
            raise ValueError(f"unknown key {key}")
        fits = isinstance(value, keys[key]) and not isinstance(value, bool)
        if not fits:
            raise ValueError(f"{key} has the wrong type")
    return given
