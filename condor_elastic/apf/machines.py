"""Cores and memory of instance types, for the TEMPLATE knob."""

from __future__ import annotations

from condor_elastic.apf.block import FILL_IN

MACHINES = {
    "m1.small": (1, 1700), "m1.medium": (1, 3700), "m1.large": (2, 7500), "m1.xlarge": (4, 15000),
    "m2.xlarge": (2, 17000), "m2.2xlarge": (4, 34000), "m2.4xlarge": (8, 68000), "c1.medium": (2, 1700),
    "c1.xlarge": (8, 7000), "cc2.8xlarge": (32, 60500),
    "m3.medium": (1, 3750), "m3.large": (2, 7500), "m3.xlarge": (4, 15000), "m3.2xlarge": (8, 30000),
    "c3.large": (2, 3750), "c3.xlarge": (4, 7500), "c3.2xlarge": (8, 15000), "c3.4xlarge": (16, 30000),
    "m4.large": (2, 8000), "m4.xlarge": (4, 16000), "m4.2xlarge": (8, 32000), "c4.xlarge": (4, 7500),
    "m5.large": (2, 8000), "m5.xlarge": (4, 16000), "m5.2xlarge": (8, 32000), "m5.4xlarge": (16, 64000),
    "c5.xlarge": (4, 8000), "c5.2xlarge": (8, 16000), "r5.xlarge": (4, 32000),
}  # fmt: skip
"""Cores and MB, a little below what https://aws.amazon.com/ec2/instance-types/ says: some the system takes."""


def template(instance_type: str) -> str:
    """Give the machine as the TEMPLATE knob says it, or a text that check refuses."""
    if instance_type not in MACHINES:
        return f"{FILL_IN} cores and MB of {instance_type or 'the instance type'}: Cpus = ?; Memory = ?"
    cpus, memory = MACHINES[instance_type]
    return f"Cpus = {cpus}; Memory = {memory}"
