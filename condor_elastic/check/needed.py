"""The files that knobs and submit texts name: who reads each, and whether it is a secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from condor_elastic.check.site import knob, scheme
from condor_elastic.gahp.ec2_client import FROM_INSTANCE
from condor_elastic.knobs import FleetKnobs, QueueKnobs, Settings
from condor_elastic.knobs.commands import last

CONDOR = "condor"
"""The user of the cycle."""


@dataclass(frozen=True)
class Needed:
    """A file; what names it, as ``ELASTIC_EC2_SUBMIT, ec2_access_key_id``; readers are users."""

    path: str
    what: str
    readers: tuple[str, ...]


def credentials(settings: Settings) -> Iterator[Needed]:
    """List the files with credentials; those of clouds are read by the elastic user (gridmanager, GAHP, sweeps)."""
    for fleet in settings.fleets:
        yield from _cloud(fleet, settings.pool.user)
    for queue in settings.queues:
        yield from _panda(queue, settings.pool.user)


def _cloud(fleet: FleetKnobs, user: str) -> Iterator[Needed]:
    if scheme(fleet) == "local" or _has_profile(fleet):
        return
    for command in ("ec2_access_key_id", "ec2_secret_access_key"):
        path = last(fleet.submit, command)
        if path and path.upper() != FROM_INSTANCE:
            yield Needed(path, f"{knob(fleet.name, 'SUBMIT')}, {command}", (user,))


def _panda(queue: QueueKnobs, user: str) -> Iterator[Needed]:
    """List those of a queue: the cycle asks PanDA, and reads a pilot's proxy when it submits; the user sends it."""
    used = {
        "PANDA_TOKEN_FILE": (queue.panda_token_file if queue.panda_auth == "OIDC" else "", (CONDOR,)),
        "PANDA_PROXY": (queue.panda_proxy if queue.panda_auth == "X509" else "", (CONDOR,)),
        "PILOT_PROXY": (queue.pilot_proxy, (CONDOR, user)),
        "PILOT_TOKEN_FILE": (queue.pilot_token_file, (user,)),
    }
    for name, (path, readers) in used.items():
        if path:
            yield Needed(path, knob(queue.name, name), readers)


def executable(queue: QueueKnobs) -> str:
    """Give the path of a queue's executable; empty where it is not this machine's."""
    path, moved = last(queue.submit, "executable"), last(queue.submit, "transfer_executable")
    is_here = path.startswith("/") and moved.lower() not in ("false", "no", "f", "0")
    return path if is_here and "$(" not in path else ""


def _has_profile(fleet: FleetKnobs) -> bool:
    """Tell whether boto3 finds the keys by itself, under a profile's name."""
    return scheme(fleet) == "ec2" and "profile=" in last(fleet.submit, "grid_resource")
