import os
import signal

import pytest

from condor_elastic.observe.aside import aside


def test_what_a_child_sees_comes_back():
    waits = [aside(lambda n=n: (n, os.getpid())) for n in range(3)]
    seen = [wait() for wait in waits]
    assert [n for n, _ in seen] == [0, 1, 2]
    assert len({pid for _, pid in seen} | {os.getpid()}) == 4


def test_an_answer_larger_than_a_pipe_comes_whole():
    assert aside(lambda: b"x" * 5_000_000)() == b"x" * 5_000_000


def test_what_goes_wrong_there_is_raised_here():
    def fail():
        raise LookupError("nobody is there")

    with pytest.raises(RuntimeError, match="LookupError: nobody is there"):
        aside(fail)()


def test_a_child_that_is_killed_is_an_error_too():
    with pytest.raises(RuntimeError, match="was killed"):
        aside(lambda: os.kill(os.getpid(), signal.SIGKILL))()
