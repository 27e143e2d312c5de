"""Merging does not depend on the grouping, and loses nothing."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from condor_elastic.appliance.define import define
from condor_elastic.appliance.grow import read_definition
from condor_elastic.appliance.merge import merge, merge_chain

WORD = st.text("abcdefgh", min_size=1, max_size=4)
WORDS = st.lists(WORD, max_size=4)
SIZE = st.integers(1, 9)
LISTS = st.dictionaries(WORD, WORDS, max_size=3)
PARTITION = st.fixed_dictionaries({"size": SIZE}, optional={"type": st.sampled_from(["ext3", "ext4"])})
SYSTEM = st.fixed_dictionaries({"name": WORD, "version": SIZE}, optional={"password": WORD})
HARDWARE = st.fixed_dictionaries(
    {},
    optional={"cpus": SIZE, "memory": SIZE.map(lambda size: 64 * size),
              "partitions": st.dictionaries(st.sampled_from(["/", "/home", "swap"]), PARTITION, min_size=1)},
)  # fmt: skip
URL = WORD.map("http://{}".format)
REPO = st.fixed_dictionaries({"name": WORD, "baseurl": URL}, optional={"ephemeral": st.booleans()})
DEFINITION = st.fixed_dictionaries(
    {"name": WORD},
    optional={
        "summary": WORD, "version": SIZE, "release": SIZE, "os": SYSTEM, "hardware": HARDWARE, "packages": WORDS,
        "default_repos": st.booleans(), "repos": st.lists(REPO, max_size=3), "files": LISTS, "post": LISTS,
        "variables": st.dictionaries(WORD, WORD, max_size=3), "appliances": WORDS,
    },
)  # fmt: skip
CHAIN = st.lists(DEFINITION, min_size=3, max_size=4)


def appliances(chain):
    """Read them from text, so that each value has a place of its own."""
    named = [(f"{number}.appl", json.dumps(each, indent=1)) for number, each in enumerate(chain)]
    return [define(read_definition(text, file)[0], file) for file, text in named]


def listed(chain, key):
    found = {}
    for each in chain:
        for name, items in each.get(key, {}).items():
            found.setdefault(name, []).extend(items)
    return found


@settings(max_examples=40)
@given(CHAIN)
def test_the_grouping_does_not_matter(chain):
    one, two, three, *others = appliances(chain)
    assert merge(merge(one, two), three) == merge(one, merge(two, three))
    rest = [one, two, three, *others]
    for place in range(1, len(rest)):
        assert merge(merge_chain(rest[:place]), merge_chain(rest[place:])) == merge_chain(rest)


@settings(max_examples=40)
@given(CHAIN)
def test_nothing_is_lost_and_the_order_is_kept(chain):
    whole = merge_chain(appliances(chain))
    assert [each.value for each in whole.packages] == [one for each in chain for one in each.get("packages", [])]
    assert [(each.name.value, each.address.value) for each in whole.repos] == [
        (one["name"], one["baseurl"]) for each in chain for one in each.get("repos", [])
    ]
    for key, lists in (("files", whole.files), ("post", whole.post)):
        assert {name: [one.value for one in items] for name, items in lists.items()} == listed(chain, key)


@settings(max_examples=40)
@given(CHAIN)
def test_each_value_is_that_of_the_place_it_is_said_to_come_from(chain):
    made = appliances(chain)
    whole = merge_chain(made)
    by_file = {each.place.file: each for each in made}
    for said, of in ((whole.hardware.cpus, lambda one: one.hardware.cpus), (whole.os.name, lambda one: one.os.name)):
        if said and said.place:
            assert of(by_file[said.place.file]) == said
    assert whole.hardware.cpus.value == max(each.get("hardware", {}).get("cpus", 1) for each in chain)
    assert whole.default_repos.value == all(each.get("default_repos", True) for each in chain)
    names = [each["os"]["name"] for each in chain if "os" in each]
    assert (whole.os.name.value if whole.os.name else None) == (names[-1] if names else None)
