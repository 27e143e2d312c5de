"""One sweep: look at clouds and queue, decide, end what is left over, say it in the sweep's own job.

It is a job of the elastic user, as the gridmanager works for him: only he can read the clouds' credentials.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from condor_elastic.act.elastic_user import INHERITED
from condor_elastic.act.report import note_on, report
from condor_elastic.act.submission import remove
from condor_elastic.decide.orphans import audit
from condor_elastic.gahp import drivers
from condor_elastic.gahp.driver import Credentials, Driver, Leaving, Marking
from condor_elastic.knobs import BadKnobs, Settings
from condor_elastic.knobs.macros import configured
from condor_elastic.model import (
    COUNT_TAG,
    Account,
    Census,
    CountMissing,
    CountOrphan,
    CountPart,
    DeletePart,
    EndInstance,
    MarkPart,
    NoteAudited,
    Part,
    SweepAction,
    Tagged,
)
from condor_elastic.observe import instances
from condor_elastic.observe.snapshot import TIMEOUTS

_CALLS = 8
"""Ports and volumes that are marked at a time: the first sweep of a large pool has thousands."""


class Clouds:
    """The drivers of the accounts, each opened when it is first needed."""

    def __init__(self, pool: str, open_driver: Callable[[str, Credentials], Driver] = drivers.open_driver) -> None:
        """Look for this pool's instances."""
        self._pool = pool
        self._open = open_driver
        self._drivers: dict[Account, Driver] = {}

    def list(self, account: Account) -> tuple[Tagged, ...]:
        """List the instances of an account that have our pool's tag.  Raises CloudError."""
        driver = self.driver(account)
        assert isinstance(driver, Marking)  # noqa: S101  narrows the type: the callers ask is_swept()
        return tuple(Tagged(one.id, int(one.created), one.tags) for one in driver.marked(self._pool))

    def parts(self, account: Account) -> tuple[Part, ...]:
        """List the ports and volumes that are, or may become, our pool's.  Raises CloudError."""
        driver = self.driver(account)
        if not isinstance(driver, Leaving):
            return ()
        return tuple(
            Part(one.kind, one.id, int(one.created), one.servers, one.gone, one.is_made, one.tags)
            for one in driver.belongings(self._pool)
        )

    def leaving(self, account: Account) -> Leaving:
        """Give the driver of an account that has shown ports or volumes.  Raises CloudError."""
        driver = self.driver(account)
        assert isinstance(driver, Leaving)  # noqa: S101  narrows the type: no other one shows any
        return driver

    def driver(self, account: Account) -> Driver:
        """Give the driver of an account.  Raises CloudError."""
        if account not in self._drivers:
            keys = Credentials(account.access_key_file, account.secret_key_file)
            self._drivers[account] = self._open(account.url, keys)
        return self._drivers[account]


def is_swept(account: Account) -> bool:
    """Tell whether a cloud shows tags: those of the stock GAHP's URLs are not ours to ask, and local:// has none."""
    return drivers.scheme(account.url) in ("ec2", "openstack")


def main(job: str | None) -> int:
    """Sweep once, as this job; without a job say what would be done, and do nothing."""
    for name in INHERITED:  # the schedd's own session is not the elastic user's
        os.environ.pop(name, None)
    try:
        settings = configured()
        clouds = Clouds(settings.pool.pool)
        seen = look(settings, clouds)
    except (BadKnobs, Exception) as error:  # fail closed: nothing was touched
        print(f"Sweeping nothing, because {' '.join(f'{error}'.split())}", file=sys.stderr)
        return 1
    graces = {fleet.name: fleet.launch_timeout for fleet in settings.fleets}
    decided = audit(settings.pool, graces, seen)
    acts = job is not None and not settings.pool.dry_run
    said = [_try(clouds, action) if acts else f"{action} (not done)" for action in decided.actions]
    said += mark_all(clouds, decided.marks) if acts else []
    for line in (*decided.alarms, *said):
        print(line)
    if job is not None:
        report(job, decided, said, seen.now)
    return 0


def look(settings: Settings, clouds: Clouds) -> Census:
    """Look at all accounts that fleets and VM jobs name.  Raises RuntimeError when the schedd does not answer."""
    import htcondor2

    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = str(settings.pool.query_timeout)
    query = htcondor2.Schedd().query
    collector = htcondor2.Collector()
    mark = "ElasticVM isnt undefined && Offline =!= true"

    def joined() -> Any:
        return collector.query(htcondor2.AdTypes.Startd, mark, ["ElasticVM"])

    named = instances.accounts((fleet.submit for fleet in settings.fleets), instances.vm_jobs(query))
    return instances.census(query, joined, clouds.list, [one for one in named if is_swept(one)], clouds.parts)


def _try(clouds: Clouds, action: SweepAction) -> str:
    try:
        act(clouds, action)
    except Exception as error:  # the next sweep finds the same again
        return f"FAILED: {action}: {' '.join(f'{error}'.split())[:200]}"
    return f"{action}"


def _act_on_part(driver: Leaving, action: CountPart | DeletePart) -> None:
    part = action.part
    if isinstance(action, CountPart):
        driver.mark_belonging(part.kind, part.id, {COUNT_TAG: str(action.sweeps)})
        return
    # First, as a deletion that fails may have taken it off its server already: then the count alone tells.
    driver.mark_belonging(part.kind, part.id, {COUNT_TAG: str(part.counted + 1)})
    driver.delete_belonging(part.kind, part.id, part.server)


def mark_all(clouds: Clouds, marks: Sequence[MarkPart]) -> list[str]:
    """Write our marks on ports and volumes; say only what went wrong, once for all."""

    def one(mark: MarkPart) -> str:
        try:
            clouds.leaving(mark.account).mark_belonging(mark.part.kind, mark.part.id, mark.tags)
        except Exception as error:  # the next sweep finds it without a mark again
            return f"{mark.part.kind} {mark.part.id}: {' '.join(f'{error}'.split())[:200]}"
        return ""

    with ThreadPoolExecutor(_CALLS) as calls:
        failed = [said for said in calls.map(one, marks) if said]
    if not failed:
        return []
    return [f"FAILED: marking {len(failed)} of {len(marks)} new ports and volumes, one of them {failed[0]}"]


def act(clouds: Clouds, action: SweepAction) -> None:
    """Do one thing."""
    if isinstance(action, EndInstance):
        clouds.driver(action.account).stop(action.instance.id)
    elif isinstance(action, CountOrphan):
        clouds.driver(action.account).create_tags(action.instance.id, {COUNT_TAG: str(action.sweeps)})
    elif isinstance(action, CountPart | DeletePart):
        _act_on_part(clouds.leaving(action.account), action)
    elif isinstance(action, CountMissing):
        note_on(action.job.id, "ElasticMissing", action.sweeps)
    elif isinstance(action, NoteAudited):
        note_on(action.job.id, "ElasticAudited", action.job.since)
    else:
        remove([action.job.id], action.why)
