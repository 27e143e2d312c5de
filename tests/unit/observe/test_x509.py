import ssl
from dataclasses import replace

import pytest
from authority import Authority
from loopback import loopback

from condor_elastic.model import Expiry
from condor_elastic.observe.panda.account import Account

ENDS = 3_900_000_000


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def tls(authority, tmp_path):
    """Take proxy certificates, as panda-server's httpd does, and go without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server().file(tmp_path / "server"))
    context.load_verify_locations(cadata=authority.pem().decode())
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_ALLOW_PROXY_CERTS
    return context


def tells_who_asks(request):
    request.reply(repr((request.connection.getpeercert() or {}).get("subject")).encode())


@pytest.fixture
def panda(tls):
    with loopback(tls) as server:
        server.say = tells_who_asks
        yield server


@pytest.fixture
def account(authority, panda, tmp_path):
    proxy = authority.proxy(authority.user(), ENDS).file(tmp_path / "proxy")
    return Account(panda.url, "X509", proxy=proxy, ca_directory=authority.directory(tmp_path / "ca"), owner="BNL")


def test_a_proxy_certificate_is_shown_to_the_server(panda, account, opened):
    server = opened(account)
    assert [server.get("/a"), server.get("/b")] == [
        b"((('commonName', 'somebody'),), (('commonName', '1234567'),))"
    ] * 2
    assert panda.connections == 1
    assert server.expiry == Expiry(f"the proxy certificate in ELASTIC_BNL_PANDA_PROXY={account.proxy}", ENDS)
    assert not {"Authorization", "Origin"} & set(panda.asked[0][1])


@pytest.fixture
def known(authority, tmp_path, monkeypatch):
    """Make the authority one that the system knows."""
    (tmp_path / "known").write_bytes(authority.pem())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "known"))


def test_another_server_sees_no_certificate(account, opened, tls, known):
    server = opened(account)
    assert b"somebody" in server.get("/")
    with loopback(tls) as other:
        other.say = tells_who_asks
        assert server.get(other.url) == b"None"


def test_a_token_goes_over_https(panda, opened, tmp_path, known):
    (tmp_path / "token").write_text("a-token")
    assert opened(Account(panda.url, "OIDC", str(tmp_path / "token"), "atlas")).get("/") == b"None"
    assert (panda.asked[0][1]["Authorization"], panda.asked[0][1]["Origin"]) == ("Bearer a-token", "atlas")


def test_a_server_of_an_unknown_authority_is_not_believed(account, opened, tmp_path, panda, trouble):
    directory = Authority("somebody else").directory(tmp_path / "other")
    other = Account(panda.url, "X509", proxy=account.proxy, ca_directory=directory, owner="BNL")
    assert "certificate verify failed" in trouble(opened(other))
    assert not panda.asked


def test_the_environments_authorities_do_not_replace_the_knobs(account, opened, tmp_path, monkeypatch):
    (tmp_path / "all").write_bytes(Authority("somebody else").pem())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "all"))
    assert b"somebody" in opened(account).get("/")


def test_a_proxy_of_an_unknown_authority_is_refused_by_the_server(account, opened, tmp_path, panda, trouble):
    stranger = Authority("stranger")
    proxy = stranger.proxy(stranger.user(), ENDS).file(tmp_path / "stranger")
    said = trouble(opened(Account(panda.url, "X509", proxy=proxy, ca_directory=account.ca_directory, owner="BNL")))
    assert said.startswith(("SSLError: ", "ConnectionError: "))
    assert not panda.asked


def test_a_proxy_that_has_gone_meanwhile(account, opened, tmp_path, trouble):
    server = opened(account)
    (tmp_path / "proxy").unlink()
    assert account.proxy in trouble(server)


@pytest.mark.parametrize("auth", ["None", "OIDC"])
def test_authorities_may_be_told_for_any_kind_of_credential(panda, authority, opened, tmp_path, trouble, auth):
    (tmp_path / "token").write_text("a-token")
    plain = Account(panda.url, auth, str(tmp_path / "token"), owner="BNL")
    assert "certificate verify failed" in trouble(opened(plain))
    assert opened(replace(plain, ca_directory=authority.directory(tmp_path / "ca"))).get("/") == b"None"
