"""Which configuration a VM was launched with, as one short word."""

from __future__ import annotations

import hashlib
from pathlib import Path

from condor_elastic.knobs.fleet import FleetKnobs

VERSION = "1"
"""Of what goes into the hash: a worker with another one is not drifted (Karpenter's upgrades replaced whole fleets)."""


def submit_hash(fleet: FleetKnobs) -> str:
    """Give a short hash of what makes a VM what it is: submit text, template and the site's user-data, not caps.

    Blanks at the ends of lines and empty lines do not count, nor does what our own marks look like in this version.
    Empty when the site's user-data cannot be read: then nobody knows.
    """
    try:
        site = Path(fleet.user_data).read_bytes() if fleet.user_data else b""
    except OSError:
        return ""
    text = "\n".join(line.strip() for line in fleet.submit.splitlines() if line.strip())
    template = getattr(fleet.template, "text", "") or repr(fleet.template)
    digest = hashlib.sha256(f"{text}\n\n{template}".encode() + site).hexdigest()
    return f"{VERSION}-{digest[:12]}"


def has_drifted(launched: str, now: str) -> bool:
    """Tell whether a VM was launched with another configuration; without a hash, or with a later kind, nobody knows."""
    return bool(launched and now) and launched.partition("-")[0] == now.partition("-")[0] and launched != now
