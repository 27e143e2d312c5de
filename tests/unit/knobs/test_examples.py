"""The examples of the site's file are whole once their comment marks are taken away."""

from __future__ import annotations

import re
from pathlib import Path

from build import fleet, settings

from condor_elastic.act.vm_text import vm_text
from condor_elastic.knobs.spot import spot_ask

FILE = Path(__file__).parents[3] / "config.d" / "50-elastic.conf"
TEXT = "\n".join(line.removeprefix("# ") for line in FILE.read_text().splitlines())
SUBMITS = dict(re.findall(r"^ELASTIC_(\w+)_SUBMIT @=end\n(.*?)^@end$", TEXT, re.MULTILINE | re.DOTALL))


def test_every_text_has_its_end() -> None:
    assert len(SUBMITS) == TEXT.count("_SUBMIT @=end") == 5
    for text in SUBMITS.values():
        assert all(re.fullmatch(r"\s+\w+ = \S.*", line) for line in text.splitlines()), text


def test_the_spot_fleet_bids_what_the_talk_did() -> None:
    text = vm_text(settings().pool, fleet("spot", submit=SUBMITS["SPOT"]))
    assert 'My.EC2Param_ElasticSpotPrice = "0.156"' in text
    assert "\nELASTIC_SPOT_PRICE = Spot\n" in TEXT
    assert spot_ask(SUBMITS["SPOT"]).bid == 0.156
