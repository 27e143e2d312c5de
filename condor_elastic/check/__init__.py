"""Check the configuration before it bites: this machine's whole pool, or the knobs of one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from condor_elastic.check.finding import Finding, is_wrong
from condor_elastic.check.one_file import check_file
from condor_elastic.check.pool import check_pool

__all__ = ["check"]


def check(  # the command's options
    path: str | None = None, *, as_json: bool = False, strict: bool = False, verbose: bool = False,
    around: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> int:  # fmt: skip
    """Print what is wrong, with the line to add; of a file also what is right; exit status 1 when something is wrong.

    strict counts warnings too.  A pool in order is silent; verbose says so, and what was looked at.  as_json prints a
    pool's findings as one document, {ok, findings, not_checked}.  around is what is shown while it looks.
    """
    if path:
        return check_file(path)
    with around():
        findings, unknown, settled = check_pool()
    ok = not (is_wrong(findings) or (strict and findings))
    if as_json:
        document = {"ok": ok, "findings": [finding.document() for finding in findings], "not_checked": list(unknown)}
        print(json.dumps(document, indent=2))
    else:
        _say(findings, unknown, settled if verbose else "")
    return 0 if ok else 1


def _say(findings: tuple[Finding, ...], unknown: tuple[str, ...], settled: str) -> None:
    for finding in findings:
        print("\n".join(finding.lines()))
    for why in unknown:
        print(why, file=sys.stderr)
    if settled:
        print(settled)
