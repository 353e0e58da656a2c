"""Reminders over the API: made, changed, looked ahead from, taken out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from rest_framework import status

from diary.models import Diary, NotificationSettings, Occurrence, Reminder
from diary.reminders import keep as keeping
from tests.api.conftest import keep
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

REMINDERS = "/api/v1/reminders"
EVENING = {"kind": "entry", "times": ["20:30"]}
AT_FIRST = {
    "kind": "entry", "label": None, "times": ["20:30"], "weekdays": [1, 2, 3, 4, 5, 6, 7],
    "every_n_weeks": 1, "anchor_date": None, "starts_on": None, "ends_on": None,
    "skip_if_entered": True, "nudge": None, "channels": ["push"], "questionnaire": None,
    "active": True, "rrule": "FREQ=DAILY", "next_at": "2026-03-20T20:30:00+00:00", "warnings": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def made(phone) -> dict:
    answer = phone.post(REMINDERS, EVENING)
    assert answer.status_code == status.HTTP_201_CREATED
    return answer.json()


def one(reminder: dict) -> str:
    return f"{REMINDERS}/{reminder['id']}"


class TestMaking:
    def test_kind_and_times_are_enough(self, made):
        assert {name: made[name] for name in AT_FIRST} == AT_FIRST

    def test_it_is_read_as_it_was_made(self, phone, made):
        assert phone.get(one(made)).json() == made
        assert phone.get(REMINDERS).json() == {"items": [made], "next": None}

    def test_everything_that_is_sent_is_kept(self, phone):
        sent = {
            "kind": "entry", "label": "After supper", "times": ["08:00", "20:30"],
            "weekdays": [1, 3], "every_n_weeks": 2, "anchor_date": "2026-03-16",
            "starts_on": "2026-03-21", "ends_on": "2026-12-31", "skip_if_entered": False,
            "nudge": {"after_missed_days": 3, "max": 2}, "channels": ["email", "push"],
            "questionnaire": None, "active": False,
        }  # fmt: skip
        answer = phone.post(REMINDERS, sent).json()
        assert {name: answer[name] for name in sent} == sent | {"channels": ["push", "email"]}
        assert answer["next_at"] is None
        assert answer["rrule"] == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231T235959Z")

    def test_times_are_kept_in_their_order_of_the_day(self, phone):
        made = phone.post(REMINDERS, EVENING | {"times": ["20:30", "00:00", "08:00"]}).json()
        assert made["times"] == ["00:00", "08:00", "20:30"]

    def test_every_second_week_counts_from_this_one_unless_said(self, phone):
        made = phone.post(REMINDERS, EVENING | {"every_n_weeks": 2}).json()
        assert made["anchor_date"] == TODAY.isoformat()

    def test_one_of_the_persons_own_comes_whether_the_day_is_written_or_not(self, phone):
        made = phone.post(REMINDERS, {"kind": "custom", "times": ["12:30"]}).json()
        assert made["skip_if_entered"] is False

    def test_the_words_are_sealed(self, phone):
        phone.post(REMINDERS, EVENING | {"label": "kanarienvogel"})
        assert b"kanarienvogel" not in bytes(Reminder.objects.get().sealed)

    def test_next_at_is_by_the_persons_own_clock(self, phone, ana):
        Diary.objects.filter(user=ana).update(time_zone="Asia/Kathmandu")
        made = phone.post(REMINDERS, EVENING).json()
        assert made["next_at"] == "2026-03-20T14:45:00+00:00"

    def test_quiet_hours_are_warned_of_and_honoured(self, phone):
        made = phone.post(REMINDERS, EVENING | {"times": ["20:30", "23:00"]}).json()
        assert len(made["warnings"]) == 1
        assert "23:00" in made["warnings"][0]

    def test_a_pause_is_told_of(self, phone, ana):
        NotificationSettings.objects.create(user=ana, paused_until=NOW + timedelta(days=1))
        assert "2026-03-21 12:00" in phone.post(REMINDERS, EVENING).json()["warnings"][0]

    def test_there_is_an_end_to_how_many(self, phone, monkeypatch):
        monkeypatch.setattr(keeping, "MOST", 2)
        for expected in (201, 201, 422):
            assert phone.post(REMINDERS, EVENING).status_code == expected
        assert Reminder.objects.count() == 2


REFUSED = {
    "no kind": ({"kind": None}, "/kind", "null"),
    "another kind": ({"kind": "weekly_summary"}, "/kind", "choice"),
    "a number for a kind": ({"kind": 1}, "/kind", "type"),
    "no times": ({"times": []}, "/times", "required"),
    "seven times": ({"times": [f"0{n}:00" for n in range(7)]}, "/times", "max_length"),
    "twice the same": ({"times": ["08:00", "08:00"]}, "/times", "choice"),
    "no list": ({"times": "20:30"}, "/times", "type"),
    "an hour that no clock shows": ({"times": ["24:00"]}, "/times/0", "range"),
    "seconds": ({"times": ["20:30:00"]}, "/times/0", "range"),
    "other digits": ({"times": ["٢٠:٣٠"]}, "/times/0", "range"),
    "a number for a time": ({"times": [2030]}, "/times/0", "type"),
    "an eighth weekday": ({"weekdays": [8]}, "/weekdays/0", "max_value"),
    "a zeroth": ({"weekdays": [0]}, "/weekdays/0", "min_value"),
    "half a weekday": ({"weekdays": [1.5]}, "/weekdays/0", "step"),
    "no weekday": ({"weekdays": []}, "/weekdays", "required"),
    "every fifth week": ({"every_n_weeks": 5}, "/every_n_weeks", "max_value"),
    "true weeks": ({"every_n_weeks": True}, "/every_n_weeks", "type"),
    "no date": ({"starts_on": "tomorrow"}, "/starts_on", "date"),
    "a date of long ago": ({"starts_on": "1999-12-31"}, "/starts_on", "too_early"),
    "a date of another century": ({"ends_on": "2101-01-01"}, "/ends_on", "range"),
    "an end before its start": (
        {"starts_on": "2026-04-02", "ends_on": "2026-04-01"}, "/ends_on", "range",
    ),
    "yes": ({"skip_if_entered": "yes"}, "/skip_if_entered", "type"),
    "a nudge too soon": (
        {"nudge": {"after_missed_days": 1, "max": 1}}, "/nudge/after_missed_days", "min_value",
    ),
    "too many nudges": ({"nudge": {"after_missed_days": 2, "max": 4}}, "/nudge/max", "max_value"),
    "half a nudge": ({"nudge": {"max": 1}}, "/nudge/after_missed_days", "required"),
    "a nudge of more": (
        {"nudge": {"after_missed_days": 2, "max": 1, "x": 1}}, "/nudge/x", "unknown_field",
    ),
    "no nudge at all": ({"nudge": 3}, "/nudge", "type"),
    "a nudge to one's own": (
        {"kind": "custom", "nudge": {"after_missed_days": 2, "max": 1}}, "/nudge", "choice",
    ),
    "by no way": ({"channels": []}, "/channels", "required"),
    "by pigeon": ({"channels": ["pigeon"]}, "/channels/0", "choice"),
    "a questionnaire unnamed": ({"kind": "questionnaire"}, "/questionnaire", "required"),
    "an unknown one": (
        {"kind": "questionnaire", "questionnaire": "bdi"}, "/questionnaire", "choice",
    ),
    "one where none belongs": ({"questionnaire": "phq-9"}, "/questionnaire", "choice"),
    "a long label": ({"label": "x" * 61}, "/label", "max_length"),
    "a bell in it": ({"label": "\u0007"}, "/label", "characters"),
    "a rule of months": ({"rrule": "FREQ=MONTHLY"}, "/rrule", "rrule_unsupported"),
    "a rule against the weekdays": (
        {"rrule": "FREQ=WEEKLY;BYDAY=MO", "weekdays": [2]}, "/rrule", "rrule_unsupported",
    ),
    "a rule without end": ({"rrule": "FREQ=DAILY;" * 30}, "/rrule", "max_length"),
    "no rule": ({"rrule": 1}, "/rrule", "type"),
    "another field": ({"colour": "blue"}, "/colour", "unknown_field"),
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize(("change", "pointer", "code"), REFUSED.values(), ids=REFUSED)
    def test_what_is_wrong_is_named(self, phone, change, pointer, code):
        answer = phone.post(REMINDERS, EVENING | change)
        assert answer.status_code == 422
        assert (pointer, code) in [(f["pointer"], f["code"]) for f in answer.json()["errors"]]
        assert not Reminder.objects.exists()

    @pytest.mark.parametrize(("change", "pointer", "code"), REFUSED.values(), ids=REFUSED)
    def test_and_a_change_leaves_all_as_it_was(self, phone, made, change, pointer, code):
        if "a rule against" in code or change.get("weekdays") == [2]:
            return
        answer = phone.patch(one(made), change)
        assert answer.status_code == 422
        assert phone.get(one(made)).json() == made

    @pytest.mark.parametrize("missing", ["kind", "times"])
    def test_what_is_needed_is_needed(self, phone, missing):
        sent = {name: value for name, value in EVENING.items() if name != missing}
        [fault] = phone.post(REMINDERS, sent).json()["errors"]
        assert (fault["pointer"], fault["code"]) == (f"/{missing}", "required")

    def test_a_wrong_field_is_told_even_where_there_is_no_reminder(self, phone):
        assert phone.patch(f"{REMINDERS}/{uuid4()}", {"times": []}).status_code == 422
        assert phone.patch(f"{REMINDERS}/{uuid4()}", {"times": ["08:00"]}).status_code == 404

    @pytest.mark.parametrize("id", ["x", "0" * 36, "019a0000000070008000000000000000"])
    def test_what_is_no_id_is_nobodys(self, phone, id):
        assert phone.get(f"{REMINDERS}/{id}").status_code == 404
        assert phone.delete(f"{REMINDERS}/{id}").status_code == 404
        assert phone.patch(f"{REMINDERS}/{id}", {"active": False}).status_code == 404


class TestChanging:
    def test_what_is_not_named_stays(self, phone, made):
        changed = phone.patch(one(made), {"label": "Supper"}).json()
        assert changed == made | {"label": "Supper"}
        assert phone.patch(one(made), {"times": ["21:00"]}).json()["label"] == "Supper"

    def test_as_it_was_read_it_can_be_sent_back(self, phone, made):
        assert phone.patch(one(made), made).json() == made

    def test_null_clears_a_nudge_and_half_of_one_changes_half(self, phone, made):
        phone.patch(one(made), {"nudge": {"after_missed_days": 3, "max": 2}})
        changed = phone.patch(one(made), {"nudge": {"max": 1}}).json()
        assert changed["nudge"] == {"after_missed_days": 3, "max": 1}
        assert phone.patch(one(made), {"nudge": None}).json()["nudge"] is None

    def test_a_rule_takes_the_place_of_weekdays(self, phone, made):
        rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
        changed = phone.patch(one(made), {"rrule": rule}).json()
        assert (changed["weekdays"], changed["every_n_weeks"]) == ([2], 2)
        assert changed["rrule"] == rule
        again = phone.patch(one(made), changed | {"rrule": "FREQ=DAILY"}).json()
        assert again["weekdays"] == [1, 2, 3, 4, 5, 6, 7]

    def test_a_new_time_on_the_same_day_still_comes(self, phone, made):
        changed = phone.patch(one(made), {"times": ["12:01"]}).json()
        assert changed["next_at"] == "2026-03-20T12:01:00+00:00"

    def test_switched_off_nothing_of_it_is_sent(self, phone, ana, made):
        occurrence = planned(ana, made)
        assert phone.patch(one(made), {"active": False}).json()["next_at"] is None
        occurrence.refresh_from_db(fields=["state", "skip_reason"])
        assert (occurrence.state, occurrence.skip_reason) == ("skipped", "reminder_off")

    def test_removed_it_is_gone_with_all_that_waits(self, phone, ana, made):
        occurrence = planned(ana, made)
        assert phone.delete(one(made)).status_code == 204
        assert phone.get(one(made)).status_code == 404
        assert phone.delete(one(made)).status_code == 404
        occurrence.refresh_from_db(fields=["state"])
        assert occurrence.state == "skipped"

    def test_the_weekly_summary_is_none_of_them(self, phone, made):
        Reminder.objects.update(kind="weekly_summary")
        assert phone.get(REMINDERS).json()["items"] == []
        assert phone.get(one(made)).status_code == 404
        assert phone.patch(one(made), {"active": False}).status_code == 404
        assert phone.delete(one(made)).status_code == 404


def planned(ana, reminder: dict) -> Occurrence:
    return Occurrence.objects.create(
        user=ana, id=uuid4(), reminder=reminder["id"], kind="entry", local_date=TODAY,
        minute=1230, entry_date=TODAY, due_at=NOW, send_at=NOW, expires_at=NOW, time_zone="UTC",
    )  # fmt: skip


class TestLists:
    def test_newest_first_page_by_page(self, phone):
        ids = [phone.post(REMINDERS, EVENING).json()["id"] for _ in range(5)]
        page = phone.get(f"{REMINDERS}?limit=2").json()
        seen = [item["id"] for item in page["items"]]
        while page["next"]:
            page = phone.get(page["next"]).json()
            seen += [item["id"] for item in page["items"]]
        assert seen == ids[::-1]

    @pytest.mark.parametrize(
        "query", ["limit=0", "after=x", "after=eA==", "x=1", "limit=1&limit=2"]
    )
    def test_other_questions_are_refused(self, phone, query):
        assert phone.get(f"{REMINDERS}?{query}").status_code == 422


class TestPreview:
    def test_fourteen_unless_said(self, phone, made):
        answer = phone.get(f"{one(made)}/preview").json()
        assert len(answer["items"]) == 14
        assert answer["items"][0] == {
            "date": "2026-03-20", "time": "20:30", "at": "2026-03-20T20:30:00+00:00",
            "rule": "exact",
        }  # fmt: skip
        assert answer["next"] is None
        assert len(phone.get(f"{one(made)}/preview?count=3").json()["items"]) == 3

    def test_it_says_what_the_clock_does(self, phone, ana):
        Diary.objects.filter(user=ana).update(time_zone="Europe/Berlin")
        made = phone.post(REMINDERS, EVENING | {"times": ["02:30"]}).json()
        items = phone.get(f"{one(made)}/preview").json()["items"]
        [shifted] = [item for item in items if item["rule"] != "exact"]
        assert shifted == {
            "date": "2026-03-29", "time": "02:30", "at": "2026-03-29T01:30:00+00:00",
            "rule": "gap_shifted",
        }  # fmt: skip

    def test_a_date_that_does_not_exist_has_no_instant(self, phone, ana, time_machine):
        Diary.objects.filter(user=ana).update(time_zone="Pacific/Apia")
        time_machine.move_to(datetime(2011, 12, 29, 12, tzinfo=UTC))
        made = phone.post(REMINDERS, EVENING).json()
        items = phone.get(f"{one(made)}/preview?count=3").json()["items"]
        assert [(item["date"], item["rule"]) for item in items] == [
            ("2011-12-29", "exact"), ("2011-12-30", "no_such_date"), ("2011-12-31", "exact"),
        ]  # fmt: skip
        assert items[1]["at"] is None

    def test_it_ends_with_the_reminder(self, phone):
        made = phone.post(REMINDERS, EVENING | {"ends_on": "2026-03-22"}).json()
        assert len(phone.get(f"{one(made)}/preview").json()["items"]) == 3

    @pytest.mark.parametrize("count", ["0", "101", "-1", "x", "1e1", "٣"])
    def test_other_counts_are_refused(self, phone, made, count):
        [fault] = phone.get(f"{one(made)}/preview?count={count}").json()["errors"]
        assert (fault["parameter"], fault["code"]) == ("count", "range")


class TestLocalPlan:
    PLAN = f"{REMINDERS}/local-plan"

    def test_sixty_four_of_all_reminders_in_their_order(self, phone, made):
        phone.post(REMINDERS, EVENING | {"times": ["08:00", "22:00"]})
        items = phone.get(self.PLAN).json()["items"]
        assert len(items) == 64
        assert [item["at"] for item in items] == sorted(item["at"] for item in items)
        assert items[0] == {
            "occurrence": f"{made['id']}:2026-03-20:1230",
            "at": "2026-03-20T20:30:00+00:00",
            "text": "Time for your check-in.",
        }

    def test_a_day_that_is_written_is_left_out(self, phone, ana, made):
        keep(ana, {TODAY: {"pain": 1}})
        assert phone.get(self.PLAN).json()["items"][0]["at"].startswith("2026-03-21")

    def test_what_is_paused_or_off_is_left_out(self, phone, ana, made):
        NotificationSettings.objects.create(user=ana, paused_until=NOW + timedelta(days=2))
        assert phone.get(self.PLAN).json()["items"][0]["at"].startswith("2026-03-22")
        phone.patch(one(made), {"active": False})
        assert phone.get(self.PLAN).json()["items"] == []

    def test_after_a_long_pause_there_are_still_sixty_four(self, phone, ana, made):
        times = [f"{hour:02}:00" for hour in (8, 10, 12, 14, 16, 18)]
        phone.patch(one(made), {"times": times})
        ends = NOW + timedelta(days=100)
        NotificationSettings.objects.create(user=ana, paused_until=ends)
        items = phone.get(self.PLAN).json()["items"]
        assert len(items) == 64
        assert items[0]["at"] == ends.isoformat()  # the pause is over at that very minute

    def test_what_comes_by_mail_alone_is_no_phones(self, phone, made):
        phone.patch(one(made), {"channels": ["email"]})
        assert phone.get(self.PLAN).json()["items"] == []

    def test_a_summary_is_the_servers_to_tell_of(self, phone):
        summary = {"weekday": 7, "time": "18:00", "channel": "push"}
        phone.patch("/api/v1/notification-settings", {"weekly_summary": summary})
        assert phone.get(self.PLAN).json()["items"] == []

    def test_a_questionnaire_waits_for_its_own_answer_alone(self, phone, ana):
        asked = {"kind": "questionnaire", "questionnaire": "peg", "times": ["20:30"]}
        reminder = phone.post(REMINDERS, asked).json()
        keep(ana, {TODAY: {"pain": 1}})
        phone.post(
            "/api/v1/questionnaires/phq-2/answers",
            {"date": TODAY.isoformat(), "items": {"44250-9": 1}},
        )
        assert phone.get(self.PLAN).json()["items"][0]["at"].startswith("2026-03-20")
        phone.post(
            "/api/v1/questionnaires/peg/answers",
            {"date": "2026-03-18", "items": {"peg_pain": 3}},
        )
        assert phone.get(self.PLAN).json()["items"][0]["at"].startswith("2026-04-01")
        phone.patch(one(reminder), {"skip_if_entered": False})
        assert phone.get(self.PLAN).json()["items"][0]["at"].startswith("2026-03-20")

    def test_own_words_are_shown_only_to_those_who_said_so(self, phone, ana, made):
        phone.patch(one(made), {"label": "kanarienvogel"})
        assert "kanarienvogel" not in phone.get(self.PLAN).content.decode()
        NotificationSettings.objects.create(user=ana, detail_on_lock_screen=True)
        assert "kanarienvogel" in phone.get(self.PLAN).content.decode()
