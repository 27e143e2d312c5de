"""A Nova server as the driver sees it, and what the gridmanager is told about it."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.openstack_faults import code_of_fault, failure

TOKEN = "ElasticToken"  # noqa: S105 - the name of a mark
"""Metadata key of the client token.  Also, as ElasticToken and ElasticToken=TOKEN, two of Nova's server tags: Nova can
list by tags, and for an ordinary user it ignores a filter by metadata."""
OWNER = "ElasticOwner"
"""Metadata key: ELASTIC_POOL of the host whose GAHP made the server; only there it is ever deleted unasked."""

_STATES = {
    "BUILD": "pending",
    "ACTIVE": "running",
    # What the guest's memory survives: it can go on, so it is not ended behind the operator's back.
    **dict.fromkeys(("PAUSED", "SUSPENDED", "MIGRATING", "RESIZE", "VERIFY_RESIZE", "REVERT_RESIZE"), "running"),
    **dict.fromkeys(("REBOOT", "HARD_REBOOT", "PASSWORD", "RESCUE", "REBUILD"), "running"),
    # The guest is over, but the server still has its quota.
    **dict.fromkeys(("SHUTOFF", "SHELVED", "SHELVED_OFFLOADED"), "stopped"),
    "SOFT_DELETED": "shutting-down",
    "DELETED": "terminated",
}


@dataclass(frozen=True)
class Server:
    """One server; created: seconds since the epoch, by the cloud's clock; token, owner: our marks."""

    id: str
    status: str
    task: str | None = None
    token: str | None = None
    owner: str | None = None
    created: float = 0.0
    fault: str | None = None
    key_name: str | None = None
    address: str | None = None

    @property
    def is_going(self) -> bool:
        """Whether it is being deleted."""
        return self.task in ("deleting", "soft-deleting") or self.status in ("DELETED", "SOFT_DELETED")

    def age(self) -> float:
        """Return the seconds since it was made."""
        return time.time() - self.created


def read(server: Any) -> Server:
    """Return what openstack.compute.v2.server.Server says; of a cell that is down Nova knows little but the id."""
    marks: Mapping[str, str] = server.metadata or {}
    fault: Mapping[str, Any] = server.fault or {}
    return Server(
        id=server.id,
        status=server.status or "UNKNOWN",
        task=server.task_state,
        token=marks.get(TOKEN),
        owner=marks.get(OWNER),
        created=_seconds(server.created_at),
        fault=fault.get("message"),
        key_name=server.key_name,
        address=_address(server.addresses or {}),
    )


def _seconds(when: str | None) -> float:
    return float(calendar.timegm(time.strptime(when[:19], "%Y-%m-%dT%H:%M:%S"))) if when else time.time()


def _address(networks: Mapping[str, Iterable[Mapping[str, Any]]]) -> str | None:
    """Return the address to reach it by: a floating one first."""
    found = [entry for entries in networks.values() for entry in entries]
    floating = [entry for entry in found if entry.get("OS-EXT-IPS:type") == "floating"]
    return next((str(entry["addr"]) for entry in floating + found), None)


def reason_of_failure(server: Server, build_timeout: float) -> str | None:
    """Return why a server has failed; None when it has not."""
    if server.is_going:
        return None
    if server.status == "ERROR":
        text = server.fault or "the server is in ERROR and Nova gives no reason"
        return failure(code_of_fault(text), text).message
    if server.status == "BUILD" and server.age() > build_timeout:
        return failure("BuildTimeout", f"still in BUILD after {server.age():.0f} s").message
    return None


def instance(server: Server, last: Instance | None) -> Instance:
    """Return what the gridmanager is told; of a state that is not known here, what it was told last."""
    state = "shutting-down" if server.is_going and server.status != "DELETED" else _STATES.get(server.status)
    if state is None:
        state = last.state if last else "running"
    address = server.address if state == "running" else None
    return Instance(server.id, state, server.token or (last.token if last else None), server.key_name, None, address)


def chosen(servers: Iterable[Server], answered: str | None) -> Server:
    """Return the one of several servers with one token that counts: the one that was answered, else the eldest."""
    return min(servers, key=lambda one: (one.id != answered, one.is_going, one.created, one.id))
