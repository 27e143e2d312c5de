"""Explain a job, a VM or a fleet: what is the matter with it, and what would change it.

Pure but for look.py and one_job.py, which read, and clauses.py, which evaluates ClassAds.
"""

from __future__ import annotations

import sys
import time

from condor_elastic.explain.answer import Answer, document, lines
from condor_elastic.explain.fleet import explain_fleet, fleet_named
from condor_elastic.explain.gone import NotThere, last_vm
from condor_elastic.explain.job import explain_job
from condor_elastic.explain.look import look_around
from condor_elastic.explain.one_job import job_ad, job_seen
from condor_elastic.explain.seen import Sight
from condor_elastic.explain.vm import explain_vm, vm_named
from condor_elastic.knobs import BadKnobs, Settings
from condor_elastic.knobs.macros import configured

KINDS = ("job", "vm", "fleet")


def explain(kind: str, ident: str, as_json: bool) -> int:  # noqa: FBT001  as the command line says it
    """Print what is the matter with a job, vm or fleet; exit status 1 where it is not there or nothing can be seen.

    It looks as a cycle does, decides as a cycle does, and does nothing.
    """
    now = int(time.time())
    try:
        answer = _answer(configured(), kind, ident)
    except NotThere as error:
        answer = Answer(kind, ident, "not there", (f"{ident}: {error}",), found=False)
    except (BadKnobs, ImportError) as error:
        return _stop(kind, str(error))
    except Exception as error:  # the bindings' own exception types differ between versions
        return _stop(kind, f"nothing can be seen of {ident}: {' '.join(str(error).split())}")
    if not answer.found and not as_json:
        return _stop(kind, *answer.said)
    print(document(answer, now) if as_json else "\n".join(lines(answer, now)))
    return 0 if answer.found else 1


def _answer(settings: Settings, kind: str, ident: str) -> Answer:
    if kind == "job":
        found = job_ad(ident)
        if "ElasticVM" not in found[0]:
            sight = look_around(settings)
            return explain_job(sight, job_seen(settings, sight.pool, found))
        ident = str(found[0]["ElasticVM"])
    sight = look_around(settings)
    if kind == "fleet":
        return _fleet(sight, ident)
    worker = vm_named(sight, ident)
    if worker is None:
        raise NotThere(last_vm(settings.pool.pool, ident))
    return explain_vm(sight, worker)


def _fleet(sight: Sight, name: str) -> Answer:
    knobs = fleet_named(sight, name)
    if knobs is None:
        named = ", ".join(fleet.name for fleet in sight.settings.fleets)
        raise NotThere(f"no fleet has this name; ELASTIC_FLEET_NAMES has {named or 'none'}")
    return explain_fleet(sight, knobs)


def _stop(kind: str, why: str) -> int:
    print(f"condor_elastic explain {kind}: {why}", file=sys.stderr)
    return 1
