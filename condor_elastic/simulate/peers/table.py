"""The peers by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.model import Action, NoteJoined, Pool, Remove, Snapshot
from condor_elastic.simulate.course import EPOCH
from condor_elastic.simulate.job import Job
from condor_elastic.simulate.peers.formulas import (
    Formula,
    annex,
    apf,
    apf_keep,
    cloudscheduler,
    cobald,
    elastiq,
    gcpm,
    glideinwms,
    google,
    harvester,
)
from condor_elastic.simulate.peers.sight import sight
from condor_elastic.simulate.run import Policy

PEERS = {
    "apf": apf, "apf-keep": apf_keep, "elastiq": elastiq, "cloudscheduler": cloudscheduler, "glideinwms": glideinwms,
    "harvester": harvester, "google": google, "gcpm": gcpm, "cobald": cobald,
}  # fmt: skip


def peer(name: str, fleet: FleetKnobs, jobs: Sequence[Job]) -> Policy:
    """Give a peer's formula as a policy; annex is given the size that would just do if jobs came evenly.

    Raises KeyError.
    """
    formula: Formula = annex(_even(fleet, jobs)) if name == "annex" else PEERS[name]()
    last = EPOCH + (jobs[-1].submit if jobs else 0)

    def decide(seen: Snapshot, pool: Pool) -> Iterable[Action]:
        looked = sight(fleet, seen, pool)
        over = name == "annex" and seen.now > last
        noted = [NoteJoined(w) for w in pool.workers if w.startd and w.vm.joined is None]
        failed = [Remove(w.vm, "failed") for w in pool.workers if w.phase == "failed"]
        acts = [Remove(w.vm, "the lease is over") for w in looked.idle] if over else formula(looked)
        return [*noted, *failed, *acts]

    return decide


def _even(fleet: FleetKnobs, jobs: Sequence[Job]) -> int:
    span = max(1, jobs[-1].submit - jobs[0].submit) if jobs else 1
    return -(-sum(job.cpus * job.run for job in jobs) // (span * fleet.template.cpus))
