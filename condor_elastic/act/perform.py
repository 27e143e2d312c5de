"""Carry out a plan: un-retire before launch, one failure never stops the other acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from condor_elastic.act.elastic_user import run_as_elastic
from condor_elastic.act.hold import hold
from condor_elastic.act.note import note
from condor_elastic.act.retire import THREADS, mark
from condor_elastic.act.submit import submit_pilots, submit_vms
from condor_elastic.knobs import GlobalKnobs, Settings
from condor_elastic.model import (
    Action,
    Hold,
    NoteJoined,
    Outcome,
    Plan,
    Remove,
    RemovePilots,
    Retire,
    SubmitPilots,
    SubmitVms,
    Unretire,
)


def perform(settings: Settings, plans: Sequence[Plan], now: int, lock: int | None = None) -> tuple[Outcome, ...]:
    """Carry out the actions of all plans, in their order; the marks on many startds are set side by side."""
    actions = [action for plan in plans for action in plan.actions]
    if settings.pool.dry_run:
        return tuple(Outcome(action, True, "not done, because ELASTIC_DRY_RUN=True") for action in actions)
    marks = [a for a in actions if isinstance(a, (Retire, Unretire))]
    with ThreadPoolExecutor(THREADS) as side_by_side:
        done = list(side_by_side.map(lambda a: _try(a, lambda: _mark(settings.pool, a)), marks))
    for outcome in done:
        if outcome.ok and isinstance(outcome.action, (Retire, Unretire)):
            _count(outcome.action)
    done += _remove_all(settings.pool, [a for a in actions if isinstance(a, Remove)], lock)
    rest = [a for a in actions if not isinstance(a, (Retire, Unretire, Remove))]
    return tuple(done + [_try(a, lambda a=a: _act(settings, a, now, lock)) for a in rest])  # type: ignore[misc]


def _try(action: Action, act: Callable[[], str]) -> Outcome:
    try:
        return Outcome(action, True, act())
    except Exception as error:  # the next cycle sees in the ads what is still to do
        return Outcome(action, False, " ".join(f"{error}".split()) or type(error).__name__)


def _mark(knobs: GlobalKnobs, action: Retire | Unretire) -> str:
    return mark(knobs, action.worker, retire=isinstance(action, Retire))


def _count(action: Retire | Unretire) -> None:
    vm = action.worker.vm
    retired = isinstance(action, Retire)
    name, before = ("ElasticRetired", vm.retired) if retired else ("ElasticUnretired", vm.unretired)
    _try(action, lambda: note(action.worker, name, before + 1))


def _remove_all(knobs: GlobalKnobs, actions: Sequence[Remove], lock: int | None) -> list[Outcome]:
    """Remove VM jobs, those of one reason together: each child costs a third of a second."""
    done = []
    for why in dict.fromkeys(action.why for action in actions):
        alike = [action for action in actions if action.why == why]
        told = _try(alike[0], lambda a=alike: _remove(knobs, [one.vm.id for one in a], a[0].why, lock))  # type: ignore[misc]
        done += [Outcome(action, told.ok, told.detail) for action in alike]
    return done


def _remove(knobs: GlobalKnobs, ids: list[str], why: str, lock: int | None) -> str:
    return f"{run_as_elastic(knobs, 'submission', {'ids': ids, 'why': why}, lock)['removed']} removed"


def _act(settings: Settings, action: Action, now: int, lock: int | None) -> str:
    pool = settings.pool
    if isinstance(action, SubmitPilots):
        return submit_pilots(pool, next(q for q in settings.queues if q.name == action.queue), action, lock)
    if isinstance(action, SubmitVms):
        return submit_vms(pool, next(f for f in settings.fleets if f.name == action.fleet), action.count, now, lock)
    if isinstance(action, NoteJoined):
        return note(action.worker, "ElasticJoined", now)
    if isinstance(action, Hold):
        return hold(action)
    if isinstance(action, RemovePilots):
        return _remove(pool, list(action.ids), action.why, lock)
    raise TypeError(f"no act for {action!r}")
