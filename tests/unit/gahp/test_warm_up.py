"""Which libraries are loaded ahead of the first request."""

from __future__ import annotations

import getpass

import pytest

from condor_elastic.gahp import warm_up as module
from condor_elastic.gahp.warm_up import warm_up

FLEETS = "ELASTIC_SPOT_SUBMIT = grid_resource = ec2 ec2://us-east-1\n"


@pytest.mark.parametrize(
    ("owner", "fleets", "loaded"),
    [(getpass.getuser(), FLEETS, ["ec2"]), (getpass.getuser(), "", []), ("somebody-else", FLEETS, [])],
)
def test_what_the_fleets_need_is_loaded_for_their_owner(
    monkeypatch: pytest.MonkeyPatch, owner: str, fleets: str, loaded: list[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(module, "config_value", lambda *_: owner)
    monkeypatch.setattr(module, "config_dump", lambda _: fleets)
    libraries = {"ec2://": lambda: seen.append("ec2"), "openstack://": lambda: seen.append("openstack")}
    monkeypatch.setattr(module, "LIBRARIES", libraries)
    warm_up().join(10)
    assert seen == loaded


def test_a_library_that_is_missing_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "config_value", lambda *_: getpass.getuser())
    monkeypatch.setattr(module, "config_dump", lambda _: FLEETS)

    def missing() -> None:
        raise ImportError

    monkeypatch.setattr(module, "LIBRARIES", {"ec2://": missing})
    warm_up().join(10)
