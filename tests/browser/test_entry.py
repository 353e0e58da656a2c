"""A day is kept with one thumb: what is not touched is not recorded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.acting import (
    choose,
    entry_of,
    ready,
    recorded,
    saving,
    scale,
    tap,
    today_of,
    unfold,
)
from tests.conftest import phone_of


@pytest.fixture
def today(open_as, ana):
    """Ana's empty day, today."""
    page = ready(open_as(ana, "today"))
    saving(page, "saved")
    return page


def test_a_day_begins_with_nothing_recorded(today, ana):
    unfold(today, "More of the day")
    names = ["Pain", "Mood", "Sleep", "Held back by pain", "Sleep quality", "Energy", "Worry"]
    for name in [*names, "Company"]:
        recorded(today, name, "not recorded")
    unfold(today, "The nine questions")
    expect(today.get_by_role("radio", checked=True)).to_have_count(0)
    assert entry_of(ana, today_of(ana)) is None


def test_one_tap_records_and_one_takes_it_back(today, ana):
    tap(today, "Pain", 0)  # zero is recorded, but only where zero is touched
    # In the middle the browser's own slider stands already, and would not say it was touched.
    tap(today, "Mood", 0.5)
    recorded(today, "Pain", "0")
    recorded(today, "Mood", "5")
    recorded(today, "Sleep", "not recorded")
    saving(today, "saved")
    entry = entry_of(ana, today_of(ana))
    assert (entry["pain"], entry["mood"], entry["sleep_hours"]) == (0, 5, None)

    today.get_by_role("button", name="Clear Pain").click()
    recorded(today, "Pain", "not recorded")
    saving(today, "saved")
    entry = entry_of(ana, today_of(ana))
    assert (entry["pain"], entry["mood"]) == (None, 5)


def test_keys_record_move_and_clear_and_a_drag_is_written_at_its_end(today, ana):
    scale(today, "Pain").focus()
    for key, words in {
        "ArrowRight": "5",  # the first key records where the thumb would be
        "ArrowUp": "5.5",
        "PageUp": "6.5",
        "Home": "0",
        "End": "10",
        "Delete": "not recorded",
    }.items():
        today.keyboard.press(key)
        recorded(today, "Pain", words)

    saving(today, "saved")
    box = scale(today, "Mood").bounding_box()
    middle = box["y"] + box["height"] / 2
    today.mouse.move(box["x"] + 60, middle)
    today.mouse.down()
    today.mouse.move(box["x"] + box["width"] - 22, middle, steps=8)
    recorded(today, "Mood", "10")
    assert today.locator("#saving").get_attribute("data-state") == "saved"  # nothing new yet
    today.mouse.up()
    saving(today, "saved")
    assert entry_of(ana, today_of(ana))["mood"] == 10


def test_a_night_may_be_longer_than_its_track(today, ana):
    scale(today, "Sleep").focus()
    for key in ("End", "PageUp", "PageUp"):
        today.keyboard.press(key)
    recorded(today, "Sleep", "15 h")
    saving(today, "saved")
    assert entry_of(ana, today_of(ana))["sleep_hours"] == 15


def test_scrolling_over_a_scale_records_nothing(context, today, ana):
    session = context.new_cdp_session(today)
    box = scale(today, "Pain").bounding_box()
    x, y = box["x"] + 200, box["y"] + box["height"] / 2
    moves = [("touchStart", y), *(("touchMove", y - by) for by in range(20, 220, 20))]
    for kind, at in moves:
        touch = {"type": kind, "touchPoints": [{"x": x, "y": at}]}
        session.send("Input.dispatchTouchEvent", touch)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    today.wait_for_function("() => scrollY > 0")
    recorded(today, "Pain", "not recorded")


def test_the_nine_questions_are_behind_one_tap(today, ana):
    unfold(today, "The nine questions")
    choose(today, "Low mood", "most of the day")
    choose(today, "Guilt", "some of the day")
    choose(today, "Sleep change", "less, some of the day")
    choose(today, "Guilt", "some of the day")  # touched again: let go of
    expect(today.locator("summary", has_text="The nine questions")).to_contain_text("2 of 9")
    saving(today, "saved")
    entry = entry_of(ana, today_of(ana))
    assert (entry["low_mood"], entry["sleep_change"], entry["guilt"]) == (2, -1, None)


