"""The front, and where labels stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condor_elastic.report.charts.pareto import front
from condor_elastic.report.charts.places import LETTER, LINE, Span, labels

NUMBER = st.floats(0, 1e6)
ROWS = st.lists(st.builds(lambda hours, wait: {"hours": hours, "wait": wait}, NUMBER, NUMBER), min_size=1, max_size=9)


@given(ROWS)
def test_nobody_beats_the_front_and_who_is_not_on_it_is_beaten(rows):
    best = front(rows)
    for row in rows:
        beaten = any(one["hours"] <= row["hours"] and one["wait"] <= row["wait"] for one in best)
        assert beaten
    for one in best:
        assert not any(row["hours"] < one["hours"] and row["wait"] < one["wait"] for row in rows)


@given(st.lists(NUMBER, min_size=1, max_size=9), st.floats(0, 500))
def test_what_lies_at_a_pixel_is_the_number_that_is_drawn_there(numbers, pixel):
    span = Span.of(numbers, 500)
    assert span.pixel(span.value(pixel)) == pytest.approx(pixel, abs=1e-3)
    assert all(0 <= span.pixel(number) <= 500 for number in numbers)


def test_the_axis_is_logarithmic_where_numbers_differ_much():
    kinds = [Span.of(numbers, 500).kind for numbers in ([10, 100], [10, 1000], [0, 1000], [0, 3], [5, 5])]
    assert kinds == ["linear", "log", "symlog", "linear", "linear"]


def test_labels_of_points_that_are_close_cover_nothing():
    names = ("ours", "google", "gcpm", "harvester")
    points = {name: (500 + 9.0 * i, 200 + 4.0 * (i % 3)) for i, name in enumerate(names)}
    made = labels(points, [], (1060, 400))
    words = [(x, y, LETTER * len(name), LINE) for name, (x, y) in zip(points, made)]
    dots = [(x, y, 8, 8) for x, y in points.values()]
    for i, (x, y, wide, high) in enumerate(words):
        for ox, oy, w, h in [*words[:i], *dots]:
            assert abs(x - ox) >= (wide + w) / 2 or abs(y - oy) >= (high + h) / 2
