"""A fleet's template as the slot ad that its workers will have."""

from __future__ import annotations

from typing import Any

from condor_elastic.knobs.template import spot_clause
from condor_elastic.model import Shape, Template

# What a worker of today advertises and jobs ask for without saying so (condor_submit adds it to Requirements).
USUAL = {
    "MyType": "Machine",
    "Arch": "X86_64",
    "OpSys": "LINUX",
    "HasFileTransfer": True,
    "State": "Unclaimed",
    "Activity": "Idle",
    "SlotType": "Partitionable",
    "PartitionableSlot": True,
    "SlotID": 1,
}


def machine(template: Template, fleet: str = "", spot_tries: int = 0) -> Any:
    """Make the ClassAd of one empty machine of a fleet; Start, if it is stated, is what the machine asks of jobs.

    spot_tries is SPOT_TRIES: its workers have the clause in their START, whatever the template states.

    Raises the bindings' error where the text is no ClassAd.
    """
    import classad2

    ad = classad2.ClassAd(USUAL)
    stated = classad2.ClassAd(f"[{template.text}]")
    for name in stated:
        ad[name] = stated.lookup(name)
    if fleet:  # as every worker of ours advertises it (config.d/elastic-worker.conf)
        ad["ElasticFleet"] = fleet
    put_shape(ad, template)
    for name, value in (("Cpus", template.cpus), ("Memory", template.memory), ("Disk", template.disk)):
        ad[f"TotalSlot{name}"] = ad[f"Total{name}"] = value
    if spot_tries:
        stated_start = f"({ad.lookup('Start')}) && " if "Start" in ad else ""
        ad["Start"] = classad2.ExprTree(f"{stated_start}({spot_clause(spot_tries)})")
    if "Requirements" not in ad:
        ad["Requirements"] = ad.lookup("Start") if "Start" in ad else classad2.ExprTree("True")
    return ad


def put_shape(ad: Any, shape: Shape) -> None:
    """Say a shape in a slot ad; a slot without GPUs does not speak of them."""
    ad["Cpus"], ad["Memory"], ad["Disk"] = shape.cpus, shape.memory, shape.disk
    if shape.gpus:
        ad["GPUs"] = shape.gpus
