"""What a due reminder becomes: occurrences to send, and those that are not sent, with the reason.

No database here. Time, quiet hours and entries come in; rows to write come out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from diary.reminders.clock import NO_SUCH_DATE, Firing, ends_at, resolve
from diary.reminders.nudges import is_nudge
from diary.reminders.quiet import after_quiet
from diary.reminders.schedule import Schedule, Slot, next_slot

LATE = timedelta(minutes=5)  # later it is a catch-up: one for each person, outside quiet hours
GRACE = timedelta(minutes=5)  # a reminder of 23:59 has so long all the same
REMEMBERED = timedelta(days=8)  # slots further back leave no trace
LASTS = {"questionnaire": timedelta(hours=12), "weekly_summary": timedelta(hours=24)}
LASTS_ELSE = timedelta(hours=2)
ASKS_TODAY = ("entry", "custom", "nudge")  # over when the day or the next slot comes
FEWEST_ENTRIES = 2  # in a week that a summary speaks of


class Due(NamedTuple):
    """A reminder that is due, with what of its person decides about it."""

    user_id: UUID
    id: UUID
    kind: str
    minutes: tuple[int, ...]
    weekdays: int
    every_n_weeks: int
    anchor: date | None
    starts_on: date | None
    ends_on: date | None
    skip_if_entered: bool
    nudge_after: int | None
    nudge_most: int | None
    by_push: bool
    by_email: bool
    next_date: date
    next_minute: int
    zone: str
    day_starts_at: int
    quiet_start: time
    quiet_end: time
    paused_until: datetime | None

    @property
    def schedule(self) -> Schedule:
        weeks = (self.every_n_weeks, self.anchor, self.starts_on, self.ends_on)
        return Schedule(self.minutes, self.weekdays, *weeks)

    @property
    def terms(self) -> tuple:
        """All that decides but whose it is: thousands of a minute share theirs."""
        return self[2:]


class Occasion(NamedTuple):
    """What becomes of a slot, for all reminders on the same terms.

    `spreads`: each of them is sent some seconds after `send_at`.
    """

    kind: str
    local_date: date
    minute: int
    entry_date: date
    due_at: datetime
    send_at: datetime
    expires_at: datetime
    state: str
    skip_reason: str | None
    rule: str
    time_zone: str
    unless_entered: bool
    by_push: bool
    by_email: bool
    spreads: bool = False


class Planned(NamedTuple):
    """An occurrence of one reminder. `spread`: how many seconds later than others it is sent."""

    user_id: UUID
    id: UUID
    reminder: UUID
    spread: int
    occasion: Occasion


class Ahead(NamedTuple):
    """A reminder's next slot; all None when it has ended."""

    day: date | None
    minute: int | None
    at: datetime | None


class Outcome(NamedTuple):
    """The last slot that fires, as it is to be sent, and those that are not; what comes next."""

    occasions: list[Occasion]
    ahead: Ahead


class Entries(NamedTuple):
    """What entries decide: each person's last one, and how many the last seven dates have."""

    last: dict[UUID, date]
    week: dict[UUID, int]


def decide(
    rows: Iterable[Due], now: datetime, entries: Entries
) -> tuple[list[Planned], list[Ahead]]:
    """The occurrences of these reminders until now, and each one's next slot. No database."""
    planned: list[Planned] = []
    following: list[Ahead] = []
    outcomes: dict[tuple, Outcome] = {}
    most = settings.REMINDER_SPREAD + 1
    for row in rows:
        last = entries.last.get(row.user_id) if row.nudge_after is not None else None
        week = entries.week.get(row.user_id, 0) if row.kind == "weekly_summary" else 0
        terms = (row.terms, last, week)
        if (outcome := outcomes.get(terms)) is None:
            outcome = outcomes[terms] = _outcome(row, now, last, week)
        following.append(outcome.ahead)
        for occasion in outcome.occasions:
            # Whoever shares a minute with a hundred thousand others is spread over the next ones.
            spread = row.id.int % most if occasion.spreads else 0
            planned.append(Planned(row.user_id, uuid7(), row.id, spread, occasion))
    _coalesce(planned, now)
    return planned, following


def _coalesce(planned: list[Planned], now: datetime) -> None:
    """Who has a late one among those that could be sent gets the latest of them alone."""
    late: dict[UUID, list[int]] = {}  # places in `planned`, by person
    if not any(now - one.occasion.due_at > LATE for one in planned):
        return
    for place, one in enumerate(planned):
        if one.occasion.state == "planned":
            late.setdefault(one.user_id, []).append(place)
    for places in late.values():
        latest = max(places, key=lambda place: planned[place].occasion.due_at)
        if all(now - planned[place].occasion.due_at <= LATE for place in places):
            continue
        for place in places:
            if place != latest:
                one = planned[place]
                skipped = _skipped(one.occasion, "coalesced")
                planned[place] = one._replace(spread=0, occasion=skipped)


