"""Reminders set, changed and put off; questionnaires answered; insights read."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diary.models import Occurrence, Reminder
from diary.reminders import rounds
from tests.browser.acting import saving
from tests.conftest import make_person, phone_of
from tests.diary.reminders.reminding import remind

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example", BERLIN.key)


def test_a_reminder_is_set_looked_ahead_from_and_removed(ana, open_as):
    page = open_as(ana, "reminders")
    expect(page.get_by_text("No reminders are set")).to_be_visible()
    page.get_by_role("link", name="Add one").click()
    page.get_by_label("Your own name for it").fill("After supper")
    page.get_by_label("Time 1").fill("21:15")
    for day in ("Sat", "Sun"):
        page.get_by_role("checkbox", name=day).uncheck(force=True)
    page.get_by_role("checkbox", name="A few more words after missed days").check()
    page.get_by_role("checkbox", name="By e-mail").check()
    page.get_by_role("button", name="Set it").click()
    row = page.get_by_role("link", name="After supper")
    expect(row).to_contain_text("Monday to Friday at 21:15")
    [kept] = phone_of(ana).get("/api/v1/reminders").json()["items"]
    assert (kept["times"], kept["weekdays"]) == (["21:15"], [1, 2, 3, 4, 5])
    assert kept["nudge"] == {"after_missed_days": 3, "max": 2}
    assert sorted(kept["channels"]) == ["email", "push"]

    row.click()
    ahead = page.locator(".next-ones li")
    expect(ahead).to_have_count(14)
    expect(ahead.first).to_contain_text("21:15")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("No reminders are set")).to_be_visible()
    assert not Reminder.objects.filter(user=ana).exists()


def test_one_in_quiet_hours_says_so_and_a_pause_stands_at_the_top(ana, open_as):
    remind(ana, timezone.now(), 23 * 60)
    page = open_as(ana, "reminders")
    expect(page.get_by_text("23:00 is in your quiet hours")).to_be_visible()
    page.get_by_role("link", name="Quiet hours and pauses").click()
    page.get_by_role("button", name="For a week").click()
    expect(page.get_by_text("Nothing comes before")).to_be_visible()
    page.get_by_role("link", name="All reminders").click()
    expect(page.get_by_text("All reminders are paused until")).to_be_visible()


def test_todays_can_be_put_off_and_waved_away(ana, open_as):
    due = (timezone.now() + timedelta(minutes=2)).replace(second=0)
    there = due.astimezone(BERLIN)
    remind(ana, timezone.now(), 60 * there.hour + there.minute, skip_if_entered=False)
    rounds.plan_all(due)
    page = open_as(ana, "reminders")
    page.get_by_role("button", name="In 10 min").click()
    expect(page.get_by_text("put off to")).to_be_visible()
    page.get_by_role("button", name="Not today").click()
    expect(page.get_by_text("you waved it away")).to_be_visible()
    assert not Occurrence.objects.filter(user=ana, state="planned").exists()


def test_a_questionnaire_is_answered_and_its_score_shown(ana, open_as):
    page = open_as(ana, "questionnaire/gad-7")
    groups = page.get_by_role("group")
    for place in range(7):
        groups.nth(place).get_by_role("radio", name="several days").click()
    page.get_by_role("button", name="Done").click()
    saving(page, "saved")
    [answer] = phone_of(ana).get("/api/v1/questionnaires/gad-7/answers").json()["items"]
    assert answer["score"] == 7
    card = page.get_by_role("region", name="Worry over two weeks (GAD-7)")
    expect(card).to_contain_text("Last answered on")
    assert card.get_by_role("img").get_attribute("aria-label").endswith(": 7")


def test_an_answer_of_self_harm_brings_help_at_once_and_before_it_is_sent(ana, open_as):
    page = open_as(ana, "questionnaire/phq-9")
    page.get_by_role("group", name="Thoughts of self-harm").get_by_role(
        "radio", name="several days"
    ).click()
    expect(page.get_by_role("alert", name="Help").locator(".phone").first).to_be_visible()
    assert phone_of(ana).get("/api/v1/answers").json()["items"] == []


def test_insights_show_what_is_clear_and_what_is_not_yet(demo, open_as):
    page = open_as(demo, "insights")
    clear = page.locator("section", has=page.get_by_role("heading", name="Clear", exact=True))
    expect(clear.get_by_role("heading", level=3).first).to_have_text("Sleep and pain")
    label = clear.get_by_role("img").first.get_attribute("aria-label")
    assert "probably between" in label
    expect(page.get_by_role("progressbar").first).to_be_visible()
