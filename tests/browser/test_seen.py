"""What was last seen on this device is there without a network, and says of when it is."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.acting import kept_for_offline
from tests.diary.keeping import keep


@pytest.fixture
def service_workers() -> str:
    return "allow"


def test_trends_are_as_they_were_last_seen(ana, watched, context, open_as):
    now = timezone.now()
    keep(ana, {ana.diary.today(now): {"pain": 6.5, "mood": 3}}, now)
    page = open_as(ana, "trends/fortnight")
    chart = page.get_by_role("region", name="Pain and mood", exact=True)
    expect(chart).to_be_visible()
    kept_for_offline(page)
    watched.expect("offline")
    context.set_offline(True)
    page.get_by_role("link", name="Patterns").click()
    expect(page.get_by_text("You are offline")).to_be_visible()  # never seen here
    page.get_by_role("link", name="Trends").click()
    page.get_by_role("link", name="2 weeks").click()
    expect(page.get_by_text("This is as it was on")).to_be_visible()
    expect(chart).to_contain_text("6.5")
