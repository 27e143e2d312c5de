"""Workers: their drop-in, what they leave to their jobs, and whether they are what TEMPLATE says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from condor_elastic.check.finding import Finding, told
from condor_elastic.check.site import Retirement, Site, knob, scheme
from condor_elastic.knobs import FleetKnobs
from condor_elastic.model import Startd, Unknown

DROP_IN = "/usr/share/condor/elastic/elastic-worker.conf"
TIME = re.compile(r"^\s*MAXJOBRETIREMENTTIME\s*=\s*(.*)$", re.IGNORECASE | re.MULTILINE)
AGAIN = "dnf reinstall condor-elastic-worker"
SIZES = ("cpus", "memory", "disk", "gpus")


def drop_in(site: Site) -> Iterator[Finding]:
    """Find a drop-in that is missing where VMs are made of this machine's files, or gives jobs no time."""
    local = [fleet.name for fleet in site.settings.fleets if scheme(fleet) == "local"]
    if not local or isinstance(site.drop_in, Unknown):
        return
    if not site.drop_in:
        yield Finding(
            "worker-drop-in",
            DROP_IN,
            f"it is missing, and the VMs of fleets {', '.join(local)} include it",
            "the file of the package condor-elastic-worker, or of scripts/install",
            run=AGAIN,
        )
        return
    said = TIME.findall(site.drop_in)
    if not said or said[-1].strip() in ("", "0"):
        value = said[-1].strip() if said else ""
        yield Finding(
            "retirement-time",
            DROP_IN,
            f'MAXJOBRETIREMENTTIME is "{value}": jobs are evicted as soon as their worker is told to leave',
            "the time that user-data brings",
            add="MAXJOBRETIREMENTTIME = $(ElasticMaxJobRetirementTime:0)",
            run=AGAIN,
        )


def retirement(site: Site) -> Iterator[Finding]:
    """Find workers whose jobs get no time, whatever their image says; one of each fleet is named."""
    if isinstance(site.retirements, Unknown):
        return
    limits = {fleet.name.upper(): fleet.max_job_retirement_time for fleet in site.settings.fleets}
    worst: dict[str, Retirement] = {}
    for one in site.retirements:
        if one.seconds == 0 and limits.get(one.fleet.upper()):
            worst.setdefault(one.fleet, one)
    for fleet, one in worst.items():
        yield Finding(
            "retirement-time",
            one.startd,
            f"its MaxJobRetirementTime is 0, and fleet {fleet} means to leave its jobs {limits[fleet.upper()]} s",
            "no other MAXJOBRETIREMENTTIME in its image, read after ours",
            add=f"MAXJOBRETIREMENTTIME = {limits[fleet.upper()]}",
        )


def evicts(site: Site) -> Iterator[Finding]:
    """Find a policy of the site's own that evicts, in a file that images may have, too."""
    for name, harmless, right in (("MAXJOBRETIREMENTTIME", None, "259200"), ("PREEMPT", "false", "False")):
        macro = site.macros.get(name)
        if macro is None or not macro.place or not site.settings.fleets:
            continue
        value = macro.value.strip().lower()
        if (harmless is None and value == "0") or (harmless is not None and value not in (harmless, "")):
            yield Finding(
                "site-evicts",
                told(name, site.macros),
                "a worker whose image reads this after elastic-worker.conf evicts jobs when it is to leave",
                f"{right} there; or not in the workers' image",
                add=f"{name} = {right}",
            )


def template(site: Site) -> Iterator[Finding]:
    """Find fleets whose workers have less than they promise; the smallest worker tells what to promise."""
    if isinstance(site.workers, Unknown):
        return
    for fleet in site.settings.fleets:
        short = {one: _short(fleet, one) for one in site.workers if one.fleet.upper() == fleet.name.upper()}
        less = {one: sizes for one, sizes in short.items() if sizes}
        if less:
            name, sizes = knob(fleet.name, "TEMPLATE"), sorted({size for found in less.values() for size in found})
            has = {size: min(getattr(one.whole, size) for one in less) for size in sizes}
            seen = ", ".join(f"{has[size]} {size} and not {getattr(fleet.template, size)}" for size in sizes)
            yield Finding(
                "template-differs",
                told(name, site.macros),
                f"{next(iter(less)).name} has {seen}",
                "what its workers advertise",
                add=f"{name} = {_with(fleet, has)}",
            )


def _short(fleet: FleetKnobs, startd: Startd) -> list[str]:
    promised = fleet.template
    return [size for size in SIZES if 0 < getattr(startd.whole, size) < getattr(promised, size) and _said(fleet, size)]


def _said(fleet: FleetKnobs, size: str) -> bool:
    return bool(re.search(rf"\b{size}\s*=(?!=)", fleet.template.text, re.IGNORECASE))


def _with(fleet: FleetKnobs, has: dict[str, int]) -> str:
    text = fleet.template.text
    for size, number in has.items():
        text = re.sub(rf"\b({size})(\s*)=(?!=)\s*[^;]*", rf"\1\2= {number}", text, flags=re.IGNORECASE)
    return text


ALL = (drop_in, retirement, evicts, template)
