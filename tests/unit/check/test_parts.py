"""Small parts: who can read a file, where hosts are, the gridmanager's limit, tokens, and how it is said."""

import base64
import json
import os

import pytest
from healthy_site import ALICE, CONDOR, ELASTIC, file, inode

from condor_elastic import check
from condor_elastic.check.finding import Finding
from condor_elastic.check.look import files
from condor_elastic.check.rules.access import barrier, can_read, strangers
from condor_elastic.check.rules.gahp import limit
from condor_elastic.check.rules.network import hosts
from condor_elastic.check.site import File
from condor_elastic.model import Unknown


@pytest.mark.parametrize(
    ("owner", "mode", "condor", "elastic", "others"),
    [
        ("elastic", 0o600, False, True, ""),
        ("elastic", 0o640, False, True, ""),
        ("condor", 0o640, True, False, "the group condor"),
        ("condor", 0o600, True, False, "its owner condor"),
        ("elastic", 0o644, True, True, "every user"),
        ("elastic", 0o044, True, False, "every user"),
        ("root", 0o600, False, False, ""),
    ],
)
def test_who_can_read_a_file(owner, mode, condor, elastic, others):
    one = file(owner, mode)
    assert (can_read(CONDOR, one), can_read(ELASTIC, one), strangers(one, [ELASTIC])) == (condor, elastic, others)


def test_a_directory_above_keeps_people_out():
    closed = inode("root", 0o750, group="condor")
    one = File(inode("elastic", 0o644), 1, (closed, inode("root")))
    assert not can_read(ELASTIC, one)
    assert not strangers(one, [ELASTIC])
    assert can_read(CONDOR, one)
    named = File(one.inode, 1, (files._inode(os.stat("/tmp"), "/tmp"), closed))
    assert barrier(ALICE, named) == closed.path
    assert can_read(ALICE, File(one.inode, 1, (closed,), has_acl=True)), "an ACL says more than a mode"


@pytest.mark.parametrize(
    ("collector", "named"),
    [
        ("cm.example.org", ["cm.example.org"]),
        ("cm.example.org:9618?sock=collector1, b", ["cm.example.org", "b"]),
        ("[2001:db8::1]:9618", ["2001:db8::1"]),
        ("::1", ["::1"]),
        ("<127.0.0.1:9618?noUDP>", ["127.0.0.1"]),
    ],
)
def test_the_hosts_of_a_collector(collector, named):
    assert hosts(collector) == named


@pytest.mark.parametrize(
    ("text", "most"),
    [("20", 20), ("", 1000), ("0", 1000), ("x", 1000), ("20, east, 30", 30), ("20 west 30", 20),
     ("20, east, 30, us-, 40", 40)],
)
def test_the_limit_is_read_as_the_gridmanager_does(text, most):
    assert limit(text, "ec2://us-east-1") == most


def jwt(**claims):
    return "e30." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".c2ln"


def test_a_token_tells_of_itself(tmp_path):
    (tmp_path / "a").write_text("no token\n" + jwt(sub="condor@dom") + "\n")
    (tmp_path / "b").write_text(jwt(sub="elastic@dom", exp=7))
    found = files.token(str(tmp_path), "elastic@dom")
    assert (found.path, found.claims) == (str(tmp_path / "b"), {"sub": "elastic@dom", "exp": 7})
    assert files.token(str(tmp_path), "alice@dom").claims == {"sub": "condor@dom"}
    assert files.token(str(tmp_path / "nowhere"), "x") is None
    assert isinstance(files.token(str(tmp_path / "a"), "x"), Unknown)


def test_a_file_is_seen_with_what_is_above_it(tmp_path):
    path = tmp_path / "key"
    path.write_text("secret")
    path.chmod(0o640)
    (tmp_path / "link").symlink_to(path)
    seen = files.file(str(tmp_path / "link"))
    assert (seen.inode.mode, seen.size, seen.is_directory, len(seen.above)) == (0o640, 6, False, len(path.parents))
    assert files.file(str(tmp_path)).is_directory
    assert files.file(str(path / "below")) is None
    assert files.file(str(tmp_path / "none")) is None


FOUND = Finding("ec2-limit", "LIMIT = 20", "too few", "more", add="LIMIT = 99\nAND = MORE", run="condor_reconfig")


def test_how_a_finding_is_said(monkeypatch, capsys):
    monkeypatch.setattr(check, "check_pool", lambda: ((FOUND,), ("X was not checked, because of Y",), "all right"))
    assert check.check() == 1
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "wrong: LIMIT = 20: too few [ec2-limit]", "  right: more", "  add: LIMIT = 99", "  add: AND = MORE",
        "  run: condor_reconfig",
    ]  # fmt: skip
    assert said.err == "X was not checked, because of Y\n"
    assert check.check(as_json=True) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["findings"] == [{
        "kind": "ec2-limit", "severity": "wrong", "what": "LIMIT = 20", "seen": "too few", "right": "more",
        "add": "LIMIT = 99\nAND = MORE", "run": "condor_reconfig",
    }]  # fmt: skip
    assert (document["ok"], document["not_checked"]) == (False, ["X was not checked, because of Y"])


def test_warnings_are_no_failure_unless_strict_and_silence_is_success(monkeypatch, capsys):
    warning = Finding("max-vms-zero", "A = 0", "none", "some", add="A = 1")
    monkeypatch.setattr(check, "check_pool", lambda: ((warning,), (), ""))
    assert (check.check(), check.check(strict=True)) == (0, 1)
    monkeypatch.setattr(check, "check_pool", lambda: ((), (), "14 knobs are right"))
    capsys.readouterr()
    assert (check.check(strict=True), capsys.readouterr().out) == (0, "")
    assert (check.check(verbose=True), capsys.readouterr().out) == (0, "14 knobs are right\n")
