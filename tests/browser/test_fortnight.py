"""The fourteen days at the top of a day."""

from __future__ import annotations

SHOWN = """(days) => days.filter((day) => getComputedStyle(day).display !== 'none')
  .map((day) => getComputedStyle(day, '::before').content.replaceAll('"', ''))"""


def test_the_first_week_names_its_weekdays_for_both(ana, open_as):
    page = open_as(ana, "today")
    page.wait_for_selector(".dot")
    shown = page.locator(".dot-day").evaluate_all(SHOWN)
    assert sorted(shown) == sorted(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"])
    assert page.locator(".dot").count() == 14
