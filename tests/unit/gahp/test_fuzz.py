"""Lines by Hypothesis: requests, requests with a piece lost or replaced, and any bytes.

A plain run has 2,000, ``scripts/test --full`` ten thousand.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from gahp.test_protocol import requests
from gahp.test_server import Counter, Memory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from condor_elastic.gahp import commands
from condor_elastic.gahp.protocol import format_command
from condor_elastic.gahp.server import Server

LINES = 10_000 if os.environ.get("ELASTIC_FULL") else 2_000
WHOLE = st.one_of([requests(kind) for kind in commands.REQUESTS.values()]).map(format_command)
CONTROL = st.sampled_from([name.encode() for name in commands.PARAMETERLESS if name not in ("QUIT", "ASYNC_MODE_ON")])


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    line = draw(WHOLE)
    start, end = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
    return line[:start] + draw(st.binary(max_size=8)) + line[end:]


@pytest.fixture(scope="module")
def conversation() -> Iterator[tuple[Server, Counter]]:
    outbox = Counter(-1)
    server = Server(outbox, 2, lambda *_: Memory())
    yield server, outbox
    server.close()


@settings(max_examples=LINES, deadline=None, suppress_health_check=list(HealthCheck))
@given(line=st.one_of(WHOLE, damaged(), CONTROL, st.binary()))
def test_each_line_has_one_answer(conversation: tuple[Server, Counter], line: bytes) -> None:
    server, outbox = conversation
    before = outbox.answers
    line = line.replace(b"\n", b"")
    going_on = server.answer(line)
    assert going_on or line.split()[0].upper() == b"QUIT"
    assert outbox.answers == before + 1
