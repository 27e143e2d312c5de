import json

import pytest

from condor_elastic import order as command
from condor_elastic.knobs import GlobalKnobs, QueueKnobs, Settings
from condor_elastic.model import Order
from condor_elastic.observe.orders import order


@pytest.fixture
def settings(tmp_path, monkeypatch):
    pool = GlobalKnobs(pool="p", trust_domain="t", collector="c", order_directory=str(tmp_path))
    made = Settings(pool, (QueueKnobs(name="BNL_Cloud", panda_url="http://x", submit="x = y"),))
    monkeypatch.setattr(command, "configured", lambda: made)
    monkeypatch.setenv("SUDO_USER", "eve")
    return made


def test_an_order_is_read_until_it_is_taken_back(settings, tmp_path):
    assert order(str(tmp_path), "BNL_CLOUD") is None
    name, said = command.order("drain", "bnl_cloud", "a fan")
    assert name == "BNL_Cloud"
    assert "until: condor_elastic resume BNL_Cloud" in said
    seen = order(str(tmp_path), "BNL_Cloud")
    assert seen.order == "drain"
    assert seen.said.startswith("it was drained by eve at 2")
    assert seen.said.endswith("(a fan)")
    command.order("pause", "BNL_CLOUD", "")
    assert order(str(tmp_path), "BNL_CLOUD").order == "pause"
    assert command.order("resume", "BNL_CLOUD", "")[1] == "BNL_Cloud gets pilots again"
    assert order(str(tmp_path), "BNL_CLOUD") is None
    assert command.order("resume", "BNL_CLOUD", "")[1] == "BNL_Cloud was neither paused nor drained"


@pytest.mark.parametrize(
    ("name", "hint"), [("x", "ELASTIC_PILOT_NAMES has BNL_Cloud"), ("bml_cloud", "did you mean BNL_Cloud?")]
)
def test_a_queue_that_is_not_there_is_named(settings, name, hint):
    with pytest.raises(LookupError, match="there is no pilot queue") as error:
        command.order("pause", name, "")
    assert str(error.value) == f"there is no pilot queue {name}; {hint}"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "7", "null", '{"order": "burn", "by": "eve", "when": "now"}', '{"order": "pause"}',
                json.dumps({"order": [], "by": 1, "when": 2})],
)  # fmt: skip
def test_an_order_that_cannot_be_read_pauses(content, tmp_path):
    (tmp_path / "BNL").write_text(content)
    seen = order(str(tmp_path), "bnl")
    assert isinstance(seen, Order)
    assert seen.order == "pause"
    assert "cannot be read; condor_elastic resume bnl takes it back" in seen.said
