"""The submit text of VM jobs as the controller makes it for a fleet, without a controller."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from condor_elastic.act.vm_text import vm_text
from condor_elastic.knobs import FleetKnobs

POOL, FLEET = "tests", "cloud"


def vm_jobs(submit: str, vms: Sequence[str], user_data: object) -> str:
    """Return the text for condor_submit: a site's text, a job for each ElasticVM, and one file of user-data for all."""
    pool: Any = SimpleNamespace(pool=POOL)
    fleet = FleetKnobs(name=FLEET, submit=submit)
    items = "".join(f"{vm}\n" for vm in vms)
    return vm_text(pool, fleet) + f"ElasticUserData = {user_data}\nqueue ElasticVM from (\n{items})\n"
