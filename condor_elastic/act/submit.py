"""Submit pilots and VM jobs: the site's submit text with our marks on it."""

from __future__ import annotations

import secrets

from condor_elastic.act.contextualise import write_user_data
from condor_elastic.act.elastic_user import run_as_elastic
from condor_elastic.act.pilot_text import pilot_text
from condor_elastic.act.timers import deadline
from condor_elastic.act.vm_text import vm_text
from condor_elastic.knobs import FleetKnobs, GlobalKnobs, QueueKnobs
from condor_elastic.model import SubmitPilots


def submit_pilots(pool: GlobalKnobs, queue: QueueKnobs, action: SubmitPilots, lock: int | None) -> str:
    """Submit so many pilots in one transaction; give the cluster as text."""
    text = pilot_text(pool, queue, action.shape)
    answer = run_as_elastic(pool, "submission", {"submit": text, "items": [{"ElasticItem": "0"}] * action.count}, lock)
    return f"cluster {answer['cluster']}"


def submit_vms(pool: GlobalKnobs, fleet: FleetKnobs, count: int, now: int, lock: int | None) -> str:
    """Make so many ids and their user-data, then submit the VM jobs in one transaction."""
    ids = [f"{fleet.name}-{secrets.token_hex(6)}" for _ in range(count)]
    ends = [deadline(fleet, vm, now) for vm in ids]
    written = write_user_data(pool, fleet, ids, ends)
    items = [
        {
            "ElasticVM": vm,
            "ElasticUserData": its.path,
            "ElasticTokenId": its.token.id,
            "ElasticTokenIssued": str(its.token.issued),
            "ElasticTokenExpires": str(its.token.expires),
            "ElasticDeadline": str(end),
        }
        for vm, its, end in zip(ids, written, ends)
    ]
    answer = run_as_elastic(pool, "submission", {"submit": vm_text(pool, fleet), "items": items}, lock)
    return f"cluster {answer['cluster']}"
