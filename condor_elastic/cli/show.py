"""Say it: tables with rich on a terminal, aligned text elsewhere, or one JSON document."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
STYLES = {"busy": "green", "idle": "cyan", "retiring": "yellow", "drained": "yellow", "failed": "red", "orphan": "red"}


@dataclass(frozen=True)
class Table:
    """Rows of text under titles; a title that begins with > is that of a column of numbers, aligned to the right."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def on_terminal() -> bool:
    """Tell whether somebody looks, and rich is there to draw."""
    return sys.stdout.isatty() and find_spec("rich") is not None


def show(table: Table) -> None:
    """Print a table."""
    if not on_terminal():
        print(plain(table))
        return
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=None, pad_edge=False, header_style="bold")
    last = len(table.titles) - 1
    for place, title in enumerate(table.titles):
        right = title.startswith(">")
        drawn.add_column(title.lstrip(">"), justify="right" if right else "left", no_wrap=place != last,
                         overflow="fold" if place == last else "ellipsis")  # fmt: skip
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=STYLES.get(cell, "")) for cell in row))
    Console(highlight=False).print(drawn)


def plain(table: Table) -> str:
    """Align the columns; no blanks at the ends of lines."""
    lines = [[title.lstrip(">") for title in table.titles], *table.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(table.titles))]
    right = [title.startswith(">") for title in table.titles]
    return "\n".join(
        "  ".join(cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(line, widths, right)).rstrip()
        for line in lines
    )


def say(text: str, style: str = "") -> None:
    """Print a line, in colour where somebody looks."""
    if style and on_terminal():
        from rich.console import Console
        from rich.text import Text

        Console(highlight=False, soft_wrap=True).print(Text(text, style=style))
    else:
        print(text)


def say_json(document: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(document, indent=2, sort_keys=False))


def waiting(what: str) -> AbstractContextManager[Any]:
    """Show that something is being asked, where somebody looks."""
    if not (on_terminal() and sys.stderr.isatty()):
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(what)


def lines_or_json(run: Callable[[], int], *, as_json: bool) -> int:
    """Run what prints lines by itself; as JSON they are {ok, said, errors}."""
    if not as_json:
        return run()
    status, out, err = captured(run)
    say_json({"ok": status == 0, "said": out.splitlines(), "errors": err.splitlines()})
    return status


def captured(run: Callable[[], int]) -> tuple[int, str, str]:
    """Run it; give exit status, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run()
    return status, out.getvalue(), err.getvalue()


def cell(value: Any) -> str:
    """Write a value for a table; what is not known is a dash."""
    if value is None or value == "":
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def rows(ads: Iterable[dict[str, Any]], keys: Sequence[str]) -> list[list[str]]:
    """Write the values of these keys."""
    return [[cell(ad[key]) for key in keys] for ad in ads]


def lasting(seconds: float | None) -> str:
    """Write a duration in the unit that suits it."""
    if seconds is None:
        return "-"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
