"""Why a worker is not retired, though it may be empty."""

from __future__ import annotations

from collections.abc import Iterable

from condor_elastic.decide.policies.floors import floor, kept_spare
from condor_elastic.decide.turns import Turn
from condor_elastic.decide.words import count
from condor_elastic.explain.answer import Reason
from condor_elastic.explain.seen import Sight
from condor_elastic.knobs.table import PREFIX
from condor_elastic.model import Remove, Retire, Worker


def stays(sight: Sight, worker: Worker) -> tuple[Reason, ...]:
    """List what keeps a worker that the next cycle does not end; of one that has failed, why its VM job stays."""
    turn = sight.walk.of(worker.vm.fleet)
    if turn is None or _goes(turn, worker):
        return ()
    if worker.phase == "failed":
        return tuple(_remembered(turn))
    if worker.phase == "retiring":
        return (Reason("retiring", _leaves(worker), (f"{turn.knobs.name}: demand that it can serve takes it back",)),)
    return tuple(_kept(sight, turn, worker))


def _goes(turn: Turn, worker: Worker) -> bool:
    return any(
        (isinstance(a, Retire) and a.worker.vm == worker.vm) or (isinstance(a, Remove) and a.vm == worker.vm)
        for a in turn.plan.actions
    )


def _leaves(worker: Worker) -> str:
    jobs = worker.startd.claimed if worker.startd else 0
    return f"it takes no job and leaves when its {count(jobs, 'job')} {'has' if jobs == 1 else 'have'} ended"


def _remembered(turn: Turn) -> Iterable[Reason]:
    hold = f": nothing is removed, because {turn.halt.hold}" if turn.halt.hold else ""
    change = "its window ends, or condor_rm if you are done with it"
    yield Reason("remembered", f"its VM job stays while its failure is to be remembered{hold}", (change,))


def _kept(sight: Sight, turn: Turn, worker: Worker) -> Iterable[Reason]:
    now = sight.seen.now
    if worker.phase == "busy" and worker.startd:
        yield Reason("busy", f"{count(worker.startd.claimed, 'job')} on it", ("its jobs end",))
    if worker.phase in ("starting", "booting"):
        yield Reason("coming", "it is on its way; what runs is not ended before it has joined")
    if worker.vm.vm in sight.walk.used:
        yield Reason("needed", "idle jobs fit on it, and the negotiator is to match them")
    hold = sight.walk.hold or turn.halt.hold
    if hold:
        yield Reason("held back", f"nothing is given back, because {hold}")
    heard = worker.startd.heard if worker.startd else None
    if heard is not None and now - heard >= turn.halt.stale:
        why = f"the collector has heard nothing of it for {now - heard} s, {PREFIX}STALE={turn.halt.stale}"
        yield Reason("stale", why)
    if worker.phase in ("idle", "requested"):
        yield from _empty(turn, worker, now)


def _empty(turn: Turn, worker: Worker, now: int) -> Iterable[Reason]:
    """Tell what keeps a worker that has nothing to do, or a VM job that has not launched."""
    knobs, view = turn.knobs, turn.view
    own = f"{PREFIX}{knobs.name.upper()}_"
    since = worker.startd.since if worker.startd else worker.vm.since
    if now - since < knobs.idle_timeout:
        until = since + knobs.idle_timeout
        yield Reason("young", f"{view.said('IDLE_TIMEOUT')}", (f"a smaller {own}IDLE_TIMEOUT",), until)
    least, why = floor(view)
    if why and view.staying <= least:
        yield Reason("floor", f"{why} and there are {view.staying}", (f"a smaller {why.partition('=')[0]}",))
    spare = kept_spare(view)
    if spare and view.spare <= spare:
        yield Reason("headroom", f"{view.said('HEADROOM')} and {view.spare} are spare", (f"a smaller {own}HEADROOM",))
    if not knobs.max_retire_per_cycle:
        yield Reason("cap", view.said("MAX_RETIRE_PER_CYCLE"), (f"{own}MAX_RETIRE_PER_CYCLE = 1 or more",))
    if turn.plan.wanted or turn.launches:
        more = count(turn.plan.wanted or turn.launches, "VM")
        yield Reason("demand", f"the fleet does not shrink while it is asked for {more} more")


