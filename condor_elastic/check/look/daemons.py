"""Daemons: their ads, what they let the elastic identity do, and the workers that have joined."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from condor_elastic.act.elastic_user import environment
from condor_elastic.check.look.someone import NotAllowed, as_user
from condor_elastic.check.needed import CONDOR
from condor_elastic.check.rules.rights import ASKED
from condor_elastic.check.site import Ping, Retirement
from condor_elastic.knobs import GlobalKnobs, Settings
from condor_elastic.model import Startd, Unknown
from condor_elastic.observe.snapshot import TIMEOUTS
from condor_elastic.observe.startds import slots
from condor_elastic.observe.values import values_of

Seen = TypeVar("Seen")
MAPPED = re.compile(r"^Remote Mapping:\s*(\S+)", re.MULTILINE)
SERVICE = re.compile(r"^\w+:\d+:", re.MULTILINE)


def wait_for_no_daemon_longer_than(seconds: int) -> None:
    """Set the bindings' own timeouts."""
    import htcondor2

    for timeout in TIMEOUTS:
        htcondor2.param[timeout] = str(seconds)


def tried(source: str, ask: Callable[[], Seen]) -> Seen | Unknown:
    """Ask; a daemon's trouble has many names, and means that the answer is not known."""
    try:
        return ask()
    except Exception as error:
        return Unknown(f"{source} was", " ".join(f"{error}".split())[:200] or type(error).__name__)


def collector_ad() -> Mapping[str, Any] | Unknown:
    """Ask the collector for its own ad."""
    import htcondor2

    def ask() -> Mapping[str, Any]:
        ads = htcondor2.Collector().query(htcondor2.AdTypes.Collector, "true", ["Name", "MyAddress"])
        return dict(values_of(ads[0]))

    return tried("the collector's ad", ask)


def schedd_ad() -> Mapping[str, Any] | Unknown:
    """Ask the schedd of this machine itself: the collector's copy may be minutes old."""
    import htcondor2

    def ask() -> Mapping[str, Any]:
        here = htcondor2.Collector().locate(htcondor2.DaemonTypes.Schedd)  # directQuery() takes a name for a constraint
        return dict(values_of(htcondor2.Collector(here).query(htcondor2.AdTypes.Schedd)[0]))

    return tried("the schedd's ad", ask)


def pings(knobs: GlobalKnobs) -> Mapping[tuple[str, str], Ping] | Unknown:
    """Have the daemons decide about each right, as user condor with the elastic token alone, as a cycle does."""
    found = {}
    try:
        for daemon, right in ASKED:
            found[daemon, right] = _ping(knobs, daemon, right)
    except NotAllowed as error:
        return Unknown(f"what {knobs.user}@{knobs.trust_domain} may do was", str(error))
    except subprocess.TimeoutExpired:
        why = f"no answer within ELASTIC_QUERY_TIMEOUT={knobs.query_timeout}"
        return Unknown(f"what {knobs.user}@{knobs.trust_domain} may do was", why)
    return found


def _ping(knobs: GlobalKnobs, daemon: str, right: str) -> Ping:
    command = ["condor_ping", "-type", daemon.upper(), "-verbose", right]
    tool = as_user(CONDOR, command, environment(knobs), knobs.query_timeout)
    mapped = MAPPED.search(tool.stdout)
    if tool.returncode == 0 and mapped:
        return Ping(identity=mapped.group(1))
    lines = [line for line in f"{tool.stdout}\n{tool.stderr}".splitlines() if SERVICE.match(line)]
    said = [SERVICE.sub("", line) for line in lines] or tool.stderr.split()
    return Ping(refused=" ".join(said) or "no answer")


def workers(settings: Settings) -> tuple[Startd, ...] | Unknown:
    """Read the workers that have joined, as a cycle does."""
    import htcondor2

    collector = htcondor2.Collector()

    def query(constraint: str, names: list[str]) -> Iterable[Any]:
        found: Iterable[Any] = collector.query(htcondor2.AdTypes.Startd, constraint, names)
        return found

    return tried("the workers", lambda: slots(query, settings.pool.pool, (), settings.fleets)[0])


def retirements(settings: Settings) -> tuple[Retirement, ...] | Unknown:
    """Read what workers' slots say of MaxJobRetirementTime, and evaluate it."""
    import htcondor2

    names = ["Name", "ElasticFleet", "MaxJobRetirementTime", "ElasticNoticeDeadline"]
    ours = f'ElasticPool == "{settings.pool.pool}" && SlotType =!= "Dynamic" && Offline =!= true'

    def ask() -> tuple[Retirement, ...]:
        ads = htcondor2.Collector().query(htcondor2.AdTypes.Startd, ours, names)
        return tuple(
            Retirement(str(ad["Name"]).split("@", 1)[-1], str(ad.get("ElasticFleet", "")), _seconds(ad))
            for ad in ads
            if "ElasticNoticeDeadline" not in ad
        )

    return tried("the workers' policy", ask)


def _seconds(ad: Any) -> int | None:
    value = ad.eval("MaxJobRetirementTime") if "MaxJobRetirementTime" in ad else 0
    return value if type(value) is int else None
