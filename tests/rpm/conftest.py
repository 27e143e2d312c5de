"""A machine with HTCondor and nothing of ours: what is there, a package brought.  The packages lie in /out/packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]


@pytest.fixture(autouse=True)
def _only_in_the_bare_machine():
    bare = os.environ.get("ELASTIC_SOURCE") and not os.listdir(HERE.parents[1] / "condor_elastic")
    assert bare, "run me by scripts/test rpm: I install and remove packages"


@pytest.fixture(autouse=True)
def _environment_as_anywhere(_only_in_the_bare_machine, monkeypatch):
    # The disposable machine writes no byte code; an administrator's does, and it must not be left behind.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    monkeypatch.delenv("ELASTIC_SOURCE")
