"""Put VM jobs on hold whose timer only a cycle can tell: their instances end, they stay as tombstones."""

from __future__ import annotations

from condor_elastic.act.note import edit
from condor_elastic.model import Hold

JOB_POLICY = 3
"""HoldReasonCode of a hold by the job's own periodic_hold (manual: Job ClassAd Attributes)."""


def hold(action: Hold) -> str:
    """Hold one VM job, and say which timer it was with the code that the job's own periodic_hold would give.

    A hold by a person has code 1; that is what stands there if this ends in between.  The reason goes as a pair with
    the subcode: the bindings drop a bare text (htcondor2/_schedd.py, act(), 23.9.6 to 25).
    """
    import htcondor2

    held = htcondor2.Schedd().act(htcondor2.JobAction.Hold, [action.vm.id], (action.why, action.subcode))
    if not int(held["TotalSuccess"]):
        raise RuntimeError(f"the schedd did not hold {action.vm.id}")
    edit([action.vm.id], "HoldReasonCode", str(JOB_POLICY))
    return f"VM job {action.vm.id} held"
