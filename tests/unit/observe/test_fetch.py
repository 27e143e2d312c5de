import gzip
import re
import socket

import pytest
from loopback import loopback

from condor_elastic.observe.panda.account import Account

LARGE = 1_000_000


@pytest.fixture
def nobody(panda):
    return Account(panda.url)


def test_one_connection_serves_all_questions(panda, nobody, opened):
    server = opened(nobody)
    panda.say = lambda request: request.reply(b"x" * 100_000)
    assert [len(server.get(path)) for path in ("/a", "/b", "/c")] == [100_000] * 3
    assert (len(panda.asked), panda.connections) == (3, 1)


def test_a_packed_answer_is_unpacked(panda, nobody, opened):
    panda.say = lambda request: request.reply(gzip.compress(b"text " * 100), Content_Encoding="gzip")
    assert opened(nobody).get("/") == b"text " * 100
    assert panda.asked[0][1]["Accept-Encoding"] == "gzip"


def test_an_answer_of_another_packing_is_not_unpacked(panda, nobody, opened, trouble):
    panda.say = lambda request: request.reply(gzip.compress(b""), Content_Encoding="gzip, gzip")
    assert trouble(opened(nobody)) == "its answer is packed as 'gzip, gzip', where gzip was asked for"


def test_a_bomb_is_stopped_by_the_limit(panda, nobody, opened, trouble):
    bomb = gzip.compress(bytes(30_000_000))
    panda.say = lambda request: request.reply(bomb, Content_Encoding="gzip")
    assert len(bomb) < 40_000
    assert trouble(opened(nobody)) == "its answer is larger than ELASTIC_PANDA_MAX_BYTES=1000000"


def test_an_answer_may_be_as_large_as_the_limit(panda, nobody, opened, trouble):
    panda.say = lambda request: request.reply(bytes(LARGE))
    assert len(opened(nobody).get("/")) == LARGE
    assert "larger than ELASTIC_PANDA_MAX_BYTES=999999" in trouble(opened(nobody, max_bytes=LARGE - 1))


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
def test_a_slow_answer_is_none(panda, nobody, opened, trouble, say):
    panda.say = say
    assert trouble(opened(nobody, timeout=0.3)) == "no whole answer within ELASTIC_PANDA_TIMEOUT=0.3"


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
        (hangs_up, r"ConnectionError: \('Connection aborted.'"),
        (breaks_off, "its answer broke off after 16 of 100 bytes|.*IncompleteRead.16 bytes read, 84 more"),
        (breaks_a_chunk_off, "ChunkedEncodingError: "),
        (fails, "HTTP status 500: ''"),
        (is_busy, "HTTP status 503: '<html>Service Unavailable</html>[.]{28}'"),
        (forbids, "HTTP status 403: 'ERROR : method getJobs is forbidden'"),
    ],
)
def test_a_server_in_trouble_gives_a_reason(panda, nobody, opened, trouble, say, said):
    panda.say = say
    assert re.match(said, trouble(opened(nobody)))


def test_no_server_is_an_error_without_an_address_that_changes(opened, trouble):
    with loopback() as gone:
        pass
    said = trouble(opened(Account(gone.url)))
    assert said == "ConnectionError: Failed to establish a new connection: [Errno 111] Connection refused"
