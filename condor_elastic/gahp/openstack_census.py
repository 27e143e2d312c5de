"""What a GAHP knows of its servers from one list to the next."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from condor_elastic.gahp.driver import Instance
from condor_elastic.gahp.journal import LOG
from condor_elastic.gahp.newborns import GRACE
from condor_elastic.gahp.openstack_server import Server, chosen, instance, reason_of_failure

RETENTION = 600.0
"""Seconds for which a failure is reported after its server is gone: the gridmanager may lose a list by a timeout."""
_TOKENS = 20000
"""Tokens to remember, the latest."""


@dataclass
class _Failed:
    server: Server
    instance: Instance
    since: float
    deleted: bool = False


class Census:
    """Used from several threads."""

    def __init__(self, build_timeout: float) -> None:
        """Start with none."""
        self._build_timeout = build_timeout
        self._lock = threading.Lock()
        self._answered: dict[str, str] = {}
        self._born: dict[str, float] = {}
        self._last: dict[str, Instance] = {}
        self._failed: dict[str, _Failed] = {}
        self._presumed: dict[str, Instance] = {}
        self._stopped: set[str] = set()
        self.is_begun = False

    def answer(self, token: str, server_id: str) -> None:
        """Remember which server counts for a token."""
        with self._lock:
            now = time.monotonic()
            self._answered[token] = server_id
            self._born = {key: when for key, when in self._born.items() if when > now - RETENTION}
            self._born.setdefault(server_id, now)
            if len(self._answered) > _TOKENS:
                del self._answered[next(iter(self._answered))]

    def newborns(self, began: float) -> set[str]:
        """Return the servers started so lately, and not listed yet, that the gridmanager is told of them all the same.

        newborns.py does that.  began is when the list was begun, by the monotonic clock, seconds: in a burst it takes
        minutes.
        """
        oldest = began - GRACE / 2
        with self._lock:
            return {key for key, when in self._born.items() if when > oldest and key not in self._last}

    def presume(self, server_ids: Iterable[str]) -> set[str]:
        """Take these for what they were last told to be, or for pending if this process had them started.

        Return those of which that can be said; they stand in the next report.
        """
        with self._lock:
            tokens = {server_id: token for token, server_id in self._answered.items()}
            self._presumed = {}
            for key in server_ids:
                if key in self._last:
                    self._presumed[key] = self._last[key]
                elif key in tokens and key not in self._stopped:
                    self._presumed[key] = Instance(key, "pending", tokens[key])
            return set(self._presumed)

    def end(self, server_id: str) -> None:
        """Forget a server that the gridmanager has had stopped."""
        with self._lock:
            self._stopped.add(server_id)
            self._last.pop(server_id, None)
            self._failed.pop(server_id, None)

    def living(self) -> set[str]:
        """Return the ids that the last list showed alive."""
        with self._lock:
            return {one.id for one in self._last.values() if one.state in ("pending", "running", "stopped")}

    def told(self) -> tuple[Server, ...]:
        """Return the servers whose failure has been reported, and which have not been deleted yet."""
        with self._lock:
            return tuple(failed.server for failed in self._failed.values() if not failed.deleted)

    def bury(self, server_id: str) -> None:
        """Remember that a server that failed has been deleted."""
        with self._lock:
            if server_id in self._failed:
                self._failed[server_id].deleted = True

    def strays(self, servers: Iterable[Server]) -> tuple[Server, ...]:
        """Return the servers whose token belongs to another one, which may be gone by now."""
        groups: dict[str, list[Server]] = defaultdict(list)
        for server in servers:
            if server.token is not None:
                groups[server.token].append(server)
        strays = []
        with self._lock:
            for token, group in groups.items():
                answered = self._answered.get(token)
                kept = answered or chosen(group, None).id
                strays += [server for server in group if server.id != kept]
        return tuple(strays)

    def report(self, servers: Iterable[Server]) -> tuple[Instance, ...]:
        """Return what the gridmanager is told: one instance for a token, and once a server has failed, always that."""
        servers = tuple(servers)
        strays = {server.id for server in self.strays(servers)}
        with self._lock:
            self._forget(time.monotonic() - RETENTION)
            for server in servers:
                self._judge(server)
            told = {**self._presumed}
            told.update((one.id, instance(one, self._last.get(one.id))) for one in servers if one.id not in strays)
            told.update((key, failed.instance) for key, failed in self._failed.items() if key not in strays)
            self._last = told
            self.is_begun = True
            return tuple(told.values())

    def _forget(self, oldest: float) -> None:
        self._failed = {key: one for key, one in self._failed.items() if not one.deleted or one.since > oldest}

    def _judge(self, server: Server) -> None:
        reason = reason_of_failure(server, self._build_timeout)
        if reason is None:
            return
        if server.id in self._failed:
            # Nova had agreed to delete it, and could not.
            self._failed[server.id].deleted = False
            return
        LOG.warning("%s has failed: %s", server.id, reason)
        told = Instance(server.id, "terminated", server.token, server.key_name, reason)
        self._failed[server.id] = _Failed(server, told, time.monotonic())
