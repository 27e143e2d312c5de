from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.delivery import prune
from condor_elastic.delivery.shelf import Image, choose
from condor_elastic.delivery.used import used_images
from condor_elastic.delivery.wrong import Undelivered


def image(number, appliance="w", arch="x86_64", **more):
    return Image(f"ami-{number}", f"{appliance}-{number}", appliance, arch, f"2026-11-{number:02}T00:00:00Z", **more)


def goes(images, keep, used=()):
    return [one.image.id for one in choose(images, keep, dict.fromkeys(used, "used")) if one.goes]


def test_the_oldest_go_first_and_the_newest_of_each_appliance_stay():
    images = [image(5), image(1), image(3), image(2, "v"), image(4, "v"), image(6, arch="aarch64")]
    assert goes(images, 1) == ["ami-1", "ami-2", "ami-3"]
    assert goes(images, 2) == ["ami-1"]
    assert goes(images, 0, ["ami-5", "w-1"]) == ["ami-2", "ami-3", "ami-4", "ami-6"]


def test_what_is_left_over_goes_unless_it_is_used():
    left = image(9, leftover=True)
    assert goes([left], 3) == ["ami-9"]
    assert goes([left], 3, ["ami-9"]) == []


images = st.lists(st.builds(image, st.integers(1, 30), st.sampled_from("abc")), unique_by=lambda one: one.id)


@given(images, st.integers(0, 5), st.sets(st.integers(1, 30)))
def test_nothing_that_is_used_goes_and_enough_stay(found, keep, used):
    named = {f"ami-{number}" for number in used}
    gone = set(goes(found, keep, named))
    assert not gone & named
    for appliance in "abc":
        family = [one.id for one in sorted(found, key=lambda one: one.made) if one.appliance == appliance]
        assert len(set(family) - gone) >= min(keep, len(family))
        assert not gone & set(family[len(family) - keep :] if keep else [])
    order = [one.image.made for one in choose(found, keep, {})]
    assert order == sorted(order)


def fleet(name, image):
    return SimpleNamespace(name=name, submit=f"grid_resource = ec2 ec2://x\n  EC2_ami_id = {image}\n")


def test_what_fleets_and_jobs_name_is_used():
    asked = []

    def query(constraint, attributes):
        asked.append((constraint, attributes))
        return [{"ClusterId": 4, "ProcId": 1, "EC2AmiID": "ami-2"}, {"ClusterId": 5, "ProcId": 0, "EC2AmiID": "ami-1"}]

    used = used_images([fleet("a", "ami-1"), fleet("b", "worker"), SimpleNamespace(name="c", submit="")], query)
    assert used == {"ami-1": "fleet a uses it", "worker": "fleet b uses it", "ami-2": "VM job 4.1 uses it"}
    assert asked == [("EC2AmiID isnt undefined", ["ClusterId", "ProcId", "EC2AmiID"])]


def test_an_image_that_nobody_can_know_stops_a_prune():
    with pytest.raises(Undelivered, match=r"ELASTIC_A_SUBMIT says ec2_ami_id = \$\(image\)"):
        used_images([fleet("a", "$(image)")], lambda *_: [])


class Shelf:
    label = "there"

    def __init__(self, *images):
        self.found, self.deleted = images, []

    def images(self, pool):
        return self.found

    def delete(self, one):
        if one.id == "ami-2":
            raise RuntimeError("a volume hangs on it")
        self.deleted.append(one.id)


def pruned(monkeypatch, shelf, *, dry_run=False):
    monkeypatch.setattr(prune, "open_shelf", lambda _: shelf)
    account = SimpleNamespace(url="ec2://x")
    return [(one.image, one.done) for one in prune._pruned(account, "p", 1, dict, dry_run=dry_run)]


def test_what_cannot_be_deleted_is_told_and_the_rest_goes_on(monkeypatch):
    shelf = Shelf(image(1), image(2), image(3), image(4))
    assert pruned(monkeypatch, shelf) == [("ami-1", "deleted"), ("ami-2", "failed"), ("ami-3", "deleted"),
                                          ("ami-4", "kept")]  # fmt: skip
    assert shelf.deleted == ["ami-1", "ami-3"]


def test_a_rehearsal_deletes_nothing(monkeypatch):
    shelf = Shelf(image(1), image(3))
    assert pruned(monkeypatch, shelf, dry_run=True) == [("ami-1", "would be deleted"), ("ami-3", "kept")]
    assert shelf.deleted == []


def test_an_account_that_does_not_answer_is_told(monkeypatch):
    shelf = SimpleNamespace(images=lambda _: 1 / 0)
    assert pruned(monkeypatch, shelf) == [("", "failed")]


def test_whoever_uses_an_image_is_asked_after_the_list_was_made(monkeypatch):
    order = []
    shelf = SimpleNamespace(label="", images=lambda _: order.append("images") or [])
    monkeypatch.setattr(prune, "open_shelf", lambda _: shelf)
    list(prune._pruned(SimpleNamespace(url="ec2://x"), "p", 1, lambda: order.append("used") or {}, dry_run=False))
    assert order == ["images", "used"]
