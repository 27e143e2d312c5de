from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from condor_elastic.gahp.ec2_gather import MOST, Gather


def test_calls_that_come_together_go_together() -> None:
    seen: list[str] = []
    calls: list[int] = []
    lock = threading.Lock()

    def work(items: Sequence[str]) -> None:
        with lock:
            seen.extend(items)
            calls.append(len(items))

    gather = Gather(work)
    wanted = [f"i-{number}" for number in range(3 * MOST)]
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(gather.ask, wanted))
    assert sorted(seen) == sorted(wanted)
    assert max(calls) <= MOST
    assert len(calls) < len(wanted)


def test_all_that_came_together_learn_of_a_failure() -> None:
    def work(items: Sequence[str]) -> None:
        raise ValueError(" ".join(sorted(items)))

    gather = Gather(work, 0.2)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(gather.ask, item) for item in "ab"]
        for one in asked:
            with pytest.raises(ValueError, match=r"a|b"):
                one.result()
    with pytest.raises(ValueError, match="c"):
        gather.ask("c")
