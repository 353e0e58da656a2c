"""From nobody to somebody with a chart."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from diary.models import Person
from tests.browser.acting import PASSWORD, entry_of, mailed_code, ready, saving, tap, today_of


@pytest.fixture
def service_workers() -> str:
    """Nothing is taken away here: all that a browser does on somebody's first day."""
    return "allow"


def test_from_the_front_door_to_the_first_chart(page, watched, transactional_db):
    watched.expect(401)  # so the server asks for the next step
    page.goto("/")
    ready(page)
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("E-mail").fill("first-chart@diary.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_label("Code").fill(mailed_code())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    tap(page, "Pain", 0.65)
    tap(page, "Mood", 0.3)
    saving(page, "saved")
    person = Person.objects.get(email="first-chart@diary.example")
    assert entry_of(person, today_of(person))["pain"] == 6.5

    page.get_by_role("link", name="Trends").click()
    page.get_by_role("link", name="2 weeks").click()
    chart = page.get_by_role("region", name="Pain and mood", exact=True)
    expect(chart.locator("canvas")).to_have_count(2)
    expect(chart).to_contain_text("6.5")
    expect(chart).to_contain_text("1 of 14 days")
    assert page.context.cookies() == []
