"""Ask PanDA, as the next cycle will."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping

from condor_elastic.check.needed import CONDOR
from condor_elastic.knobs import Settings
from condor_elastic.model import QueueSeen, Unknown
from condor_elastic.observe.panda.look import look


def queues(settings: Settings, now: int) -> Mapping[str, QueueSeen] | Unknown:
    """Give what is seen of each pilot queue; with credentials only who can read them may ask."""
    if any(queue.panda_auth != "None" for queue in settings.queues) and not _may():
        return Unknown("PanDA was", f"its credentials can be read by root and {CONDOR} only")
    return look(settings, now, keep=False)


def _may() -> bool:
    try:
        return os.geteuid() in (0, pwd.getpwnam(CONDOR).pw_uid)
    except KeyError:
        return False
