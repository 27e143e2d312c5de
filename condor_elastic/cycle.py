"""One cycle: observe, associate, decide, act, publish.  The schedd's cron runs it; it remembers nothing."""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from logging.handlers import RotatingFileHandler
from typing import TypeVar

from condor_elastic import market, orphans, publish, record
from condor_elastic.act import perform
from condor_elastic.act.contextualise import sweep_user_data
from condor_elastic.act.ghosts import renew_ghosts
from condor_elastic.act.note import write_notes
from condor_elastic.act.user_data import wrong_user_data
from condor_elastic.associate import associate
from condor_elastic.decide import plan
from condor_elastic.decide.notes import notes
from condor_elastic.decide.prices import priced
from condor_elastic.knobs import BadKnobs, Settings
from condor_elastic.knobs.expressions import evaluate
from condor_elastic.knobs.macros import configured
from condor_elastic.knobs.spot import spot_asks
from condor_elastic.model import COMPLETED, Outcome, Plan, Pool, Snapshot, Unknown
from condor_elastic.observe import look

Item = TypeVar("Item")
log = logging.getLogger("condor_elastic")
HARMLESS = "Doing nothing, because ELASTIC_FLEET_NAMES and ELASTIC_PILOT_NAMES are empty."


def cycle(settings: Settings, lock: int, start: float) -> publish.Ad:
    """Go down the road once; give the summary for the schedd's ad.  start is when it began, by time.monotonic()."""
    seen = replace(look(settings), faults=wrong_user_data(settings))
    asks, settings = spot_asks(settings.fleets), priced(settings, seen.prices)
    pool = associate(_known(seen.vms), _known(seen.startds))
    plans = plan(settings, seen, pool, evaluate)
    for p in plans:
        log.info("%s: %s", p.name, p.verdict)
    for warning in _warnings(seen, plans):
        log.warning("%s", warning)
    for hopeless in seen.hopeless:
        log.info("%s", hopeless)
    not_kept = record.keep(settings, seen, plans)
    if not_kept:
        log.warning("%s", not_kept)
    _sweep(settings, seen)
    seen = orphans.tend(settings, seen, pool, lock)
    market.tend(settings.pool, asks, lock)
    outcomes = perform(settings, plans, seen.now, lock)
    for outcome in outcomes:
        log.log(logging.INFO if outcome.ok else logging.ERROR, "%s", _told(outcome))
    _note(settings, seen, pool)
    summary = publish.summary(settings, seen, pool, plans, outcomes)
    ads: list[publish.Ad] = []
    try:
        ads = publish.ads(settings, seen, pool, plans)
        publish.advertise(ads, settings.pool.pool, seen.now)
        renew_ghosts(settings, plans, seen.now)
    except Exception as error:  # the ads are for people; what was done stays done
        summary["Error"] = f"The ads could not be sent to the collector: {error}"
    summary["CycleSeconds"] = round(time.monotonic() - start, 3)
    not_written = publish.write_metrics(settings, summary, ads, outcomes)
    if not_written:
        log.warning("%s", not_written)
    return summary


def _known(source: tuple[Item, ...] | Unknown) -> tuple[Item, ...]:
    return () if isinstance(source, Unknown) else source


def _told(outcome: Outcome) -> str:
    return f"{outcome.action} {'done' if outcome.ok else 'FAILED'}: {outcome.detail}"


def _warnings(seen: Snapshot, plans: Sequence[Plan]) -> list[str]:
    queues = [f"{name}: {queue.warning}" for name, queue in seen.queues.items() if queue.warning]
    return queues + [f"{plan.name}: an administrator must act: {plan.alarm}" for plan in plans if plan.alarm]


def _note(settings: Settings, seen: Snapshot, pool: Pool) -> None:
    # The phase of a worker whose side is not known is not known: what stands in its ad stays.
    if isinstance(seen.vms, Unknown) or isinstance(seen.startds, Unknown) or settings.pool.dry_run:
        return
    try:
        left = write_notes(notes(pool.workers, seen.now))
    except Exception as error:  # the next cycle sees in the ads what is still to be noted
        log.error("what is known of the workers could not be written into their VM jobs: %s", error)
    else:
        if left:
            log.info("%d attributes of VM jobs are left for the next cycle to write", left)


def _sweep(settings: Settings, seen: Snapshot) -> None:
    # We hold the lock, and so would a submission that a killed cycle left behind: what has no VM job is left over.
    if isinstance(seen.vms, Unknown) or settings.pool.dry_run or not settings.fleets:
        return
    try:
        sweep_user_data(settings.pool, frozenset(vm.vm for vm in seen.vms if vm.status != COMPLETED))
    except OSError as error:
        log.error("user-data that is not needed any more could not be deleted: %s", error)


def main() -> int:
    """Run one cycle as the schedd's cron job: the summary on stdout, exit status 1 when nothing could be done."""
    start = time.monotonic()
    gc.disable()  # a cycle lasts seconds: to look for garbage among a hundred thousand ads costs more than it frees
    try:
        settings = configured()
    except BadKnobs as error:
        return _stop(str(error))
    if not settings.queues and not settings.fleets:
        sys.stdout.write(publish.lines({"Verdict": HARMLESS, "CycleTime": int(time.time())}))
        return 0
    _open_log(settings.pool.log)
    lock = _lock(settings.pool.lock)
    if lock is None:
        print("Stepping back, because another cycle holds " + settings.pool.lock, file=sys.stderr)
        return 0
    _give_up_after(settings.pool.cycle_timeout)
    sys.stdout.write(publish.lines(cycle(settings, lock, start)))
    return 0


def rehearse() -> tuple[tuple[Plan, ...], tuple[str, ...]]:
    """Give the plans of the next cycle and what else it would say; do nothing.  Raises BadKnobs."""
    settings = configured()
    if not settings.queues and not settings.fleets:
        return (), (HARMLESS,)
    seen = replace(look(settings, keep=False), faults=wrong_user_data(settings))
    settings = priced(settings, seen.prices)
    plans = plan(settings, seen, associate(_known(seen.vms), _known(seen.startds)), evaluate)
    return plans, tuple(f"{what}." for what in (*_warnings(seen, plans), *seen.silent, *seen.hopeless))


def _stop(why: str) -> int:
    sys.stdout.write(publish.lines({"Verdict": "Doing nothing, because the configuration is wrong.", "Error": why}))
    print(why, file=sys.stderr)
    return 1


def _lock(path: str) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _give_up_after(seconds: int) -> None:
    """End this process when the cycle hangs: the schedd's cron never kills a run that overruns (KILL = False)."""

    def give_up() -> None:
        why = f"The cycle took longer than ELASTIC_CYCLE_TIMEOUT={seconds} and was given up."
        log.error(why)
        sys.stdout.write(publish.lines({"Verdict": why, "Error": why}))
        sys.stdout.flush()
        os._exit(1)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    signal.alarm(seconds + 10)  # the bindings may hang with the interpreter's lock held, where no thread runs


def _open_log(path: str) -> None:
    handler = RotatingFileHandler(path, maxBytes=10_000_000, backupCount=1, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%m/%d/%y %H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
