"""Parents lie beside the file that names them, come before it, and each comes once."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.appliance import Asked, BadAppliance, Stated, read
from condor_elastic.appliance.ancestry import ancestry
from condor_elastic.appliance.parts import Appliance, Hardware


def names(reading):
    return [each.value for each in reading.appliance.chain]


def test_ancestors_come_first_and_parents_in_the_order_they_are_named(reading):
    tree = {"d": "", "e": "", "b": "appliances: [d]", "c": "appliances: [e]", "a": "appliances: [b, c]"}
    assert names(reading(**tree)) == ["d", "b", "e", "c", "a"]


def test_a_diamond_is_merged_once_and_before_either_child(reading):
    shared = {"c": "post: {base: [c]}", "b1": "appliances: [c]\npost: {base: [b1]}"}
    made = reading(**shared, b2="appliances: [c]\npost: {base: [b2]}", a="appliances: [b1, b2]\npost: {base: [a]}")
    assert [line.value for line in made.appliance.post["base"]] == ["c", "b1", "b2", "a"]


def test_a_file_is_known_by_its_path_and_not_by_its_name(reading):
    one, other = "name: same\npackages: [p]", "name: same\nappliances: [one]\npackages: [q]"
    made = reading(one=one, other=other, a="appliances: [one, other]")
    assert [each.value for each in made.appliance.packages] == ["p", "q"]
    assert names(made) == ["same", "same", "a"]


def test_a_file_by_two_names_is_one(reading, tmp_path):
    (tmp_path / "link.appl").symlink_to("base.appl")
    made = reading(base="packages: [p]", a="appliances: [link, base]")
    assert [each.value for each in made.appliance.packages] == ["p"]


def test_a_cycle_is_named(refused):
    cycle = {"a": "appliances: [b]", "b": "appliances: [c]", "c": "appliances: [b]"}
    (said,) = refused(**cycle, z="appliances: [a]")
    assert said.startswith("c.appl:2:14: an appliance inherits itself: ")
    assert [path.rpartition("/")[2].split()[-1] for path in said.split(" -> ")] == ["b.appl", "c.appl", "b.appl"]


def test_what_inherits_itself_is_a_cycle_too(refused):
    assert "a.appl:2:14: an appliance inherits itself: " in refused(a="appliances: [a]")[0]


def test_a_parent_that_is_not_there_is_named_where_it_is_named(refused):
    (said,) = refused(base="", a="appliances:\n  - bsae")
    assert said == "a.appl:3:5: appliances names bsae, and there is no file bsae.appl; did you mean base?"


def test_what_is_wrong_in_a_parent_is_said_of_the_parent(refused):
    assert refused(base="version: x", a="appliances: [base]") == [
        "base.appl:2:10: version = x is a text; a whole number would be right"
    ]


@pytest.mark.parametrize("extension", ["yml", "yaml", "appl"])
def test_parents_have_the_extension_of_the_child(tmp_path, extension):
    (tmp_path / f"base.{extension}").write_text("name: base")
    (tmp_path / f"a.{extension}").write_text("name: a\nappliances: [base]")
    assert names(read(str(tmp_path / f"a.{extension}"), Asked(), {})) == ["base", "a"]


@pytest.mark.parametrize(
    ("name", "what"),
    [("a.txt", "the name of a definition ends in .appl, .yml, .yaml"), ("none.appl", "there is no such file"),
     ("latin.appl", "it is no text in UTF-8, from byte 7 on"), ("dir.appl", "it cannot be read: Is a directory")],
)  # fmt: skip
def test_a_file_that_cannot_be_read(tmp_path, name, what):
    (tmp_path / "latin.appl").write_bytes(b"name: x\xe9")
    (tmp_path / "dir.appl").mkdir()
    with pytest.raises(BadAppliance) as error:
        read(str(tmp_path / name), Asked(), {})
    assert str(error.value) == f"{tmp_path / name}: {what}"


FAMILY = st.lists(st.lists(st.integers(0, 6), max_size=4), min_size=1, max_size=7)


@given(FAMILY)
def test_of_any_family_each_comes_once_and_after_its_parents(family):
    def load(path, _):
        mine = [name for name in family[int(path)] if name < int(path)]  # younger inherit from older: no cycle
        return Appliance(Stated(path), Hardware({}), parents=tuple(Stated(str(name)) for name in mine))

    chain = ancestry(str(len(family) - 1), load, lambda _, name: name, str)
    order = [each.name.value for each in chain]
    assert len(set(order)) == len(order)
    assert order[-1] == str(len(family) - 1)
    for child, place in zip(chain, itertools.count()):
        assert {parent.value for parent in child.parents} <= set(order[:place])
