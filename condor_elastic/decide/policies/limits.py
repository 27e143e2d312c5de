"""Policies that lower a number; caps, which are limits in what bills, make it negative when there are too many."""

from __future__ import annotations

from math import floor

from condor_elastic.decide.policies.view import View, up
from condor_elastic.knobs.fleet import FleetKnobs

LOTS = 10**9


def max_per_cycle(n: int, view: View) -> tuple[int, str]:
    """Take at most so many in one cycle."""
    return min(n, view.value("MAX_PER_CYCLE")), view.said("MAX_PER_CYCLE")


def max_pending(n: int, view: View) -> tuple[int, str]:
    """Keep at most so many pending; unlike APF's, the limit also holds when none is pending yet."""
    room = max(0, view.value("MAX_PENDING") - view.pending)
    return min(n, room), f"{view.said('MAX_PENDING')} and {view.pending} are pending"


def ramp_limit(n: int, view: View) -> tuple[int, str]:
    """Take in one cycle at most a multiple of what is there, and one when nothing is."""
    most = max(1, up(view.value("RAMP_FACTOR") * view.staying))
    return min(n, most), f"{view.said('RAMP_FACTOR')} and there are {view.staying}"


def max_to_run(n: int, view: View) -> tuple[int, str]:
    """Keep at most so many in all; a negative number says how many are too many, as in APF."""
    knob = "MAX_VMS" if isinstance(view.knobs, FleetKnobs) else "MAX_TO_RUN"
    return min(n, view.value(knob) - view.total), f"{view.said(knob)} and there are {view.total}"


def max_cores(n: int, view: View) -> tuple[int, str]:
    """Keep at most so many cores."""
    room = (_cap(view, "MAX_CORES") - view.cores) // view.value("TEMPLATE").cpus
    return min(n, int(room)), f"{view.said('MAX_CORES')} and there are {view.cores}"


def max_memory(n: int, view: View) -> tuple[int, str]:
    """Keep at most so much memory, MB."""
    room = (_cap(view, "MAX_MEMORY") - view.memory) // view.value("TEMPLATE").memory
    return min(n, int(room)), f"{view.said('MAX_MEMORY')} and there are {view.memory} MB"


def max_price_per_hour(n: int, view: View) -> tuple[int, str]:
    """Pay at most so much an hour."""
    price = view.value("PRICE")
    # The smallest of errors in a floating-point quotient must not cost a VM (0.3 / 0.1).
    left = floor((_cap(view, "MAX_PRICE_PER_HOUR") - view.paid) / price + 1e-9) if price else LOTS
    return min(n, left), f"{view.said('MAX_PRICE_PER_HOUR')} and what is there costs {view.paid:g}"


def max_cost(n: int, view: View) -> tuple[int, str]:
    """Launch what the caps on money leave room for; above one, as many are too many as OVER_BUDGET lets go."""
    purse = view.purse
    if purse.unknown:
        return min(n, 0), purse.unknown
    if purse.is_over:
        return min(n, -purse.gone), purse.why
    return min(n, purse.room(LOTS)), purse.why


def _cap(view: View, knob: str) -> float:
    value = view.value(knob)
    return LOTS if value is None else float(value)


CAPS = {
    "MaxToRun": ("MAX_VMS", max_to_run),
    "MaxCores": ("MAX_CORES", max_cores),
    "MaxMemory": ("MAX_MEMORY", max_memory),
    "MaxPricePerHour": ("MAX_PRICE_PER_HOUR", max_price_per_hour),
    "MaxCost": ("", max_cost),
}


def caps(view: View) -> tuple[str, ...]:
    """Name the caps of a fleet that are set: they hold whether its chain names them or not, and wherever."""
    if not isinstance(view.knobs, FleetKnobs):
        return ()
    named = tuple(name for name, (knob, _) in CAPS.items() if knob and view.value(knob) is not None)
    return (*named, "MaxCost") if view.purse.holds else named


def room(view: View) -> int:
    """Give how many VMs all the caps leave room for; below zero, how many are too many."""
    return min((CAPS[name][1](LOTS, view)[0] for name in caps(view)), default=LOTS)
