"""Ask each PanDA server, once, and make of its answers what is seen of each queue."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from condor_elastic.knobs import GlobalKnobs, QueueKnobs, Settings
from condor_elastic.model import Expiry, QueueSeen, QueueSpec, QueueStats, Unknown
from condor_elastic.observe.panda.account import Account, account
from condor_elastic.observe.panda.as_json import stats_from_json, stats_to_json
from condor_elastic.observe.panda.asked import Asked
from condor_elastic.observe.panda.kept import Kept
from condor_elastic.observe.panda.queue_data import queue_data, types
from condor_elastic.observe.panda.server import Server
from condor_elastic.observe.panda.statistics import NULL, call, parse

MINUTE = 60


def look(settings: Settings, now: int, *, keep: bool = True) -> dict[str, QueueSeen]:
    """Give what was seen of each pilot queue; servers, and credentials, are asked side by side.

    What was answered is kept for the next look, unless keep is false.
    """
    accounts: dict[Account, list[QueueKnobs]] = {}
    for queue in settings.queues:
        accounts.setdefault(account(queue), []).append(queue)
    if not accounts:
        return {}
    with ThreadPoolExecutor(len(accounts)) as side_by_side:
        found = side_by_side.map(
            lambda each: _Look(settings.pool, each[0], each[1], now, keep=keep).queues(), accounts.items()
        )
        return {name: seen for queues in found for name, seen in queues.items()}


class _Look:
    """One account of one server, and the queues that share it."""

    def __init__(
        self, pool: GlobalKnobs, whose: Account, queues: Sequence[QueueKnobs], now: int, *, keep: bool
    ) -> None:
        self._pool = pool
        self._queues = queues
        self._now = now
        self._keep = keep
        self._kept = Kept(pool.panda_directory)
        self._asked = Asked(self._kept, pool.queue_data_period, now)
        self._server = Server(whose, pool.panda_timeout, pool.panda_max_bytes, now)
        self._patience = time.monotonic() + 2 * pool.panda_timeout

    def queues(self) -> dict[str, QueueSeen]:
        with self._server:
            said = {labels: self._statistics(labels) for labels in dict.fromkeys(q.panda_labels for q in self._queues)}
            kinds = types(self._server.account.url, self._get, self._asked) if self._server.expiry else None
            specs = {queue.name: self._spec(queue) for queue in self._queues}
        found = {}
        for queue in self._queues:
            stats, before = said[queue.panda_labels]
            name = queue.panda_queue or queue.name
            spec = specs[queue.name]
            found[queue.name] = QueueSeen(
                stats if isinstance(stats, Unknown) else with_type(stats.get(name), queue.default_type),
                with_type(before[name], queue.default_type) if name in before else None,
                spec,
                kinds or (),
                self._server.expiry,
                warning=self._warning(queue, spec),
            )
        return found

    def _get(self, path: str, params: Mapping[str, str]) -> bytes:
        if time.monotonic() > self._patience:  # dozens of queues must not wait one by one for what does not answer
            raise ValueError("not asked, because what was asked before took too long")
        return self._server.get(path, params)

    def _statistics(
        self, labels: tuple[str, ...]
    ) -> tuple[Mapping[str, QueueStats] | Unknown, Mapping[str, QueueStats]]:
        """Give the answer and the one before; only the queues that are named here are kept."""
        path, params = call(labels)
        key = f"statistics {self._server.account.url}{path} {' '.join(labels)}"
        last = {name: stats_from_json(said) for name, said in (self._kept.load(key) or {}).items()}
        before = {name: stats for name, stats in last.items() if stats is not None}
        try:
            stats = parse(self._server.get(path, params), labels)
        except ValueError as error:
            return Unknown(f"PanDA at {self._server.account.url}", self._server.hidden(str(error))), before
        if self._keep:
            ours = {queue.panda_queue or queue.name for queue in self._queues}
            trouble = self._kept.save(key, {n: stats_to_json(stats.get(n, QueueStats())) for n in sorted(ours)})
            self._asked.troubles += [trouble] if trouble else []
        return stats, before

    def _spec(self, queue: QueueKnobs) -> QueueSpec | Unknown | None:
        if queue.queue_data == "None":
            return None
        url = queue.queue_data_url or queue.panda_url
        where = queue.panda_url if queue.queue_data == "SiteSpecs" else url
        return queue_data(queue.queue_data, where, queue.panda_queue or queue.name, self._get, self._asked)

    def _warning(self, queue: QueueKnobs, spec: QueueSpec | Unknown | None) -> str:
        late = f"its data are of {_when(spec.read)} ({spec.why})" if isinstance(spec, QueueSpec) and spec.why else ""
        ends = _ends(self._server.expiry, queue.panda_expiry_warning, self._now)
        return "; ".join(filter(None, (self._server.warning, ends, late, *self._asked.troubles[:1])))


def with_type(stats: QueueStats | None, default: str) -> QueueStats:
    """Give the jobs without a resource type the default one; a queue that is not in a good answer has no jobs."""
    if stats is None:
        return QueueStats()
    made: dict[str, dict[str, int]] = {}
    for kind, counts in stats.types.items():
        total = made.setdefault(default if kind == NULL else kind, {})
        for state, number in counts.items():
            total[state] = total.get(state, 0) + number
    return QueueStats(made)


def _when(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def _ends(expiry: Expiry | None, warning: int, now: int) -> str:
    if expiry is None or expiry.at - now >= warning:
        return ""
    return f"{expiry.what} ends in {max(0, expiry.at - now) // MINUTE} min"
