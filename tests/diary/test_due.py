"""Which diaries are claimed for review: in what order, by whom, and until when."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from diary import due
from diary.analysis import RULES
from diary.models import Diary, Person
from diary.models.diary import ASLEEP
from diary.review import review
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import WELL, diary_of, keep, look, memory_of, state

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)
SECOND = timedelta(seconds=1)


def people(count):
    return [make_person(f"{number}@diary.example") for number in range(count)]


def reviewed(*persons, through=TODAY):
    """As they stand after a review: nothing is due before the next midnight or write."""
    Diary.objects.filter(user__in=persons).update(
        seq=1, reviewed_seq=1, reviewed_through=through, reviewed_rules=RULES
    )


def set_diary(person, **row):
    Diary.objects.filter(user=person).update(**row)


def claimed(now=NOW, most=100):
    return [user_id for claim in due.claim(now, most) for user_id in claim.user_ids]


def test_a_new_diary_is_not_due(ana):
    assert claimed() == []


def test_a_written_diary_is_due_until_it_is_reviewed(ana):
    keep(ana, {TODAY: WELL})
    assert look() == 1
    assert look() == 0


def test_written_diaries_come_before_midnight_ones_and_each_oldest_first():
    written_late, written_early, midnight_late, midnight_early = made = people(4)
    reviewed(*made)
    set_diary(written_late, seq=2, due_since=NOW - SECOND)
    set_diary(written_early, seq=2, due_since=NOW - 9 * SECOND)
    set_diary(midnight_late, reviewed_through=YESTERDAY)
    set_diary(midnight_early, reviewed_through=YESTERDAY - timedelta(days=3))
    in_order = [written_early.pk, written_late.pk, midnight_early.pk, midnight_late.pk]
    assert claimed() == in_order


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_than_asked_for_are_claimed_and_the_rest_next(most):
    made = people(4)
    reviewed(*made, through=YESTERDAY)
    set_diary(made[3], seq=2, due_since=NOW, reviewed_through=TODAY)
    first, rest = claimed(most=most), claimed()
    assert first[0] == made[3].pk
    assert len(first) == most
    assert sorted(first + rest) == sorted(person.pk for person in made)


def test_who_has_waited_longest_past_midnight_comes_first_in_whatever_zone():
    zones = ["Asia/Tokyo", "Europe/Berlin", "UTC", "Europe/Berlin", "Asia/Tokyo"]
    days_behind = [2, 5, 4, 3, 6]
    made = people(len(zones))
    reviewed(*made)
    for person, zone, days in zip(made, zones, days_behind, strict=True):
        through = TODAY - timedelta(days=days)
        set_diary(person, time_zone=zone, reviewed_through=through)
    with connection.cursor() as cursor:  # an index would keep the order by itself
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    order = [claimed(most=1)[0] for _ in made]
    assert order == [made[place].pk for place in (4, 1, 2, 3, 0)]


def test_a_diary_due_for_every_reason_is_claimed_once(ana):
    reviewed(ana, through=YESTERDAY)
    set_diary(ana, seq=2, due_since=NOW, reviewed_rules="2020.01")
    assert claimed() == [ana.pk]


def test_claims_come_in_batches(monkeypatch):
    monkeypatch.setattr(due, "BATCH", 3)
    made = people(7)
    reviewed(*made, through=YESTERDAY)
    claims = due.claim(NOW, 100)
    assert [len(claim.user_ids) for claim in claims] == [3, 3, 1]
    assert len({claim.token for claim in claims}) == 3


class TestALease:
    @pytest.fixture
    def claim(self, ana):
        keep(ana, {TODAY: WELL})
        [claim] = due.claim(NOW, 100)
        return claim

    def test_keeps_others_away_until_it_ends(self, claim):
        assert claimed(NOW + due.LEASE) == []
        assert claimed(NOW + due.LEASE + SECOND) == list(claim.user_ids)

    def test_keeps_others_away_from_a_diary_past_midnight_or_by_other_rules(self, claim, ana):
        set_diary(ana, reviewed_seq=1, reviewed_rules=RULES, reviewed_through=YESTERDAY)
        assert claimed() == []
        set_diary(ana, reviewed_rules="2020.01")
        assert claimed() == []

    def test_that_is_over_lets_nothing_begin(self, claim, ana):
        assert due.begin(claim.token, claim.user_ids, NOW + due.LEASE) == []
        assert diary_of(ana).attempts == 0

    def test_of_somebody_else_lets_nothing_begin(self, claim, ana):
        assert due.begin(uuid4(), claim.user_ids, NOW) == []
        review(uuid4(), claim.user_ids, NOW)
        assert memory_of(ana) is None

    def test_that_was_lost_in_between_writes_nothing(self, claim, ana, monkeypatch):
        begin = due.begin

        def begin_and_be_slow(token, user_ids, now):
            diaries = begin(token, user_ids, now)
            due.claim(now + due.LEASE + SECOND, 100)
            return diaries

        monkeypatch.setattr(due, "begin", begin_and_be_slow)
        review(claim.token, claim.user_ids, NOW)
        assert memory_of(ana) is None
        assert diary_of(ana).reviewed_seq == 0

    def test_writes_nothing_where_a_newer_review_was(self, claim, ana, monkeypatch):
        begin = due.begin

        def begin_and_be_overtaken(token, user_ids, now):
            diaries = begin(token, user_ids, now)
            set_diary(ana, reviewed_seq=9)
            return diaries

        monkeypatch.setattr(due, "begin", begin_and_be_overtaken)
        review(claim.token, claim.user_ids, NOW)
        assert memory_of(ana) is None
        assert diary_of(ana).reviewed_seq == 9

    def test_is_given_back_by_a_review_that_is_done(self, claim, ana):
        review(claim.token, claim.user_ids, NOW)
        diary = diary_of(ana)
        assert (diary.lease_until, diary.lease_token, diary.attempts) == (None, None, 0)
        assert (diary.reviewed_seq, diary.reviewed_through) == (1, TODAY)
        assert diary.reviewed_rules == RULES


class TestAWriteDuringAReview:
    @pytest.fixture
    def overtaken(self, ana, monkeypatch):
        """A review of yesterday's entry, while one of ten days ago comes in."""
        keep(ana, {YESTERDAY: WELL})
        begin = due.begin

        def begin_and_write(token, user_ids, now):
            diaries = begin(token, user_ids, now)
            keep(ana, {TODAY - timedelta(days=10): WELL})
            return diaries

        with monkeypatch.context() as during:
            during.setattr(due, "begin", begin_and_write)
            look()
        return ana

    def test_is_seen_by_the_next_one(self, overtaken):
        diary = diary_of(overtaken)
        assert (diary.reviewed_seq, diary.seq) == (1, 2)
        assert look(NOW + SECOND) == 1
        assert diary_of(overtaken).reviewed_seq == 2

    def test_leaves_the_marks_for_it(self, overtaken):
        diary = diary_of(overtaken)
        assert diary.changed_from == TODAY - timedelta(days=10)
        assert diary.changed_to == YESTERDAY
        assert diary.due_since == NOW

    def test_and_the_marks_go_when_nothing_is_left(self, overtaken):
        look(NOW + SECOND)
        diary = diary_of(overtaken)
        assert (diary.changed_from, diary.changed_to, diary.due_since) == (None, None, None)


