"""Submit sweeps and looks at spot prices, and clear away those that are done with.

Both need the clouds' credentials, which only the elastic user reads.  So they are jobs of that user, as VM jobs are:
the schedd starts them as it starts the gridmanager, and nobody gets a right that he did not have.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from condor_elastic.act.elastic_user import run_as_elastic
from condor_elastic.knobs import GlobalKnobs
from condor_elastic.model import PriceLook, SweepJob

LONGEST = 3600
"""Seconds after which one that hangs is removed."""
_KEPT = ("PATH", "PYTHONPATH", "CONDOR_CONFIG", "LANG")


def job_text(knobs: GlobalKnobs, command: str, mark: str) -> str:
    """Make the submit text of a sweep or a look; when it has ended it stays in the queue, until it is cleared away.

    command is that of condor_elastic which does it, mark the attribute that tells its jobs from others.
    """
    environment = " ".join(f"{name}='{os.environ[name]}'" for name in _KEPT if name in os.environ)
    lines = [
        "universe = scheduler",
        f"executable = {sys.executable}",
        f"arguments = -m condor_elastic.cli {command} --job $(ClusterId).$(ProcId)",
        f'environment = "{environment}"',
        "initialdir = /",
        "output = /dev/null\nerror = /dev/null\nlog_xml = false",
        f"My.{mark} = true",
        f'My.ElasticPool = "{knobs.pool}"',
        "leave_in_queue = JobStatus == 4",
        f"periodic_remove = JobStatus == 2 && time() - EnteredCurrentStatus > {LONGEST}",
    ]
    return "\n".join(lines) + "\n"


def submit_sweep(knobs: GlobalKnobs, lock: int | None) -> str:
    """Submit one sweep; give its cluster as text."""
    return _submit(knobs, job_text(knobs, "sweep", "ElasticSweep"), lock)


def submit_look(knobs: GlobalKnobs, lock: int | None) -> str:
    """Submit one look at the spot prices; give its cluster as text."""
    return _submit(knobs, job_text(knobs, "prices", "ElasticPriceLook"), lock)


def _submit(knobs: GlobalKnobs, text: str, lock: int | None) -> str:
    answer = run_as_elastic(knobs, "submission", {"submit": text, "items": [{"ElasticItem": "0"}]}, lock)
    return f"cluster {answer['cluster']}"


def clear(knobs: GlobalKnobs, ended: Sequence[SweepJob | PriceLook], lock: int | None) -> None:
    """Remove sweeps or looks from the queue."""
    if ended:
        ids = [one.id for one in ended]
        run_as_elastic(knobs, "submission", {"ids": ids, "why": "another one has ended since"}, lock)


def note_told(sweep: SweepJob) -> None:
    """Remember that the log has what a sweep said; user condor is one of the schedd's QUEUE_SUPER_USERS."""
    import htcondor2

    htcondor2.Schedd().edit([sweep.id], "ElasticTold", "true")
