"""Verdicts: what a queue or a fleet does, and why, in one sentence for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from condor_elastic.decide.policies import View
from condor_elastic.decide.words import count, sentence
from condor_elastic.model import Action, Remove, Retire, Unretire


def fleet_verdict(
    actions: Sequence[Action], n: int, view: View, why: str, lifted: str, hold: str, also: Sequence[str] = ()
) -> str:
    """Say what a fleet does; why lowered the number, lifted raised it, hold keeps everything that is there.

    also are more clauses, if they are not empty.
    """
    wanted = view.ready
    back = [a for a in actions if isinstance(a, Unretire)]
    gone = [a for a in actions if isinstance(a, Retire)]
    removed = [a for a in actions if isinstance(a, Remove)]
    parts = [f"un-retiring {count(n, 'worker')}, because {why}" for why, n in Counter(a.why for a in back).items()]
    if n > 0:
        of = f"{n} of {wanted} wanted VMs" if n < wanted else count(n, "VM")
        reasons = [view.seen if wanted else "", why if n < wanted else "", lifted if n > wanted else ""]
        parts.append(f"submitting {of}, because " + " and ".join(reason for reason in reasons if reason))
    elif wanted and why:
        parts.append(f"submitting none of {count(wanted, 'wanted VM')}, because {why}")
    parts += [f"retiring {count(n, 'worker')}, because {why}" for why, n in Counter(a.why for a in gone).items()]
    parts += [f"removing {count(n, 'VM job')}, because {why}" for why, n in Counter(a.why for a in removed).items()]
    if hold:
        parts.append(f"retiring nothing, because {hold}")
    parts += [clause for clause in also if clause]
    vms = "no VM is" if not view.total else "1 VM is" if view.total == 1 else f"{view.total} VMs are"
    return sentence(parts or [f"doing nothing, because {view.seen} and {vms} there"])


def queue_verdict(n: int, view: View, why: str, lifted: str) -> str:
    """Say what a pilot queue does; why lowered the number, lifted raised it."""
    if not n and not (view.ready and why):
        return f"Doing nothing, because of {view.seen}."
    if not n:
        return f"Doing nothing, because {why}; {view.seen}."
    if n < view.ready and why:
        return f"Submitting {n} of {view.ready} wanted pilots, because {why}; {view.seen}."
    if n > view.ready and lifted:
        return f"Submitting {count(n, 'pilot')}, because {lifted}; {view.seen}."
    return f"Submitting {count(n, 'pilot')}, because of {view.seen}."
