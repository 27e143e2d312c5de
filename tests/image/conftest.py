"""A real pool for the tests of this folder, that of tests/pool."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pool"), str(HERE.parents[1] / "scripts")]

from fixtures import _only_in_the_disposable_machine, central_manager, panda, pool, watch

__all__ = ["_only_in_the_disposable_machine", "central_manager", "panda", "pool", "watch"]
