import gzip
import logging
import socket

import pytest
from loopback import loopback

from condor_elastic.observe.panda.account import Account
from condor_elastic.observe.panda.server import Server, within

JOBS = "/api/v1/statistics/job_stats_by_site_and_resource_type"
SECRET = "a-secret-of-the-test.and-its-other-half"
LARGE = 1_000_000


@pytest.fixture
def panda():
    with loopback() as server:
        yield server


@pytest.fixture
def opened(panda, tmp_path):
    """Open a Server as somebody with a token, or as nobody."""
    servers = []

    def make(text="", timeout=5, max_bytes=LARGE, **knobs):
        account = Account(panda.url, owner="BNL")
        if text:
            (tmp_path / "token").write_text(text)
            account = Account(panda.url, "OIDC", str(tmp_path / "token"), "atlas", owner="BNL", **knobs)
        servers.append(Server(account, timeout, max_bytes, 0))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def trouble(server, path="/"):
    with pytest.raises(ValueError, match=r".") as error:
        server.get(path)
    return str(error.value)


def test_the_call_is_the_one_that_answers_json(panda, opened):
    assert opened().get(JOBS, {"time_window": "0"}) == b"{}"
    ((path, headers),) = panda.asked
    assert path == JOBS + "?time_window=0"
    assert headers["Accept"] == "application/json"
    assert not {"Authorization", "Origin", "Cookie"} & set(headers)


def test_a_token_goes_with_its_origin(panda, opened):
    opened(SECRET).get("/")
    assert panda.asked[0][1]["Authorization"] == f"Bearer {SECRET}"
    assert panda.asked[0][1]["Origin"] == "atlas"


def test_a_token_is_read_anew_by_each_server(panda, opened):
    opened(SECRET).get("/")
    opened("renewed").get("/")
    assert [headers["Authorization"] for _, headers in panda.asked] == [f"Bearer {SECRET}", "Bearer renewed"]


def test_one_connection_serves_all_questions(panda, opened):
    server = opened()
    panda.say = lambda request: request.reply(b"x" * 100_000)
    assert [len(server.get(path)) for path in ("/a", "/b", "/c")] == [100_000] * 3
    assert (len(panda.asked), panda.connections) == (3, 1)


def test_a_packed_answer_is_unpacked(panda, opened):
    panda.say = lambda request: request.reply(gzip.compress(b"text " * 100), Content_Encoding="gzip")
    assert opened().get("/") == b"text " * 100
    assert panda.asked[0][1]["Accept-Encoding"] == "gzip"


def test_an_answer_of_another_packing_is_not_unpacked(panda, opened):
    panda.say = lambda request: request.reply(gzip.compress(b""), Content_Encoding="gzip, gzip")
    assert trouble(opened()) == "its answer is packed as 'gzip, gzip', where gzip was asked for"


def test_a_bomb_is_stopped_by_the_limit(panda, opened):
    bomb = gzip.compress(bytes(30_000_000))
    panda.say = lambda request: request.reply(bomb, Content_Encoding="gzip")
    assert len(bomb) < 40_000
    assert trouble(opened()) == "its answer is larger than ELASTIC_PANDA_MAX_BYTES=1000000"


def test_an_answer_may_be_as_large_as_the_limit(panda, opened):
    panda.say = lambda request: request.reply(bytes(LARGE))
    assert len(opened().get("/")) == LARGE
    assert "larger than ELASTIC_PANDA_MAX_BYTES=999999" in trouble(opened(max_bytes=LARGE - 1))


def says_nothing(request):
    request.server.over.wait(10)


def dribbles(request):
    request.send_response(200)
    request.end_headers()
    while not request.server.over.wait(0.02):
        request.wfile.write(b" ")


