"""Reviews: what is found in a diary, how it is told, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.detectors import state_of_nothing
from diary.memory import nothing_known, same
from diary.models import Record
from tests.conftest import NOW, TODAY, days_before
from tests.diary.keeping import (
    FINE,
    HURT,
    LOW,
    WELL,
    dates_from,
    diary_of,
    keep,
    look,
    look_on,
    memory_of,
    state,
    told,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def low_from(first, count, before=20):
    """`before` well days, then `count` low ones, the first of them on `first`."""
    well = dict.fromkeys(dates_from(first - before * DAY, before), WELL)
    return well | dict.fromkeys(dates_from(first, count), LOW)


def hurt_from(first, count, before=70):
    """A usual that wavers by a point, then a level that is worse in both."""
    usual = {
        day: {"pain": 3 + number % 2, "mood": 7 - number % 2}
        for number, day in enumerate(dates_from(first - before * DAY, before))
    }
    return usual | {day: {"pain": 7, "mood": 3} for day in dates_from(first, count)}


def test_two_low_weeks_open_a_symptom_pattern(ana):
    keep(ana, low_from(TODAY - 19 * DAY, 20))
    look()
    [pattern] = told(ana)
    assert (pattern.kind, pattern.status) == ("symptom_pattern", "open")
    assert state(ana)["symptom_pattern"]["status"] == "open"


def test_a_low_week_opens_nothing(ana):
    keep(ana, low_from(TODAY - 6 * DAY, 7))
    look()
    assert told(ana) == []
    assert state(ana)["symptom_pattern"]["status"] in {"clear", "unclear"}


def test_pain_rising_while_mood_falls_is_found_once(ana):
    keep(ana, hurt_from(TODAY - 19 * DAY, 20))
    look()
    [pattern] = told(ana)
    assert (pattern.kind, pattern.status) == ("pain_mood_worsening", "open")
    assert pattern.evidence["pain"]["change"] > 1
    assert pattern.evidence["mood"]["change"] < -1


@pytest.mark.parametrize("better", [{"pain": 3}, {"mood": 7}], ids=["mood alone", "pain alone"])
def test_one_of_the_two_worsening_alone_opens_nothing(ana, better):
    days = hurt_from(TODAY - 19 * DAY, 20)
    keep(ana, {day: fields | better for day, fields in days.items()})
    look()
    assert told(ana) == []


def test_a_diary_with_nothing_in_it_is_learning(ana):
    assert state(ana) == state_of_nothing()
    keep(ana, {TODAY: {"skipped": "away"}})
    look()
    kinds = state(ana)
    assert [kinds[kind]["status"] for kind in kinds] == ["learning", "learning"]


def test_every_finding_shows_its_fourteen_dates_recorded_or_not(ana):
    days = low_from(TODAY - 19 * DAY, 20)
    missing = TODAY - 12 * DAY
    del days[missing]
    keep(ana, days)
    look()
    [pattern] = told(ana)
    shown = pattern.evidence["symptoms"]["sleep_change"]["days"]
    window = dates_from(pattern.opened_on - 13 * DAY, 14)
    assert [day["date"] for day in shown] == [day.isoformat() for day in window]
    assert {day["date"]: day["value"] for day in shown}[missing.isoformat()] is None
    recorded = [days[day]["sleep_change"] for day in window if day in days]
    assert [day["value"] for day in shown if day["value"] is not None] == recorded
    assert pattern.evidence["answered"] == 13
    assert (pattern.evidence["of"], pattern.evidence["low"], pattern.evidence["high"]) == (14, 1, 1)


def test_a_worsening_shows_tenths_as_they_were_recorded(ana):
    days = hurt_from(TODAY - 19 * DAY, 20)
    keep(ana, days | {day: {"pain": 7.3, "mood": 2.8} for day in dates_from(TODAY - 19 * DAY, 20)})
    look()
    [pattern] = told(ana)
    assert pattern.evidence["pain"]["days"][-1]["value"] == 7.3
    assert pattern.evidence["mood"]["days"][-1]["value"] == 2.8
    assert {day["value"] for day in pattern.evidence["pain"]["days"]} <= {3, 4, 7.3}


class TestHowItEnds:
    def test_cleared_by_well_days(self, ana):
        keep(ana, low_from(TODAY - 40 * DAY, 21))
        keep(ana, dict.fromkeys(days_before(TODAY, 20), WELL))
        look()
        [pattern] = told(ana)
        assert (pattern.status, pattern.closed_reason) == ("closed", "cleared")
        assert pattern.opened_on < pattern.closed_on <= TODAY

    def test_paused_after_two_silent_weeks_and_lapsed_after_four(self, ana):
        keep(ana, low_from(TODAY - 19 * DAY, 20))
        seen = {}
        for days in range(40):
            look(NOW + days * DAY)
            [pattern] = told(ana)
            status = state(ana)["symptom_pattern"]["status"]
            seen.setdefault((pattern.status, pattern.closed_reason, status), days)
        # The last day that can be evaluated is one of the three after the last answer.
        paused, lapsed = seen["open", None, "paused"], seen["closed", "lapsed", "insufficient"]
        assert seen == {
            ("open", None, "open"): 0,
            ("open", None, "paused"): paused,
            ("closed", "lapsed", "insufficient"): lapsed,
        }
        assert (lapsed - paused, 14 <= paused <= 17) == (14, True)

    def test_a_level_that_stays_six_weeks_becomes_the_usual(self, ana):
        keep(ana, hurt_from(TODAY - 80 * DAY, 81))
        look()
        [pattern] = told(ana)
        assert (pattern.status, pattern.closed_reason) == ("closed", "new_usual")
        assert (pattern.closed_on - pattern.opened_on).days == 42

    def test_a_clock_alone_ends_it_without_any_new_entry(self, ana):
        keep(ana, low_from(TODAY - 19 * DAY, 20))
        look()
        assert told(ana)[0].status == "open"
        look(NOW + 40 * DAY)
        assert told(ana)[0].closed_reason == "lapsed"
        assert diary_of(ana).seq == diary_of(ana).reviewed_seq == 40


class TestTwoDiaries:
    def test_each_persons_patterns_are_their_own(self, ana, ben):
        keep(ana, low_from(TODAY - 19 * DAY, 20))
        keep(ben, hurt_from(TODAY - 19 * DAY, 20))
        look()
        assert [pattern.kind for pattern in told(ana)] == ["symptom_pattern"]
        assert [pattern.kind for pattern in told(ben)] == ["pain_mood_worsening"]

    def test_one_that_does_not_open_leaves_the_other_fine(self, ana, ben):
        keep(ana, low_from(TODAY - 19 * DAY, 20))
        keep(ben, low_from(TODAY - 19 * DAY, 20))
        Record.objects.filter(user=ana, date=TODAY).update(sealed=b"\x01 damaged beyond reading")
        assert len(look_on(NOW)) == 1
        assert told(ben) == []
        assert look_on(NOW + timedelta(seconds=3)) == [(ana.pk,)]
        assert told(ben)[0].status == "open"
        assert memory_of(ana) is None


class TestEntriesAheadOfToday:
    def test_wait_for_their_day(self, ana):
        keep(ana, low_from(TODAY - 19 * DAY, 20) | {TODAY + DAY: FINE | LOW})
        look()
        assert memory_of(ana).through == TODAY
        assert memory_of(ana).last_entry == TODAY + DAY
        look(NOW + DAY)
        assert memory_of(ana).through == TODAY + DAY
        assert state(ana)["pain_mood_worsening"]["answered"] == 1

    @pytest.mark.parametrize("reviewed_before", [True, False])
    def test_do_not_make_a_silence_shorter(self, ana, reviewed_before):
        # A single day is never enough to be forgotten by itself, as whole weeks are.
        keep(ana, {TODAY - 91 * DAY: LOW | HURT})
        if reviewed_before:
            look()
        keep(ana, {TODAY + DAY: WELL})
        look()
        assert state(ana) == state_of_nothing()
        assert same(memory_of(ana).states, nothing_known())
        look(NOW + DAY)
        assert state(ana)["symptom_pattern"]["answered"] == 1
        assert state(ana)["symptom_pattern"]["status"] == "learning"
