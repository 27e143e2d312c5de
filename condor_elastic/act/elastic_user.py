"""Run a step with the elastic identity, the one that owns pilots and VM jobs.

A cycle runs as user condor, whose jobs the schedd refuses ("MakeUserRec with illegal identifiers"), and with the
daemons' own inherited session, which would win over any token.  So these steps are a child process without that
session and with the elastic identity's token as the only way to authenticate.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from condor_elastic.knobs import GlobalKnobs

INHERITED = ("CONDOR_INHERIT", "CONDOR_PRIVATE_INHERIT", "_CONDOR_INHERIT", "_CONDOR_PRIVATE_INHERIT")


def environment(knobs: GlobalKnobs) -> dict[str, str]:
    """Make the environment in which HTCondor's tools and bindings are the elastic identity and nobody else."""
    kept = {name: value for name, value in os.environ.items() if name not in INHERITED}
    return {
        **kept,
        "_CONDOR_SEC_CLIENT_AUTHENTICATION": "REQUIRED",
        "_CONDOR_SEC_CLIENT_AUTHENTICATION_METHODS": "IDTOKENS",
        "_CONDOR_SEC_TOKEN_DIRECTORY": knobs.token_directory,
    }


def run_as_elastic(knobs: GlobalKnobs, step: str, request: dict[str, Any], lock: int | None) -> dict[str, Any]:
    """Run ``python3 -m condor_elastic.act.<step>`` with the request on stdin; give its answer.

    The child holds the cycle's lock too: if the cycle is killed, the next one steps back until the child has ended.
    Raises RuntimeError with what the child said on stderr.
    """
    child = subprocess.run(
        [sys.executable, "-m", f"condor_elastic.act.{step}"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        env=environment(knobs),
        pass_fds=() if lock is None else (lock,),
        cwd="/",
        check=False,
    )
    if child.returncode:
        said = child.stderr.strip().splitlines() or [f"exit status {child.returncode}"]
        raise RuntimeError(said[-1][:300])
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer
