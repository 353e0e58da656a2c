"""Journeys through the planner's functions: without fault, and with one put in that is found."""

from __future__ import annotations

from bench import itineraries
from bench.itineraries import A_DAY, journeys
from diary.reminders.decide import Outcome, decide, first_fire


def test_journeys_plan_no_slot_twice_and_leave_none_out():
    seen = journeys(range(150), seed=7)
    assert seen.sent > 1_000
    assert (seen.twice, seen.never_lived, seen.silent) == (0, 0, 0)


def test_a_planner_that_moves_by_instants_is_found_out(monkeypatch):
    """After a move, the next slot by the clock there instead of the next one not yet planned."""

    def by_the_clock(schedule, slot, zone, now):
        return [], *(first_fire(schedule, zone, now) or (None, None))

    monkeypatch.setattr(itineraries, "carry_over", by_the_clock)
    seen = journeys(range(60), seed=7)
    assert seen.twice > 0
    assert seen.silent > 0


def test_a_planner_that_gives_no_reasons_is_found_out(monkeypatch):
    def wordless(due, now):
        occasions, ahead = decide(due, now)
        return Outcome(tuple(one for one in occasions if one.state == "planned"), ahead)

    monkeypatch.setattr(itineraries, "decide", wordless)
    assert journeys(range(60), seed=7).silent > 0


def test_a_planner_that_is_a_day_ahead_is_found_out(monkeypatch):
    def hasty(due, now):
        occasions, ahead = decide(due, now)
        early = (one._replace(local_date=one.local_date + A_DAY) for one in occasions)
        return Outcome(tuple(early), ahead)

    monkeypatch.setattr(itineraries, "decide", hasty)
    assert journeys(range(60), seed=7).never_lived > 0
