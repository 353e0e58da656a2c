"""Travel: a phone tells of another time zone, and reminders move with the person.

They move by their dates, not by instants: a slot that was planned is never planned again, and
one that the new clock has passed is still sent within the hour, or never.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from diary.models import Diary, Occurrence, Reminder, ReportedZone
from diary.reminders.clock import resolve
from diary.reminders.keep import schedule_of
from diary.reminders.schedule import Schedule, Slot, next_slot
from diary.zones import same_clock

STILL_GOOD = timedelta(hours=1)  # past its time by so much, a slot is still worth a reminder
AGAIN = timedelta(minutes=1)  # two requests of one start of an app are one telling
SETTLES = timedelta(minutes=15)  # a zone that comes and goes counts after so long


def report(user_id: UUID, zone: str, now: datetime) -> bool:
    """A phone says where it is; whether the diary has moved there.

    A zone counts when it is told again a minute later with nothing else in between, or a quarter
    of an hour after it was first told: an aeroplane and a VPN say many things, and an app that
    starts says one thing many times. A pinned zone never moves.
    """
    with transaction.atomic():
        diary = Diary.objects.select_for_update().get(user_id=user_id)
        mine = ReportedZone.objects.filter(user_id=user_id)
        told = mine.first()
        if diary.time_zone_pinned:
            return False
        if same_clock(zone, diary.time_zone):
            if told:
                mine.update(steady_since=None)
            return False
        if told is None or not same_clock(zone, told.time_zone):
            fresh = {"time_zone": zone, "first_at": now, "steady_since": now}
            ReportedZone.objects.update_or_create(user_id=user_id, defaults=fresh)
            return False
        steady = told.steady_since is not None and now - told.steady_since >= AGAIN
        if steady or now - told.first_at >= SETTLES:
            mine.delete()
            move(diary, zone, now)
            return True
        if told.steady_since is None:
            mine.update(steady_since=now)
    return False


def move(diary: Diary, zone: str, now: datetime) -> None:
    """Move a diary, whose row is locked, to another zone, with all of its reminders."""
    diary.time_zone = zone
    diary.save(update_fields=["time_zone"])
    replan(diary.user_id, zone, diary.day_starts_at, now)


def replan(user_id: UUID, zone: str, day_starts_at: int, now: datetime) -> None:
    """Compute the next instant of every reminder anew, from its date."""
    reminders = list(
        Reminder.objects.select_for_update()
        .filter(user_id=user_id, next_date__isnull=False)
        .order_by("id")
    )
    missed = []
    for reminder in reminders:
        schedule = schedule_of(reminder)
        waking = schedule.waking(reminder.nudge_after is not None)
        slot = Slot(reminder.next_date, reminder.next_minute)
        passed, slot, at = carry_over(waking, slot, zone, now)
        missed += [_missed(reminder, one, zone, day_starts_at, now) for one in passed
                   if schedule.falls_on(one.day)]  # fmt: skip
        reminder.next_date, reminder.next_minute = slot or (None, None)
        reminder.next_fire_at = at
    Reminder.objects.bulk_update(reminders, ["next_date", "next_minute", "next_fire_at"])
    Occurrence.objects.bulk_create(missed, ignore_conflicts=True)


def carry_over(
    schedule: Schedule, slot: Slot | None, zone: str, now: datetime
) -> tuple[list[Slot], Slot | None, datetime | None]:
    """The slots that the new clock has passed, and the first that is still to come or good."""
    passed = []
    while slot:
        at = resolve(zone, *slot).at
        if at is not None and at > now - STILL_GOOD:
            return passed, slot, at
        passed.append(slot)
        slot = next_slot(schedule, *slot)
    return passed, None, None


def _missed(
    reminder: Reminder, slot: Slot, zone: str, day_starts_at: int, now: datetime
) -> Occurrence:
    at, rule = resolve(zone, *slot)
    return Occurrence(
        user_id=reminder.user_id,
        id=uuid7(),
        reminder=reminder.id,
        kind=reminder.kind,
        local_date=slot.day,
        minute=slot.minute,
        entry_date=slot.day - timedelta(days=slot.minute < 60 * day_starts_at),
        due_at=at or now,
        expires_at=at or now,
        state="skipped",
        skip_reason="missed_by_travel" if at else rule,
        rule=rule,
        time_zone=zone,
        by_push=reminder.by_push,
        by_email=reminder.by_email,
    )
