"""Neutron ports and Cinder volumes that Nova makes with a server.

Nova gives a port the server's id and nothing of ours, a boot volume nothing at all; so our marks are written on them
as tags of the port ("ElasticVM=...") and metadata of the volume.  A cloud without Neutron or Cinder has none of them.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from http.client import FORBIDDEN
from typing import Any

from condor_elastic.gahp.driver import Belonging
from condor_elastic.gahp.openstack_account import Account
from condor_elastic.gahp.openstack_faults import failure
from condor_elastic.gahp.openstack_server import TOKEN

PORT, VOLUME = "port", "volume"
_OURS = "Elastic"
_ATTACHMENTS = "3.27"
"""Microversion of Cinder (2017) that has DELETE /attachments."""


def list_all(account: Account, pool: str) -> tuple[Belonging, ...]:
    """Return what is marked ElasticPool = pool, and what has no mark and may have been made with a server."""
    seen = [*_ports(account), *_volumes(account)]
    ours = [one for one in seen if one.tags.get("ElasticPool") == pool]
    # Servers are looked for last: what is attached to one by then has its server in the list.
    gone = _gone(account, ours)
    known = [replace(one, gone=gone & _named(one)) for one in ours]
    return (*known, *_made(account, [one for one in seen if one.is_made and "ElasticPool" not in one.tags]))


def mark(account: Account, kind: str, one_id: str, tags: Mapping[str, str]) -> None:
    """Add to the marks of one; marks of others stay."""
    from openstack.exceptions import raise_from_response

    if kind == VOLUME:
        answer = _cinder(account).post(f"/volumes/{one_id}/metadata", json={"metadata": dict(tags)})
    else:
        network = account.connection.network
        others = [tag for tag in network.get_port(one_id).tags or () if tag.partition("=")[0] not in tags]
        wanted = sorted([*others, *(f"{name}={value}" for name, value in tags.items())])
        # All at once: the address of a single tag must not have a slash, and some Neutrons stumble over dots in it.
        answer = network.put(f"/ports/{one_id}/tags", json={"tags": wanted})
    raise_from_response(answer)


def delete(account: Account, kind: str, one_id: str, server_id: str) -> None:
    """Delete one whose server is gone, unless that has changed since; one that is unknown is a success."""
    from openstack.exceptions import NotFoundException, raise_from_response

    try:
        seen = _volume(_cinder(account).get_volume(one_id)) if kind == VOLUME else _port(
            account.connection.network.get_port(one_id))  # fmt: skip
    except NotFoundException:
        return
    if set(seen.servers) - {server_id} or _is_there(account, server_id):
        raise failure("Conflict", f"{kind} {one_id} is in use by {', '.join(seen.servers) or server_id}")
    if kind == PORT:
        _delete_port(account.connection.network, one_id)
        return
    for attachment in seen.attachments:  # Cinder deletes no volume that is attached, be it to nothing
        answer = _cinder(account).delete(f"/attachments/{attachment}", microversion=_ATTACHMENTS)
        raise_from_response(answer)
    _cinder(account).delete_volume(one_id, ignore_missing=True)


def _delete_port(network: Any, port_id: str) -> None:
    """Take a port off its server first where only Nova may delete those of servers (Neutron's policy of 2026)."""
    from openstack.exceptions import HttpException

    try:
        network.delete_port(port_id, ignore_missing=True)
    except HttpException as error:
        if error.status_code != FORBIDDEN:
            raise
        network.update_port(port_id, device_id="", device_owner="")
        network.delete_port(port_id, ignore_missing=True)


def _ports(account: Account) -> list[Belonging]:
    if not account.has("network"):
        return []
    connection = account.connection
    return [_port(one) for one in connection.network.ports(project_id=connection.current_project_id)]


def _port(port: Any) -> Belonging:
    tags = dict(text.partition("=")[::2] for text in port.tags or () if text.startswith(_OURS))
    is_made = (port.device_owner or "").startswith("compute:") and not port.name and not port.description
    servers = (port.device_id,) if port.device_id else ()
    return Belonging(PORT, port.id, _seconds(port.created_at), servers, is_made=is_made, tags=tags)


def _volumes(account: Account) -> list[Belonging]:
    if not account.has("block-storage"):
        return []
    return [_volume(one) for one in _cinder(account).volumes(details=True) if one.status != "deleting"]


def _volume(volume: Any) -> Belonging:
    attached = volume.attachments or ()
    return Belonging(
        VOLUME,
        volume.id,
        _seconds(volume.created_at),
        tuple(sorted({one["server_id"] for one in attached if one.get("server_id")})),
        is_made=bool(volume.is_bootable) and not volume.name and not volume.description,
        tags={name: value for name, value in (volume.metadata or {}).items() if name.startswith(_OURS)},
        attachments=tuple(one["attachment_id"] for one in attached if one.get("attachment_id")),
    )


def _made(account: Account, found: Iterable[Belonging]) -> list[Belonging]:
    """Leave out the volumes that are not to go with their server, as Nova knows."""
    found = list(found)
    going = set[str]()
    if any(one.kind == VOLUME and one.servers for one in found):
        servers = account.compute.servers(details=True, tags=TOKEN)
        going = {one.id for server in servers for one in server.attached_volumes or () if one.delete_on_termination}
    return [one for one in found if one.kind == PORT or one.id in going]


def _named(one: Belonging) -> frozenset[str]:
    return frozenset({*one.servers, one.tags.get("ElasticServer", "")} - {""})


def _gone(account: Account, ours: Iterable[Belonging]) -> frozenset[str]:
    """Return the ids of the servers that are neither listed nor found when asked for."""
    named = {name for one in ours for name in _named(one)}
    if named:
        named -= {server.id for server in account.compute.servers(details=False)}
    return frozenset(name for name in named if not _is_there(account, name))


def _is_there(account: Account, server_id: str) -> bool:
    from openstack.exceptions import NotFoundException

    try:
        account.compute.get_server(server_id)
    except NotFoundException:
        return False
    return True


def _cinder(account: Account) -> Any:
    return account.connection.block_storage


def _seconds(when: str | None) -> float:
    # What does not say when it was made is young for ever.
    return float(calendar.timegm(time.strptime(when[:19], "%Y-%m-%dT%H:%M:%S"))) if when else time.time()
