"""Notification settings, the weekly summary among them, and the way out of e-mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing

from diary.models import NotificationSettings, Reminder
from diary.reminders.letters import unsubscribe_url, who_unsubscribes
from diary.reminders.mailboxes import silence_mail
from diary.wording import reminders as wording
from tests.api.conftest import keep
from tests.conftest import NOW, days_before
from tests.diary.reminders.reminding import at, carry, pass_time, remind, told

pytestmark = pytest.mark.django_db

SETTINGS = "/api/v1/notification-settings"
AT_FIRST = {
    "quiet_start": "22:00", "quiet_end": "07:00", "paused_until": None, "streak_wording": False,
    "detail_on_lock_screen": False, "weekly_summary": None, "pattern_notice": False,
    "web_push_key": None,
}  # fmt: skip
SUMMARY = {"weekday": 7, "time": "18:00", "channel": "push"}
SUNDAY_EVENING = at("2026-03-22 18:00")


@pytest.fixture(autouse=True)
def noon(time_machine, settings):
    settings.WEB_PUSH_KEY = ""
    time_machine.move_to(NOW, tick=False)


class TestSettings:
    def test_at_first_they_are_quiet(self, phone):
        assert phone.get(SETTINGS).json() == AT_FIRST
        assert not NotificationSettings.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"quiet_start": "21:30"}, {"quiet_end": "00:00"}, {"streak_wording": True},
            {"detail_on_lock_screen": True}, {"pattern_notice": True},
            {"weekly_summary": SUMMARY}, {"weekly_summary": SUMMARY | {"channel": "email"}},
            {"paused_until": "2026-04-01T00:00:00+00:00"},
        ],
    )  # fmt: skip
    def test_each_is_kept_and_the_others_stay(self, phone, change):
        assert phone.patch(SETTINGS, change).json() == AT_FIRST | change
        assert phone.get(SETTINGS).json() == AT_FIRST | change
        assert phone.patch(SETTINGS, {}).json() == AT_FIRST | change

    def test_null_ends_a_pause_and_a_summary(self, phone):
        phone.patch(SETTINGS, {"paused_until": "2026-04-01T00:00:00Z", "weekly_summary": SUMMARY})
        ended = phone.patch(SETTINGS, {"paused_until": None, "weekly_summary": None})
        assert ended.json() == AT_FIRST
        assert not Reminder.objects.exists()

    def test_half_a_summary_changes_half_of_it(self, phone):
        phone.patch(SETTINGS, {"weekly_summary": SUMMARY})
        changed = phone.patch(SETTINGS, {"weekly_summary": {"time": "09:00"}}).json()
        assert changed["weekly_summary"] == SUMMARY | {"time": "09:00"}
        assert Reminder.objects.count() == 1

    def test_as_they_were_read_they_can_be_sent_back(self, phone):
        phone.patch(SETTINGS, {"weekly_summary": SUMMARY})
        read = phone.get(SETTINGS).json()
        assert phone.patch(SETTINGS, read).json() == read

    def test_a_browser_finds_the_key_to_subscribe_with(self, phone, settings):
        settings.WEB_PUSH_KEY = "3" * 42 + "A"
        assert len(phone.get(SETTINGS).json()["web_push_key"]) == 87

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"quiet_start": "25:00"}, "/quiet_start", "range"),
            ({"quiet_start": None}, "/quiet_start", "null"),
            ({"paused_until": "tomorrow"}, "/paused_until", "instant"),
            ({"streak_wording": 1}, "/streak_wording", "type"),
            ({"pattern_notice": "yes"}, "/pattern_notice", "type"),
            ({"weekly_summary": {"weekday": 7}}, "/weekly_summary/time", "required"),
            ({"weekly_summary": SUMMARY | {"weekday": 0}}, "/weekly_summary/weekday", "min_value"),
            ({"weekly_summary": SUMMARY | {"channel": "x"}}, "/weekly_summary/channel", "choice"),
            ({"weekly_summary": SUMMARY | {"x": 1}}, "/weekly_summary/x", "unknown_field"),
            ({"weekly_summary": 7}, "/weekly_summary", "type"),
            ({"time_zone": "UTC"}, "/time_zone", "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_kept(self, phone, change, pointer, code):
        answer = phone.patch(SETTINGS, {"streak_wording": True} | change)
        assert answer.status_code == 422
        assert (pointer, code) in [(f["pointer"], f["code"]) for f in answer.json()["errors"]]
        assert phone.get(SETTINGS).json() == AT_FIRST


class TestWeeklySummary:
    @pytest.fixture
    def weekly(self, ana, phone):
        carry(ana, NOW)
        phone.patch(SETTINGS, {"weekly_summary": SUMMARY})

    def test_it_says_only_that_the_week_is_ready(self, ana, weekly):
        keep(ana, {day: {"pain": 7} for day in days_before(SUNDAY_EVENING.date(), 5)})
        [message] = pass_time(SUNDAY_EVENING)
        assert message.body == "Your week is ready."

    def test_of_one_day_there_is_no_summary(self, ana, weekly):
        keep(ana, {SUNDAY_EVENING.date(): {"pain": 7}})
        assert pass_time(SUNDAY_EVENING) == []
        assert told(ana) == [("skipped", "too_few_entries")]

    def test_days_of_the_week_before_do_not_count(self, ana, weekly):
        days = days_before(SUNDAY_EVENING.date() - timedelta(days=7), 5)
        keep(ana, {day: {"pain": 7} for day in days})
        assert pass_time(SUNDAY_EVENING) == []

    def test_in_quiet_hours_it_waits_for_the_morning(self, ana, phone, weekly):
        keep(ana, {day: {"pain": 7} for day in days_before(SUNDAY_EVENING.date(), 5)})
        phone.patch(SETTINGS, {"quiet_start": "17:00"})
        assert pass_time(SUNDAY_EVENING) == []
        assert len(pass_time(at("2026-03-23 07:00"))) == 1


class TestUnsubscribe:
    @pytest.fixture
    def link(self, ana) -> str:
        remind(ana, NOW, by_push=True, by_email=True)
        url = unsubscribe_url(ana.pk)
        assert url.startswith("http")
        return url[url.index("/unsubscribe/") :]

    def test_the_page_asks_and_changes_nothing(self, stranger, link):
        page = stranger.get(link)
        assert page.status_code == 200
        assert b'<form method="post">' in page.content
        assert page["Content-Type"].startswith("text/html")
        assert Reminder.objects.get().by_email

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
            ("--x\r\n\r\nList-Unsubscribe=One-Click\r\n--x--", "multipart/form-data; boundary=x"),
            ("", "text/plain"),
        ],
        ids=["RFC 8058", "as a form", "a bare click"],
    )
    def test_one_click_stops_all_mail_and_nothing_else(self, stranger, link, body, kind):
        for _ in range(2):  # twice is as once
            assert stranger.send("POST", link, body.encode(), kind).status_code == 200
        reminder = Reminder.objects.get()
        assert (reminder.by_email, reminder.by_push) == (False, True)

    def test_what_is_on_its_way_is_called_off(self, ana, stranger, link):
        stranger.post(link)
        assert [m.platform for m in pass_time(at("2026-03-20 20:30"))] == []

    @pytest.mark.parametrize("token", ["x", "a:b:c", "", "é"])
    def test_any_other_link_is_nobodys(self, stranger, link, token):
        for ask in (stranger.get, stranger.post):
            assert ask(f"/unsubscribe/{token}").status_code == 404
        assert Reminder.objects.get().by_email

    def test_nor_is_one_that_was_signed_for_something_else(self, ana):
        assert who_unsubscribes(signing.dumps(ana.pk.hex, salt="something else")) is None
        assert who_unsubscribes(signing.dumps([1], salt="unsubscribe")) is None

    def test_of_a_person_who_left_it_says_the_same(self, ana, stranger, link):
        ana.delete()
        gone = stranger.get(link)
        assert gone.status_code == 404
        assert gone.content == stranger.get("/unsubscribe/x").content

    def test_what_came_by_mail_alone_says_that_nothing_is_left(self, ana, phone):
        mail = phone.post(
            "/api/v1/reminders", {"kind": "entry", "times": ["20:30"], "channels": ["email"]}
        ).json()
        assert mail["warnings"] == []
        phone.patch(SETTINGS, {"weekly_summary": SUMMARY | {"channel": "email"}})
        silence_mail([ana.pk])
        assert phone.get(SETTINGS).json()["weekly_summary"] is None
        one = f"/api/v1/reminders/{mail['id']}"
        renamed = phone.patch(one, {"label": "Evening"}).json()  # what is not named stays
        assert (renamed["label"], renamed["channels"]) == ("Evening", [])
        assert renamed["warnings"] == [wording.no_way_to_you()]
        assert phone.patch(one, {"channels": ["push"]}).json()["warnings"] == []
