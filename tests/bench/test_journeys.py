"""Journeys the whole way to the provider: without fault, and with one put in that is found."""

from __future__ import annotations

import pytest
from django.db import connection

from bench import journeys
from bench.journeys import whole_way
from diary.reminders import deliver, fan, fence, travel
from diary.reminders.late import GIVES_WAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_they_were(settings):
    """The bench sets a spread and a rate for itself; what is set here first is put back."""
    settings.REMINDER_SPREAD = settings.REMINDER_SPREAD
    settings.CHANNEL_RATES = settings.CHANNEL_RATES


def test_the_whole_way_nothing_comes_twice_or_at_night():
    seen = whole_way(30, seed=7, days=2)
    assert seen.sent > 50
    assert seen[1:] == (0, 0, 0, 0, 0)


def test_without_the_key_that_holds_a_slot_once_it_is_found_out():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE occurrence DROP CONSTRAINT occurrence_once")
    assert whole_way(60, seed=7, days=2).twice > 0


def test_jobs_that_forget_the_night_the_newer_the_written_and_the_missed_are_found_out(monkeypatch):
    monkeypatch.setattr(fan, "waits_until", lambda *words: None)
    monkeypatch.setattr(deliver, "waits_until", lambda *words: None)
    monkeypatch.setattr(fan, "_PICK", fan._PICK.replace(GIVES_WAY, "FALSE"))
    fenced = fence._FENCE.replace(GIVES_WAY, "FALSE").replace("AND o.unless_entered", "AND FALSE")
    monkeypatch.setattr(fence, "_FENCE", fenced)
    kept = travel.carry_over
    monkeypatch.setattr(travel, "carry_over", lambda *words: ([], *kept(*words)[1:]))
    monkeypatch.setattr(journeys, "OUTAGE_IN", 12)
    monkeypatch.setattr(journeys, "LONGEST_OUTAGE", 10)
    seen = whole_way(60, seed=7, days=2)
    assert seen.at_night > 0
    assert seen.crowded > 0
    assert seen.answered > 0
    assert seen.silent > 0
