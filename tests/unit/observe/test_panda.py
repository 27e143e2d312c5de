import http.server
import json
import pickle
import threading
import time
from typing import ClassVar

import pytest

from condor_elastic.model import QueueStats, Unknown
from condor_elastic.observe.panda import ask, parse

# As panda-server 1.0.4 answers job_stats_by_site_and_resource_type?time_window=0.
RECORDED = (
    b'{"success": true, "message": "", "data": {"BNL_CLOUD": {"SCORE": {"sent": 1, "starting": 2, "merging": 2, '
    b'"activated": 7, "holding": 1, "transferring": 4, "assigned": 6, "defined": 2, "pending": 1, "running": 0, '
    b'"finished": 0, "failed": 0}, "MCORE": {"activated": 5, "running": 3, "assigned": 0, "finished": 0, '
    b'"failed": 0}}, '
    b'"ANALY_BNL_CLOUD": {"SCORE_HIMEM": {"activated": 3, "assigned": 0, "running": 0, "finished": 0, "failed": 0}}}}'
)


def answer(data, success=True):
    return json.dumps({"success": success, "message": "m", "data": data}).encode()


def test_activated_and_running_are_summed_over_resource_types():
    assert parse(RECORDED) == {"BNL_CLOUD": QueueStats(12, 6), "ANALY_BNL_CLOUD": QueueStats(3, 0)}


def test_a_site_without_a_name_is_nobodys():
    assert parse(answer({"null": {"null": {"pending": 1}}, "A": {"null": {"activated": 2}}})) == {"A": QueueStats(2, 0)}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>Service Unavailable</body></html>", "no JSON: '<html>"),
        (b"{'success': True, 'message': '', 'data': {'A': {'activated': Decimal('12')}}}", "no JSON: \"{'success'"),
        (pickle.dumps({"A": {"activated": 1}}), "a pickle, which is never read"),
        (b"(dp0\nS'A'\np1\n", "a pickle, which is never read"),
        (
            b'{"success": false, "message": "Database failure getting the job statistics", "data": {}}',
            "Database failure",
        ),
        (b'{"success": 1, "data": {}}', "success:false"),
        (b"[]", "success:false"),
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 200_000, "no JSON"),
        (answer([]), "where a table belongs"),
        (answer({"A": 5}), "for A, where a table belongs"),
        (answer({"A": {"SCORE": None}}), "for A, SCORE, where a table belongs"),
        (answer({"A": {"SCORE": {"activated": -1}}}), "-1 jobs for A, SCORE, activated, which is no count"),
        (answer({"A": {"SCORE": {"activated": 1.5}}}), "1.5 jobs for A, SCORE, activated, which is no count"),
        (answer({"A": {"SCORE": {"activated": "7"}}}), "'7' jobs for A"),
        (answer({"A": {"SCORE": {"activated": True}}}), "True jobs for A"),
        (answer({"A": {"SCORE": {"activated": 1}}, "B": {"SCORE": {"weird": None}}}), "None jobs for B"),
    ],
)
def test_an_answer_that_is_wrong_anywhere_is_no_answer(body, said):
    with pytest.raises(ValueError, match=r".") as error:
        parse(body)
    assert said in str(error.value)


class Server(http.server.BaseHTTPRequestHandler):
    mood = "fine"
    seen: ClassVar[dict] = {}

    def do_GET(self):
        type(self).seen = {"path": self.path, **self.headers}
        if self.mood == "hangup":
            self.connection.close()
            return
        self.send_response(500 if self.mood == "error" else 302 if self.mood == "redirect" else 200)
        if self.mood == "redirect":
            self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        try:
            if self.mood == "dribble":
                while self.mood == "dribble":
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.05)
            while self.mood == "huge":
                self.wfile.write(b" " * 65536)
        except OSError:
            return
        self.wfile.write(RECORDED)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as httpd:
        httpd.daemon_threads = True
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()
    Server.mood = "fine"


def test_the_call_is_the_one_that_answers_json(server):
    assert ask(server, 5, 10_000) == parse(RECORDED)
    assert Server.seen["path"] == "/api/v1/statistics/job_stats_by_site_and_resource_type?time_window=0"
    assert Server.seen["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("error", "HTTP status 500"),
        ("redirect", "HTTP status 302"),
        ("hangup", "ConnectionError"),
        ("dribble", "no whole answer within ELASTIC_PANDA_TIMEOUT=1"),
        ("huge", "larger than ELASTIC_PANDA_MAX_BYTES=1000000"),
    ],
)
def test_a_server_in_trouble_is_unknown(server, mood, said):
    Server.mood = mood
    stats = ask(server, 1, 1_000_000)
    assert isinstance(stats, Unknown)
    assert said in stats.why


def test_no_server_is_unknown():
    stats = ask("http://127.0.0.1:9", 1, 1000)
    assert isinstance(stats, Unknown)
    assert "ConnectionError" in stats.why