def _outcome(row: Due, now: datetime, last_entry: date | None, week: int) -> Outcome:
    slots, ahead = _until(row, now)
    return Outcome(list(_occasions(row, slots, ahead, now, last_entry, week)), ahead)


def _until(row: Due, now: datetime) -> tuple[list[tuple[Slot, Firing]], Ahead]:
    """The slots from the reminder's next one until now, and the first after that."""
    waking = row.schedule.waking(row.nudge_after is not None)
    slot = Slot(row.next_date, row.next_minute)
    oldest = (now - REMEMBERED).date()
    if slot.day < oldest:
        slot = next_slot(waking, oldest)
    slots = []
    while slot:
        firing = resolve(row.zone, *slot)
        if firing.at is not None and firing.at > now:
            return slots, Ahead(*slot, firing.at)
        slots.append((slot, firing))
        slot = next_slot(waking, *slot)
    return slots, Ahead(None, None, None)


def _occasions(
    row: Due,
    slots: list[tuple[Slot, Firing]],
    ahead: Ahead,
    now: datetime,
    last_entry: date | None,
    week: int,
) -> Iterable[Occasion]:
    """The last slot that fires, as it is to be sent; those before it and those without a date."""
    schedule, newest = row.schedule, True
    for slot, firing in reversed(slots):
        kind = row.kind
        nudges = row.nudge_after is not None and slot.minute == row.minutes[0]
        asked = _entry_date(row, slot)
        if nudges and is_nudge(asked, last_entry, row.nudge_after, row.nudge_most):
            kind = "nudge"
        if kind != "nudge" and not schedule.falls_on(slot.day):
            continue  # looked at for a nudge only
        occasion = _made(row, kind, slot, firing, ahead.at, now)
        if firing.at is None:
            yield _skipped(occasion, NO_SUCH_DATE)
            continue
        if not newest:
            yield _skipped(occasion, "coalesced")
            continue
        newest = False
        yield _ready(row, occasion, now, week)


def _entry_date(row: Due, slot: Slot) -> date:
    """The diary's day that a slot asks about: before the day starts, the one before."""
    return slot.day - timedelta(days=slot.minute < 60 * row.day_starts_at)


def _made(
    row: Due, kind: str, slot: Slot, firing: Firing, ahead: datetime | None, now: datetime
) -> Occasion:
    due_at = firing.at or now
    entry_date = _entry_date(row, slot)
    expires_at = due_at + LASTS.get(kind, LASTS_ELSE)
    if kind in ASKS_TODAY:
        expires_at = min(expires_at, ends_at(row.zone, slot.day), ahead or expires_at)
        expires_at = max(expires_at, due_at + GRACE)
    unless_entered = row.skip_if_entered and kind in ASKS_TODAY
    return Occasion(
        kind, *slot, entry_date, due_at, due_at, expires_at, "planned", None, firing.rule,
        row.zone, unless_entered, row.by_push, row.by_email,
    )  # fmt: skip


def _ready(row: Due, occasion: Occasion, now: datetime, week: int) -> Occasion:
    """The occasion with the instant at which it may be sent, or the reason why it is not."""
    due_at, expires_at = occasion.due_at, occasion.expires_at
    if row.paused_until and row.paused_until > now:
        return _skipped(occasion, "paused")
    if expires_at <= now:
        return _skipped(occasion, "expired")
    if row.kind == "weekly_summary" and week < FEWEST_ENTRIES:
        return _skipped(occasion, "too_few_entries")
    if _is_deferred(row, occasion) or now - due_at > LATE:
        send_at = after_quiet(max(due_at, now), row.zone, row.quiet_start, row.quiet_end)
        if send_at >= expires_at:
            return _skipped(occasion, "quiet_hours")
        return occasion._replace(send_at=send_at)
    return occasion._replace(spreads=True)


def _is_deferred(row: Due, occasion: Occasion) -> bool:
    """Whether it waits for the end of quiet hours: nobody chose that very minute of that day."""
    if occasion.kind == "nudge":
        return not row.schedule.falls_on(occasion.local_date)
    return occasion.kind == "weekly_summary"


def _skipped(occasion: Occasion, reason: str) -> Occasion:
    return occasion._replace(state="skipped", skip_reason=reason, spreads=False)


def first_fire(schedule: Schedule, zone: str, now: datetime) -> tuple[Slot, datetime] | None:
    """The first slot of a schedule whose instant is still to come."""
    here = now.astimezone(UTC).date() - timedelta(days=2)
    slot = next_slot(schedule, here)
    while slot:
        at = resolve(zone, *slot).at
        if at is not None and at > now:
            return slot, at
        slot = next_slot(schedule, *slot)
    return None
