from __future__ import annotations

import contextlib
import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.gahp import commands
from condor_elastic.gahp.line import BadLine, Lines, join, split
from condor_elastic.gahp.protocol import format_command, parse, service_url

TEXT = st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: text != "NULL")
SHAPES: dict[str, st.SearchStrategy[Any]] = {
    "word": TEXT,
    "maybe": st.none() | TEXT,
    "number": st.integers(0, 10**17),
    "list": st.lists(TEXT).map(tuple),
    "rest": st.lists(TEXT).map(tuple),
    "some": st.lists(TEXT, min_size=1).map(tuple),
    "pairs": st.lists(st.tuples(TEXT, TEXT)).map(tuple),
}


def requests(kind: type[commands.Request]) -> st.SearchStrategy[commands.Request]:
    return st.builds(kind, *(SHAPES[field.metadata["shape"]] for field in dataclasses.fields(kind)))


@given(st.one_of([requests(kind) for kind in commands.REQUESTS.values()]))
def test_a_request_survives_the_way_to_a_line_and_back(request: commands.Request) -> None:
    assert parse(format_command(request)) == request


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1))
def test_words_survive(words: list[str]) -> None:
    assert split(join(words)) == words


@given(st.lists(st.lists(TEXT, min_size=1), max_size=5), st.integers(1, 20))
def test_lines_are_cut_at_newlines_that_are_not_escaped(lines: list[list[str]], size: int) -> None:
    stream = b"".join(join(words) + b"\r\n" for words in lines)
    cutter = Lines()
    cut = [line for start in range(0, len(stream), size) for line in cutter.feed(stream[start : start + size])]
    assert [split(line) for line in cut] == lines
    assert cutter.rest() == b""


@given(st.binary())
def test_any_bytes_are_a_command_or_a_bad_line(line: bytes) -> None:
    service_url(line)
    with contextlib.suppress(BadLine):
        parse(line)


def test_a_start_as_the_gridmanager_writes_it() -> None:
    line = (
        rb"EC2_VM_START 7 local:///vms /k/a /k/s ami NULL a\ b\\c NULL 2x2048 NULL NULL NULL tok NULL NULL NULL 1"
        rb" g1 g2 NULL sg NULL Name value\ 1 NULL"
    )
    assert parse(line) == commands.Start(
        7, "local:///vms", "/k/a", "/k/s", "ami", None, "a b\\c", None, "2x2048", None, None, None, "tok", None, None,
        None, 1, ("g1", "g2"), ("sg",), (("Name", "value 1"),),
    )  # fmt: skip


def test_names_in_any_case() -> None:
    assert parse(b"results\r") == commands.Control("RESULTS")
    assert parse(b"RESPONSE_PREFIX GAHP:") == commands.ResponsePrefix("GAHP:")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"NONSENSE",
        b"RESULTS 1",
        b"RESPONSE_PREFIX",
        b"EC2_VM_STOP 1 local:///v a",
        b"EC2_VM_STOP x local:///v a b i-1",
        b"EC2_VM_STOP 1 NULL a b i-1",
        b"EC2_VM_SERVER_TYPE 1 local:///v a b c",
        b"EC2_VM_CREATE_TAGS 1 local:///v a b i-1 a=b",
        b"VERSION\\",
        "EC2_VM_SERVER_TYPE ٣ local:///v a b".encode(),
        b"EC2_VM_SERVER_TYPE " + b"9" * 5000 + b" local:///v a b",
    ],
)
def test_wrong_syntax(line: bytes) -> None:
    with pytest.raises(BadLine):
        parse(line)
