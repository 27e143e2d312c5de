"""What the elastic identity may do, as the daemons that run decide it, and workers with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from condor_elastic.check.finding import RECONFIG, Finding, told
from condor_elastic.check.rules import made, token
from condor_elastic.check.site import Site, knob
from condor_elastic.knobs.commands import split
from condor_elastic.knobs.lifetime import longest
from condor_elastic.model import Unknown

NAMES = {"IDTOKENS", "IDTOKEN", "TOKENS", "TOKEN"}
"""How the method is spelt (SecMan::sec_char_to_auth_method())."""
ASKED = (("collector", "ADVERTISE_STARTD"), ("collector", "ADVERTISE_MASTER"), ("schedd", "WRITE"))
"""The daemons, and what the elastic identity wants of each; what a right is decided by: DCpermissionHierarchy."""
FALL_BACK = {"collector": ":$(ALLOW_DAEMON)"}
"""What HTCondor takes where there is no list of its own for a right."""
METHODS = "SEC_{}_AUTHENTICATION_METHODS"


def asked_of(daemon: str) -> list[str]:
    """List the macros of a daemon that decide about the elastic identity."""
    levels = [level for name, right in ASKED if name == daemon for level in _levels(right)]
    return list(dict.fromkeys([METHODS.format(level) for level in levels]))


def _levels(right: str) -> tuple[str, ...]:
    return (right, "DAEMON", "DEFAULT") if right.startswith("ADVERTISE") else (right, "DEFAULT")


def methods(site: Site) -> Iterator[Finding]:
    """Find daemons that take no IDTOKENS for what is wanted of them."""
    found: dict[tuple[str, str], list[str]] = {}
    for daemon, right in ASKED:
        name, value = _methods(_running(site, daemon), right)
        if value and not NAMES & {word.upper() for word in split(value)}:
            found.setdefault((daemon, name), []).append(right)
    for (daemon, name), rights in found.items():
        value = _running(site, daemon)[name].strip()
        yield Finding(
            "idtokens-off",
            told(name, site.macros),
            f"the running {daemon} takes {value} for {', '.join(rights)}",
            "IDTOKENS among the methods",
            add=f"{name} = {', '.join(split(value))}, IDTOKENS",
            run=RECONFIG,
        )


def _running(site: Site, daemon: str) -> Mapping[str, str]:
    seen = site.collector if daemon == "collector" else site.schedd
    return {} if isinstance(seen, Unknown) else seen


def _methods(running: Mapping[str, str], right: str) -> tuple[str, str]:
    for level in _levels(right):
        name = METHODS.format(level)
        if running.get(name, "").strip():
            return name, running[name]
    return "", ""


def refused(site: Site) -> Iterator[Finding]:
    """Find rights that the daemons refuse, though they take the method and the token is in order."""
    if isinstance(site.pings, Unknown) or any(token.look(site)) or any(made.user(site)):
        return
    off = {daemon for daemon, right in ASKED if _is_off(site, daemon, right)}
    for (daemon, right), ping in site.pings.items():
        if (not ping.refused and ping.identity == site.identity) or daemon in off:
            continue
        allow = f"ALLOW_{right}"
        seen = f"the running {daemon} says: {ping.refused}" if ping.refused else f"it takes us for {ping.identity}"
        add = f"{allow} = $({allow}{FALL_BACK.get(daemon, '')}) {site.settings.pool.user}@$(TRUST_DOMAIN)"
        kind = "advertise-refused" if daemon == "collector" else "submit-refused"
        yield Finding(
            kind,
            told(allow, site.macros),
            seen,
            f"{site.identity} among them, and not in DENY_{right}",
            add=add,
            run=RECONFIG,
        )


def _is_off(site: Site, daemon: str, right: str) -> bool:
    value = _methods(_running(site, daemon), right)[1]
    return bool(value) and not NAMES & {word.upper() for word in split(value)}


def issued(site: Site) -> Iterator[Finding]:
    """Find a schedd that signs tokens for a shorter time than fleets want."""
    text = _running(site, "schedd").get("SEC_ISSUED_TOKEN_EXPIRATION", "").strip()
    most = int(text) if text.isdigit() else -1
    for fleet in site.settings.fleets:
        if 0 <= most < fleet.token_lifetime:
            yield Finding(
                "issued-token",
                told("SEC_ISSUED_TOKEN_EXPIRATION", site.macros),
                f"the running schedd signs for {most} s, and {knob(fleet.name, 'TOKEN_LIFETIME')} is "
                f"{fleet.token_lifetime}",
                f"{fleet.token_lifetime} or more, or unset (workers live for {longest(fleet)} s of it)",
                add=f"SEC_ISSUED_TOKEN_EXPIRATION = {fleet.token_lifetime}",
                run=RECONFIG,
            )


def worker_tokens(site: Site) -> Iterator[Finding]:
    """Find a schedd that takes the tokens of workers, which are for collectors alone."""
    running = _running(site, "schedd")
    revoked = running.get("SEC_TOKEN_REVOCATION_EXPR", "")
    if running and not (f"{site.settings.pool.user}@" in revoked and "condor:/WRITE" in revoked):
        yield Finding(
            "worker-tokens",
            told("SEC_TOKEN_REVOCATION_EXPR", site.macros),
            f"the running schedd has {revoked.strip() or 'none'}",
            "the clause of elastic-tokens.conf in it, in the file of config.d that is read last",
            add="include ifexist : /usr/share/condor/elastic/elastic-tokens.conf",
            run=RECONFIG,
        )


ALL = (methods, refused, issued, worker_tokens)
