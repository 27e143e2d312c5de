"""All rules, in the order in which findings are said: what stops everything first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from condor_elastic.check.finding import Finding
from condor_elastic.check.rules import (
    clouds,
    credentials,
    daemons,
    fleets,
    gahp,
    made,
    network,
    pilots,
    rights,
    token,
    workers,
)
from condor_elastic.check.site import Site

Rule = Callable[[Site], Iterator[Finding]]
RULES: tuple[Rule, ...] = (
    *daemons.ALL,
    *made.ALL,
    *token.ALL,
    *rights.ALL,
    *gahp.ALL,
    fleets.zero,
    fleets.incomplete,
    fleets.comments,
    *credentials.ALL,
    *clouds.ALL,
    *network.ALL,
    *workers.ALL,
    *pilots.ALL,
)


def findings(site: Site) -> tuple[Finding, ...]:
    """Give all that is found, each once; nothing where no fleet and no pilot queue is named: nothing is ever done."""
    if not site.settings.fleets and not site.settings.queues:
        return tuple(fleets.comments(site))
    return tuple(dict.fromkeys(finding for rule in RULES for finding in rule(site)))
