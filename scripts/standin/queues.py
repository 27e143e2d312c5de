"""The queues of the stand-in as get_site_specs tells them: recorded of 1.0.4, panda-server's SiteMapper.py."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

RESOURCE_TYPES = {"SCORE": 1, "SCORE_HIMEM": 1, "MCORE": None, "MCORE_HIMEM": None}  # cores at most


@dataclass(frozen=True)
class Queue:
    """What can be set of a queue; memory and disk are MB of a slot of corecount cores."""

    name: str
    status: str = "online"
    corecount: int = 8
    maxrss: int = 16000
    maxwdir: int = 80000
    capability: str = "ucore"


class QueueTable:
    """The queues that exist, with or without jobs."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._queues = {name: Queue(name) for name in names}

    def set(self, name: str, **fields: Any) -> Queue:
        """A new queue, or other values for one that is there."""
        self._queues[name] = replace(self._queues.get(name, Queue(name)), **fields)
        return self._queues[name]

    def specs(self, with_jobs: Iterable[str], kind: str) -> dict[str, Any]:
        """All queues of this type, those with jobs among them; all here are unified, so for analysis there is none."""
        if kind not in ("all", "unified"):
            return {}
        names = dict.fromkeys((*self._queues, *with_jobs))
        queues = [self._queues.get(name, Queue(name)) for name in names]
        derived = {f"{queue.name}/{resource}": _derived(queue, resource, cores)
                   for queue in queues if queue.capability == "ucore"
                   for resource, cores in RESOURCE_TYPES.items() if cores or queue.corecount > 1}
        return {**{queue.name: _document(queue) for queue in queues}, **derived}


def _derived(queue: Queue, resource: str, most: int | None) -> dict[str, Any]:
    """The virtual queue of a resource type: status as its queue, fewer cores, memory in proportion."""
    cores = min(queue.corecount, most or queue.corecount)
    memory = queue.maxrss * cores / max(1, queue.corecount)
    return {**_document(queue), "sitename": f"{queue.name}/{resource}", "coreCount": cores, "maxrss": memory,
            "is_unified": False, "unified_name": queue.name}


def _document(queue: Queue) -> dict[str, Any]:
    """The recorded keys, in their order."""
    return {
        "sitename": queue.name, "nickname": queue.name, "dq2url": None, "cloud": "US", "ddm": "", "type": "unified",
        "releases": ["AUTO"], "memory": None, "maxtime": 172800, "status": queue.status,
        "setokens_output": {"default": {}}, "defaulttoken": None, "validatedreleases": [], "maxinputsize": 14000,
        "comment": None, "statusmodtime": None, "pledgedCPU": 0, "coreCount": queue.corecount,
        "reliabilityLevel": None, "iscvmfs": False, "transferringlimit": 2000, "maxwdir": queue.maxwdir,
        "fairsharePolicy": "", "mintime": 0, "allowfax": False, "pandasite": "", "corepower": 10.0,
        "wnconnectivity": "full#IPv4", "catchall": "", "role": "", "pandasite_state": "ACTIVE",
        "maxrss": queue.maxrss, "minrss": 0, "direct_access_lan": False, "direct_access_wan": False, "tier": "T1",
        "objectstores": [], "is_unified": queue.capability == "ucore", "unified_name": None, "jobseed": "all",
        "capability": queue.capability, "workflow": "pull_ups", "maxDiskio": 1000,
        "extra_queue_params": {"unified_dispatch": True}, "space": None,
    }
