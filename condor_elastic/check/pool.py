"""Check this machine's pool: read the knobs, look at everything, apply the rules."""

from __future__ import annotations

from condor_elastic.act.user_data import wrong_user_data
from condor_elastic.check.finding import Finding, Macro
from condor_elastic.check.look.configuration import here
from condor_elastic.check.look.site import site
from condor_elastic.check.one_file import right
from condor_elastic.check.rules.all import findings
from condor_elastic.check.rules.daemons import program
from condor_elastic.check.rules.knobs import known_knobs, misspelt, wrong_knobs
from condor_elastic.check.site import Site, not_checked
from condor_elastic.knobs import BadKnobs, GlobalKnobs, Settings
from condor_elastic.knobs.kinds import words
from condor_elastic.knobs.macros import configured
from condor_elastic.knobs.table import PREFIX

Checked = tuple[tuple[Finding, ...], tuple[str, ...], str]
REST = "All but the knobs was not checked, because the knobs are wrong"


def check_pool() -> Checked:
    """Give the findings, what was not checked and why, and one line that says what was looked at."""
    try:
        macros = here()
    except ImportError:
        raise BadKnobs("HTCondor's Python bindings are not here; give a FILE to check") from None
    fleets, queues = (
        words(macros[name].value) if name in macros else () for name in (f"{PREFIX}FLEET_NAMES", f"{PREFIX}PILOT_NAMES")
    )
    like_knobs = tuple(misspelt(macros, known_knobs(fleets, queues)))
    try:
        settings = _settings()
    except BadKnobs as error:
        unread = tuple(program(Site(Settings(GlobalKnobs(pool="", trust_domain="", collector="")), 0, macros)))
        unread = tuple(finding for finding in unread if finding.kind == "defaults-not-read")
        return (*unread, *like_knobs, *wrong_knobs(str(error), macros, fleets, queues)), (REST,), ""
    seen = site(settings, macros)
    return (*like_knobs, *findings(seen)), tuple(not_checked(seen)), right(settings, _count(macros))


def _settings() -> Settings:
    settings = configured()
    wrong = wrong_user_data(settings)
    if wrong:
        raise BadKnobs("\n".join(dict.fromkeys(wrong.values())))
    return settings


def _count(macros: dict[str, Macro]) -> int:
    return sum(name.startswith(PREFIX) for name in macros)
