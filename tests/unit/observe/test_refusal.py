import pytest
from authority import token
from loopback import loopback

from condor_elastic.model import Expiry
from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.refusal import hidden
from condor_elastic.observe.panda.server import Server

NOW = 1_800_000_000
FILE = "ELASTIC_BNL_PANDA_TOKEN_FILE="
TRACEBACK = "Traceback (most recent call last):\n  File panda_request.py\nAttributeError: 'NoneType'"


@pytest.fixture
def panda():
    with loopback() as server:
        server.refuses = "no"
        server.say = lambda request: (
            request.reply(server.refuses.encode(), 403) if "Authorization" in request.headers else request.reply()
        )
        yield server


@pytest.fixture
def opened(panda, tmp_path):
    servers = []

    def make(text=None, origin="atlas", again=False):
        (tmp_path / "token").write_text(token(exp=NOW + 60) if text is None else text)
        account = Account(panda.url, "OIDC", str(tmp_path / "token"), origin, "", "", again, "BNL")
        servers.append(Server(account, 5, 1000, NOW))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def refused(server):
    with pytest.raises(ValueError, match=r".") as error:
        server.get("/")
    return str(error.value)


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
def test_a_refusal_is_told_with_its_knob(panda, opened, text, said):
    panda.refuses = text
    server = opened()
    assert refused(server) == said.format(FILE + server.account.token_file)
    assert server.warning == ""


def test_a_missing_origin_is_told_without_the_servers_traceback(panda, opened):
    panda.refuses = TRACEBACK
    assert refused(opened(origin="")) == (
        "ELASTIC_BNL_PANDA_ORIGIN is empty; set it to VO or VO:role, which the server wants beside a token"
    )
    assert "Origin" not in panda.asked[0][1]


def test_a_refused_token_is_left_out_once_and_for_all(panda, opened):
    panda.refuses = "Unknown vo : cms"
    server = opened(again=True)
    assert [server.get("/a"), server.get("/b")] == [b"{}", b"{}"]
    shown = [(path, "Authorization" in headers, "Origin" in headers) for path, headers in panda.asked]
    assert shown == [("/a", True, True), ("/a", False, False), ("/b", False, False)]
    assert server.warning == (
        "the server knows no VO cms, which ELASTIC_BNL_PANDA_ORIGIN=atlas names; asked without it"
    )


def test_a_call_that_is_refused_without_a_token_too_is_not_the_tokens_fault(panda, opened):
    panda.say = lambda request: request.reply(b"ERROR : method x is forbidden", 403)
    server = opened(again=True)
    said = refused(server)
    assert said.endswith("; without it: HTTP status 403: 'ERROR : method x is forbidden'")
    panda.say = lambda request: request.reply()
    server.get("/")
    assert (server.warning, "Authorization" in panda.asked[-1][1]) == ("", True)


def test_a_token_that_is_not_refused_is_asked_with_once(panda, opened):
    panda.say = lambda request: request.reply(b"", 500)
    assert refused(opened(again=True)) == "HTTP status 500: ''"
    assert len(panda.asked) == 1


@pytest.mark.parametrize(("text", "said"), [("", "the file is empty"), (token(exp=NOW - 60), "ended 60 s ago")])
def test_a_token_that_cannot_be_used_is_an_error_or_a_warning(panda, opened, text, said):
    assert said in refused(opened(text))
    assert not panda.asked
    server = opened(text, again=True)
    assert server.get("/") == b"{}"
    assert said in server.warning
    assert (len(panda.asked), server.expiry) == (1, None)


def test_when_a_token_ends(opened):
    server = opened()
    assert server.expiry == Expiry(f"the token in {FILE}{server.account.token_file}", NOW + 60)
    assert opened("opaque").expiry is None


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
