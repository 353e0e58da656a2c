"""The page and the chart that a run leaves behind."""

import re
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest

from bench import page
from bench.ceiling import Ceiling, Row
from bench.chart import Axis, Curve, draw
from bench.goals import Goal
from bench.habits import Habit
from bench.intervals import Figure
from bench.plan import FULL

SVG = "{http://www.w3.org/2000/svg}"


def cells(table: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in table.splitlines()]


def test_the_page_says_what_it_is_when_it_ran_and_on_how_many():
    text = page.introduction(date(2026, 3, 20), 7, FULL)

    assert "simulated diaries" in text
    assert "2026-03-20" in text
    assert "--seed 7" in text
    assert "2,000 people" in text


def test_a_goal_is_a_row_with_figure_interval_and_bound():
    goals = [
        Goal("Found", Figure(0.751, 0.72, 0.78), least=0.80, aim=0.85),
        Goal("False alarms", Figure(0.0812, 0.07, 0.09), most=0.12),
        Goal("Stretch", Figure(0.7, 0.6, 0.8), aim=0.85),
        Goal("Nearly", Figure(0.79, 0.77, 0.81), least=0.80),
    ]

    rows = cells(page.goals_table(goals))[2:]

    assert rows[0] == ["Found", "0.75 (0.72 … 0.78)", "≥ 0.8", "0.85", "**missed**"]
    assert rows[1][1:3] == ["0.081 (0.070 … 0.090)", "≤ 0.12"]
    assert [row[-1] for row in rows] == ["**missed**", "met", "aim only", "not decided"]


def test_a_range_shows_both_of_its_bounds():
    row = cells(page.goals_table([Goal("c", Figure(0.9, 0.9, 0.9), least=0.88, most=0.97)]))[2]

    assert row[2] == "≥ 0.88, ≤ 0.97"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (1.0, "1"), (0.0123, "0.012"), (-1.5, "−1.50"), (3.14, "3.1"), (26.4, "26")],
)
def test_numbers_are_as_long_as_they_are_sure(value, shown):
    assert page._number(value) == shown


def test_a_figure_of_nothing_is_a_dash():
    assert page._figure(Figure(np.nan, 0, 1)) == "–"


@pytest.mark.parametrize(("days", "shown"), [(-0.3, "0"), (2.0, "+2"), (-3.0, "−3")])
def test_days_have_a_sign_and_none_for_zero(days, shown):
    assert page._signed(days) == shown


def test_the_distance_to_an_oracle_is_told_in_share_and_days():
    seven = Figure(0.8, 0.78, 0.82)
    row = Row("found", seven, Figure(0.87, 0.84, 0.9), Figure(26, 26, 27), Figure(24, 23, 25))

    table = cells(page.ceiling_table([Ceiling("wrong", seven, seven, [row])]))

    assert table[3] == [
        "found",
        "0.80 (0.78 … 0.82)",
        "0.87 (0.84 … 0.90)",
        "+0.07",
        "+26 / +24",
        "+2",
    ]


def test_habits_are_rows():
    assert cells(page.habits_table([Habit("a", "b", "c")]))[2] == ["a", "b", "c"]


def chart() -> str:
    curves = [
        Curve("ours & only ours", [0.05, 0.2, 1.0], [0.7, 0.85, 0.97], ours=True),
        Curve("slopes", [0.05, 0.2, 1.0], [0.05, 0.1, 0.4]),
        Curve("slopes too", [0.0, 0.2, 9.0], [0.05, 0.1, 0.41]),
    ]
    return draw("Found", curves, (0.08, 0.8))


def test_the_chart_is_well_formed_and_has_a_curve_a_rule():
    root = ElementTree.fromstring(chart())

    lines = root.findall(f".//{SVG}polyline")
    assert len(lines) == 3
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {"Found", "ours & only ours", "slopes", "slopes too"} <= set(words)


def test_a_curve_rises_to_the_right_and_stays_on_the_chart():
    root = ElementTree.fromstring(chart())

    for line in root.findall(f".//{SVG}polyline"):
        points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        across, down = zip(*points, strict=True)
        assert list(across) == sorted(across)
        assert list(down) == sorted(down, reverse=True)
        assert 62 <= min(across) <= max(across) <= 510


def test_names_do_not_lie_on_each_other():
    root = ElementTree.fromstring(chart())
    names = {"ours & only ours", "slopes", "slopes too"}

    heights = sorted(float(text.get("y")) for text in root.iter(f"{SVG}text") if text.text in names)

    assert np.diff(heights).min() >= 15


def test_the_chart_can_be_read_in_light_and_dark():
    svg = chart()

    assert "prefers-color-scheme:dark" in svg
    # Besides the two colours of the reader's words only ours is named.
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) == {"#1d2733", "#e4e8ee", "#2f7fd6"}


def test_a_rule_with_one_threshold_is_a_dot():
    one = [Curve("ours", [0.05], [0.7], ours=True), Curve("other", [0.2], [0.6])]

    root = ElementTree.fromstring(
        draw("Found", one, (0.05, 0.7), Axis("wrong", "right", (0.01, 1)))
    )

    dots = root.findall(f".//{SVG}g/{SVG}circle")
    assert len(dots) == 2
    assert dots[0].get("cx") < dots[1].get("cx")
    assert {"wrong", "right"} <= {text.text for text in root.iter(f"{SVG}text")}
