"""Walking: only as far as it matters, and with the same bits alone and among many."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diary import due
from diary.analysis import RULES
from diary.detectors import DETECTORS
from diary.looking import _spans
from diary.memory import BACK, KINDS, first_of_month
from diary.models import Diary
from diary.review import review
from tests.conftest import NOW, TODAY, days_before, make_person
from tests.diary.keeping import (
    FINE,
    HURT,
    LOW,
    WELL,
    dates_from,
    diary_of,
    episodes,
    forget,
    from_nothing,
    keep,
    look,
    look_until_done,
    memory_bytes,
    memory_of,
    snapshot,
    told,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LONG = days_before(TODAY, 1000)


@pytest.fixture
def walked(monkeypatch):
    """The days that each walk of a diary went over; the same for both detectors."""
    days, detector = [], DETECTORS[KINDS[0]]
    walk = detector.look

    def look_and_count(values, *rest):
        days.append(values.shape[-1] - BACK)
        return walk(values, *rest)

    monkeypatch.setattr(detector, "look", look_and_count)
    return days


@pytest.fixture
def long_diary(ana):
    """Almost three years of well days, with a bad spring in the middle."""
    bad = LONG[400:460]
    keep(ana, dict.fromkeys(LONG, WELL | FINE) | dict.fromkeys(bad, LOW | HURT))
    look()
    assert [pattern.status for pattern in told(ana)] == ["closed", "closed"]
    return ana


class TestHowFar:
    def test_the_first_review_walks_every_day(self, ana, walked):
        keep(ana, dict.fromkeys(LONG, WELL))
        look()
        assert sum(walked) == 1000

    def test_a_new_midnight_walks_one_day_and_reads_no_entry(self, long_diary, walked):
        with CaptureQueriesContext(connection) as statements:
            look(NOW + DAY)
        assert sum(walked) == 1
        assert not [query for query in statements if 'FROM "record"' in query["sql"]]

    def test_a_week_of_midnights_walks_seven_days(self, long_diary, walked):
        look(NOW + 7 * DAY)
        assert sum(walked) == 7

    def test_todays_entry_walks_this_month_alone(self, long_diary, walked):
        keep(long_diary, {TODAY: LOW})
        look()
        assert sum(walked) == (TODAY - first_of_month(TODAY)).days + 1

    def test_tomorrows_entry_in_a_new_month_walks_one_day(self, ana, walked):
        today = date(2026, 3, 31)
        keep(ana, dict.fromkeys(days_before(today, 40), WELL), NOW + 11 * DAY)
        look(NOW + 11 * DAY)
        walked.clear()
        keep(ana, {today + DAY: LOW}, NOW + 12 * DAY)
        look(NOW + 12 * DAY)
        assert sum(walked) == 1

    def test_an_old_change_walks_until_it_no_longer_matters(self, long_diary, walked):
        changed = LONG[200]
        keep(long_diary, {changed: LOW | HURT})
        look()
        # From the first of its month to the first month's end more than 126 days later.
        assert 126 < sum(walked) < 126 + 31 + 31
        assert snapshot(long_diary) == from_nothing(long_diary)

    def test_a_change_that_goes_on_mattering_is_followed_further(self, ana, walked):
        keep(ana, dict.fromkeys(LONG, FINE))
        look()
        walked.clear()
        keep(ana, dict.fromkeys(LONG[300:345], HURT))
        look()
        # The state remembers the new pattern's end, so it agrees with no earlier month's.
        assert sum(walked) > 45 + 126 + 62
        assert snapshot(ana) == from_nothing(ana)

    def test_by_other_rules_every_day_is_walked_again(self, long_diary, walked):
        Diary.objects.filter(user=long_diary).update(reviewed_rules="2020.01")
        look()
        assert sum(walked) == 1000

    def test_a_silence_is_not_walked(self, ana, walked):
        keep(ana, {LONG[0]: WELL, LONG[500]: WELL, TODAY: WELL})
        look()
        assert sum(walked) == 91 + 91 + 1

    def test_changes_far_apart_are_walked_from_the_first_to_behind_the_last(
        self, long_diary, walked
    ):
        keep(long_diary, {LONG[100]: LOW, LONG[700]: LOW})
        look()
        assert 600 + 126 < sum(walked) < 600 + 126 + 62
        assert snapshot(long_diary) == from_nothing(long_diary)


class TestAStopBehindAnOldChange:
    def test_leaves_what_lies_beyond_as_it_was(self, long_diary):
        before = told(long_diary)
        keep(long_diary, {LONG[100]: LOW})
        look()
        assert told(long_diary) == before
        assert memory_of(long_diary).through == TODAY

    def test_keeps_the_end_of_what_was_open_where_it_stopped(self, ana):
        """A pattern that is open, far behind a change, until it clears long after."""
        bad = LONG[300:600]
        keep(ana, dict.fromkeys(LONG, WELL) | dict.fromkeys(bad, LOW))
        look()
        [before] = told(ana)
        keep(ana, {LONG[330]: WELL})
        look()
        assert told(ana) == [before]
        assert (before.closed_reason, before.closed_on > bad[-1]) == ("cleared", True)

    def test_far_behind_a_pattern_that_begins_earlier_now_shows_its_days(self, ana):
        bad = LONG[300:600]
        keep(ana, dict.fromkeys(LONG, WELL) | dict.fromkeys(bad, LOW))
        look()
        [before] = told(ana)
        keep(ana, dict.fromkeys(LONG[290:300], LOW))
        look()
        [after] = told(ana)
        assert after.opened_on == before.opened_on - 10 * DAY
        assert len(after.evidence["symptoms"]["guilt"]["days"]) == 14
        assert snapshot(ana) == from_nothing(ana)

    def test_in_a_sleeping_diary_lets_it_sleep_on(self, ana):
        keep(ana, dict.fromkeys(LONG[:700], WELL))
        look(NOW - 200 * DAY)
        look(NOW)
        keep(ana, {LONG[50]: LOW}, NOW)
        assert [look(NOW) for _ in range(3)][-1] == 0
        assert diary_of(ana).reviewed_through == date.max
        assert snapshot(ana) == from_nothing(ana)

    def test_in_a_diary_that_fell_silent_meanwhile_lets_it_sleep_knowing_nothing(self, ana):
        keep(ana, dict.fromkeys(LONG[:680], WELL) | dict.fromkeys(LONG[680:700], LOW))
        look(NOW - 290 * DAY)
        assert told(ana)[0].status == "open"
        keep(ana, {LONG[50]: LOW}, NOW)
        look_until_done(NOW)
        assert told(ana)[0].closed_reason == "lapsed"
        assert diary_of(ana).reviewed_through == date.max
        assert snapshot(ana) == from_nothing(ana)

    def test_days_that_passed_meanwhile_are_walked_next(self, long_diary):
        keep(long_diary, {LONG[100]: LOW})
        later = NOW + 3 * DAY
        assert look(later) == 1
        assert diary_of(long_diary).reviewed_through == TODAY
        assert look(later) == 1
        assert look(later) == 0
        assert memory_of(long_diary).through == TODAY + 3 * DAY
        assert snapshot(long_diary) == from_nothing(long_diary, later)


def lives(number):
    """Somebody's diary: bad and good spells, gaps, as many days as their number says."""
    dice = random.Random(number)
    days = {}
    for day in days_before(TODAY, 130 + 23 * number):
        if day.toordinal() // 20 % 3 == number % 3:
            fields = LOW | HURT
        else:
            fields = {"pain": 3 + dice.random() // 0.1 / 10, "mood": 6, "low_mood": 1, "guilt": 0}
        if dice.random() < 0.8:
            days[day] = fields
    return days


def test_a_diary_alone_and_among_many_gets_the_same_bits(monkeypatch):
    people = [make_person(f"{number}@diary.example") for number in range(8)]
    for number, person in enumerate(people):
        keep(person, lives(number))
    assert look() == len(people)
    together = [(memory_bytes(person), episodes(person)) for person in people]
    assert sum(len(found) for _, found in together) > 6
    for person in people:
        forget(person)
    monkeypatch.setattr(due, "BATCH", 1)
    look()
    assert [(memory_bytes(person), episodes(person)) for person in people] == together


def test_a_review_takes_as_many_statements_for_many_as_for_one():
    people = [make_person(f"{number}@diary.example") for number in range(6)]
    for number, person in enumerate(people):
        keep(person, lives(number % 5))
    few, many = people[:1], people[1:]
    assert statements_to_review(many) == statements_to_review(few)


def statements_to_review(people):
    ids = [person.pk for person in people]
    Diary.objects.exclude(user_id__in=ids).update(lease_until=NOW + DAY)
    Diary.objects.filter(user_id__in=ids).update(lease_until=None)
    [claim] = due.claim(NOW, 1000)
    assert set(claim.user_ids) == set(ids)
    with CaptureQueriesContext(connection) as statements:
        review(claim.token, claim.user_ids, NOW)
    assert Diary.objects.filter(user_id__in=ids, reviewed_rules=RULES).count() == len(ids)
    return len(statements)


class TestSpans:
    FIRST = date(2026, 1, 1)

    @pytest.mark.parametrize(
        ("gap", "spans"),
        [
            pytest.param(1, 1, id="the next day"),
            pytest.param(91, 1, id="ninety empty dates between"),
            pytest.param(92, 2, id="ninety-one"),
        ],
    )
    def test_more_than_ninety_empty_dates_part_two_entries(self, gap, spans):
        entries = [self.FIRST, self.FIRST + gap * DAY]
        found = _spans(self.FIRST, self.FIRST + 120 * DAY, entries)
        assert len(found) == spans
        assert found[-1][1] == min(entries[-1] + 90 * DAY, self.FIRST + 120 * DAY)

    def test_nothing_is_walked_before_the_first_date_or_after_today(self):
        entries = dates_from(self.FIRST - 200 * DAY, 400)
        assert _spans(self.FIRST, self.FIRST + 9 * DAY, entries) == [
            (self.FIRST, self.FIRST + 9 * DAY)
        ]

    def test_an_entry_of_before_reaches_ninety_days_on(self):
        assert _spans(self.FIRST, self.FIRST + 300 * DAY, [self.FIRST - 80 * DAY]) == [
            (self.FIRST, self.FIRST + 10 * DAY)
        ]
        assert _spans(self.FIRST, self.FIRST + 300 * DAY, [self.FIRST - 91 * DAY]) == []


def test_values_reach_the_detectors_in_whole_tenths_and_grades(ana, monkeypatch):
    seen = []
    detector = DETECTORS["pain_mood_worsening"]
    walk = detector.look
    monkeypatch.setattr(detector, "look", lambda *args: seen.append(args[0]) or walk(*args))
    keep(ana, {TODAY: {"pain": 0.3, "mood": 9.9, "sleep_change": -3}})
    look()
    recorded = seen[0][~np.isnan(seen[0])]
    assert sorted(recorded) == [-3, 3, 99]
