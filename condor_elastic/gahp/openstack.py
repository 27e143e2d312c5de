"""The openstack:// driver: VMs are servers of a Nova, by openstacksdk.

openstack://CLOUD[/REGION][?build_timeout=SECONDS]: CLOUD is described in the clouds.yaml that ec2_access_key_id names,
with a password or an application credential; ec2_secret_access_key names the same file or a secure.yaml.  Needs Nova's
server tags at creation (microversion 2.52, of 2017).

The client token stands on the server (openstack_server.TOKEN).  A server is looked for by it before it is made and
once more afterwards: when a GAHP is killed, a call of its own may still be under way.  Of two the younger goes.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from condor_elastic.gahp import openstack_belongings
from condor_elastic.gahp.driver import Belonging, CloudError, Credentials, Instance, Launch, Marked
from condor_elastic.gahp.host import config_value
from condor_elastic.gahp.journal import LOG
from condor_elastic.gahp.key_pairs import DUPLICATE
from condor_elastic.gahp.openstack_account import Account
from condor_elastic.gahp.openstack_census import Census
from condor_elastic.gahp.openstack_faults import HOLD, TRANSIENT, failure, translated
from condor_elastic.gahp.openstack_request import Ids, creation, token_tag
from condor_elastic.gahp.openstack_server import OWNER, TOKEN, Server, chosen, read
from condor_elastic.gahp.openstack_url import parse

Done = TypeVar("Done")
_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between two attempts while a cloud answers with its own trouble or not at all."""
_FIRST_NAMES = 4
"""Lists of names that a process reads in a burst if it expects none yet: each may miss some at a seam of two pages."""


