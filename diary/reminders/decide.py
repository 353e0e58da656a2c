"""What a due reminder becomes: occurrences to send, and those that are not sent, with the reason.

No database here. Time, quiet hours and entries come in; rows to write come out.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

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


class Terms(NamedTuple):
    """What decides about a due reminder: thousands of a minute share theirs.

    The fields are the planner's columns. `last_entry` matters to nudges alone; `week`, how many of
    the seven dates up to `next_date` were written, to summaries. Whether the day itself is written
    is looked up when the occurrence is made.
    """

    kind: str
    minutes: tuple[int, ...]
    weekdays: int
    every_n_weeks: int
    anchor_date: date | None
    starts_on: date | None
    ends_on: date | None
    skip_if_entered: bool
    nudge_after: int | None
    nudge_most: int | None
    by_push: bool
    by_email: bool
    next_date: date
    next_minute: int
    time_zone: str
    day_starts_at: int
    quiet_start: time
    quiet_end: time
    paused_until: datetime | None
    last_entry: date | None
    week: int

    @property
    def schedule(self) -> Schedule:
        weeks = (self.every_n_weeks, self.anchor_date, self.starts_on, self.ends_on)
        return Schedule(self.minutes, self.weekdays, *weeks)


class Occasion(NamedTuple):
    """What becomes of a slot. `spreads`: whoever shares it is sent it some seconds apart."""

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


class Ahead(NamedTuple):
    """A reminder's next slot; all None when it has ended."""

    day: date | None
    minute: int | None
    at: datetime | None


class Outcome(NamedTuple):
    """The last slot that fires, as it is to be sent, and those that are not; what comes next."""

    occasions: tuple[Occasion, ...]
    ahead: Ahead


def decide(due: Terms, now: datetime) -> Outcome:
    """What becomes of the slots until now of every reminder on these terms, and the next one."""
    slots, ahead = _until(due, now)
    return Outcome(tuple(_occasions(due, slots, ahead, now)), ahead)


def coalesce(
    people: Sequence[str], outcomes: Sequence[Outcome], written: Container[int], now: datetime
) -> list[Outcome]:
    """Who has a late one among those that could be sent gets the latest of them alone.

    `people` says whose each outcome is, `written` which ones ask about a day that is written:
    nothing gives way to these.
    """
    could: dict[str, list[tuple[datetime, int]]] = {}  # when each is due, and its place
    for place, (person, outcome) in enumerate(zip(people, outcomes, strict=True)):
        due = [one.due_at for one in outcome.occasions if one.state == "planned"]
        if place not in written:
            could.setdefault(person, []).extend((due_at, place) for due_at in due)
    decided = list(outcomes)
    for theirs in could.values():
        if any(now - due_at > LATE for due_at, _ in theirs):
            _, latest = max(theirs)
            for _, place in theirs:
                if place != latest:
                    decided[place] = _give_way(decided[place])
    return decided


def _give_way(outcome: Outcome) -> Outcome:
    ends = (_skipped(o, "coalesced") if o.state == "planned" else o for o in outcome.occasions)
    return outcome._replace(occasions=tuple(ends))


def _until(due: Terms, now: datetime) -> tuple[list[tuple[Slot, Firing]], Ahead]:
    """The slots from the reminder's next one until now, and the first after that."""
    waking = due.schedule.waking(due.nudge_after is not None)
    slot = Slot(due.next_date, due.next_minute)
    oldest = (now - REMEMBERED).date()
    if slot.day < oldest:
        slot = next_slot(waking, oldest)
    slots = []
    while slot:
        firing = resolve(due.time_zone, *slot)
        if firing.at is not None and firing.at > now:
            return slots, Ahead(*slot, firing.at)
        slots.append((slot, firing))
        slot = next_slot(waking, *slot)
    return slots, Ahead(None, None, None)


def _occasions(
    due: Terms, slots: list[tuple[Slot, Firing]], ahead: Ahead, now: datetime
) -> Iterable[Occasion]:
    """The last slot that fires, as it is to be sent; those before it and those without a date."""
    schedule, newest = due.schedule, True
    for slot, firing in reversed(slots):
        kind = due.kind
        nudges = due.nudge_after is not None and slot.minute == due.minutes[0]
        asked = _entry_date(due, slot)
        if nudges and is_nudge(asked, due.last_entry, due.nudge_after, due.nudge_most):
            kind = "nudge"
        if kind != "nudge" and not schedule.falls_on(slot.day):
            continue  # looked at for a nudge only
        occasion = _made(due, kind, slot, firing, ahead.at, now)
        if firing.at is None:
            yield _skipped(occasion, NO_SUCH_DATE)
            continue
        if not newest:
            yield _skipped(occasion, "coalesced")
            continue
        newest = False
        yield _ready(due, occasion, now)


def _entry_date(due: Terms, slot: Slot) -> date:
    """The diary's day that a slot asks about: before the day starts, the one before."""
    return slot.day - timedelta(days=slot.minute < 60 * due.day_starts_at)


def _made(
    due: Terms, kind: str, slot: Slot, firing: Firing, ahead: datetime | None, now: datetime
) -> Occasion:
    due_at = firing.at or now
    entry_date = _entry_date(due, slot)
    expires_at = due_at + LASTS.get(kind, LASTS_ELSE)
    if kind in ASKS_TODAY:
        expires_at = min(expires_at, ends_at(due.time_zone, slot.day), ahead or expires_at)
        expires_at = max(expires_at, due_at + GRACE)
    unless_entered = due.skip_if_entered and kind in ASKS_TODAY
    return Occasion(
        kind, *slot, entry_date, due_at, due_at, expires_at, "planned", None, firing.rule,
        due.time_zone, unless_entered, due.by_push, due.by_email,
    )  # fmt: skip


def _ready(due: Terms, occasion: Occasion, now: datetime) -> Occasion:
    """The occasion with the instant at which it may be sent, or the reason why it is not."""
    due_at, expires_at = occasion.due_at, occasion.expires_at
    if due.paused_until and due.paused_until > now:
        return _skipped(occasion, "paused")
    if expires_at <= now:
        return _skipped(occasion, "expired")
    if due.kind == "weekly_summary" and due.week < FEWEST_ENTRIES:
        return _skipped(occasion, "too_few_entries")
    if _is_deferred(due, occasion) or now - due_at > LATE:
        send_at = after_quiet(max(due_at, now), due.time_zone, due.quiet_start, due.quiet_end)
        if send_at >= expires_at:
            return _skipped(occasion, "quiet_hours")
        return occasion._replace(send_at=send_at)
    return occasion._replace(spreads=True)


def _is_deferred(due: Terms, occasion: Occasion) -> bool:
    """Whether it waits for the end of quiet hours: nobody chose that very minute of that day."""
    if occasion.kind == "nudge":
        return not due.schedule.falls_on(occasion.local_date)
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
