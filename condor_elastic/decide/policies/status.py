"""Policies that heed what PanDA says of a queue, and what became of its last pilots."""

from __future__ import annotations

from condor_elastic.decide.policies.view import View

TEST = "test"
SERVING = frozenset({"online", "brokeroff"})
"""brokeroff gets no new jobs, but those it has are to run; every word that is not known means: no growth."""


def status_test(n: int, view: View) -> tuple[int, str]:
    """Keep at most a few pilots for a queue in test, which is given test jobs only."""
    if view.status != TEST:
        return n, ""
    return _keep(n, "TEST_PILOTS", view)


def status_offline(n: int, view: View) -> tuple[int, str]:
    """Keep at most a few pilots, or none, for a queue that is not to run jobs."""
    if not view.status or view.status == TEST or view.status in SERVING:
        return n, ""
    return _keep(n, "OFFLINE_PILOTS", view)


def throttle(n: int, view: View) -> tuple[int, str]:
    """Try with one pilot at a time while most of the last ones ended at once: a site that swallows them, or no job."""
    last, vain = view.last, view.vain
    if last < view.value("THROTTLE_PILOTS") or 2 * vain <= last:
        return n, ""
    why = f"{vain} of the last {last} pilots ended within {view.said('THROTTLE_SECONDS')}"
    return min(n, max(0, 1 - view.pending)), why


def _keep(n: int, knob: str, view: View) -> tuple[int, str]:
    room = max(0, view.value(knob) - view.staying)
    return min(n, room), f"PanDA says it is {view.status} and {view.said(knob)}, and there are {view.staying}"
