"""Ask HTCondor for the ELASTIC_ macros, and where each was set."""

from __future__ import annotations

import re
import subprocess

from condor_elastic.knobs.expressions import wrong_expressions
from condor_elastic.knobs.queue import PILOT_ITEMS
from condor_elastic.knobs.read import BadKnobs, read
from condor_elastic.knobs.table import PREFIX, Settings

SUBMIT_ITEMS = (*PILOT_ITEMS, "Cluster", "ClusterId", "Process", "ProcId", "Node", "Step", "Row", "Item")
"""What submit text in a knob may name (condor_submit's own macros, and ours)."""


def configured() -> Settings:
    """Read and check this host's knobs; raises BadKnobs."""
    settings = read(macros(), place)
    if not settings.fleets and not settings.queues:
        return settings
    wrong = [what + place(name) for name, what in wrong_expressions(settings)]
    if wrong:
        raise BadKnobs("\n".join(wrong))
    return settings


def macros() -> dict[str, str]:
    """Give all ELASTIC_ macros of this host's HTCondor configuration, expanded, as text."""
    import htcondor2

    for item in SUBMIT_ITEMS:  # macros of a job, not of the configuration: they stay as they are until a job is made
        if item not in htcondor2.param:
            htcondor2.param[item] = f"$(DOLLAR)({item})"
    return {name: str(htcondor2.param[name]) for name in htcondor2.param if name.upper().startswith(PREFIX)}


def place(name: str) -> str:
    """Say where a macro was set, as `` (set in FILE, line 3)``; empty when HTCondor cannot tell."""
    tool = subprocess.run(
        ["condor_config_val", "-verbose", name], capture_output=True, text=True, check=False
    )
    found = re.search(r"^\s*#\s*at:\s*(.+)$", tool.stdout, re.MULTILINE)
    return f" (set in {found.group(1).strip()})" if found else ""
