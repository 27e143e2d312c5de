import logging

import pytest
from loopback import loopback

from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.server import within

JOBS = "/api/v1/statistics/job_stats_by_site_and_resource_type"
SECRET = "a-secret-of-the-test.and-its-other-half"


@pytest.fixture
def nobody(panda):
    return Account(panda.url)


@pytest.fixture
def holder(panda, tmp_path):
    """Make an account whose token's file holds this."""

    def make(text=SECRET, **knobs):
        (tmp_path / "token").write_text(text)
        return Account(panda.url, "OIDC", str(tmp_path / "token"), "atlas", owner="BNL", **knobs)

    return make


def test_the_call_is_the_one_that_answers_json(panda, opened, nobody):
    assert opened(nobody).get(JOBS, {"time_window": "0"}) == b"{}"
    ((path, headers),) = panda.asked
    assert path == JOBS + "?time_window=0"
    assert headers["Accept"] == "application/json"
    assert not {"Authorization", "Origin", "Cookie"} & set(headers)


def test_a_token_goes_with_its_origin(panda, opened, holder):
    opened(holder()).get("/")
    assert panda.asked[0][1]["Authorization"] == f"Bearer {SECRET}"
    assert panda.asked[0][1]["Origin"] == "atlas"


def test_a_token_is_read_anew_by_each_server(panda, opened, holder):
    opened(holder()).get("/")
    opened(holder("renewed")).get("/")
    assert [headers["Authorization"] for _, headers in panda.asked] == [f"Bearer {SECRET}", "Bearer renewed"]


def test_a_redirect_is_not_followed(panda, opened, holder, trouble):
    panda.say = lambda request: request.reply(status=302, Location=f"{panda.url}/{SECRET}")
    assert trouble(opened(holder())) == f"HTTP status 302: a redirect to '{panda.url}/…', which is not followed"
    assert len(panda.asked) == 1


def test_a_password_of_netrc_is_not_used(panda, opened, tmp_path, monkeypatch, nobody, holder):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    opened(nobody).get("/")
    opened(holder()).get("/")
    assert [headers.get("Authorization") for _, headers in panda.asked] == [None, f"Bearer {SECRET}"]


def test_a_proxy_of_the_environment_sees_nothing_for_loopback(panda, opened, monkeypatch, holder):
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert opened(holder()).get("/") == b"{}"


def test_another_server_sees_no_credential(panda, opened, holder):
    with loopback() as other:
        server = opened(holder())
        assert server.get(f"{other.url}/cache/schedconfig/BNL.all.json") == b"{}"
        ((path, headers),) = other.asked
    assert path == "/cache/schedconfig/BNL.all.json"
    assert not {"Authorization", "Origin"} & set(headers)
    assert SECRET not in str(headers)
    server.get(f"{panda.url}/cache/schedconfig/BNL.all.json")
    assert panda.asked[0][1]["Authorization"] == f"Bearer {SECRET}"


def test_another_server_is_asked_though_the_credential_is_of_no_use(panda, opened, holder, trouble):
    server = opened(holder("two words"))
    assert "something else than one word" in trouble(server)
    assert not panda.asked
    with loopback() as other:
        assert server.get(other.url) == b"{}"


def test_a_token_is_nowhere_in_what_is_said(panda, opened, caplog, holder, trouble):
    caplog.set_level(logging.DEBUG)
    server = opened(holder(retry_without_token=True))
    piece = SECRET[3:-3]
    panda.say = lambda request: request.reply(f"no {piece}, no {SECRET}; {SECRET[5:17]}".encode(), 403)
    heard = [trouble(server), trouble(server), server.warning, repr(server), str(vars(server)), caplog.text]
    panda.say = lambda request: request.reply(SECRET.encode())
    heard += [server.get("/").decode(), server.hidden(f"no {piece}"), caplog.text]
    panda.say = lambda request: request.wfile.write(f"{SECRET}\r\n\r\n".encode())
    heard.append(trouble(server))
    assert "BadStatusLine" in heard[-1]
    letters = " ".join(heard)
    assert not [at for at in range(len(SECRET) - 7) if SECRET[at : at + 8] in letters]
    assert "no …, no …; …" in letters


def test_a_call_within_its_time_gives_what_it_gives():
    assert within(5, lambda: 7) == 7
    with pytest.raises(LookupError, match="nobody"):
        within(5, lambda: {}["nobody"])
