"""Policies that raise a number, and how many must stay because of them."""

from __future__ import annotations

from condor_elastic.decide.policies.view import View


def min_per_cycle(n: int, view: View) -> tuple[int, str]:
    """Take at least so many in one cycle."""
    return max(n, view.value("MIN_PER_CYCLE")), view.said("MIN_PER_CYCLE")


def min_pending(n: int, view: View) -> tuple[int, str]:
    """Have at least so many pending."""
    short = view.value("MIN_PENDING") - view.pending
    return max(n, short), f"{view.said('MIN_PENDING')} and {view.pending} are pending"


def min_vms(n: int, view: View) -> tuple[int, str]:
    """Have at least so many that serve or are on their way."""
    return max(n, view.value("MIN_VMS") - view.staying), f"{view.said('MIN_VMS')} and there are {view.staying}"


def headroom(n: int, view: View) -> tuple[int, str]:
    """Have so many without work besides, for the jobs that come next."""
    short = max(0, kept_spare(view) - view.spare) if n >= 0 else 0
    return n + short, f"{view.said('HEADROOM')} and {view.spare} are spare"


def kept_spare(view: View) -> int:
    """Give how many stay although no job needs them; none where the expression gives no number."""
    made = view.figure("HEADROOM", 0) if "Headroom" in view.knobs.policies else 0
    return 0 if isinstance(made, str) else made


def floor(view: View) -> tuple[int, str]:
    """Give how many VMs stay in any case, and the knob that says so."""
    floors = [(0, "")]
    for policy, knob in (("MinVms", "MIN_VMS"), ("KeepNRunning", "KEEP_RUNNING")):
        if policy in view.knobs.policies:
            floors.append((int(view.value(knob)), view.said(knob)))
    return max(floors)
