"""Pin a worker: ElasticPinned in its VM job's ad, which the next cycle heeds."""

from __future__ import annotations

import re
import sys

from condor_elastic.knobs import BadKnobs
from condor_elastic.knobs.macros import configured


def pin(vm: str, *, on: bool) -> int:
    """Set or clear the mark and say so; exit status 1 when that cannot be.

    Root and condor may: they are the schedd's QUEUE_SUPER_USERS; the VM job belongs to the elastic user.
    """
    try:
        print(_mark(vm, configured().pool.pool, on=on))
    except (BadKnobs, ImportError) as error:
        return _stop(str(error))
    except Exception as error:  # the bindings' own exception types differ between versions
        return _stop(" ".join(f"{error}".split()))
    return 0


def _mark(vm: str, pool: str, *, on: bool) -> str:
    import htcondor2

    schedd = htcondor2.Schedd()
    found = schedd.query(_constraint(vm, pool), ["ClusterId", "ProcId", "ElasticVM"])
    if not found:
        raise LookupError(f"no VM job of {pool} is {vm}; condor_q -allusers -constraint 'ElasticVM isnt undefined'")
    (job,) = found
    schedd.edit([f"{job['ClusterId']}.{job['ProcId']}"], "ElasticPinned", "true" if on else "false")
    if not on:
        return f"{job['ElasticVM']} is pinned no more"
    return f"{job['ElasticVM']} is neither retired nor removed, until: condor_elastic pin --off {job['ElasticVM']}"


def _constraint(vm: str, pool: str) -> str:
    """Find it by either name; what else stands there is no name of a VM."""
    ours = f'ElasticPool == "{pool}" && ElasticVM isnt undefined && '
    if re.fullmatch(r"\d+\.\d+", vm):
        cluster, proc = vm.split(".")
        return f"{ours}ClusterId == {cluster} && ProcId == {proc}"
    if re.fullmatch(r"[\w-]+", vm):
        return f'{ours}ElasticVM == "{vm}"'
    raise LookupError(f"{vm!r} is no name of a VM")


def _stop(why: str) -> int:
    print(f"condor_elastic pin: {why}", file=sys.stderr)
    return 1
