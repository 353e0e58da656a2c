"""Journeys the whole way to the provider: without fault, and with one put in that is found."""

from __future__ import annotations

import pytest
from django.db import connection

from bench.journeys import whole_way
from diary.reminders import deliver, fan, fence
from diary.reminders.late import GIVES_WAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_they_were(settings):
    """The bench sets a spread and a rate for itself."""


def test_the_whole_way_nothing_comes_twice_or_at_night():
    seen = whole_way(60, seed=7, days=2)
    assert seen.sent > 50
    assert seen[1:] == (0, 0, 0, 0, 0)


def test_without_the_key_that_holds_a_slot_once_it_is_found_out():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE occurrence DROP CONSTRAINT occurrence_once")
    assert whole_way(60, seed=7, days=2).twice > 0


def test_a_sender_that_looks_neither_at_the_clock_nor_at_what_is_newer_is_found_out(monkeypatch):
    monkeypatch.setattr(fan, "waits_until", lambda *words: None)
    monkeypatch.setattr(deliver, "waits_until", lambda *words: None)
    monkeypatch.setattr(fan, "_PICK", fan._PICK.replace(GIVES_WAY, "FALSE"))
    monkeypatch.setattr(fence, "_FENCE", fence._FENCE.replace(GIVES_WAY, "FALSE"))
    seen = whole_way(60, seed=7, days=2)
    assert seen.at_night > 0
    assert seen.crowded > 0
