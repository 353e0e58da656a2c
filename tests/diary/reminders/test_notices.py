"""A notice of a pattern: for those who asked, once, by day, and saying nothing."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from uuid_utils.compat import uuid7

from diary.models import Delivery, NotificationSettings, Occurrence
from diary.record import Change, write
from diary.reminders.asked import ANSWERS
from diary.reminders.notices import by_day
from tests.conftest import NOW, TODAY, days_before
from tests.diary.keeping import LOW, WELL, keep, look
from tests.diary.keeping import told as patterns_of
from tests.diary.reminders.reminding import (
    at,
    carry,
    occurrences,
    pass_time,
    remind,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def allowed(settings):
    """This deployment tells people of patterns at all."""
    settings.PATTERN_NOTICES = True


SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def asked(ana):
    carry(ana, NOW)
    return NotificationSettings.objects.create(user=ana, pattern_notice=True)


def low_days(ana, now=NOW):
    keep(ana, dict.fromkeys(days_before(now.date(), 30), LOW), now)
    look(now)


def notices(person) -> list[Occurrence]:
    return [one for one in occurrences(person) if one.kind == "notice"]


class TestOnce:
    def test_it_comes_in_neutral_words(self, ana, asked):
        low_days(ana)
        assert [p.status for p in patterns_of(ana)] == ["open"]
        [message] = pass_time(NOW)
        assert message.body == "Something in your diary may be worth a look."

    def test_it_does_not_come_again_while_the_episode_lasts(self, ana, asked):
        low_days(ana)
        pass_time(NOW)
        for number in range(1, 4):
            keep(ana, {TODAY + number * DAY: LOW}, NOW + number * DAY)
            look(NOW + number * DAY)
            assert pass_time(NOW + number * DAY) == []
        assert len(notices(ana)) == 1

    def test_who_did_not_ask_gets_none(self, ana):
        carry(ana, NOW)
        low_days(ana)
        assert pass_time(NOW) == []
        assert notices(ana) == []

    def test_where_the_deployment_tells_nobody_nobody_is_told(self, ana, asked, settings):
        settings.PATTERN_NOTICES = False
        low_days(ana)
        assert notices(ana) == []

    def test_a_pattern_that_is_withdrawn_meanwhile_is_not_told_of(self, ana, asked):
        low_days(ana)
        keep(ana, dict.fromkeys(days_before(TODAY, 30), WELL), NOW + SECOND)
        look(NOW + SECOND)
        assert pass_time(NOW + 2 * SECOND) == []
        assert told(ana) == [("skipped", "no_longer")]

    def test_in_doubt_it_is_tried_once_more(self, ana, asked):
        low_days(ana)
        pass_time(NOW)
        die_on_wire(attempts=1)
        assert pass_time(NOW + SECOND) == []  # the sweep comes last in a round
        assert len(pass_time(NOW + 2 * SECOND)) == 1
        die_on_wire(attempts=2)
        pass_time(NOW + 3 * SECOND)
        assert [d.state for d in Delivery.objects.all()] == ["unconfirmed"]


def die_on_wire(attempts: int) -> None:
    """As if its sender had died at the provider's."""
    Occurrence.objects.update(state="fanned")
    Delivery.objects.update(
        state="on_wire", attempts=attempts, next_attempt_at=NOW, lease_until=NOW
    )


class TestPrivacy:
    def test_its_row_does_not_tell_what_was_found(self, ana, asked):
        low_days(ana)
        [row] = Occurrence.objects.values()
        [pattern] = patterns_of(ana)
        readable = {name: value for name, value in row.items() if name != "sealed"}
        assert str(pattern.id) not in str(readable)
        assert pattern.id.hex not in str(readable)
        assert pattern.id.bytes not in bytes(row["sealed"])

    def test_its_key_is_another_for_each_person(self, ana, ben):
        one, other = (person.datakey.open().mark("notice", "x") for person in (ana, ben))
        assert one != other
        assert one == ana.datakey.open().mark("notice", "x")
        assert one != ana.datakey.open().mark("something else", "x")


DAYTIME = {
    "at noon": ("2026-03-20 12:00", "2026-03-20 12:00"),
    "early": ("2026-03-20 05:00", "2026-03-20 09:00"),
    "at half past seven in the evening": ("2026-03-20 19:30", "2026-03-21 09:00"),
    "at night": ("2026-03-20 23:00", "2026-03-21 09:00"),
}


@pytest.mark.parametrize(("now", "then"), DAYTIME.values(), ids=DAYTIME)
def test_it_comes_between_nine_and_eight(now, then):
    begins, ends = by_day(at(now), "UTC", time(22), time(7))
    assert begins == at(then)
    assert ends.hour == 20


def test_it_keeps_out_of_quiet_hours():
    assert by_day(at("2026-03-20 12:00"), "UTC", time(9), time(15))[0] == at("2026-03-20 15:00")
    assert by_day(at("2026-03-20 12:00"), "UTC", time(8), time(20)) is None


def test_it_is_day_where_the_person_is():
    begins, _ = by_day(at("2026-03-20 12:00"), "Asia/Tokyo", time(22), time(7))
    assert begins == at("2026-03-21 00:00")


class TestQuestionnaires:
    def answer(self, person, day, code="phq-9"):
        fields = {"date": day.isoformat(), "questionnaire": code, "items": {}}
        write(person.datakey.open(), [Change(ANSWERS, str(uuid7()), fields)], now=NOW)

    def due(self, ana):
        carry(ana, NOW)
        remind(ana, NOW, kind="questionnaire", questionnaire="phq-9")

    def test_it_is_asked_for_when_it_is_due(self, ana):
        self.due(ana)
        [message] = pass_time(at("2026-03-20 20:30"))
        assert message.body == "A few questions are ready for you."

    @pytest.mark.parametrize(("days_ago", "comes"), [(0, False), (13, False), (14, True)])
    def test_not_within_a_fortnight_of_its_last_answer(self, ana, days_ago, comes):
        self.due(ana)
        self.answer(ana, TODAY - days_ago * DAY)
        assert bool(pass_time(at("2026-03-20 20:30"))) is comes

    def test_another_questionnaires_answer_is_not_its(self, ana):
        self.due(ana)
        self.answer(ana, TODAY, "gad-7")
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_a_written_day_is_no_answer(self, ana):
        self.due(ana)
        keep(ana, {TODAY: {"pain": 1}})
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_who_wants_it_in_any_case_gets_it(self, ana):
        self.due(ana)
        ana.reminder_set.update(skip_if_entered=False)
        self.answer(ana, TODAY)
        assert len(pass_time(at("2026-03-20 20:30"))) == 1
