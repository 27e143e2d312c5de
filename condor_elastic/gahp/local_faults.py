"""A plan by which local VMs go wrong as those of a cloud do, so that what happens then can be tried out.

local:///DIRECTORY?faults=FILE names a JSON file: for each fault the share of launches it befalls, from 0 to 1, and a
seed.  What befalls a launch follows from its client token: whoever asks again gets the same answer.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, fields
from pathlib import Path

from condor_elastic.gahp.driver import CloudError


@dataclass(frozen=True)
class Faults:
    """Shares of launches, at most 1 in all.

    capacity: refused; error: ends before it has run; dead: runs, but no startd ever comes; crash: ends CRASHES seconds
    after its start, with all that runs on it; slow: takes SLOW seconds to boot.
    """

    capacity: float = 0.0
    error: float = 0.0
    dead: float = 0.0
    crash: float = 0.0
    slow: float = 0.0
    seed: int = 0

    def of(self, token: str) -> str:
        """Name what befalls the launch with this token; empty: nothing."""
        at = random.Random(f"{self.seed} {token}").random()  # noqa: S311  a plan, no secret
        for field in fields(self):
            share = getattr(self, field.name)
            if field.name != "seed" and at < share:
                return field.name
            at -= share if field.name != "seed" else 0
        return ""


SLOW, CRASHES = 15.0, 20.0
NONE = Faults()
DEAD = """
# By the plan of faults: nobody ever hears of this VM.
DAEMON_LIST = MASTER
COLLECTOR_HOST = 127.0.0.1:9
"""


def read(path: str) -> Faults:
    """Read a plan as it is now; a file that is not there plans nothing.  Raises CloudError."""
    if not path:
        return NONE
    try:
        return Faults(**json.loads(Path(path).read_text()))
    except FileNotFoundError:
        return NONE
    except (OSError, ValueError, TypeError) as error:
        raise CloudError("InvalidParameterValue", f"the plan of faults in {path}: {error}") from None


def refuse(fault: str) -> None:
    """Raise CloudError if this launch finds no room."""
    if fault == "capacity":
        raise CloudError("InsufficientInstanceCapacity", "the plan of faults has no room for this launch")


def configuration(fault: str) -> str:
    """Give what this fault adds to the configuration of a VM."""
    return DEAD if fault == "dead" else ""