class TestOtherRules:
    def test_make_a_diary_due_and_are_looked_over_from_nothing(self, ana):
        keep(ana, {TODAY: WELL})
        look()
        remembered = state(ana)
        set_diary(ana, reviewed_rules="2020.01")
        assert look() == 1
        assert diary_of(ana).reviewed_rules == RULES
        assert state(ana) == remembered

    @pytest.mark.parametrize("other", ["2020.01", "2099.01"], ids=["older", "newer"])
    def test_whether_older_or_newer(self, ana, other):
        reviewed(ana)
        set_diary(ana, reviewed_rules=other)
        assert claimed() == [ana.pk]

    def test_leave_a_diary_alone_that_was_never_written(self, ana):
        set_diary(ana, reviewed_rules="2020.01")
        assert claimed() == []

    def test_wake_a_sleeping_one(self, ana):
        reviewed(ana, through=ASLEEP)
        set_diary(ana, reviewed_rules="2020.01")
        assert claimed() == [ana.pk]


def test_a_person_who_left_in_between_is_passed_over(ana, ben):
    keep(ana, {TODAY: WELL})
    keep(ben, {TODAY: WELL})
    [claim] = due.claim(NOW, 100)
    Person.objects.get(pk=ben.pk).delete()
    review(claim.token, claim.user_ids, NOW)
    assert diary_of(ana).reviewed_seq == 1


def test_a_review_that_begins_late_has_its_whole_lease(ana):
    keep(ana, {TODAY: WELL})
    [claim] = due.claim(NOW, 10)
    late = NOW + due.LEASE - SECOND
    assert due.begin(claim.token, claim.user_ids, late)
    assert diary_of(ana).lease_until == late + due.LEASE
    assert claimed(late + 2 * SECOND) == []


def test_a_zone_that_is_not_known_here_keeps_nobody_else_waiting(ana, ben, caplog):
    reviewed(ana, ben, through=YESTERDAY)
    set_diary(ana, time_zone="Mars/Olympus_Mons")
    assert claimed() == [ben.pk]
    assert "Mars/Olympus_Mons" in caplog.text


def test_what_was_written_is_claimed_apart_from_what_is_past_midnight(ana, ben):
    keep(ana, {TODAY: WELL})
    reviewed(ben, through=YESTERDAY)
    assert [(claim.user_ids, claim.written) for claim in due.claim(NOW, 10)] == [
        ((ana.pk,), True),
        ((ben.pk,), False),
    ]


def test_diaries_that_begin_from_nothing_come_in_small_batches():
    persons = people(30)
    reviewed(*persons)
    Diary.objects.filter(user__in=persons).update(reviewed_rules="older")
    sizes = [len(claim.user_ids) for claim in due.claim(NOW, 100)]
    assert sizes == [due.BATCH_FROM_NOTHING, 30 - due.BATCH_FROM_NOTHING]
