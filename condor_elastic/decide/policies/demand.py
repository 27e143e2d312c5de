"""Policies that make a number, or another one of it."""

from __future__ import annotations

from condor_elastic.decide.policies.view import View, up


def ready(_: int, view: View) -> tuple[int, str]:
    """Start with the demand that nothing answers for yet (APF's Ready and Activated)."""
    offset = view.value("READY_OFFSET")
    return max(0, view.ready - offset), f"{view.said('READY_OFFSET')}" if offset else view.seen


def scale(n: int, view: View) -> tuple[int, str]:
    """Multiply, and round up; what is too many is not scaled, as that would give back more than is too many."""
    return (up(n * view.value("SCALE_FACTOR")) if n > 0 else n), view.said("SCALE_FACTOR")


def fixed(_: int, view: View) -> tuple[int, str]:
    """Ask for the same each cycle."""
    return int(view.value("FIXED")), view.said("FIXED")


def keep_n_running(_: int, view: View) -> tuple[int, str]:
    """Ask for what is missing from a constant number; what leaves does not count, as it soon is gone.

    Unlike APF's it never takes the demand for the constant (its form without keep_running): the demand is gone as soon
    as the jobs run, and so would their machines be.
    """
    short = int(view.value("KEEP_RUNNING")) - view.staying
    # Whoever gives back what is too many first counts those that leave already.
    return short if short >= 0 else short - view.retiring, f"{view.said('KEEP_RUNNING')} and there are {view.staying}"


def expression(n: int, view: View) -> tuple[int, str]:
    """Take what the site's own expression gives; without a number, nothing is asked for."""
    made = view.figure("EXPR", n)
    if isinstance(made, str):
        return min(n, 0), f"{view.said('EXPR')} gives no number ({made})"
    return made, view.said("EXPR")
