"""The collector that each worker is given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from condor_elastic.act.collector import collector_of
from condor_elastic.knobs import GlobalKnobs

ONE = GlobalKnobs(pool="p", trust_domain="t", collector="cm.example.org:9618, cm2.example.org")
TREE = replace(ONE, child_collectors=5)


def test_without_children_it_is_the_one_that_the_knob_names():
    assert collector_of(ONE, "cloud-1") == ONE.collector


def test_a_child_of_each_collector_that_the_knob_names():
    first, second = collector_of(TREE, "cloud-1").split(", ")
    assert first.startswith("cm.example.org:9618?sock=collector")
    assert second == "cm2.example.org?sock=" + first.split("=")[1]


def test_a_vm_keeps_its_child():
    assert collector_of(TREE, "cloud-1") == collector_of(TREE, "cloud-1")


def test_each_child_has_about_as_many_workers():
    shares = Counter(collector_of(replace(TREE, collector="cm"), f"cloud-{n:08x}") for n in range(5000))
    assert set(shares) == {f"cm?sock=collector{child}" for child in range(1, 6)}
    assert max(shares.values()) < 1100
