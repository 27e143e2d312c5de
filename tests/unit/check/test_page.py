"""docs/check.md has a row for each kind of finding, and says what the code says."""

import re
from pathlib import Path

from condor_elastic.check.kinds import KINDS

TOP = Path(__file__).parents[3]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (wrong|warning) \| (.+?) \| (.+) \|$", re.MULTILINE)


def test_the_page_has_the_kinds_of_the_code():
    rows = ROW.findall((TOP / "docs/check.md").read_text())
    assert [(kind, severity, meaning) for kind, severity, meaning, _ in rows] == [
        (kind, of.severity, of.meaning) for kind, of in KINDS.items()
    ]


def test_every_kind_is_found_by_a_rule():
    code = "".join(path.read_text() for path in (TOP / "condor_elastic/check/rules").glob("*.py"))
    made = {"schedd-silent", "collector-silent"}  # their names are put together
    assert [kind for kind in KINDS if f'"{kind}"' not in code and kind not in made] == []
