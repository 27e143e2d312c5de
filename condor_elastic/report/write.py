"""Write a report: the page, and a PNG of each plot."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from condor_elastic.report.story import Told

PAGE = "report.html"
NAMES = ("supply", "cost", "waits", "decisions", "policies", "pareto")
NEEDED = ("altair", "vl_convert")
MISSING = (
    "the plots are drawn by altair and vl-convert-python, which are not here: "
    "python3 -m pip install 'altair>=5.5' 'vl-convert-python>=1.7'"
)


class NoPlotter(LookupError):
    """The plotting library is not installed; says how it can be."""


def can_plot() -> None:
    """Raise NoPlotter where nothing can be drawn: better before a simulation than after it."""
    if any(find_spec(name) is None for name in NEEDED):
        raise NoPlotter(MISSING)


def write(told: Told, directory: str, only: Collection[str] = ()) -> tuple[list[str], list[tuple[str, str]]]:
    """Write into a directory, which is made; only names the PNGs that are wanted, all without.

    Gives the paths of the files, and the plots that are left out, each with the reason.  Raises OSError.
    """
    from condor_elastic.report.page import page
    from condor_elastic.report.plots import plots
    from condor_elastic.report.png import png

    drawn = plots(told)
    to = Path(directory)
    to.mkdir(parents=True, exist_ok=True)
    (to / PAGE).write_text(page(told, drawn), encoding="utf-8")
    files = [str(to / PAGE)]
    for plot in drawn:
        if plot.spec and (not only or plot.name in only):
            (to / f"{plot.name}.png").write_bytes(png(plot, told.title))
            files.append(str(to / f"{plot.name}.png"))
    return files, [(plot.name, plot.says) for plot in drawn if not plot.spec]
