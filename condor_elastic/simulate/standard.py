"""The pool of a simulation: a site's own knobs, or one fleet with everything at its default."""

from __future__ import annotations

from condor_elastic.knobs.file import settings_of
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.read import BadKnobs
from condor_elastic.knobs.table import GlobalKnobs, Settings
from condor_elastic.model import Template

CORES, MEMORY, MOST = 8, 16384, 5000


def pool_of(path: str | None) -> Settings:
    """Read the knobs of a file; without one, give a fleet of 8-core machines that may be as large as it likes.

    Raises BadKnobs.
    """
    if path is None:
        machine = Template(CORES, MEMORY, text=f"Cpus = {CORES}; Memory = {MEMORY}")
        fleet = FleetKnobs(name="VM", template=machine, max_vms=MOST, submit="")
        return Settings(GlobalKnobs(pool="simulated", trust_domain="simulated", collector="simulated"), (), (fleet,))
    settings = settings_of(path)
    if not settings.fleets:
        raise BadKnobs(f"{path} names no fleet: a simulation needs one in ELASTIC_FLEET_NAMES")
    return settings
