"""Configuration: this machine's, with the place of each macro, and that of the daemons as they run."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence

from condor_elastic.check.finding import Macro
from condor_elastic.check.rules.rights import asked_of
from condor_elastic.knobs.macros import macros
from condor_elastic.model import Unknown

HERE = (
    "DAEMON_LIST",
    "SCHEDD_CRON_JOBLIST",
    "SCHEDD_CRON_ELASTIC_EXECUTABLE",
    "EC2_GAHP",
    "USE_SHARED_PORT",
    "PREEMPT",
    "GRIDMANAGER_MAX_SUBMITTED_JOBS_PER_RESOURCE_EC2",
    "MAXJOBRETIREMENTTIME",
    "NETWORK_INTERFACE",
    "ENABLE_CCB_SERVER",
    "NEGOTIATOR_PRE_JOB_RANK",
    "SEC_ISSUED_TOKEN_EXPIRATION",
    "SEC_TOKEN_REVOCATION_EXPR",
    "ALLOW_ADVERTISE_STARTD",
    "ALLOW_ADVERTISE_MASTER",
    "ALLOW_WRITE",
)
"""Macros of HTCondor's own that findings name."""
OF_DAEMONS = {
    "collector": (*asked_of("collector"), "TRUST_DOMAIN", "ENABLE_CCB_SERVER", "USE_SHARED_PORT"),
    "schedd": (*asked_of("schedd"), "SCHEDD_CRON_JOBLIST", "SCHEDD_CRON_ELASTIC_PERIOD", "SEC_ISSUED_TOKEN_EXPIRATION",
               "SEC_TOKEN_REVOCATION_EXPR"),
    "negotiator": ("NEGOTIATOR_PRE_JOB_RANK",),
}
"""What each daemon is asked: a reconfiguration, or a restart, may be due."""
NOT_SET = "Not defined"
PLACE = re.compile(r"^\s*# at: (.+)$", re.MULTILINE)


def here() -> dict[str, Macro]:
    """Give the knobs, macros that begin nearly as knobs do, and HERE, of this machine's configuration."""
    import htcondor2

    found = {name.upper(): value for name, value in macros().items()}
    for name in htcondor2.param:
        upper = name.upper()
        if upper.startswith("EL") and upper not in found:
            found[upper] = str(htcondor2.param[name])
    names = [*HERE, *asked_of("collector"), *asked_of("schedd")]
    found.update({name: str(htcondor2.param.get(name) or "") for name in names})
    at = places([*names, *(name for name in found if name.startswith("EL"))])
    return {name: Macro(value, at.get(name, "")) for name, value in found.items()}


def places(names: Sequence[str]) -> dict[str, str]:
    """Give where macros were set, as `` (set in FILE, line 3)``; none for defaults."""
    found = {}
    for name, text in _verbose(names).items():
        at = PLACE.search(text)
        if at and not at.group(1).startswith("<"):
            found[name] = f" (set in {at.group(1).strip()})"
    return found


def _verbose(names: Sequence[str]) -> dict[str, str]:
    """Ask condor_config_val for many at once; its answers begin with the names, in their order."""
    if not names:
        return {}
    tool = subprocess.run(["condor_config_val", "-verbose", *names], capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    name = ""
    for line in tool.stdout.splitlines():
        start = re.match(r"(\w+) = ", line)
        if start and start.group(1).upper() in names:
            name = start.group(1).upper()
        found[name] = found.get(name, "") + line + "\n"
    return found


def running(daemon: str, timeout: int) -> Mapping[str, str] | Unknown:
    """Ask a daemon what it runs with; what it does not know is empty."""
    names = OF_DAEMONS[daemon]
    source = f"the configuration that the {daemon} runs with was"
    try:
        tool = subprocess.run(
            ["condor_config_val", f"-{daemon}", *names], capture_output=True, text=True, check=False, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        return Unknown(source, f"no answer within ELASTIC_QUERY_TIMEOUT={timeout}")
    lines = tool.stdout.splitlines()
    if len(lines) != len(names):
        said = " ".join((tool.stderr or tool.stdout).split())
        return Unknown(source, said[:200] or f"condor_config_val ended with {tool.returncode}")
    return {name: "" if line.startswith(NOT_SET) else line for name, line in zip(names, lines)}
