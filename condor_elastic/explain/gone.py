"""What the schedd's history tells of a job that has left the queue."""

from __future__ import annotations

import re
import time
from typing import Any

from condor_elastic.explain.answer import at
from condor_elastic.model import COMPLETED, REMOVED

LEFT = {REMOVED: "removed", COMPLETED: "completed"}
ATTRS = ["ClusterId", "ProcId", "JobStatus", "EnteredCurrentStatus", "CompletionDate", "ExitCode", "RemoveReason",
         "HoldReason", "ElasticVM", "ElasticFleet"]  # fmt: skip


class NotThere(LookupError):
    """What was asked about is not there, or cannot be."""


def last_job(schedd: Any, mine: str) -> str:
    """Say how the last job that a constraint finds in the history has left; raises the bindings' errors."""
    for ad in schedd.history(mine, ATTRS, 1):
        when = int(ad.get("EnteredCurrentStatus") or ad.get("CompletionDate") or 0)
        how = LEFT.get(ad.get("JobStatus", 0), "gone")
        code = f", exit status {ad['ExitCode']}" if how == "completed" and "ExitCode" in ad else ""
        why = f" ({ad['RemoveReason']})" if how == "removed" and "RemoveReason" in ad else ""
        held = f"; it was held before: {ad['HoldReason']}" if "HoldReason" in ad else ""
        return f"it has left the queue: {how} at {at(when, int(time.time()))}{code}{why}{held}"
    return "neither the schedd's queue nor its history has it"


def last_vm(pool: str, ident: str) -> str:
    """Say what became of a VM whose VM job has left the queue; raises the bindings' errors."""
    import htcondor2

    mine = f'ElasticPool == "{pool}" && ElasticVM isnt undefined && '
    number = re.fullmatch(r"(\d+)(?:\.(\d+))?", ident)
    if number:
        mine += f"ClusterId == {number[1]} && ProcId == {number[2] or 0}"
    elif re.fullmatch(r"[\w-]+", ident):
        mine += f'ElasticVM == "{ident}"'
    else:
        return "no name of a VM: its ElasticVM, or its VM job as CLUSTER.PROC"
    return last_job(htcondor2.Schedd(), mine)