def stalls(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
    request.server.over.wait(10)


@pytest.mark.parametrize("say", [says_nothing, dribbles, stalls])
def test_a_slow_answer_is_none(panda, opened, say):
    panda.say = say
    assert trouble(opened(timeout=0.3)) == "no whole answer within ELASTIC_PANDA_TIMEOUT=0.3"


def hangs_up(request):
    request.close_connection = True
    request.connection.shutdown(socket.SHUT_RDWR)


def breaks_off(request):
    request.reply(b'{"success": true', length=100)
    hangs_up(request)


def breaks_a_chunk_off(request):
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{")
    hangs_up(request)


def fails(request):
    request.reply(b"Traceback (most recent call last):\n  File x", 500)


def is_busy(request):
    request.reply(b"<html>Service Unavailable</html>" + b"." * 100, 503)


def forbids(request):
    request.reply(b"ERROR : method getJobs is forbidden", 403)


@pytest.mark.parametrize(
    ("say", "said"),
    [
        (hangs_up, "ConnectionError: ('Connection aborted.'"),
        (breaks_off, "its answer broke off after 16 of 100 bytes"),
        (breaks_a_chunk_off, "ChunkedEncodingError: "),
        (fails, "HTTP status 500: ''"),
        (is_busy, "HTTP status 503: '<html>Service Unavailable</html>............................'"),
        (forbids, "HTTP status 403: 'ERROR : method getJobs is forbidden'"),
    ],
)
def test_a_server_in_trouble_gives_a_reason(panda, opened, say, said):
    panda.say = say
    assert trouble(opened()).startswith(said)


def test_a_redirect_is_not_followed(panda, opened):
    panda.say = lambda request: request.reply(status=302, Location=f"{panda.url}/{SECRET}")
    assert trouble(opened(SECRET)) == f"HTTP status 302: a redirect to '{panda.url}/…', which is not followed"
    assert len(panda.asked) == 1


def test_no_server_is_an_error_without_an_address_that_changes(panda, opened):
    panda.server_close()
    said = trouble(opened())
    assert said == "ConnectionError: Failed to establish a new connection: [Errno 111] Connection refused"


def test_a_password_of_netrc_is_not_used(panda, opened, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password something\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    opened().get("/")
    opened(SECRET).get("/")
    assert [headers.get("Authorization") for _, headers in panda.asked] == [None, f"Bearer {SECRET}"]


def test_a_proxy_of_the_environment_sees_nothing_for_loopback(panda, opened, monkeypatch):
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert opened(SECRET).get("/") == b"{}"


def test_another_server_sees_no_credential(panda, opened):
    with loopback() as other:
        server = opened(SECRET)
        assert server.get(f"{other.url}/cache/schedconfig/BNL.all.json") == b"{}"
        ((path, headers),) = other.asked
    assert path == "/cache/schedconfig/BNL.all.json"
    assert not {"Authorization", "Origin"} & set(headers)
    assert SECRET not in str(headers)
    server.get(f"{panda.url}/cache/schedconfig/BNL.all.json")
    assert panda.asked[0][1]["Authorization"] == f"Bearer {SECRET}"


def test_another_server_is_asked_though_the_credential_is_of_no_use(panda, opened):
    server = opened("two words")
    assert "something else than one word" in trouble(server)
    assert not panda.asked
    with loopback() as other:
        assert server.get(other.url) == b"{}"


def test_a_token_is_nowhere_in_what_is_said(panda, opened, caplog):
    caplog.set_level(logging.DEBUG)
    server = opened(SECRET, retry_without_token=True)
    piece = SECRET[3:-3]
    panda.say = lambda request: request.reply(f"no {piece}, no {SECRET}; {SECRET[5:17]}".encode(), 403)
    heard = [trouble(server), trouble(server), server.warning, repr(server), str(vars(server)), caplog.text]
    panda.say = lambda request: request.reply(SECRET.encode())
    heard += [server.get("/").decode(), server.hidden(f"no {piece}"), caplog.text]
    panda.say = hangs_up
    heard.append(trouble(server, f"/{SECRET}"))
    letters = " ".join(heard)
    assert not [at for at in range(len(SECRET) - 7) if SECRET[at : at + 8] in letters]
    assert "no …, no …; …" in letters


def test_a_call_within_its_time_gives_what_it_gives():
    assert within(5, lambda: 7) == 7
    with pytest.raises(LookupError, match="nobody"):
        within(5, lambda: {}["nobody"])