def test_who_would_rather_not_be_asked_is_not_asked(open_as, ana):
    page = ready(open_as(ana, "settings"))
    page.get_by_label("Ask me about thoughts of self-harm").uncheck()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto("/#/today")
    unfold(page, "The nine questions")
    expect(page.get_by_role("group", name="Poor focus")).to_be_visible()
    expect(page.get_by_role("group", name="Thoughts of self-harm")).to_have_count(0)
    assert not phone_of(ana).get("/api/v1/me").json()["asks_self_harm"]


def test_yesterday_is_one_tap_away(today, ana):
    today.get_by_role("link", name="Yesterday is not recorded. Add it?").click()
    expect(today.get_by_role("heading", name="Yesterday")).to_be_visible()
    tap(today, "Pain", 0.3)
    saving(today, "saved")
    assert entry_of(ana, today_of(ana)) is None
    [entry] = phone_of(ana).get("/api/v1/entries").json()["items"]
    assert entry["pain"] == 3


def test_places_that_hurt_are_touched_on_a_figure_or_chosen_from_a_list(today, ana):
    unfold(today, "Where it hurts")
    today.locator("[data-site=lower_back]").click()
    today.locator("[data-site=knee][data-side=left]").first.click()
    today.get_by_role("region", name="Knee, left").get_by_label("Aching").click()
    today.get_by_text("Choose from a list").click()
    head = today.get_by_role("button", name="Head", exact=True)
    head.click()
    expect(head).to_have_attribute("aria-pressed", "true")
    today.locator("[data-site=lower_back]").click()  # taken back
    saving(today, "saved")
    assert entry_of(ana, today_of(ana))["pain_sites"] == [
        {"site": "knee", "side": "left", "intensity": None, "qualities": ["aching"]},
        {"site": "head", "side": None, "intensity": None, "qualities": []},
    ]


def test_what_was_done_is_kept_and_removed(today, ana):
    unfold(today, "What you did")
    today.get_by_role("button", name="Walk").click()
    walk = today.get_by_role("region", name="Walk")
    walk.get_by_label("Minutes").fill("25")
    walk.get_by_label("Minutes").blur()
    choose(today, "Who with", "Alone")
    saving(today, "saved")
    [kept] = phone_of(ana).get("/api/v1/activities").json()["items"]
    assert (kept["kind"], kept["minutes"], kept["with_others"]) == ("walk", 25, False)
    assert (kept["enjoyment"], kept["date"]) == (None, today_of(ana))

    walk.get_by_role("button", name="Remove").click()
    saving(today, "saved")
    assert phone_of(ana).get("/api/v1/activities").json()["items"] == []


def test_the_rest_of_a_day_check_ins_a_note_and_why_it_is_empty(today, ana):
    unfold(today, "Check-ins")
    for _ in range(2):
        today.get_by_role("button", name="Check in now").click()
    cards = today.get_by_role("region", name="Check-in at")
    expect(cards).to_have_count(2)
    cards.first.get_by_role("slider", name="Pain").focus()
    today.keyboard.press("End")
    unfold(today, "Nothing today")
    choose(today, "Leave this day empty", "Too unwell")
    expect(today.get_by_text("You left this day empty.")).to_be_visible()
    unfold(today, "Note")
    today.get_by_role("textbox", name="Note").fill("Rain, and a slow day.")
    expect(today.locator("summary", has_text="Note")).to_contain_text("Rain")
    saving(today, "saved")
    kept = phone_of(ana).get("/api/v1/moments").json()["items"]
    assert sorted([each["pain"] for each in kept], key=str) == [10, None]
    entry = entry_of(ana, today_of(ana))
    assert (entry["skipped"], entry["pain"]) == ("too_unwell", None)
    assert entry["note"] == "Rain, and a slow day."


def test_scales_of_ones_own_stand_beside_the_others(open_as, ana):
    page = ready(open_as(ana, "yours"))
    page.get_by_label("Name").fill("Coffee")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Put away: Coffee")).to_be_visible()
    page.goto("/#/today")
    unfold(page, "Your own scales")
    tap(page, "Coffee", 0.2)
    saving(page, "saved")
    assert list(entry_of(ana, today_of(ana))["trackers"].values()) == [2]
