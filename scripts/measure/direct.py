"""The same calls without HTCondor: as many threads as our GAHP has, one call for each launch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from condor_elastic.gahp.lanes import THREADS
from measure.figures import Figures, Leg, Load
from measure.grid import Failed
from measure.progress import say

_PAUSE = 0.25


class Account(Protocol):
    """A cloud account; start() gives an id, stop() ends up to batch of them, states() tells the state of each."""

    running: str
    gone: frozenset[str]
    batch: int

    def start(self) -> str: ...
    def stop(self, vms: Sequence[str]) -> None: ...
    def states(self) -> dict[str, str]: ...


def measure(account: Account, count: int, calls: Callable[[], int | None]) -> Figures:
    """Launch and remove so many VMs.  Raises Failed."""
    patience = 180 + 4 * count
    with ThreadPoolExecutor(THREADS) as pool:
        vms: list[str] = []

        def all_run() -> bool:
            states = account.states()
            return all(states.get(vm) == account.running for vm in vms)

        def all_gone() -> bool:
            states = account.states()
            return all(states.get(vm) in {None, *account.gone} for vm in vms)

        launch = _leg(
            calls, lambda: vms.extend(_each(pool, lambda _: account.start(), range(count))), all_run, patience
        )
        remove = _leg(calls, lambda: _each(pool, account.stop, _batches(vms, account.batch)), all_gone, patience)
    return Figures(launch, remove)


def _batches(vms: list[str], size: int) -> list[list[str]]:
    return [vms[at : at + size] for at in range(0, len(vms), size)]


def _each(pool: ThreadPoolExecutor, call: Callable[[Any], Any], of: Iterable[Any]) -> list[Any]:
    return list(pool.map(call, of))


def _leg(
    calls: Callable[[], int | None], act: Callable[[], Any], reached: Callable[[], bool], patience: float
) -> Leg:  # fmt: skip
    before, start = calls(), time.monotonic()
    used = time.process_time()
    act()
    called = time.monotonic() - start
    while not reached():
        if time.monotonic() - start > patience:
            raise Failed(f"not all after {patience:.0f} s")
        time.sleep(_PAUSE)
    seconds = time.monotonic() - start
    say(f"  the calls took {called:.1f} s", often=False)
    after = calls()
    made = None if before is None or after is None else after - before
    return Leg(seconds, called, made, Load(gahp=time.process_time() - used))
