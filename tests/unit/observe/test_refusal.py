import pytest
from authority import token

from condor_elastic.model import Expiry
from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.refusal import hidden

NOW = 1_800_000_000
FILE = "ELASTIC_BNL_PANDA_TOKEN_FILE="
TRACEBACK = "Traceback (most recent call last):\n  File panda_request.py\nAttributeError: 'NoneType'"


@pytest.fixture
def refuses(panda):
    """Be a server that refuses whoever shows a token, with this text."""

    def make(text):
        panda.say = lambda request: (
            request.reply(text.encode(), 403) if "Authorization" in request.headers else request.reply()
        )

    return make


@pytest.fixture
def holder(panda, tmp_path):
    def make(text=None, origin="atlas", again=False):
        (tmp_path / "token").write_text(token(exp=NOW + 60) if text is None else text)
        return Account(panda.url, "OIDC", str(tmp_path / "token"), origin, retry_without_token=again, owner="BNL")

    return make


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Token authentication failed. Invalid token. Signature has expired",
            "the server says that the token in {} is expired",
        ),
        (
            "Not a member of the atlas/production group",
            "the token in {} is of somebody who lacks the group atlas/production, "
            "which ELASTIC_BNL_PANDA_ORIGIN=atlas asks for",
        ),
        ("Unknown vo : cms", "the server knows no VO cms, which ELASTIC_BNL_PANDA_ORIGIN=atlas names"),
        (
            "Token authentication failed. Invalid token. cannot extract client_id from token",
            "the server knows no client that the token in {} is for, by its aud, client_id or sub",
        ),
        (
            "Invalid token. Audience doesn't match",
            "the server knows no client that the token in {} is for, by its aud, client_id or sub",
        ),
        (
            f"Token decode failure. 'groups' {TRACEBACK}",
            "the server refused the token in {}: HTTP status 403: \"Token decode failure. 'groups'\"",
        ),
        (
            "Invalid token. Not enough segments",
            "the server refused the token in {}: HTTP status 403: 'Invalid token. Not enough segments'",
        ),
    ],
)
def test_a_refusal_is_told_with_its_knob(opened, text, said, refuses, holder, trouble):
    refuses(text)
    server = opened(holder())
    assert trouble(server) == said.format(FILE + server.account.token_file)
    assert server.warning == ""


def test_a_missing_origin_is_told_without_the_servers_traceback(panda, opened, refuses, holder, trouble):
    refuses(TRACEBACK)
    assert trouble(opened(holder(origin=""))) == (
        "ELASTIC_BNL_PANDA_ORIGIN is empty; set it to VO or VO:role, which the server wants beside a token"
    )
    assert "Origin" not in panda.asked[0][1]


def test_a_refused_token_is_left_out_once_and_for_all(panda, opened, refuses, holder):
    refuses("Unknown vo : cms")
    server = opened(holder(again=True))
    assert [server.get("/a"), server.get("/b")] == [b"{}", b"{}"]
    shown = [(path, "Authorization" in headers, "Origin" in headers) for path, headers in panda.asked]
    assert shown == [("/a", True, True), ("/a", False, False), ("/b", False, False)]
    assert server.warning == (
        "the server knows no VO cms, which ELASTIC_BNL_PANDA_ORIGIN=atlas names; asked without it"
    )


def test_a_call_that_is_refused_without_a_token_too_is_not_the_tokens_fault(panda, opened, holder, trouble):
    panda.say = lambda request: request.reply(b"ERROR : method x is forbidden", 403)
    server = opened(holder(again=True))
    said = trouble(server)
    assert said.endswith("; without it: HTTP status 403: 'ERROR : method x is forbidden'")
    panda.say = lambda request: request.reply()
    server.get("/")
    assert (server.warning, "Authorization" in panda.asked[-1][1]) == ("", True)


def test_a_token_that_is_not_refused_is_asked_with_once(panda, opened, holder, trouble):
    panda.say = lambda request: request.reply(b"", 500)
    assert trouble(opened(holder(again=True))) == "HTTP status 500: ''"
    assert len(panda.asked) == 1


@pytest.mark.parametrize(("text", "said"), [("", "the file is empty"), (token(exp=NOW - 60), "ended 60 s ago")])
def test_a_token_that_cannot_be_used_is_an_error_or_a_warning(panda, opened, text, said, holder, trouble):
    assert said in trouble(opened(holder(text)))
    assert not panda.asked
    server = opened(holder(text, again=True))
    assert server.get("/") == b"{}"
    assert said in server.warning
    assert (len(panda.asked), server.expiry) == (1, None)


def test_when_a_token_ends(opened, holder):
    server = opened(holder())
    assert server.expiry == Expiry(f"the token in {FILE}{server.account.token_file}", NOW + 60)
    assert opened(holder("opaque")).expiry is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("abcdefghijklmnop", "…"),
        ("x abcdefghijklmnop y abcdefghijklmnop", "x … y …"),
        ("x bcdefghijk y", "x … y"),
        ("ghijklmnop", "…"),
        ("abcdefg hijklmn", "abcdefg hijklmn"),
        ("", ""),
        ("z" * 5000, "z" * 4096),
    ],
)
def test_a_token_is_hidden_whole_and_in_pieces(text, told):
    assert hidden(text, "abcdefghijklmnop") == told


def test_without_a_token_nothing_is_hidden():
    assert hidden("some text", "") == "some text"
    assert hidden("a short one", "short") == "a … one"
