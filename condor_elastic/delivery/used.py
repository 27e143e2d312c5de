"""Which images are in use: by a fleet of this pool's knobs, or by a job in the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from condor_elastic.delivery.wrong import Undelivered
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.commands import last
from condor_elastic.observe.values import values_of

Query = Callable[[str, "list[str]"], Iterable[Any]]
_ATTR = "EC2AmiID"


def used_images(fleets: Iterable[FleetKnobs], query: Query) -> dict[str, str]:
    """Give ids or names of images, each with who uses it; query is that of the schedd.

    Raises Undelivered where a fleet's image cannot be known, and what the bindings raise when the schedd does not
    answer: then nothing may be deleted.
    """
    used = {}
    for fleet in fleets:
        image = last(fleet.submit, "ec2_ami_id")
        if "$(" in image:
            raise Undelivered(f"ELASTIC_{fleet.name.upper()}_SUBMIT says ec2_ami_id = {image}, and what that is only "
                              "condor_submit knows; nothing is pruned")  # fmt: skip
        if image:
            used[image] = f"fleet {fleet.name} uses it"
    for ad in query(f"{_ATTR} isnt undefined", ["ClusterId", "ProcId", _ATTR]):
        job = values_of(ad)
        used.setdefault(str(job[_ATTR]), f"VM job {job['ClusterId']}.{job['ProcId']} uses it")
    return used
