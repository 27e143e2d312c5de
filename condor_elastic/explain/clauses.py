"""Which clauses keep a job off a fleet's machine, with the values that they saw."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from condor_elastic.explain.answer import Reason
from condor_elastic.explain.sides import AGAINST, sides
from condor_elastic.knobs import FleetKnobs
from condor_elastic.knobs.table import PREFIX
from condor_elastic.whatif import Autocluster, Engine, machine
from condor_elastic.whatif.clauses import SHAPE, conjuncts
from condor_elastic.whatif.engine import shape_of
from condor_elastic.whatif.limits import Limits
from condor_elastic.whatif.references import references

UNBOUNDED = partial(Limits, lambda _: None, {})
"""No concurrency limit: whether it is reached is another question."""
REQUESTS = {request.lower(): (request, name) for request, name in SHAPE}


def refusals(job: Any, fleet: FleetKnobs, ident: str) -> tuple[Reason, ...]:
    """List what keeps a job (its ad) off a fleet's machine for ever; nothing if the cycle's engine would place it."""
    groups, hopeless = Engine([fleet]).groups([Autocluster(job, 1, ident)], {}, UNBOUNDED())
    if groups:
        return ()
    there = machine(fleet.template, fleet.name)
    found = [*_knob(job, fleet), *_clauses(job, there, fleet, ident, ""),
             *_clauses(there, job, fleet, ident, "the machine's "), *_sizes(job, fleet, ident)]  # fmt: skip
    if found:
        return tuple(found)
    return tuple(Reason("clause", clause) for one in hopeless for _, clause in one.clauses)


def _knob(job: Any, fleet: FleetKnobs) -> Iterable[Reason]:
    import classad2

    made = classad2.ExprTree(fleet.job_requirements).eval(job)
    if made is not True:
        name = f"{PREFIX}{fleet.name.upper()}_JOB_REQUIREMENTS"
        said = f"{name}={fleet.job_requirements} is {_told(made)}{_seen(fleet.job_requirements, job, job)}"
        yield Reason("clause", said, (f"another {name}, or a job for which it holds",), figures={"knob": name})


def _clauses(one: Any, other: Any, fleet: FleetKnobs, ident: str, whose: str) -> Iterable[Reason]:
    import classad2

    for clause in conjuncts(str(one.lookup("Requirements"))) if "Requirements" in one else ():
        made = classad2.ExprTree(clause).eval(one, other)
        if made is not True and made != 1:
            said = f"{whose}{clause} is {_told(made)}{_seen(clause, one, other)}"
            yield Reason("clause", said, _change(clause, one, other, fleet, (ident, whose)), figures={"clause": clause})


def _seen(clause: str, one: Any, other: Any) -> str:
    """Say the values: both sides of a comparison, or each name."""
    import classad2

    parts = sides(clause)
    if parts:
        left, op, right = (classad2.ExprTree(part).eval(one, other) if part != parts[1] else part for part in parts)
        if "undefined" not in (_told(left), _told(right)):
            return f": {_told(left)} {AGAINST[op]} {_told(right)}"
    names = sorted(references([clause]))
    told = [f"{name} = {_told(classad2.ExprTree(name).eval(one, other))}" for name in names]
    return f": {', '.join(told)}" if told else ""


def _change(clause: str, one: Any, other: Any, fleet: FleetKnobs, whose: tuple[str, str]) -> tuple[str, ...]:
    import classad2

    ident, owner = whose
    template = f"{PREFIX}{fleet.name.upper()}_TEMPLATE"
    parts = sides(clause)
    if parts and not owner:
        left, op, right = parts
        for asked, has in ((right, left), (left, right)):
            request, name = REQUESTS.get(asked.rpartition(".")[2].lower(), ("", ""))
            if request and op.strip("=") in ("<", ">", ""):
                there = _told(classad2.ExprTree(has).eval(one, other))
                wanted = _told(classad2.ExprTree(asked).eval(one, other))
                return _less(ident, request, there, f"{name} = {wanted}", template)
    if owner:
        return ("a job that Start takes", f"another Start on the workers, and in {template}")
    return ("Requirements without this clause", f"workers that advertise what it wants, and {template} that says so")


def _less(ident: str, request: str, there: str, machine_has: str, template: str) -> tuple[str, ...]:
    larger = f"{template} with {machine_has} or more, and a SUBMIT that gives such machines"
    number = there.isdigit() and int(there) > 0
    return (f"condor_qedit {ident} {request} {there}", larger) if number else (larger,)


def _sizes(job: Any, fleet: FleetKnobs, ident: str) -> Iterable[Reason]:
    """List of what more is asked for than the machine has, where no clause says so."""
    asked, whole = shape_of(job), fleet.template
    pairs = zip(SHAPE, (asked.cpus, asked.memory, asked.disk, asked.gpus),
                (whole.cpus, whole.memory, whole.disk, whole.gpus))  # fmt: skip
    clauses = str(job.lookup("Requirements")).lower() if "Requirements" in job else ""
    for (request, name), more, less in pairs:
        if more > less and request.lower() not in clauses:
            change = _less(ident, request, str(less), f"{name} = {more}", f"{PREFIX}{fleet.name.upper()}_TEMPLATE")
            yield Reason("clause", f"{request} = {more} > {name} = {less}", change)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return str(getattr(value, "name", value)).lower()
