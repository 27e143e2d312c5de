"""The page: one file of HTML with its plots, and the script that draws them, inside; it loads nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

import vl_convert

from condor_elastic.report.plots import Plot
from condor_elastic.report.story import Told
from condor_elastic.report.words import lasting

STYLE = """
body { margin: 0 auto; padding: 16px 24px 48px; max-width: 1200px; background: #fff; color: #1a1a1a;
       font: 15px/1.5 Arial, Helvetica, "Liberation Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 24px; margin: 8px 0; } h2 { font-size: 18px; margin: 36px 0 4px; } p { margin: 4px 0 8px; }
table { border-collapse: collapse; font-size: 14px; margin: 8px 0; } th, td { padding: 3px 10px; text-align: right; }
th { border-bottom: 1px solid #8c8c8c; font-weight: normal; vertical-align: bottom; }
td:first-child, th:first-child { text-align: left; } tr:nth-child(even) td { background: #f6f6f6; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; } dd { margin: 0; }
dt { color: #555; } .none { color: #555; font-style: italic; }
#vg-tooltip-element.vg-tooltip-light-theme { background: #fff; max-width: 560px; font-size: 13px; }
#vg-tooltip-element td.value { max-width: 420px; max-height: none; white-space: normal; overflow: visible; }
"""
POLICY = "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:"
"""What a browser is to allow this page: no network."""
DRAW = """
const plots = JSON.parse(document.getElementById("plots").textContent);
const drawn = Object.keys(plots).map(name =>
  vegaEmbed("#" + name, plots[name], {mode: "vega-lite", renderer: "svg", actions: false}));
Promise.all(drawn).then(() => { document.body.dataset.drawn = drawn.length; });
"""
COLUMNS = (
    ("utilisation", "Utilisation", "{:.1%}".format),
    ("mean_wait_s", "Mean wait", lasting),
    ("p50_wait_s", "Median wait", lasting),
    ("p95_wait_s", "95 % waited less than", lasting),
    ("p99_wait_s", "99 % waited less than", lasting),
    ("unstarted", "Never started", "{:,.0f}".format),
    ("launches", "VMs launched", "{:,.0f}".format),
    ("churned", "of them short-lived", "{:,.0f}".format),
    ("unretired", "Un-retired", "{:,.0f}".format),
    ("evictions", "Jobs evicted", "{:,.0f}".format),
    ("vm_hours", "VM-hours", "{:,.1f}".format),
    ("cost", "Cost", "{:,.2f}".format),
)


def page(told: Told, plots: Sequence[Plot]) -> str:
    """Write the page."""
    specs = json.dumps({plot.name: plot.spec for plot in plots if plot.spec}, separators=(",", ":"))
    bundle: Any = vl_convert.javascript_bundle  # its types want an argument that it does without
    words = "".join(f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>" for term, said in told.words)
    return "\n".join([
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><link rel="icon" href="data:,">',
        f"<title>{escape(told.title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(told.title)}</h1><dl>{words}</dl>",
        scores(told),
        *map(_section, plots),
        # A text of HTML ends at "</"; JSON may write it otherwise.
        f'<script type="application/json" id="plots">{specs.replace("</", "<" + chr(92) + "/")}</script>',
        f"<script>{bundle()}</script><script>{DRAW}</script></body></html>\n",
    ])  # fmt: skip


def scores(told: Told) -> str:
    """Write the table of figures; none where there are none."""
    known = [(story.name, story.score) for story in told.stories if story.score is not None]
    if not known:
        return ""
    columns = [one for one in COLUMNS if one[0] != "cost" or any(score.cost for _, score in known)]
    head = "".join(f"<th>{escape(title)}</th>" for title in ("Policy", *(title for _, title, _ in columns)))
    rows = "".join(
        f"<tr><td>{escape(name)}</td>" + "".join(f"<td>{say(getattr(score, key))}</td>" for key, _, say in columns)
        + "</tr>" for name, score in known
    )  # fmt: skip
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(plot: Plot) -> str:
    what = f'<p>{escape(plot.says)}</p><div id="{plot.name}" class="plot"></div>'
    none = f'<p class="none">{escape(plot.says)}</p>'
    return f"<section><h2>{escape(plot.title)}</h2>{what if plot.spec else none}</section>"
