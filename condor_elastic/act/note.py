"""Write what happened to a worker into its VM job's ad: the queue is the only memory there is."""

from __future__ import annotations

from condor_elastic.model import Worker


def note(worker: Worker, attribute: str, value: int) -> str:
    """Set an attribute of the VM job; user condor is one of the schedd's QUEUE_SUPER_USERS."""
    import htcondor2

    htcondor2.Schedd().edit([worker.vm.id], attribute, str(value))
    return f"{attribute} = {value}"
