"""Every knob is in docs/knobs.md as the code has it, and what the pages and files call a knob is one."""

import re
import sys
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from names import PAGES, TOP

from condor_elastic.knobs import FleetKnobs, GlobalKnobs, QueueKnobs
from condor_elastic.knobs import document as knobs_document

SCOPES = ((GlobalKnobs, ""), (QueueKnobs, "<QUEUE>_"), (FleetKnobs, "<FLEET>_"))
KNOBS = [(scope, row.name.upper()) for table, scope in SCOPES for row in fields(table) if row.name != "name"]
SCOPED = "|".join({name for scope, name in KNOBS if scope})
PLAIN = "|".join(name for scope, name in KNOBS if not scope)
SHIPPED = sorted((TOP / "config.d").glob("*.conf"))


def test_the_page_is_that_of_the_knobs():
    again = "run: python3 -m condor_elastic.knobs.document"
    assert knobs_document.FILE.read_text() == knobs_document.page(), again


@pytest.mark.parametrize("knob", KNOBS, ids="".join)
def test_every_knob_has_its_row(knob):
    row = rf"^\| `ELASTIC_{''.join(knob)}` \| \S[^|]* \| \S.*\. \|$"
    assert len(re.findall(row, knobs_document.FILE.read_text(), re.MULTILINE)) == 1


@pytest.mark.parametrize("page", [*PAGES, *SHIPPED], ids=lambda page: page.name)
def test_what_a_page_calls_a_knob_is_one(page):
    text = page.read_text().replace(knobs_document.WRONG, "")
    named = set(re.findall(r"\bELASTIC_(?:<[A-Z]+>_)?[A-Z]\w*\b(?!\n)", text))  # at its end a line may be cut off
    wrong = {
        name for name in named
        if not re.fullmatch(rf"ELASTIC_(?:{PLAIN}|(?:<(?:QUEUE|FLEET)>|\w+?)_(?:{SCOPED}))", name, re.IGNORECASE)
    }  # fmt: skip
    assert not wrong
