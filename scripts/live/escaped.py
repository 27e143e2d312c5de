"""What escapes the table of attributes: names of ours in the ads of a real pool that are not documented, or not so.

An ad that is all ours may have nothing else but what the collector adds to any ad, which is asked of it: it is sent an
ad with nothing in it.  Of an ad of HTCondor's, what bears our name is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from condor_elastic.attributes import COMMON, KINDS, MACHINE, OFFER, PILOT, SCHEDD, SWEEP, VM_JOB, Kind
from live.pool import CentralManager, run, wait_for

OURS = {kind.type: kind for kind in KINDS if kind.type}
YEAR_2001 = 1_000_000_000
IS = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,
    "time": lambda value: type(value) is int and value > YEAR_2001,
    "real": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "ad": lambda value: isinstance(value, dict),
    "list": lambda value: isinstance(value, list),
}
EXPRESSION = re.compile(r"/Expr\((.*)\)/")
"""How the tools write in JSON what is no literal."""
AS_CONDOR = ("setpriv", "--reuid=condor", "--regid=condor", "--init-groups")
PROBE = {"MyType": "ElasticProbe", "Name": "probe", "ClassAdLifetime": 60}
NAMED = re.compile(r"(?:EC2(?:Tag|Param_))?Elastic")


class Watch:
    """Looks at all ads of a pool; seen are the kinds, and their attributes, that there were."""

    def __init__(self, manager: CentralManager) -> None:
        self.manager = manager
        self.seen: dict[str, set[str]] = {}
        self._any: frozenset[str] = frozenset()

    def escaped(self) -> list[str]:
        """Say each attribute that is not in the table, or of another type; nothing of an ad that cannot be had."""
        return sorted({said for kind, ad, whole in self._ads() for said in self._look(kind, ad, whole=whole)})

    def _ads(self) -> Iterator[tuple[Kind, Mapping[str, Any], bool]]:
        self._any = self._any or self._what_any_ad_has()
        for ad in self.manager.ads("-any"):
            if str(ad["MyType"]).startswith("Elastic") and ad["MyType"] != PROBE["MyType"]:
                yield OURS[ad["MyType"]], ad, True
            elif ad["MyType"] == "Scheduler":
                yield SCHEDD, ad, False
            elif ad["MyType"] in ("Machine", "StartDaemon", "Slot"):
                yield (OFFER if ad.get("ElasticGhost") else MACHINE), ad, False
        ended = run("condor_history", "-limit", "40", "-json", check=False).stdout
        for job in (*self.manager.jobs(), *(json.loads(ended) if ended.strip() else [])):
            if "ElasticPool" in job:
                mine = VM_JOB if "ElasticVM" in job else PILOT if "ElasticPilotQueue" in job else SWEEP
                yield mine, job, False

    def _what_any_ad_has(self) -> frozenset[str]:
        text = "".join(f"{name} = {json.dumps(value)}\n" for name, value in PROBE.items())
        run(*AS_CONDOR, "condor_advertise", "UPDATE_AD_GENERIC", "-", input=text)
        mine = ("-any", "-constraint", f'MyType == "{PROBE["MyType"]}"')
        return frozenset(wait_for("the probe", lambda: self.manager.ads(*mine))[0]) - set(PROBE)

    def _look(self, kind: Kind, ad: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
        rows = {row.name: row.type for row in (*(COMMON.attributes if whole else ()), *kind.attributes)}
        self.seen.setdefault(kind.title, set())
        for name, value in ad.items():
            row = next((row for row in rows if re.fullmatch(re.sub(r"<\w+>", r"\\w+", row), name)), "")
            if row:
                self.seen[kind.title].add(row)
                if not _is(rows[row], value):
                    yield f"{name} in {kind.title} is {value!r}, and no {rows[row]}"
            elif NAMED.match(name) or (whole and name not in self._any):
                yield f"{name} in {kind.title} is not documented"


def _is(kind: str, value: object) -> bool:
    if value is None:
        return True
    expression = EXPRESSION.fullmatch(value.strip("\\")) if isinstance(value, str) else None
    if kind == "expression":  # of which nothing may be left but a number, as of a timer that is off
        return bool(expression) or type(value) is int
    return not expression and bool(IS[kind](value))
