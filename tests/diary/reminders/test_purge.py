"""What became of reminders is forgotten after more than a year, a little at a time."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.models import Delivery, Occurrence
from diary.reminders import rounds
from diary.reminders.purge import KEPT, purge
from tests.conftest import make_person
from tests.diary.reminders.reminding import at, carry, pass_time, remind

pytestmark = pytest.mark.django_db

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")
DAY = timedelta(days=1)


@pytest.fixture
def shown(ana):
    carry(ana, NOON)
    remind(ana, NOON)
    assert len(pass_time(DUE)) == 1


def test_on_its_last_day_it_is_still_there(ana, shown):
    assert purge(DUE + KEPT) == 1
    assert (Occurrence.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_day_later_it_is_gone_with_its_deliveries(ana, ben, shown):
    purge(DUE + KEPT + DAY)
    assert (Occurrence.objects.count(), Delivery.objects.count()) == (0, 0)


def test_what_is_newer_stays(ana, shown):
    assert len(pass_time(DUE + DAY)) == 1
    purge(DUE + KEPT + DAY)
    assert Occurrence.objects.get().due_at == DUE + DAY
    assert Delivery.objects.get().occurrence == Occurrence.objects.get().id


def test_a_notice_stays_so_that_its_pattern_is_not_told_of_again(ana, shown):
    Occurrence.objects.update(notice_key=uuid4(), reminder=None, kind="notice")
    purge(DUE + KEPT + DAY)
    assert Occurrence.objects.count() == 1


def test_person_by_person_and_then_anew():
    people = [make_person(f"{number}@diary.example") for number in range(5)]
    assert [purge(NOON, people=2) for _ in people] == [2, 2, 1, 0, 2]


def test_who_has_much_is_not_left_before_it_is_gone(ana, ben):
    carry(ana, NOON)
    remind(ana, NOON, *range(600, 605), skip_if_entered=False)
    for minute in range(5):
        pass_time(at(f"2026-03-21 10:0{minute}"))
    later = NOON + KEPT + 2 * DAY
    left = []
    for _ in range(3):
        purge(later, people=1, most=2)
        left.append(Occurrence.objects.filter(user=ana).count())
    ahead = ben.pk < ana.pk  # whose turn it is first
    assert left == ([5, 3, 1] if ahead else [3, 1, 0])


def test_one_round_goes_through_everybody(ana, ben, shown):
    assert rounds.purge_all(DUE + KEPT + DAY) == 2
    assert not Occurrence.objects.exists()
