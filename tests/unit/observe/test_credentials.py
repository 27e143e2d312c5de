import logging
from pathlib import Path

import pytest
from authority import token

from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.credentials import Credential, credential

NOW = 1_800_000_000
AT = "2027-01-15 07:48:00 UTC"


def refused(account, now=NOW):
    with pytest.raises(ValueError, match=r".") as error:
        credential(account, now)
    return str(error.value)


@pytest.fixture
def holds(tmp_path):
    """An account whose token's file holds this."""

    def make(text, **knobs):
        file = tmp_path / "token"
        file.write_text(text)
        return Account("https://panda.example.org", "OIDC", token_file=str(file), owner="BNL", **knobs)

    return make


def test_nobody_has_nothing_to_show():
    assert credential(Account("http://panda.example.org"), NOW) == Credential()


def test_a_token_is_the_text_of_its_file_and_ends_as_it_says(holds):
    account = holds(f"\n {token(exp=NOW + 60)} \n\n", origin="atlas:production")
    assert credential(account, NOW) == Credential(token(exp=NOW + 60), "atlas:production", expires=NOW + 60)


@pytest.mark.parametrize(
    "text",
    [
        "opaque",
        token(sub="somebody"),
        token(exp="soon"),
        token(exp=True),
        token(exp=float("nan")),
        token(exp=1e300),
        token(exp=-1),
        "a.b.c",
        "a." + "W" * 4 + ".c",
        "a..c",
        token(exp=1).split(".")[1],
    ],
)
def test_a_token_that_does_not_say_when_it_ends(holds, text):
    assert credential(holds(text), NOW) == Credential(text)


def test_a_token_that_has_ended(holds):
    account = holds(token(exp=NOW - 720))
    assert (
        refused(account) == f"the token in ELASTIC_BNL_PANDA_TOKEN_FILE={account.token_file} ended 12 min ago (at {AT})"
    )


@pytest.mark.parametrize(("ago", "said"), [(0, "0 s"), (119, "119 s"), (7200, "2 h"), (864000, "10 days")])
def test_how_long_ago_it_ended(holds, ago, said):
    assert f"ended {said} ago" in refused(holds(token(exp=NOW - ago)))


@pytest.mark.parametrize("text", ["", " \n", "two words", '{"id_token": "x"}', "token\r\nHost: x", "tökén", "\0"])
def test_a_file_without_a_token(holds, text):
    said = refused(holds(text))
    assert said.startswith("the token in ELASTIC_BNL_PANDA_TOKEN_FILE=/")
    assert "file is empty" in said or "something else than one word" in said


def test_a_file_that_is_not_there_or_cannot_be_read(holds, tmp_path, monkeypatch):
    account = holds("x")
    missing = Account("https://h", "OIDC", token_file=f"{tmp_path}/none", owner="BNL")
    assert refused(missing).endswith("/none is missing: there is no such file")
    folder = Account("https://h", "OIDC", token_file=str(tmp_path), owner="BNL")
    assert refused(folder).endswith("cannot be read: Is a directory")

    def forbid(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", forbid)
    assert refused(account).endswith("/token cannot be read: Permission denied")


def test_a_token_is_for_https_or_loopback(tmp_path):
    file = tmp_path / "token"
    file.write_text("secret-of-the-test")
    there = Account("http://panda.example.org", "OIDC", token_file=str(file), owner="BNL")
    assert "is not sent: ELASTIC_BNL_PANDA_URL=http://panda.example.org is not https" in refused(there)
    assert credential(Account("http://127.0.0.1:1", "OIDC", token_file=str(file)), NOW).token


def test_nobody_sees_the_token_by_accident(holds, caplog):
    caplog.set_level(logging.DEBUG)
    found = credential(holds(token(exp=NOW + 1, origin="atlas")), NOW)
    logging.getLogger("test").warning("%s %r", found, found)
    shown = f"{found} {found!r} {caplog.text}"
    assert not [part for part in found.token.split(".") if part in shown]
