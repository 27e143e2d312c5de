"""Lets panda-server be imported without the large packages that statistics and dispatch never use: import this first.

Each module of theirs has every class one asks for; such a class can be named in an except clause, derived from and
configured, and says which one it is when somebody wants an object of it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

PACKAGES = ("cwl_utils", "httpx", "idds", "numpy", "polars", "rucio", "scipy", "snakemake")


class _Kind(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


class _Nothing(Exception, metaclass=_Kind):
    def __init__(self, *_: Any, **__: Any) -> None:
        raise NotImplementedError(f"{type(self).__module__}.{type(self).__name__}: left out of this panda-server")


class _Absent(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = _Kind(name, (_Nothing,), {"__module__": self.__name__})
        setattr(self, name, found)
        return found


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: there is nothing in it."""


sys.meta_path.insert(0, _Finder())