class OpenStackDriver:
    """The servers of one project that carry our token; owner is the mark of this host."""

    def __init__(self, account: Account, owner: str, build_timeout: float) -> None:
        """Use this account."""
        self._account = account
        self._owner = owner
        self._census = Census(build_timeout)
        self._closing = threading.Event()
        self._locks = tuple(threading.Lock() for _ in range(256))

    @classmethod
    def at(cls, url: str, credentials: Credentials) -> OpenStackDriver:
        """Return the driver for a URL.  Raises CloudError."""
        address = parse(url)
        owner = config_value("ELASTIC_POOL", socket.gethostname())
        return cls(Account(address, credentials), owner, address.build_timeout)

    def server_type(self) -> str:
        """Return "Amazon": client tokens hold here."""
        one = {"details": False, "tags": TOKEN, "limit": 1, "paginated": False}
        try:
            self._attempt(lambda: list(self._account.compute.servers(**one)))
        except CloudError as error:
            if error.code in TRANSIENT:
                raise
            raise CloudError(error.code + HOLD, error.message) from None
        return "Amazon"

    def start(self, launch: Launch) -> str:
        """Start a server, unless there is one with this token."""
        with self._locks[hash(launch.token) % len(self._locks)]:
            wanted = creation(launch, self._ids(launch), self._owner)
            return self._patiently(lambda: self._find(launch.token) or self._create(launch.token, wanted))

    def stop(self, instance_id: str) -> None:
        """Have a server deleted; one that is unknown is a success."""
        self._patiently(lambda: self._delete(instance_id))
        self._census.end(instance_id)

    def list(self) -> tuple[Instance, ...]:
        """Return every server that carries a token, and those that have failed, with the reason.

        A server that has failed is deleted when the gridmanager asks the next time, for then it has had the answer
        with the reason; until then another GAHP could still tell it.
        """
        for failed in self._census.told():
            self._remove(failed, "it has failed")
        servers = self._patiently(self._read_all)  # Nova may give a page twice while servers are scheduled
        for stray in self._census.strays(servers):
            self._remove(stray, "another one has its token")
        return self._census.report(servers)

    def marked(self, pool: str) -> tuple[Marked, ...]:
        """Return all servers with a token but those of another pool: users cannot have Nova filter by metadata."""
        self._patiently(self._refuse_the_dark)
        servers = self._patiently(
            lambda: self._attempt(lambda: list(self._account.compute.servers(details=True, tags=TOKEN)))
        )
        return tuple(
            Marked(str(one.id), seen.created, dict(one.metadata or {}))
            for one, seen in ((one, read(one)) for one in servers)
            if not seen.is_going and (one.metadata or {}).get("ElasticPool", pool) == pool
        )

    def create_tags(self, instance_id: str, tags: Mapping[str, str]) -> None:
        """Add to a server's metadata; our own marks stay as they are."""
        wanted = {name: value for name, value in tags.items() if name not in (TOKEN, OWNER)}

        from openstack.exceptions import raise_from_response

        def send() -> None:
            answer = self._account.compute.post(f"/servers/{instance_id}/metadata", json={"metadata": wanted})
            raise_from_response(answer)

        self._patiently(lambda: self._attempt(send))

    def belongings(self, pool: str) -> tuple[Belonging, ...]:
        """Return the ports and volumes of the project that are marked as this pool's, or may be to be marked."""
        return self._patiently(lambda: self._attempt(lambda: openstack_belongings.list_all(self._account, pool)))

    def mark_belonging(self, kind: str, belonging_id: str, tags: Mapping[str, str]) -> None:
        """Add to the tags of a port or the metadata of a volume."""
        mark = openstack_belongings.mark
        self._patiently(lambda: self._attempt(lambda: mark(self._account, kind, belonging_id, tags)))

    def delete_belonging(self, kind: str, belonging_id: str, instance_id: str) -> None:
        """Delete a port or volume whose server is gone."""
        delete = openstack_belongings.delete
        self._patiently(lambda: self._attempt(lambda: delete(self._account, kind, belonging_id, instance_id)))

    def create_key_pair(self, name: str) -> str:
        """Have Nova make a key pair and return the private key; Nova keeps it apart for each user."""
        try:
            made = self._attempt(lambda: self._account.compute.create_keypair(name=name))
        except CloudError as error:
            if error.code != "Conflict":
                raise
            raise failure(DUPLICATE, error.message) from None
        return str(made.private_key)

    def delete_key_pair(self, name: str) -> None:
        """Delete a key pair; an unknown one is a success."""
        self._patiently(lambda: self._attempt(lambda: self._account.compute.delete_keypair(name, ignore_missing=True)))

    def hurry(self) -> None:
        """Wait for a cloud in trouble no longer, and make no server: another process may be about to."""
        self._closing.set()

    def close(self) -> None:
        """Delete the servers that have failed, if that has been told."""
        self.hurry()
        for failed in self._census.told():
            self._remove(failed, "it has failed")

    def unknown(self, launch: Launch) -> tuple[tuple[str, str], ...]:
        """Return which of a launch's image, flavor and network there are not."""
        asked = (("ec2_ami_id", "image", launch.image), ("ec2_instance_type", "flavor", launch.instance_type),
                 ("ec2_vpc_subnet", "network", launch.subnet))  # fmt: skip
        found = []
        for command, kind, name in asked:
            try:
                _ = name and self._account.find(kind, name)
            except CloudError as error:  # noqa: PERF203 - each is a call over the network
                if f"no {kind} {name} is found" not in error.message:
                    raise
                found.append((command, error.message))
        return tuple(found)

    def _ids(self, launch: Launch) -> Ids:
        find = self._account.find
        return self._patiently(
            lambda: Ids(
                find("image", launch.image),
                find("flavor", launch.instance_type or ""),
                find("network", launch.subnet) if launch.subnet else None,
            )
        )

    def _create(self, token: str, wanted: Mapping[str, object]) -> str:
        if self._closing.is_set():
            raise failure("ServerError", "the gridmanager has gone")
        try:
            made = str(self._attempt(lambda: self._account.compute.create_server(**wanted)).id)
        except CloudError as error:
            if error.code not in TRANSIENT:
                # An image may have been replaced since its name was looked up.
                self._account.forget_ids()
            raise
        self._census.answer(token, made)
        return self._find(token, made) or made

    def _find(self, token: str, made: str | None = None) -> str | None:
        """Return the id of the server with this token; made: the one that has just been made."""
        tags = token_tag(token)
        ids = self._attempt(lambda: [server.id for server in self._account.compute.servers(details=False, tags=tags)])
        if ids in ([], [made]):
            return made
        found = [server for server in self._read(tags) if server.token == token]
        if not found:
            return made
        kept = chosen(found, None)
        self._census.answer(token, kept.id)
        for twin in found:
            if twin.id != kept.id:
                self._remove(twin, "another one has its token")
        return kept.id

    def _read_all(self) -> tuple[Server, ...]:
        """Return all servers with a token; those that were there before and are missing are asked for one by one.

        Nova leaves out, without a word, what lies in a cell that is down, and what is still to be scheduled when the
        last entry of a page has just been scheduled.  A server started this minute, and not listed yet, is told of
        anyway; what is missing in a burst, and stands in the list of names, is told of as before (Census.presume): to
        ask for each would take minutes, and the cloud's breath.  A process that has just begun expects none, so that
        it says nothing at all while a cell is down.
        """
        began = time.monotonic()
        first = not self._census.is_begun
        if first:
            self._refuse_the_dark()
        servers = {server.id: server for server in self._read(TOKEN)}
        expected, named = self._census.living(), set[str]()
        building = any(server.status == "BUILD" for server in servers.values())
        compute = self._account.compute
        for _ in range(_FIRST_NAMES if first and building else int(first or building)):
            named |= set(self._attempt(lambda: [server.id for server in compute.servers(details=False, tags=TOKEN)]))
        missing = (expected | named) - set(servers) - self._census.newborns(began)
        for server_id in missing - self._census.presume(named & missing):
            server = self._look(server_id)
            if server is not None:
                servers[server_id] = server
        return tuple(servers.values())

    def _refuse_the_dark(self) -> None:
        """Raise CloudError while a cell is down.

        A list with a filter or a marker leaves out what lies there; the first page of one without any names it, as
        UNKNOWN (compute API 2.69; _is_cell_down_supported in nova/api/openstack/compute/servers.py).
        """
        page = self._attempt(lambda: list(self._account.compute.servers(details=False, paginated=False)))
        dark = sum(server.status == "UNKNOWN" for server in page)
        if dark:
            raise failure("ServerError", f"a cell of Nova's is down: it does not tell what {dark} servers do")

    def _read(self, tags: str) -> tuple[Server, ...]:
        seen = self._attempt(lambda: list(map(read, self._account.compute.servers(details=True, tags=tags))))
        return tuple(server for server in seen if server.token is not None or server.status == "UNKNOWN")

    def _look(self, server_id: str) -> Server | None:
        from openstack.exceptions import NotFoundException

        def look() -> Server | None:
            try:
                return read(self._account.compute.get_server(server_id))
            # Not keystoneauth's own NotFound, by which Keystone refuses a credential that is gone.
            except NotFoundException:
                return None

        return self._attempt(look)

    def _delete(self, server_id: str) -> None:
        self._attempt(lambda: self._account.compute.delete_server(server_id, ignore_missing=True))

    def _remove(self, server: Server, why: str) -> None:
        """Delete a server of this host's that nobody has asked to delete; when that fails the next list tries again."""
        if server.owner != self._owner or server.is_going:
            return
        try:
            self._delete(server.id)
        except CloudError as error:
            LOG.warning("%s cannot be deleted, though %s: %s", server.id, why, error.code)
        else:
            LOG.info("%s deleted: %s", server.id, why)
            self._census.bury(server.id)

    def _attempt(self, call: Callable[[], Done]) -> Done:
        try:
            with translated():
                return call()
        except CloudError as error:
            if error.code == "Unauthorized":
                self._account.disconnect()
            raise

    def _patiently(self, call: Callable[[], Done]) -> Done:
        """Call until it works, the cloud says no, or patience is over."""
        for pause in _PAUSES:
            try:
                return call()
            except CloudError as error:  # noqa: PERF203 - that is what it is for
                if error.code not in TRANSIENT or self._closing.wait(pause):
                    raise
        return call()
