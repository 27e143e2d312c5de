"""What a sweep looks at: instances with our pool's tag, their ports and volumes, VM jobs in the queue, startds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from condor_elastic.model import Account, AuditedJob, Census, Part, Tagged, Unknown
from condor_elastic.observe.values import values_of

Query = Callable[[str, "list[str]"], Iterable[Any]]
Lister = Callable[[Account], "tuple[Tagged, ...]"]
PartLister = Callable[[Account], "tuple[Part, ...]"]

VM_JOBS = "ElasticVM isnt undefined"
ATTRS = [
    "ClusterId", "ProcId", "JobStatus", "EnteredCurrentStatus", "GridResource", "EC2AccessKeyId", "EC2SecretAccessKey",
    "EC2InstanceName", "HoldReason", "HoldReasonCode", "ElasticVM", "ElasticFleet", "ElasticMissing", "ElasticAudited",
]  # fmt: skip
_COMMANDS = ("grid_resource", "ec2_access_key_id", "ec2_secret_access_key")


def accounts(submits: Iterable[str], jobs: Iterable[AuditedJob]) -> tuple[Account, ...]:
    """List the clouds that the fleets' submit texts name, and those of VM jobs whose fleet is named no more."""
    said = [Account(*(_last(submit, command) for command in _COMMANDS)) for submit in submits]
    named = [Account(_url(one.url), one.access_key_file, one.secret_key_file) for one in said]
    return tuple(dict.fromkeys(one for one in (*named, *(job.account for job in jobs)) if one.url))


def census(
    query: Query, joined: Callable[[], Iterable[Any]], lister: Lister, places: Sequence[Account], parts: PartLister
) -> Census:
    """List the instances first and the queue last: so an instance that is seen has its VM job in the queue by then.

    A cloud or a collector that does not answer is Unknown; a schedd that does not answer raises what the bindings do:
    without the queue nothing can be called an orphan.
    """
    instances = {place: _try("the list of instances", partial(lister, place)) for place in places}
    belongings = {place: _try("the list of ports and volumes", partial(parts, place)) for place in places}
    startds = _try("the collector", lambda: frozenset(str(values_of(ad)["ElasticVM"]) for ad in joined()))
    jobs = vm_jobs(query)
    return Census(int(time.time()), instances, jobs, startds, belongings)


def vm_jobs(query: Query) -> tuple[AuditedJob, ...]:
    """List all VM jobs in the queue, in any state, of any controller: whoever has one keeps its instance."""
    return tuple(_job(values_of(ad)) for ad in query(VM_JOBS, ATTRS))


def _job(ad: Mapping[str, Any]) -> AuditedJob:
    return AuditedJob(
        id=f"{ad['ClusterId']}.{ad['ProcId']}",
        vm=str(ad["ElasticVM"]),
        fleet=str(ad.get("ElasticFleet", "")),
        account=Account(_url(_text(ad, "GridResource")), _text(ad, "EC2AccessKeyId"), _text(ad, "EC2SecretAccessKey")),
        status=int(ad["JobStatus"]),
        since=_whole(ad, "EnteredCurrentStatus"),
        instance=_text(ad, "EC2InstanceName"),
        hold_code=_whole(ad, "HoldReasonCode") or None,
        hold_reason=" ".join(_text(ad, "HoldReason").split()),
        missing=_whole(ad, "ElasticMissing"),
        audited=_whole(ad, "ElasticAudited"),
    )


def _url(grid_resource: str) -> str:
    words = grid_resource.split()
    return words[1] if len(words) > 1 and words[0].lower() == "ec2" else ""


def _last(submit: str, command: str) -> str:
    found = re.findall(rf"^[ \t]*{command}[ \t]*=(.*)$", submit, re.IGNORECASE | re.MULTILINE)
    return found[-1].strip() if found else ""


def _whole(ad: Mapping[str, Any], name: str) -> int:
    value = ad.get(name)
    return value if type(value) is int else 0


def _text(ad: Mapping[str, Any], name: str) -> str:
    value = ad.get(name)
    return value if isinstance(value, str) else ""


def _try(source: str, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:  # whatever a cloud's or a daemon's trouble is called, it means: not known
        return Unknown(source, " ".join(f"{type(error).__name__}: {error}".split())[:200])
