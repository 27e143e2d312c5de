"""Read PanDA's statistics of jobs: everything or nothing.

The wire rules were seen on panda-server 1.0.4: the JSON comes as text/plain, errors are 200 with success:false, and an
idle server and a broken one give the same bytes.  Nothing is unpickled or evaluated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from condor_elastic.model import QueueStats
from condor_elastic.observe.panda.answer import data, number, table

BY_TYPE = "/api/v1/statistics/job_stats_by_site_and_resource_type"
BY_LABEL = "/api/v1/statistics/active_job_detailed_stats_by_site"
NULL = "null"
"""The key the server writes for a site, a type or a label that is NULL in its tables."""


def call(labels: Collection[str]) -> tuple[str, dict[str, str]]:
    """Give path and parameters of the call that tells the jobs of all labels, or of some; none that is archived."""
    return (BY_LABEL, {}) if labels else (BY_TYPE, {"time_window": "0"})


def parse(body: bytes, labels: Collection[str] = ()) -> dict[str, QueueStats]:
    """Read an answer; raises ValueError when any part of it is not what the server's API says.

    labels are those that count, where the answer is by label as well.  A site without a name is nobody's.
    """
    sites = table(data(body), "data")
    found = {site: _stats(site, types, labels) for site, types in sites.items()}
    return {site: stats for site, stats in found.items() if site != NULL}


def _stats(site: str, types: Any, labels: Collection[str]) -> QueueStats:
    read = _labelled if labels else _counts
    return QueueStats(
        {resource: read(inner, f"{site}, {resource}", labels) for resource, inner in table(types, site).items()}
    )


def _labelled(value: Any, where: str, labels: Collection[str]) -> Mapping[str, int]:
    total: dict[str, int] = {}
    for label, inner in table(value, where).items():
        for state, count in _counts(inner, f"{where}, {label}", ()).items():
            total[state] = total.get(state, 0) + (count if label in labels else 0)
    return total


def _counts(value: Any, where: str, _: Collection[str]) -> Mapping[str, int]:
    return {state: number(count, f"{where}, {state}") for state, count in table(value, where).items()}
