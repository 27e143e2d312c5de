"""Each page in Chromium, at 1280 x 800: nothing is complained of or loaded, and all that is written can be read."""

from __future__ import annotations

from itertools import combinations

import pytest

pytestmark = pytest.mark.timeout(600)
SMALLEST = 12
"""Pixels of a font that can be read."""
SLACK = 2
"""Pixels by which the boxes of letters may overlap: a box is higher than what is drawn in it."""
COMPARED = {"policies", "pareto"}
PLOTS = {"all": {"supply", "cost", "waits", "decisions"} | COMPARED, "alone": {"supply", "cost", "waits", "decisions"},
         "fleets": {"supply", "cost", "waits", "decisions"} | COMPARED, "recorded": {"supply", "cost", "decisions"}}
TEXTS = """svg => {
  const hidden = style => Number(style.opacity) === 0 || style.display === "none";
  const seen = node => {
    for (let n = node; n !== svg; n = n.parentNode) if (hidden(getComputedStyle(n))) return false;
    return true; };
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(t => t.textContent.trim() && seen(t)).map(t => {
    const box = t.getBoundingClientRect();
    return {text: t.textContent, size: parseFloat(getComputedStyle(t).fontSize), left: box.left - frame.left,
            top: box.top - frame.top, right: box.right - frame.left, bottom: box.bottom - frame.top}; }); }"""

WIDEST = "svg => Math.max(0, ...[...svg.querySelectorAll('.role-mark path')].map(m => m.getBoundingClientRect().width))"


def plots(page):
    return {plot.get_attribute("id"): plot for plot in page.query_selector_all(".plot")}


def texts(plot):
    return plot.query_selector("svg").evaluate(TEXTS)


def test_nothing_is_complained_of_and_nothing_loaded_but_the_page(opened, made):
    _, said = opened
    assert said == [f"request: {(made / 'report.html').as_uri()}"]


def test_every_plot_is_drawn_and_none_is_empty(opened, made):
    page, _ = opened
    found = plots(page)
    assert set(found) == PLOTS[made.name]
    for name, plot in found.items():
        box = plot.query_selector("svg").bounding_box()
        assert box["width"] > 600, name
        assert box["height"] > 100, name
        assert plot.query_selector("svg").evaluate(WIDEST) > 1, name
        assert (made / f"{name}.png").read_bytes().startswith(b"\x89PNG"), name


def test_a_plot_that_is_left_out_is_a_sentence(opened, made):
    page, _ = opened
    told = page.query_selector_all("p.none")
    assert len(told) == 6 - len(PLOTS[made.name])
    assert all(len(one.inner_text()) > 20 for one in told)


def test_the_page_is_no_wider_than_the_window(opened):
    page, _ = opened
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_no_text_is_too_small_or_cut_off(opened):
    page, _ = opened
    for name, plot in plots(page).items():
        box = plot.query_selector("svg").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280, name
        found = texts(plot)
        assert len(found) > 5, name
        for one in found:
            assert one["size"] >= SMALLEST, (name, one)
            assert one["left"] >= -SLACK, (name, one)
            assert one["top"] >= -SLACK, (name, one)
            assert one["right"] <= box["width"] + SLACK, (name, one)
            assert one["bottom"] <= box["height"] + SLACK, (name, one)


def overlap(one, other):
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return min(across, down)


def test_no_text_is_written_over_another(opened):
    page, _ = opened
    covered = [(name, one["text"], other["text"]) for name, plot in plots(page).items()
               for one, other in combinations(texts(plot), 2) if overlap(one, other) > SLACK]  # fmt: skip
    assert covered == []


def test_the_mouse_on_a_decision_shows_its_verdict(opened):
    page, _ = opened
    point = page.query_selector("#decisions .mark-symbol.role-mark path")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tooltip = page.wait_for_selector("#vg-tooltip-element.visible")
    names, said = ([cell.inner_text().rstrip(":") for cell in tooltip.query_selector_all(f"td.{kind}")]
                   for kind in ("key", "value"))  # fmt: skip
    rows = dict(zip(names, said))
    assert {"when", "of", "verdict", "how many"} <= set(rows)
    assert rows["verdict"].endswith((".", ")"))
    assert len(rows["verdict"]) > 20
    frame = tooltip.bounding_box()
    assert frame["x"] >= 0
    assert frame["x"] + frame["width"] <= 1280
