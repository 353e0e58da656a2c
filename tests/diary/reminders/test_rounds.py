"""One round of the planner: all that is due, and a crowd by two at once."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from django.db import DataError

from diary.models import Heartbeat, Occurrence, Reminder
from diary.reminders import rounds
from diary.reminders.plan import plan
from tests.conftest import make_person
from tests.diary.reminders.reminding import EVENING, at, remind

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")
FEW = 3


@pytest.fixture
def crowd(transactional_db, monkeypatch):
    """More than a batch has room for; batches are small here."""
    people = [make_person(f"{number}@diary.example") for number in range(5 * FEW)]
    for person in people:
        remind(person, NOON)
    monkeypatch.setattr(rounds, "plan", partial(plan, most=FEW))
    monkeypatch.setattr(rounds, "BATCH", FEW)
    return people


def test_a_crowd_is_planned_by_two_at_once_and_nobody_twice(crowd, monkeypatch):
    few, met, planners = rounds.plan, threading.Barrier(2), []

    def meet(now):
        if Occurrence.objects.exists() and threading.get_ident() not in planners:
            planners.append(threading.get_ident())
            met.wait(20)
        return few(now)

    monkeypatch.setattr(rounds, "plan", meet)
    assert rounds.plan_all(DUE) == len(crowd)
    assert len(planners) == 2
    assert Occurrence.objects.count() == len(crowd)
    assert not Reminder.objects.filter(next_fire_at__lte=DUE).exists()


def test_a_fault_of_either_is_told(crowd, monkeypatch):
    few, own = rounds.plan, threading.get_ident()

    def fail_beside(now):
        if threading.get_ident() != own:
            raise DataError
        return few(now)

    monkeypatch.setattr(rounds, "plan", fail_beside)
    with pytest.raises(DataError):
        rounds.plan_all(DUE)
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_who_is_late_and_who_is_in_time_are_planned_in_one_round(ana, ben):
    remind(ana, NOON, EVENING - 30)
    remind(ben, NOON)
    assert rounds.plan_all(DUE) == 2
