"""Any reminder that can be set, at any time: planning ends, never fails, and never runs away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

from hypothesis import example, given
from hypothesis import settings as how
from hypothesis import strategies as some

from diary.models.diary import FIRST_DATE
from diary.reminders.decide import REMEMBERED, Terms, decide, first_fire
from diary.reminders.rrule import LONGEST, Rule, Unsupported, read_rrule, write_rrule
from diary.reminders.schedule import EVERY_DAY, LAST_DATE, Schedule, next_slot, slots_after
from diary.zones import ZONES

DAY = timedelta(days=1)
MOST_TIMES = 6

days = some.dates(FIRST_DATE, LAST_DATE)
minutes = some.lists(some.integers(0, 1439), min_size=1, max_size=MOST_TIMES, unique=True)
zones = some.sampled_from(sorted(ZONES))
instants = some.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=some.just(UTC))


@some.composite
def schedules(draw) -> Schedule:
    """As the API lets them be: an end is not before its beginning, every n weeks have a first."""
    starts, ends = draw(some.none() | days), draw(some.none() | days)
    if starts and ends and ends < starts:
        starts, ends = ends, starts
    weeks = draw(some.integers(1, 4))
    anchor = draw(days) if weeks > 1 else None
    times = tuple(sorted(draw(minutes)))
    return Schedule(times, draw(some.integers(1, EVERY_DAY)), weeks, anchor, starts, ends)


def slow_next(schedule: Schedule, day: date, minute: int):
    """The same by looking at one date after the other."""
    last = max(day, schedule.starts_on or day) + 60 * DAY
    while day <= last:
        later = [each for each in schedule.minutes if each > minute]
        if later and schedule.falls_on(day):
            return day, min(later)
        day, minute = day + DAY, -1
        if schedule.starts_on and day < schedule.starts_on:
            day = schedule.starts_on
    return None


@how(max_examples=200, deadline=None)
@given(schedules(), days, some.integers(-1, 1439))
def test_the_next_slot_is_the_first_there_is(schedule, day, minute):
    assert next_slot(schedule, day, minute) == slow_next(schedule, day, minute)


@how(max_examples=100, deadline=None)
@given(schedules(), days)
def test_slots_only_go_on(schedule, day):
    found = list(islice(slots_after(schedule, day), 40))
    assert found == sorted(set(found))
    assert all(schedule.falls_on(slot.day) for slot in found)


@how(max_examples=200, deadline=None)
@given(schedules(), zones, instants)
def test_what_comes_first_is_still_to_come(schedule, zone, now):
    found = first_fire(schedule, zone, now)
    assert found is None or found[1] > now


@some.composite
def dues(draw) -> tuple[Terms, datetime]:
    """A reminder whose next slot came up to two years ago, or just now, in any zone."""
    schedule, zone, now = draw(schedules()), draw(zones), draw(instants)
    kind = draw(some.sampled_from(["entry", "questionnaire", "custom", "weekly_summary"]))
    nudges = kind == "entry" and draw(some.booleans())
    nudge = (draw(some.integers(2, 14)), draw(some.integers(1, 3))) if nudges else (None, None)
    since = now - draw(some.timedeltas(timedelta(0), timedelta(days=730)))
    slot = next_slot(schedule.waking(nudges), max(since.date() - DAY, date(2000, 1, 1)))
    day, minute = slot or (now.date(), schedule.minutes[0])
    quiet = draw(some.times()), draw(some.times())
    paused = draw(some.none() | instants)
    flags = draw(some.tuples(some.booleans(), some.booleans(), some.booleans()))
    due = Terms(
        kind, *schedule, flags[0], *nudge, flags[1], flags[2], day, minute, zone,
        draw(some.integers(0, 6)), *quiet, paused, draw(some.none() | days),
        draw(some.integers(0, 7)),
    )  # fmt: skip
    return due, now


@how(max_examples=200, deadline=None)
@given(dues())
def test_planning_is_total_and_bounded(drawn):
    due, now = drawn
    occasions, ahead = decide(due, now)
    assert len(occasions) <= MOST_TIMES * (REMEMBERED.days + 3)
    assert ahead.at is None or ahead.at > now
    slots = [(one.local_date, one.minute) for one in occasions]
    assert len(slots) == len(set(slots))
    wanted = [one for one in occasions if one.state == "planned"]
    assert len(wanted) <= 1
    for one in wanted:
        assert now < one.expires_at
        assert one.due_at <= one.send_at < one.expires_at
    assert all(one.skip_reason for one in occasions if one not in wanted)


@how(max_examples=200, deadline=None)
@given(schedules(), zones)
def test_a_rule_that_was_written_reads_as_it_was_meant(schedule, zone):
    text = write_rrule(schedule, zone)
    assert len(text) <= LONGEST
    read = read_rrule(text, zone, date(2026, 3, 20))
    assert read == Rule(schedule.weekdays, schedule.every_n_weeks, schedule.ends_on)


PARTS = some.sampled_from(
    ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=SECONDLY", "FREQ=", "BYDAY=MO", "BYDAY=MO,MO,TU", "BYDAY=",
     "BYDAY=1MO", "INTERVAL=2", "INTERVAL=0", "INTERVAL=-1", "INTERVAL=99999999999", "INTERVAL=２",
     "UNTIL=20261231", "UNTIL=20261231T240000Z", "UNTIL=20261231T235960Z", "UNTIL=99991231T235959Z",
     "UNTIL=00000000", "UNTIL=２０２６１２３１", "COUNT=1", "BYSETPOS=-1", "BYEASTER=0", "WKST=MO",
     "RRULE:", "EXDATE=20260101", "X", "=", "", "\x00", "\u2028", "ſ", "DTSTART=20260101"]
)  # fmt: skip


@how(max_examples=200, deadline=None)
@given(some.text(max_size=LONGEST) | some.lists(PARTS, max_size=12).map(";".join), zones)
@example("FREQ=WEEKLY;UNTIL=00010101T000000Z", "Pacific/Kiritimati")
@example("FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 60), "UTC")
def test_a_hostile_rule_is_a_rule_or_refused(text, zone):
    try:
        read = read_rrule(text, zone, date(2026, 3, 20))
    except Unsupported:
        return
    assert 1 <= read.weekdays <= EVERY_DAY
    assert 1 <= read.every_n_weeks <= 4
    assert read.ends_on is None or FIRST_DATE <= read.ends_on <= LAST_DATE


def test_a_schedule_that_never_falls_ends_the_search():
    """Mondays only, from a Tuesday to the Wednesday after it."""
    never = Schedule((480,), 0b1, 4, date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
    assert next_slot(never, date(2026, 1, 1)) is None
    assert first_fire(never, "UTC", datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert first_fire(never, "UTC", datetime.combine(LAST_DATE, time(23), UTC)) is None
