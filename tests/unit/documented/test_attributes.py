"""Every name of ours in the code is in the table of attributes, every row in the code, and the page is the table's."""

import re
import sys
from pathlib import Path
from typing import get_args

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from build import booting, busy, fleet, idle, pool, queue, queue_seen, retiring, seen, settings, startd
from names import PAGES, TOP, code, keys, literals, printed, told

from condor_elastic import publish
from condor_elastic.attributes import COMMON, KINDS, MACHINE, OFFER, OTHERS, SCHEDD, document
from condor_elastic.attributes.row import table
from condor_elastic.decide import plan
from condor_elastic.model import Phase, Stray

OURS = {kind.type: kind for kind in KINDS if kind.type}
ROWS = [(kind, name) for kind in (*KINDS, *OTHERS) for name in sorted(kind.names())]
PUBLISHING = (*(TOP / "condor_elastic").glob("publish*"), TOP / "condor_elastic/whatif/ghosts.py")
FILES = [file for path in PUBLISHING for file in ([path] if path.is_file() else sorted(path.rglob("*.py")))]
HOOKS = [path for path in (TOP / "hooks").iterdir() if path.read_text().startswith("#!/usr/bin/python3")]
ALL = "|".join([*OURS, *(re.sub(r"_?<\w+>", r"\\w*", re.sub(r"^EC2(Tag|Param_)", "", name)) for _, name in ROWS)])
BY_CRON = {"ElasticLastUpdate"}
"""What HTCondor adds by the prefix of a cron job: ClassAdCronJob::ProcessOutput() in classad_cron_job.cpp."""


def is_documented(name):
    return re.fullmatch(ALL, name) is not None


def test_the_page_is_that_of_the_table():
    assert document.FILE.read_text() == document.page(), "run: python3 -m condor_elastic.attributes.document"


def test_every_name_in_the_code_is_documented():
    missing = {name: place for name, place in literals(code()).items() if not is_documented(name)}
    assert not missing


def test_the_pages_name_nothing_that_is_not_there():
    missing = {name: place for name, place in told(PAGES).items() if not is_documented(name)}
    assert not missing


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_key_of_an_ad_that_we_make_is_documented(file):
    ads = frozenset().union(*(kind.names() for kind in (COMMON, OFFER, *OURS.values())))
    missing = {key for key in keys(file) if key not in ads and f"Elastic{key}" not in SCHEDD.names()}
    assert not missing


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook.name)
def test_every_attribute_of_a_hook_is_documented(hook):
    if hook.name in ("condor_elastic_identity", "condor_elastic_notice", "condor_elastic_contact"):
        assert printed(hook), "it says nothing, or says it in a way that is not known here"
    missing = {f"Elastic{name}" for name in printed(hook)} - MACHINE.names()
    assert not missing


def test_the_schedd_s_ad_has_what_is_documented_and_nothing_else():
    assert {f"Elastic{name}" for name in publish.SUMMARY} == SCHEDD.names() - BY_CRON


def test_each_ad_has_what_is_documented_of_its_kind():
    knobs = settings(fleet(price=0.5), queues=(queue(),))
    stray = startd("lost")
    look = seen(queues={"BNL": queue_seen(4, 2)}, strays=(Stray(stray, 1, 2, 3),))
    workers = pool(idle("a"), busy("b"), booting("c"), retiring("d"))
    made = publish.ads(knobs, look, workers, plan(knobs, look, workers))
    assert {ad["MyType"] for ad in made} == set(OURS)
    for ad in made:
        assert not set(ad) - OURS[ad["MyType"]].names() - COMMON.names(), ad["MyType"]
        assert COMMON.names() - set(ad) == {"Machine"}, "which is put in when it is sent"


def test_every_row_is_in_the_code():
    there = set(literals(code())) | {f"Elastic{name}" for hook in HOOKS for name in printed(hook)}
    there |= {f"Elastic{name}" for name in publish.SUMMARY} | {f"VMs{phase.capitalize()}" for phase in get_args(Phase)}
    there |= {key for file in FILES for key in keys(file)} | BY_CRON
    for kind, name in ROWS:
        plain = re.sub(r"^EC2(Tag|Param_)|_?<\w+>", "", name)
        assert plain in {re.sub(r"\d+$", "", one) for one in there}, (kind.title, name)


@pytest.mark.parametrize("line", ["A | string", "A | text | What it is.", "A | string | What it is"])
def test_a_row_that_is_none_is_refused(line):
    with pytest.raises(ValueError, match=r"is not name \| type \| meaning"):
        table(line)
