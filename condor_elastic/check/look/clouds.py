"""Ask the clouds whether they know what SUBMIT names; a process of the elastic user does, who can read the credentials.

As a program: ``python3 -m condor_elastic.check.look.clouds``, the questions on stdin, the answers on stdout, JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from condor_elastic.act.elastic_user import INHERITED
from condor_elastic.check.look.someone import NotAllowed, as_user
from condor_elastic.check.site import OURS, Lacks, scheme, url
from condor_elastic.gahp import drivers
from condor_elastic.gahp.driver import Catalogue, CloudError, Credentials, Launch
from condor_elastic.knobs import FleetKnobs, Settings
from condor_elastic.knobs.commands import last
from condor_elastic.model import Unknown

TIMEOUT = 60
"""Seconds for all clouds: each is asked for three names at most."""
REFUSALS = {
    "AuthFailure", "InvalidCredentials", "InvalidURL", "UnauthorizedOperation", "InvalidClientTokenId",
    "SignatureDoesNotMatch", "Unauthorized", "OptInRequired", "Blocked", "PendingVerification",
}  # fmt: skip
"""Codes by which a cloud, or our driver, refuses who asks; any other trouble may pass."""


def clouds(settings: Settings) -> Mapping[str, Lacks | Unknown]:
    """Ask for each fleet on a cloud of ours but local://."""
    fleets = [fleet for fleet in settings.fleets if scheme(fleet) in OURS and scheme(fleet) != "local"]
    if not fleets:
        return {}
    names = ", ".join(fleet.name for fleet in fleets)
    unknown = f"the clouds of fleets {names} were"
    kept = {name: value for name, value in os.environ.items() if name not in INHERITED}
    command = [sys.executable, "-m", "condor_elastic.check.look.clouds"]
    try:
        asked = json.dumps([_question(fleet) for fleet in fleets])
        child = as_user(settings.pool.user, command, kept, TIMEOUT, asked)
        answers = json.loads(child.stdout)
    except NotAllowed as error:
        return dict.fromkeys((fleet.name for fleet in fleets), Unknown(unknown, str(error)))
    except subprocess.TimeoutExpired:
        return dict.fromkeys((fleet.name for fleet in fleets), Unknown(unknown, f"no answer within {TIMEOUT} s"))
    except ValueError:
        said = (child.stderr.strip().splitlines() or [f"exit status {child.returncode}"])[-1]
        return dict.fromkeys((fleet.name for fleet in fleets), Unknown(unknown, said[:200]))
    return {fleet.name: _answer(fleet.name, said) for fleet, said in zip(fleets, answers)}


def _question(fleet: FleetKnobs) -> dict[str, str]:
    commands = ("ec2_access_key_id", "ec2_secret_access_key", "ec2_ami_id", "ec2_instance_type", "ec2_vpc_subnet")
    return {"url": url(fleet), **{command: last(fleet.submit, command) for command in commands}}


def _answer(fleet: str, said: Mapping[str, Any]) -> Lacks | Unknown:
    if "unknown" in said:
        return Unknown(f"the cloud of fleet {fleet} was", str(said["unknown"]))
    return Lacks(str(said.get("refused", "")), tuple(map(str, said.get("names", ()))))


def ask(question: Mapping[str, str]) -> dict[str, Any]:
    """Ask one cloud: {refused}, {names} or {unknown}."""
    keys = Credentials(question["ec2_access_key_id"], question["ec2_secret_access_key"])
    launch = Launch(
        "check",
        question["ec2_ami_id"],
        question["ec2_instance_type"] or None,
        subnet=question["ec2_vpc_subnet"] or None,
    )
    try:
        driver = drivers.open_driver(question["url"], keys)
        if not isinstance(driver, Catalogue):
            return {"unknown": "it has no list of images"}
        return {"names": [f"{command}: {words}" for command, words in driver.unknown(launch)]}
    except CloudError as error:
        said = " ".join(f"{error}".split())[:300]
        return {"refused" if error.code.split(" ")[0].rstrip(":") in REFUSALS else "unknown": said}
    except Exception as error:
        return {"unknown": " ".join(f"{type(error).__name__}: {error}".split())[:300]}


def answers(questions: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Ask all, one after the other."""
    return [ask(question) for question in questions]


if __name__ == "__main__":
    json.dump(answers(json.load(sys.stdin)), sys.stdout)
