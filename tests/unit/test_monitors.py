"""What Grafana and gangliad are told to look at is what a cycle says."""

import json
import re
from pathlib import Path

import pytest
from build import fleet, idle, pool, queue, seen, settings

from condor_elastic import publish
from condor_elastic.decide import plan
from condor_elastic.publish import metrics
from condor_elastic.publish.samples import NAMED

SHARE = Path(__file__).parents[2] / "share"
DASHBOARD = json.loads((SHARE / "grafana" / "condor-elastic.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
GANGLIA = (SHARE / "ganglia" / "10_elastic_metrics").read_text()


def labels():
    told = {}
    for gauge in (metrics.INFO, *metrics.GAUGES, metrics.AGE, metrics.FAILED):
        named = NAMED.get(gauge.of) or ("fleet" if gauge.name.startswith("fleet") else None)
        told[metrics.PREFIX + gauge.name] = {"pool", named, gauge.label} - {None, ""}
    for counter in (metrics.CYCLES, metrics.PILOTS, metrics.VMS):
        told[metrics.PREFIX + counter.name] = {"pool", *counter.labels}
    return told


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_asks_for_metrics_and_labels_that_there_are(panel):
    known = labels()
    for target in panel["targets"]:
        asked = re.findall(r"(condor_elastic_\w+)\{([^}]*)\}", target["expr"])
        assert asked
        assert len(asked) == target["expr"].count("condor_elastic_")
        for name, matched in asked:
            assert name in known
            assert set(re.findall(r"(\w+)=~?\"", matched)) <= known[name]
        by = re.search(r"\bby \(([^)]*)\)", target["expr"])
        left = set(by[1].split(", ")) if by else set.union(*(known[name] for name, _ in asked))
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= left
        assert "verdict" not in target["expr"].lower()


def test_the_dashboard_shows_each_of_the_things_people_ask_for():
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Demand", "Supply", "Money", "Waits", "Failures"]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["description"] for panel in PANELS)
    for one in DASHBOARD["templating"]["list"][1:]:
        name, label = re.fullmatch(r"label_values\((\w+).*, (\w+)\)", one["definition"]).groups()
        assert label in labels()[name]


def test_no_two_panels_lie_on_each_other():
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells


def test_gangliad_is_asked_for_attributes_that_the_ads_have():
    knobs, workers = settings(fleet(price=1.0), queues=(queue(),)), pool(idle("a"))
    ads = {str(ad["MyType"]): set(ad) for ad in publish.ads(knobs, seen(), workers, plan(knobs, seen(), workers))}
    money = {"Rate", "CostToday", "CostMonth"}  # where a price is set, which makes a ledger
    has = {"ElasticFleet": ads["ElasticFleet"] | money, "ElasticPilotQueue": ads["ElasticPilotQueue"],
           "Scheduler": {"Elastic" + name for name in publish.SUMMARY}}  # fmt: skip
    rows = re.findall(r"\[(.*?)\n\]", GANGLIA, re.DOTALL)
    names = []
    for row in rows:
        said = dict(re.findall(r"(\w+) +?= (.*);", row))
        names.append(said["Name"] + said["TargetType"])
        value = said.get("Value") or said["Name"].strip('"')
        assert set(re.findall(r"[A-Za-z]\w*", value)) <= has[said["TargetType"].strip('"')]
        assert {"Desc", "Units", "Group"} <= said.keys()
        assert (said.get("Machine") == "Machine") == (said["TargetType"] != '"Scheduler"')
    assert len(set(names)) == len(rows) > 30
