"""A million reminders: what an idle look costs, what a thousand due ones cost, and how many a
second one worker plans, claims and finishes."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from bench import bare, people
from bench.reminders import Row
from diary.channels.post import Answer
from diary.models import Delivery, Occurrence, Reminder
from diary.reminders import fence, rounds
from diary.reminders.deliver import BATCH, FENCED, send
from diary.reminders.plan import plan

NOW = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=200)
DUE = 1_000
TRIES = 9
EACH = 4  # reminders of one person
PLANNED_FROM = ("diary", "notification_settings", "reminder", "record", "occurrence")
IDLE_LIMIT_MS = 10.0
RATIO = 1.3
PLANNED_A_SECOND, CLAIMED_A_SECOND = 20_000, 10_000

_MAKE_DUE = """
UPDATE reminder r SET next_fire_at = %s, next_date = (%s AT TIME ZONE d.time_zone)::date
FROM (SELECT user_id, id FROM reminder TABLESAMPLE BERNOULLI (%s) LIMIT %s) s
JOIN diary d ON d.user_id = s.user_id
WHERE r.user_id = s.user_id AND r.id = s.id
"""


def try_out(size, seed: int, folder, say) -> list[Row]:
    settings.REMINDER_SPREAD = 0
    say(f"Planning: {size.few:,} reminders, and beside them {size.many:,}.")
    _grow(0, size.few)
    _keep_few()
    _grow(size.few, size.many)
    few, many = [], []
    for number in range(TRIES):  # in turn: whatever else the machine does, it does to both
        with _among_few():
            few.append(_pass_of(DUE, size.few, number))
        many.append(_pass_of(DUE, size.many, number))
    idle = [_timed(lambda: plan(NOW - timedelta(days=1)))[0] for _ in range(TRIES)]
    ratio = sum(many) / sum(few)
    planned = _crowd(size.crowd, size.many, 100, plan)
    together = _crowd(size.crowd, size.many, 101, rounds.plan_due)
    rows = [
        Row(
            "An idle look",
            f"{1000 * statistics.median(idle):.1f} ms",
            f"< {IDLE_LIMIT_MS:.0f} ms",
            1000 * statistics.median(idle) >= IDLE_LIMIT_MS,
        ),
        Row(
            f"{DUE:,} due among {size.many:,}, by the same among {size.few:,}",
            f"{ratio:.2f} ({1000 * sum(many) / TRIES:.0f} ms of CPU)",
            f"≤ {RATIO}",
            ratio > RATIO,
        ),
        together.on_the_clock("Planned a second by one worker, on the clock", PLANNED_A_SECOND),
        planned.row("  the same on one connection, of CPU time", None),
        bare.planned(size.crowd, Meter).row("  the same of bare rows, by PostgreSQL alone", None),
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA apart CASCADE")
    people.forget_all()
    return [*rows, *_claims(size.claimed, say)]


class Meter:
    """How many a second by the CPU time of this process and of its database backend.

    They take turns, so on a machine that does nothing else the sum is the time that passes. On
    one that is busy with other things the clock on the wall says more about these.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [self.backend] = cursor.fetchone()
        self.count = 0
        self.wall = self.own = self.theirs = 0.0
        self.go_on()

    def _clocks(self) -> tuple[float, float, float]:
        fields = Path(f"/proc/{self.backend}/stat").read_text().rpartition(")")[2].split()
        theirs = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return time.monotonic(), time.process_time(), theirs

    def go_on(self) -> None:
        self.began = self._clocks()

    def pause(self) -> None:
        wall, own, theirs = self._clocks()
        self.wall += wall - self.began[0]
        self.own += own - self.began[1]
        self.theirs += theirs - self.began[2]

    def stop(self, count: int) -> Meter:
        self.pause()
        self.count = count
        return self

    @property
    def rate(self) -> float:
        return self.count / (self.own + self.theirs)

    def on_the_clock(self, of: str, least: int) -> Row:
        rate = self.count / self.wall
        return Row(of, f"{rate:,.0f}", f"≥ {least:,}", rate < least)

    def row(self, of: str, least: int | None) -> Row:
        each = [f"{1e6 * part / self.count:.0f} µs" for part in (self.own, self.theirs)]
        wall = f"{self.count / self.wall:,.0f} on the wall"
        seen = f"{self.rate:,.0f} ({each[0]} here and {each[1]} in PostgreSQL for each; {wall})"
        goal = "" if least is None else f"≥ {least:,}"
        return Row(of, seen, goal, least is not None and self.rate < least)


def _rest() -> None:
    """Whatever was planned is not due again while something else is tried."""
    Reminder.objects.filter(next_fire_at__lt=LATER).update(next_fire_at=LATER)


