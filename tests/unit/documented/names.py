"""Names of ours as they stand in the code, whether anything documents them or not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

TOP = Path(__file__).parents[3]
ELASTIC = re.compile(r"\bElastic[A-Z]\w*")
ALERT = re.compile(r"^\s*- alert: .*$", re.MULTILINE)
"""Names of alerts are Prometheus' own; a name at the end of a line may be cut off, as tables are."""
PAGES = (TOP / "README.md", *sorted((TOP / "docs").glob("*.md")))


def code() -> Iterator[Path]:
    """Give every file that ships, without the table itself."""
    for part in ("condor_elastic", "hooks", "config.d"):
        for path in sorted((TOP / part).rglob("*")):
            if path.is_file() and "attributes" not in path.parts and "__pycache__" not in path.parts:
                yield path


def literals(paths: Iterable[Path]) -> dict[str, str]:
    """Give each name that begins with Elastic, and the last file in which it stands."""
    return {name: str(path.relative_to(TOP)) for path in paths for name in ELASTIC.findall(path.read_text())}


def told(paths: Iterable[Path]) -> dict[str, str]:
    """Give the same of pages."""
    return {
        name: path.name for path in paths
        for name in re.findall(ELASTIC.pattern + r"\b(?!\n)", ALERT.sub("", path.read_text()))
    }  # fmt: skip


def keys(path: Path) -> set[str]:
    """Give the capitalised keys of all dictionaries that a file of Python makes; a query is no ad."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Dict):
            made = {key.value: value for key, value in zip(node.keys, node.values) if isinstance(key, ast.Constant)}
            if not (isinstance(its := made.get("MyType"), ast.Constant) and its.value == "Query"):
                found |= {str(key) for key in made}
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= {str(node.slice.value)} if isinstance(node.slice, ast.Constant) else set()
    return {name for name in found if re.fullmatch(r"[A-Z]\w*[a-z]\w*", name)}  # neither headers nor environment


def printed(path: Path) -> set[str]:
    """Give what a hook prints as NAME = VALUE, or has in a dictionary that it prints."""
    return keys(path) | set(re.findall(r"""(?:["']|\\n)([A-Z]\w+) = \{""", path.read_text()))
