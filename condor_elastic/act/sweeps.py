"""Submit sweeps, and clear away those that are done with.

A sweep needs the clouds' credentials, which only the elastic user reads.  So it is a job of that user, as VM jobs are:
the schedd starts it as it starts the gridmanager, and nobody gets a right that he did not have.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from condor_elastic.act.elastic_user import run_as_elastic
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import SweepJob

LONGEST = 3600
"""Seconds after which a sweep that hangs is removed."""
_KEPT = ("PATH", "PYTHONPATH", "CONDOR_CONFIG", "LANG")


def sweep_text(knobs: GlobalKnobs) -> str:
    """Make the submit text of a sweep; it stays in the queue when it has ended, until the next one has."""
    environment = " ".join(f"{name}='{os.environ[name]}'" for name in _KEPT if name in os.environ)
    lines = [
        "universe = scheduler",
        f"executable = {sys.executable}",
        "arguments = -m condor_elastic.cli sweep --job $(ClusterId).$(ProcId)",
        f'environment = "{environment}"',
        "initialdir = /",
        "output = /dev/null\nerror = /dev/null\nlog_xml = false",
        "My.ElasticSweep = true",
        f'My.ElasticPool = "{knobs.pool}"',
        "leave_in_queue = JobStatus == 4",
        f"periodic_remove = JobStatus == 2 && time() - EnteredCurrentStatus > {LONGEST}",
    ]
    return "\n".join(lines) + "\n"


def submit_sweep(knobs: GlobalKnobs, lock: int | None) -> str:
    """Submit one sweep; give its cluster as text."""
    answer = run_as_elastic(knobs, "submission", {"submit": sweep_text(knobs), "items": [{"ElasticItem": "0"}]}, lock)
    return f"cluster {answer['cluster']}"


def clear(knobs: GlobalKnobs, sweeps: Sequence[SweepJob], lock: int | None) -> None:
    """Remove sweeps from the queue."""
    if sweeps:
        ids = [sweep.id for sweep in sweeps]
        run_as_elastic(knobs, "submission", {"ids": ids, "why": "another sweep has ended since"}, lock)


def note_told(sweep: SweepJob) -> None:
    """Remember that the log has what a sweep said; user condor is one of the schedd's QUEUE_SUPER_USERS."""
    import htcondor2

    htcondor2.Schedd().edit([sweep.id], "ElasticTold", "true")
