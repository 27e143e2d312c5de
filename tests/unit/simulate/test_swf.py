import gzip

import pytest

from condor_elastic.simulate.job import Job
from condor_elastic.simulate.swf import BadTrace, read_swf

LINES = """\
; Version: 2.2
1 100 -1 50 2 -1 1024 2 -1 -1 1 7 1 -1 1 1 -1 -1
2  40 -1 10 -1 -1 -1 4 -1 -1 1 8 1 -1 1 1 -1 -1

3 200 -1 -1 1 -1 -1 1 -1 -1 0 8 1 -1 1 1 -1 -1
"""


@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())])
def test_jobs_come_in_order_with_what_they_ask_for_and_those_that_never_ran_are_left_out(tmp_path, pack):
    path = tmp_path / "trace"
    path.write_bytes(pack(LINES))
    assert read_swf(str(path)) == [Job(40, 10, 4, 0, "8"), Job(100, 50, 2, 2, "7")]


@pytest.mark.parametrize(("text", "said"), [
    ("; nothing\n", "has no job that ran"),
    ("1 2 3\n", "line 1: '1 2 3' is not 18 numbers"),
    ("; x\n" + "a " * 18, "line 2: 'a a a"),
])  # fmt: skip
def test_what_is_no_trace_is_said_with_its_place(tmp_path, text, said):
    path = tmp_path / "t.swf"
    path.write_text(text)
    with pytest.raises(BadTrace, match=f"t.swf.*{said}"):
        read_swf(str(path))
