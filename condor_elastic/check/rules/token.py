"""The token of the elastic identity: whose it is, what it is good for, and until when."""

from __future__ import annotations

import time
from collections.abc import Iterator

from condor_elastic.check.finding import Finding, told
from condor_elastic.check.rules.access import can_read
from condor_elastic.check.rules.made import SETUP, user
from condor_elastic.check.site import File, Site, TokenSeen
from condor_elastic.knobs.directories import SCOPES
from condor_elastic.model import Unknown

WEEK = 7 * 86400
PREFIX = "condor:/"
"""Before each scope (SEC_IDTOKENS: condor_auth_passwd.cpp)."""


def domain(site: Site) -> Iterator[Finding]:
    """Find workers' tokens of another trust domain than the collector's."""
    theirs = "" if isinstance(site.collector, Unknown) else site.collector.get("TRUST_DOMAIN", "").strip()
    if theirs and theirs != site.settings.pool.trust_domain:
        yield Finding(
            "trust-domain",
            told("ELASTIC_TRUST_DOMAIN", site.macros),
            f"the running collector's TRUST_DOMAIN is {theirs}",
            theirs,
            add=f"ELASTIC_TRUST_DOMAIN = {theirs}",
        )


def look(site: Site) -> Iterator[Finding]:
    """Look at the trust domain, and at the token, as far as it is there; of a user who is not, setup comes first."""
    token, place = site.token, site.settings.pool.token_directory
    yield from domain(site)
    if isinstance(token, Unknown) or any(domain(site)) or any(user(site)):
        return
    if token is None:
        yield Finding(
            "token-missing",
            place,
            "no file in it holds a token, so nothing can be submitted",
            f"a token of {site.identity}",
            run=SETUP,
        )
        return
    yield from _readable(site, token)
    yield from _identity(site, token)
    yield from _scopes(token)
    yield from _end(site, token)


def anew(token: TokenSeen) -> str:
    """Give the command that makes another token."""
    return f"rm {token.path} && {SETUP}"


def _readable(site: Site, token: TokenSeen) -> Iterator[Finding]:
    """HTCondor takes no token from a file that is not its reader's alone."""
    file, condor = site.files.get(token.path), site.users.get("condor")
    if not isinstance(file, File) or condor is None:
        return
    seen = "others may read it, so HTCondor does not" if file.inode.mode & 0o077 else "condor cannot read it"
    if file.inode.mode & 0o077 or file.inode.uid != condor.uid or not can_read(condor, file):
        yield Finding(
            "token-readable",
            token.path,
            seen,
            "condor:condor 600",
            run=f"chown condor:condor {token.path} && chmod 600 {token.path}",
        )


def _identity(site: Site, token: TokenSeen) -> Iterator[Finding]:
    whose, issuer = token.claims.get("sub"), token.claims.get("iss")
    if whose != site.identity:
        yield Finding("token-identity", token.path, f"it is {whose}'s", f"a token of {site.identity}", run=anew(token))
    elif issuer != site.settings.pool.trust_domain:
        yield Finding(
            "token-identity",
            token.path,
            f"the trust domain {issuer} has issued it",
            f"one of {site.settings.pool.trust_domain}",
            run=anew(token),
        )


def _scopes(token: TokenSeen) -> Iterator[Finding]:
    text = str(token.claims.get("scope") or "")
    scopes = {word.removeprefix(PREFIX) for word in text.split() if word.startswith(PREFIX)}
    lacking = [scope for scope in SCOPES if scope not in scopes]
    if scopes and lacking:
        yield Finding(
            "token-scope",
            token.path,
            f"it lacks {', '.join(lacking)}",
            f"a token with {', '.join(SCOPES)}",
            run=anew(token),
        )
    if not scopes or scopes - set(SCOPES):
        more = ", ".join(sorted(scopes - set(SCOPES))) or "all that the identity may"
        yield Finding(
            "token-wide",
            token.path,
            f"it is also good for {more}",
            f"{', '.join(SCOPES)} and nothing else",
            run=anew(token),
        )


def _end(site: Site, token: TokenSeen) -> Iterator[Finding]:
    ends = token.claims.get("exp")
    if not isinstance(ends, (int, float)) or ends - site.now > WEEK:
        return
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(ends))
    kind, seen = ("token-expired", "it ended at") if ends <= site.now else ("token-expires", "it ends at")
    yield Finding(kind, token.path, f"{seen} {at}", "one that lasts: setup's has no end", run=anew(token))


ALL = (look,)
