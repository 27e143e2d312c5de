"""What is found, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from condor_elastic.check.kinds import KINDS, WRONG

RECONFIG = "condor_reconfig"
RESTART_SCHEDD = "condor_restart -fast -daemon schedd"


@dataclass(frozen=True)
class Finding:
    """One mistake; kind is its name in KINDS.

    what is the knob with its value and place, or the file; seen what stands there or was answered; right what would be
    right; add a line for the configuration, or several; run a command, which follows the line where there are both.
    """

    kind: str
    what: str
    seen: str
    right: str
    add: str = ""
    run: str = ""

    @property
    def severity(self) -> str:
        """Give "wrong" or "warning"."""
        return KINDS[self.kind].severity

    def document(self) -> dict[str, Any]:
        """Give it for JSON; what there is nothing to say of is None."""
        said = {name: value or None for name, value in asdict(self).items()}
        return {"kind": said.pop("kind"), "severity": self.severity, **said}

    def lines(self) -> list[str]:
        """Give it for people: one line, and indented ones below."""
        below = {"right": self.right, "add": self.add, "run": self.run}
        return [f"{self.severity}: {self.what}: {self.seen} [{self.kind}]"] + [
            f"  {name}: {line}" for name, text in below.items() for line in text.splitlines()
        ]


def is_wrong(findings: Iterable[Finding]) -> bool:
    """Tell whether any is more than a warning."""
    return any(finding.severity == WRONG for finding in findings)


@dataclass(frozen=True)
class Macro:
    """A macro's value, expanded, and where it was set, as `` (set in FILE, line 3)``."""

    value: str
    place: str = ""


def told(name: str, macros: Mapping[str, Macro]) -> str:
    """Write a macro with its value and place."""
    macro = macros.get(name)
    if macro is None or not macro.value.strip():
        return f"{name} is not set"
    value = " ".join(macro.value.split())
    return f"{name} = {value if len(value) <= 80 else value[:77] + '...'}{macro.place}"  # noqa: PLR2004  a line's worth
