"""The attributes that we set or publish, by the ads in which they stand: what docs/attributes.md is made of."""

from condor_elastic.attributes.cycle_ads import COMMON, FLEET, OFFER, QUEUE, SCHEDD, STRAY, WORKER
from condor_elastic.attributes.job_ads import PILOT, SWEEP, VM_JOB
from condor_elastic.attributes.machine_ads import MACHINE
from condor_elastic.attributes.other_names import IMAGE_TAGS, ITEMS, MANAGER_MACROS, TAGS, WORKER_MACROS
from condor_elastic.attributes.row import Attribute, Kind

KINDS = (SCHEDD, COMMON, QUEUE, FLEET, WORKER, STRAY, OFFER, VM_JOB, PILOT, SWEEP, MACHINE)
"""Kinds of ad."""
OTHERS = (TAGS, IMAGE_TAGS, WORKER_MACROS, MANAGER_MACROS, ITEMS)
"""Names that stand elsewhere."""

__all__ = [
    "COMMON", "FLEET", "IMAGE_TAGS", "ITEMS", "KINDS", "MACHINE", "MANAGER_MACROS", "OFFER", "OTHERS", "PILOT", "QUEUE",
    "SCHEDD", "STRAY", "SWEEP", "TAGS", "VM_JOB", "WORKER", "WORKER_MACROS", "Attribute", "Kind",
]  # fmt: skip