def _grow(before: int, after: int) -> None:
    people.make_people(before // EACH, after // EACH - 1)
    people.give_reminders(EACH, LATER)
    people.give_quiet_hours()  # a few dozen different terms, with zones and first dates
    people.settle()


def _keep_few() -> None:
    """Keep what there is so far in tables of their own, beside those that go on growing."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA apart")
        for table in PLANNED_FROM:
            cursor.execute(f"CREATE TABLE apart.{table} (LIKE public.{table} INCLUDING ALL)")
            cursor.execute(f"INSERT INTO apart.{table} SELECT * FROM public.{table}")
    with _among_few():
        people.settle()


@contextmanager
def _among_few() -> Iterator[None]:
    """In here the planner finds the tables that stopped growing."""
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = apart, public")
        yield
        cursor.execute("RESET search_path")


def _pass_of(due: int, among: int, number: int) -> float:
    """CPU seconds of a pass that finds so many due, each time on another date."""
    now = NOW + number * timedelta(days=1)
    with connection.cursor() as cursor:
        share = min(100.0, 100 * 1.3 * due / among)
        cursor.execute(_MAKE_DUE, [now, now, share, due])
    meter = Meter()
    planned = plan(now)
    meter.stop(planned)
    assert planned >= due * 0.9
    _rest()
    return meter.own + meter.theirs


def _crowd(due: int, among: int, day: int, step: Callable[[datetime], int]) -> Meter:
    """All due in the same minute of a day, planned step by step."""
    now = NOW + timedelta(days=day)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_DUE, [now, now, min(100.0, 130 * due / among), due])
    before, total, meter = Occurrence.objects.count(), 0, Meter()
    while done := step(now):
        total += done
    meter.stop(total)
    assert Occurrence.objects.count() - before == total
    _rest()
    people.settle()
    return meter


def _claims(count: int, say) -> list[Row]:
    """Rows claimed and finished; then the whole way, with vaults, fence and letters."""
    people.make_people(0, count // 2 - 1)
    people.give_keys_and_devices(NOW)
    settings.CHANNEL_RATES = settings.CHANNEL_RATES | {"fcm": 10_000_000}
    rows = [_rows_alone()]
    people.forget_deliveries()
    rows.append(_fenced())
    people.forget_deliveries()
    rows.append(_whole_way())
    people.forget_all()
    return rows


def _rows_alone() -> Row:
    """Claimed, finished and their occurrences ended; what puts them on the wire is not counted."""
    count = people.give_deliveries(1, NOW)
    people.settle()
    meter = Meter()
    while (leased := fence.claim("fcm", NOW, BATCH))[1]:
        token, claims = leased
        meter.pause()
        fence.put_on_wire(token, claims, {}, {}, NOW)
        meter.go_on()
        fence.finish(token, [_sent(one) for one in claims], NOW)
    meter.stop(count)
    assert Delivery.objects.filter(state="sent").count() == count
    return meter.row("Claimed and finished a second, by one worker", CLAIMED_A_SECOND)


def _fenced() -> Row:
    """The same as a sender does it: a few at a time, each through the fence."""
    count = people.give_deliveries(1, NOW)
    people.settle()
    meter = Meter()
    while (leased := fence.claim("fcm", NOW, BATCH))[1]:
        token, claims = leased
        for at in range(0, len(claims), FENCED):
            batch = claims[at : at + FENCED]
            going = fence.put_on_wire(token, batch, {}, {}, NOW)
            fence.finish(token, [_sent(one) for one in batch if one.id in going], NOW)
    meter.stop(count)
    assert Delivery.objects.filter(state="sent").count() == count
    return meter.row(f"  the same through the fence, {FENCED} at a time", None)


def _sent(one: fence.Lease) -> fence.Ended:
    return fence.Ended(one.user_id, one.id, one.occurrence, "sent", None, 200, "", "", False)


def _whole_way() -> Row:
    """Against a provider that takes no time."""
    count = people.give_deliveries(1, NOW)
    people.settle()
    sent: list = []

    def take(messages, now) -> list[Answer]:
        sent.extend(message.delivery for message in messages)
        return [Answer(True, 200)] * len(messages)

    meter, total = Meter(), 0
    while done := send("fcm", NOW, {"fcm": take}):
        total += done
    meter.stop(total)
    assert len(sent) == len(set(sent)) == total == count
    return meter.row("  the whole way, with vaults and letters", None)


def _timed(run: Callable[[], int]) -> tuple[float, int]:
    began = time.monotonic()
    done = run()
    return time.monotonic() - began, done
