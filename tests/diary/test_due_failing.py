"""Diaries whose review fails: counted, tried later and later, set aside; the others go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from diary import due
from diary.analysis import RULES
from diary.models import Diary, Record
from diary.review import review
from diary.vault import Unsealable
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import WELL, diary_of, keep, look_on

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def damage(person):
    """A row that no longer opens: the smallest thing that makes every review of it fail."""
    Record.objects.filter(user=person).update(sealed=b"\x01 no longer what was sealed")


@pytest.fixture
def poison(db):
    person = make_person("poison@diary.example")
    keep(person, {TODAY: WELL})
    damage(person)
    return person


def test_a_failing_diary_is_set_aside_after_five_attempts(poison):
    attempts, now = 0, NOW
    while diary_of(poison).quarantined_at is None:
        attempts += len(look_on(now))
        now += SECOND
        assert now < NOW + timedelta(minutes=5)
    assert attempts == diary_of(poison).attempts == due.ATTEMPTS
    assert due.claim(now + timedelta(days=1), 100) == []


def test_it_is_tried_again_later_and_later(poison):
    failures = [second for second in range(60) if look_on(NOW + second * SECOND)]
    # Each time after 2, 4, 8 and 16 seconds, and one for the lease to be over.
    assert failures == [0, 3, 8, 17, 34]


def test_a_batch_with_a_failing_diary_is_reviewed_one_by_one_afterwards(poison):
    others = [make_person(f"{number}@diary.example") for number in range(99)]
    for person in others:
        keep(person, {TODAY: WELL})
    [together] = look_on(NOW)
    assert len(together) == 100
    alone = look_on(NOW + 3 * SECOND)
    assert alone == [(poison.pk,)]
    behind = Diary.objects.filter(reviewed_seq=0)
    assert list(behind.values_list("user_id", flat=True)) == [poison.pk]
    assert not Diary.objects.exclude(user=poison).filter(attempts__gt=0).exists()


def test_an_attempt_is_counted_before_anything_is_computed(poison, monkeypatch):
    def die(*claim):
        raise SystemExit(9)

    monkeypatch.setattr("diary.review.look_over", die)
    [claim] = due.claim(NOW, 100)
    with pytest.raises(SystemExit):
        review(claim.token, claim.user_ids, NOW)
    assert diary_of(poison).attempts == 1


def test_a_batch_that_comes_a_second_time_is_not_begun_but_taken_apart(poison, ana):
    keep(ana, {TODAY: WELL})
    [claim] = due.claim(NOW, 100)
    assert len(due.begin(claim.token, claim.user_ids, NOW)) == 2
    # Its process was killed: nothing was released, and the broker brings it again.
    assert due.begin(claim.token, claim.user_ids, NOW + SECOND) == []
    again = due.claim(NOW + SECOND, 100)
    assert sorted(claim.user_ids for claim in again) == sorted([(poison.pk,), (ana.pk,)])


def test_a_single_diary_that_comes_again_counts_another_attempt(poison):
    [claim] = due.claim(NOW, 100)
    for attempts in range(1, due.ATTEMPTS + 1):
        assert len(due.begin(claim.token, claim.user_ids, NOW)) == 1
        assert diary_of(poison).attempts == attempts
    assert due.begin(claim.token, claim.user_ids, NOW) == []
    assert diary_of(poison).quarantined_at == NOW


def test_one_at_its_last_attempt_does_not_stop_another_of_its_claim(poison, ana):
    keep(ana, {TODAY: WELL})
    [claim] = due.claim(NOW, 100)
    Diary.objects.filter(user=poison).update(attempts=due.ATTEMPTS)
    assert due.begin(claim.token, [poison.pk], NOW) == []
    assert [diary.user_id for diary in due.begin(claim.token, [ana.pk], NOW)] == [ana.pk]


def test_once_set_aside_it_is_not_tried_at_midnight_either(poison):
    yesterday = TODAY - timedelta(days=1)
    Diary.objects.filter(user=poison).update(
        quarantined_at=NOW, reviewed_seq=1, reviewed_rules=RULES, reviewed_through=yesterday
    )
    assert due.claim(NOW, 100) == []
    Diary.objects.filter(user=poison).update(quarantined_at=None)
    assert len(due.claim(NOW, 100)) == 1


def test_a_write_gives_it_another_chance(poison):
    Diary.objects.filter(user=poison).update(quarantined_at=NOW, attempts=5)
    Record.objects.filter(user=poison).delete()
    keep(poison, {TODAY: WELL})
    assert look_on(NOW + SECOND) == []
    assert diary_of(poison).reviewed_seq == diary_of(poison).seq


def test_other_rules_give_it_another_chance_alone_and_once(poison, ana):
    now = NOW
    while diary_of(poison).quarantined_at is None:
        look_on(now)
        now += SECOND
    keep(ana, {TODAY: WELL}, now)
    Diary.objects.filter(user=poison).update(reviewed_rules="2020.01")
    assert look_on(now) == [(poison.pk,)]
    assert diary_of(ana).reviewed_seq == 1
    for _ in range(20):
        look_on(now)
        now += 5 * SECOND
    assert diary_of(poison).quarantined_at is not None
    assert due.claim(now + timedelta(days=1), 100)[0].user_ids == (ana.pk,)


def test_a_write_during_a_failing_review_does_not_hold_up_the_next(poison, monkeypatch):
    def write_and_fail(*looked):
        Record.objects.filter(user=poison).delete()
        keep(poison, {TODAY: WELL})
        raise Unsealable

    with monkeypatch.context() as during:
        during.setattr("diary.review.look_over", write_and_fail)
        look_on(NOW)
    assert look_on(NOW + 2 * SECOND) == []
    assert diary_of(poison).reviewed_seq == diary_of(poison).seq


@pytest.mark.django_db(transaction=True)
def test_two_claimers_at_once_never_share_a_diary():
    people = [make_person(f"{number}@diary.example") for number in range(40)]
    for person in people:
        keep(person, {TODAY: WELL})
    both = Barrier(2, timeout=10)

    def claim(most):
        """Claim, and hold the rows until the other one has claimed too."""
        try:
            with transaction.atomic():
                claims = due.claim(NOW, most)
                both.wait()
            return [user_id for claim in claims for user_id in claim.user_ids]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        one, other = workers.map(claim, [15, 15])
    assert len(one) == len(other) == 15
    assert not set(one) & set(other)
    assert len(claim_rest()) == 10


def claim_rest():
    return [user_id for claim in due.claim(NOW, 100) for user_id in claim.user_ids]
