"""Money: what has been spent, what runs will still cost, and what the caps leave to each fleet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from condor_elastic.decide.failures import LOST, class_of
from condor_elastic.decide.purse import NO_CAPS, Purse
from condor_elastic.decide.retirement import LEAVING
from condor_elastic.knobs.fleet import FleetKnobs
from condor_elastic.knobs.table import MONEY, PREFIX, GlobalKnobs, Settings
from condor_elastic.model import COMPLETED, HELD, REMOVED, Ledger, Pool, Snapshot, Spell, Unknown, VmJob, Worker

LATER = {"MAX_COST_PER_DAY": "today", "MAX_COST_PER_MONTH": "this month"}


@dataclass(frozen=True)
class Sum:
    """Money an hour of what runs, what was spent today and this month, and what running hours will still cost.

    asked is money an hour of all that runs, or will once the cloud has launched it.
    """

    rate: float = 0.0
    today: float = 0.0
    month: float = 0.0
    ahead: float = 0.0
    asked: float = 0.0

    def __add__(self, other: Sum) -> Sum:
        return Sum(*(getattr(self, one) + getattr(other, one) for one in ("rate", "today", "month", "ahead", "asked")))


@dataclass(frozen=True)
class Accounts:
    """The sums of each fleet, by its name in capitals; those of fleets that are named no more count in all."""

    fleets: dict[str, Sum]
    unknown: str = ""

    @property
    def total(self) -> Sum:
        """Add all fleets up."""
        return sum(self.fleets.values(), Sum())

    def of(self, fleet: str) -> Sum:
        """Give one fleet's."""
        return self.fleets.get(fleet.upper(), Sum())

    def launched(self, fleet: FleetKnobs, count: int) -> Accounts:
        """Count VMs that this cycle launches, with the whole of their first hour."""
        more = Sum(ahead=count * fleet.price, asked=count * fleet.price)
        return Accounts({**self.fleets, fleet.name.upper(): self.of(fleet.name) + more}, self.unknown)


def accounts(settings: Settings, seen: Snapshot, pool: Pool) -> Accounts:
    """Add up what the queue's VM jobs and those in the history cost; without the history, the rates alone are known."""
    if seen.ledger is None and not any(fleet.price for fleet in settings.fleets):
        return Accounts({})
    jobs = () if isinstance(seen.vms, Unknown) else seen.vms
    there = {vm.vm: vm for vm in (*jobs, *(worker.vm for worker in pool.workers))}
    prices = {fleet.name.upper(): fleet.price for fleet in settings.fleets}
    ledger = seen.ledger if isinstance(seen.ledger, Ledger) else Ledger(seen.now, seen.now)
    sums: dict[str, Sum] = {}
    for fleet in {spell.fleet for spell in ledger.ended}:
        ended = [spell for spell in ledger.ended if spell.fleet == fleet]
        _add(sums, fleet, _spent(ended, ledger, seen.now))
    gone = {spell.vm for spell in ledger.ended}
    for vm in there.values():
        if vm.vm not in gone:
            each = prices.get(vm.fleet.upper(), 0.0) if vm.price is None else vm.price
            _add(sums, vm.fleet, _of_job(vm, each, ledger, seen.now))
    unknown = str(seen.ledger) if isinstance(seen.ledger, Unknown) else ""
    return Accounts(sums, unknown)


def _add(sums: dict[str, Sum], fleet: str, more: Sum) -> None:
    sums[fleet.upper()] = sums.get(fleet.upper(), Sum()) + more


def _spent(spells: Iterable[Spell], ledger: Ledger, now: int) -> Sum:
    costs = [(spell.cost(ledger.day, now), spell.cost(ledger.month, now)) for spell in spells]
    return Sum(today=sum(today for today, _ in costs), month=sum(month for _, month in costs))


def _of_job(vm: VmJob, price: float, ledger: Ledger, now: int) -> Sum:
    lost = vm.status == HELD and class_of(vm) == LOST  # nobody knows whether it runs on
    if vm.status in (HELD, COMPLETED, REMOVED) and vm.began is None and not lost:
        return Sum()
    if vm.began is None:  # what is to run is paid for ahead
        return Sum(rate=price if vm.instance else 0.0, ahead=price, asked=price)
    spell = Spell(vm.vm, vm.fleet, price, vm.began, None if lost else vm.ended)
    spent = _spent([spell], ledger, now)
    if spell.end is not None or vm.status == REMOVED:
        return spent
    return spent + Sum(rate=price, ahead=spell.ahead(now), asked=price)


def purse(settings: Settings, fleet: FleetKnobs, books: Accounts, workers: Sequence[Worker]) -> Purse:
    """Give what the caps of the fleet and of all leave to one fleet; a fleet without a price is free.

    workers are those of all fleets.
    """
    owners: tuple[tuple[FleetKnobs | GlobalKnobs, str, Sum], ...] = (
        (fleet, f"{PREFIX}{fleet.name.upper()}_", books.of(fleet.name)),
        (settings.pool, PREFIX, books.total),
    )
    tightest, gone, shrinking = NO_CAPS, 0, fleet.over_budget == "Shrink"
    for owner, prefix, spent in owners:
        for knob in MONEY:
            cap = getattr(owner, knob.lower())
            if cap is None or not fleet.price or (owner is fleet and knob == "MAX_PRICE_PER_HOUR"):
                continue
            if books.unknown and knob in LATER:
                why = f"{prefix}{knob}={cap:g} and {books.unknown}"
                return Purse(fleet.price, unknown=why)
            left, why, all_of_it = _left(knob, cap, spent)
            if left < 0 and shrinking:
                gone = max(gone, _to_leave(settings, fleet, workers, left, own=owner is fleet, all_of_it=all_of_it))
            if tightest.left is None or left < tightest.left:
                tightest = Purse(fleet.price, left, f"{prefix}{knob}={cap:g} and {why}")
    return Purse(tightest.price, tightest.left, tightest.why, gone)


def _left(knob: str, cap: float, spent: Sum) -> tuple[float, str, bool]:
    """Give what a cap leaves, what was seen, and whether all of it is spent already."""
    if knob not in LATER:
        return cap - spent.asked, f"what is there costs {spent.asked:g}", False
    so_far = spent.today if knob == "MAX_COST_PER_DAY" else spent.month
    why = f"{so_far:.6g} is spent {LATER[knob]} and {spent.ahead:.6g} more until the hour of each VM ends"
    return cap - so_far - spent.ahead, why, so_far >= cap


def _to_leave(
    settings: Settings, fleet: FleetKnobs, workers: Iterable[Worker], left: float, *, own: bool, all_of_it: bool
) -> int:
    """Count the VMs of this fleet that are to leave, those that are leaving already included, the dearest first."""
    names = {one.name: one.price for one in settings.fleets if one.over_budget == "Shrink" and one.price}
    stay = [w for w in workers if w.vm.fleet in names and w.phase not in ("failed", "drained")
            and (w.vm.fleet == fleet.name or not own)]  # fmt: skip
    stay.sort(key=lambda w: (w.phase not in LEAVING, -(w.vm.price or names[w.vm.fleet])))
    chosen: Counter[str] = Counter()
    for worker in stay:
        if left >= 0 and not all_of_it:
            break
        left += worker.vm.price or names[worker.vm.fleet]
        chosen[worker.vm.fleet] += 1
    return chosen[fleet.name]
