"""Trends, as they are drawn and as they are read: what was not recorded is nowhere a number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.drawing import inked
from tests.conftest import make_person
from tests.diary.keeping import keep, look_until_done

QUARTER = 91
FORTNIGHT = 14


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example", "Europe/Berlin")


def kept(person, days: dict[int, dict]):
    """A diary by days back from today, looked over."""
    now = timezone.now()
    today = person.diary.today(now)
    keep(person, {today - timedelta(days=back): fields for back, fields in days.items()}, now)
    look_until_done(now)


def chart_of(page, name="Pain and mood"):
    return page.get_by_role("region", name=name, exact=True)


def test_a_hole_of_weeks_is_left_empty_and_no_line_crosses_it(ana, open_as):
    recorded = [*range(QUARTER - 1, QUARTER - 13, -1), *range(11, -1, -1)]
    kept(ana, {back: {"pain": 2 + back % 5, "mood": 6} for back in recorded})
    page = open_as(ana, "trends/quarter")
    canvas = chart_of(page).locator("canvas").first
    expect(canvas).to_be_visible()
    ink = inked(canvas, QUARTER)
    places = [QUARTER - 1 - back for back in recorded]
    assert all(ink[place] for place in places)
    # The mean of the two weeks before goes on for thirteen days after the last one; and a point
    # is wider than its place.
    empty = range(places[11] + FORTNIGHT, places[12] - 1)
    assert len(empty) > 40
    assert [ink[place] for place in empty] == [0] * len(empty)


def test_arrow_keys_go_day_by_day_and_each_day_is_told(ana, open_as):
    kept(ana, {0: {"pain": 6.5, "mood": 3}, 2: {"pain": 0, "mood": 7}})
    page = open_as(ana, "trends/fortnight")
    days = page.get_by_role("slider", name="Pain and mood, day by day")
    days.focus()
    told = []
    for _ in range(3):
        told.append(days.get_attribute("aria-valuetext"))
        days.press("ArrowLeft")
    assert told[0].endswith("Pain 6.5, Mood 3")
    assert told[1].endswith("Pain not recorded, Mood not recorded")
    assert told[2].endswith("Pain 0, Mood 7")
    chart = chart_of(page)
    expect(chart.locator(".reading-value").first).to_have_text("not recorded")


def test_behind_a_chart_there_is_a_table_with_a_row_for_each_day(ana, open_as):
    kept(ana, {0: {"pain": 6.5, "mood": 3}})
    page = open_as(ana, "trends/fortnight")
    chart = chart_of(page)
    chart.get_by_text("Numbers").click()
    rows = chart.get_by_role("row")
    expect(rows).to_have_count(1 + FORTNIGHT)
    expect(rows.nth(1)).to_contain_text("6.5")
    expect(rows.nth(1)).to_contain_text("1 of 14")
    expect(rows.nth(2)).to_contain_text("not recorded")


def test_a_symptom_that_was_not_there_is_seen_apart_from_one_that_was_not_recorded(ana, open_as):
    kept(ana, {0: {"low_mood": 0, "appetite_change": -2}, 3: {"low_mood": 2, "appetite_change": 2}})
    page = open_as(ana, "trends/fortnight")
    grid = chart_of(page, "Symptoms")
    low, appetite = grid.locator(".grid-cells").nth(0), grid.locator(".grid-cells").nth(1)
    expect(low.locator(".cell-0")).to_have_count(1)
    expect(low.locator(".cell-2")).to_have_count(1)
    expect(low.locator(".cell-none")).to_have_count(FORTNIGHT - 2)
    # Less hangs from the middle, more stands on it: not told by colour alone.
    heights = appetite.locator(".cell-2").evaluate_all(
        "(cells) => cells.map((cell) => [cell.getAttribute('y'), cell.getAttribute('height')])"
    )
    assert heights == [["0", "10"], ["10", "10"]]


def test_where_a_pattern_was_open_its_reasons_are_one_tap_away(demo, open_as):
    page = open_as(demo, "trends")
    page.get_by_role("link", name="Pain and mood both worse").click()
    reasons = page.get_by_role("article", name="Pain and mood both worse")
    expect(reasons.get_by_role("heading", level=2)).to_contain_text("Pain was about")
    expect(page.get_by_text("What would change this")).to_be_visible()


def test_without_the_charts_the_numbers_stand_there(ana, watched, page, open_as):
    kept(ana, {0: {"pain": 6.5, "mood": 3}})
    watched.expect(404)
    page.context.route("**/uPlot*", lambda route: route.fulfill(status=404))
    page = open_as(ana, "trends/fortnight")
    chart = chart_of(page)
    expect(chart).to_contain_text("The charts could not be loaded here.")
    expect(chart.get_by_role("row")).to_have_count(1 + FORTNIGHT)
