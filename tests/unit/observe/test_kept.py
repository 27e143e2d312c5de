import json
import os
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from condor_elastic.model import QueueSpec, QueueStats, ResourceType
from condor_elastic.observe.panda import as_json, kept
from condor_elastic.observe.panda.kept import Kept
from condor_elastic.observe.panda.specs import Specs

KEY = "SiteSpecs https://panda.example.org:25443/api"
WHOLE = st.integers(0, 10**18)
WORD = st.text(st.characters(), max_size=8)
BOUND = st.none() | WHOLE
STATS = st.builds(QueueStats, st.dictionaries(WORD, st.dictionaries(WORD, WHOLE, max_size=3), max_size=3))
SPEC = st.builds(QueueSpec, WORD, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WORD, WHOLE, WORD)
SPECS = st.builds(Specs, st.dictionaries(WORD, SPEC, max_size=2), st.dictionaries(WORD, WORD, max_size=2))
TYPES = st.lists(st.builds(ResourceType, WORD, WHOLE, BOUND, BOUND, BOUND), max_size=3).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3),
    max_leaves=8,
)
BACK = [as_json.stats_from_json, as_json.spec_from_json, as_json.specs_from_json, as_json.types_from_json,
        as_json.type_from_json]  # fmt: skip
few = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def place(tmp_path):
    return Kept(str(tmp_path))


def file_of(place):
    (name,) = os.listdir(place.directory)
    return os.path.join(place.directory, name)


@few
@given(WORD, STATS, SPECS, TYPES)
def test_what_is_saved_is_loaded(place, key, stats, specs, types):
    value = {"stats": as_json.stats_to_json(stats), "specs": as_json.specs_to_json(specs),
             "types": as_json.types_to_json(types)}  # fmt: skip
    assert place.save(key, value) == ""
    loaded = place.load(key)
    assert as_json.stats_from_json(loaded["stats"]) == stats
    assert as_json.specs_from_json(loaded["specs"]) == specs
    assert as_json.types_from_json(loaded["types"]) == types


@few
@given(st.binary(max_size=200))
def test_any_bytes_are_no_copy_and_no_disaster(place, text):
    place.save(KEY, {})
    with open(file_of(place), "wb") as file:
        file.write(text)
    assert place.load(KEY) is None


@few
@given(JSON)
def test_any_json_is_no_disaster(value):
    for back in BACK:
        back(value)


@pytest.mark.parametrize(("name", "value"), [("maxrss", -1), ("maxrss", True), ("maxrss", 1.5), ("status", None)])
def test_a_queue_with_a_strange_value_is_not_there(name, value):
    good = as_json.spec_to_json(QueueSpec("online", 8))
    assert as_json.spec_from_json(good) == QueueSpec("online", 8)
    assert as_json.spec_from_json({**good, name: value}) is None
    assert as_json.spec_from_json({**good, "more": 1}) is None
    assert as_json.specs_from_json({"found": {"A": good, "B": {**good, name: value}}, "wrong": {}}) is None


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{}", b"[]", b"null", b""])
def test_a_broken_file_is_no_copy(place, text):
    place.save(KEY, {"a": 1})
    with open(file_of(place), "wb") as file:
        file.write(text)
    assert place.load(KEY) is None
    assert place.save(KEY, {"a": 2}) == ""
    assert place.load(KEY) == {"a": 2}


@pytest.mark.parametrize("change", [{"version": 2}, {"key": "another"}, {"value": [1]}, {"value": None}])
def test_a_file_of_another_kind_is_no_copy(place, change):
    place.save(KEY, {"a": 1})
    with open(file_of(place)) as file:
        whole = json.load(file)
    with open(file_of(place), "w") as file:
        json.dump({**whole, **change}, file)
    assert place.load(KEY) is None


def test_what_is_too_large_is_neither_written_nor_read(place, monkeypatch):
    place.save(KEY, {"a": "b" * 100})
    monkeypatch.setattr(kept, "LARGEST", 100)
    assert place.load(KEY) is None
    assert place.save(KEY, {"a": "b" * 100}) == (
        f"what PanDA said cannot be kept in {place.directory}: it has more than 100 bytes"
    )


def test_the_file_is_readable_for_all_and_alone(place):
    before = os.umask(0o077)
    try:
        place.save(KEY, {"a": 1})
        place.save(KEY, {"a": 2})
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(file_of(place)).st_mode) == 0o644
    assert os.path.basename(file_of(place)).startswith("SiteSpecs-https-panda-example-org-25443-api.")


def test_each_key_has_a_file(place):
    for key in (KEY, KEY + "/", "x" * 300, "../../x", "\0", "\udc80", ""):
        assert place.save(key, {"key": key}) == ""
        assert place.load(key) == {"key": key}
    assert len(os.listdir(place.directory)) == 7


@pytest.mark.parametrize("value", [{"a": object()}, {"a": b"x"}])
def test_what_is_no_json_is_not_kept_and_leaves_nothing(place, value):
    assert "cannot be kept" in place.save(KEY, value)
    assert os.listdir(place.directory) == []


def test_a_write_that_fails_leaves_the_old_copy(place, monkeypatch):
    place.save(KEY, {"a": 1})

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert place.save(KEY, {"a": 2}) == f"what PanDA said cannot be kept in {place.directory}: No space left on device"
    assert place.load(KEY) == {"a": 1}
    assert len(os.listdir(place.directory)) == 1


def test_a_directory_that_is_not_there_is_no_disaster(tmp_path):
    for directory in (tmp_path / "none", tmp_path / "none\0"):
        place = Kept(str(directory))
        assert place.load(KEY) is None
        assert "cannot be kept" in place.save(KEY, {})
    (tmp_path / "file").touch()
    assert Kept(str(tmp_path / "file")).save(KEY, {}).endswith("Not a directory")
