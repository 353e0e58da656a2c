"""What others make of the same dates: dateutil, croniter and PostgreSQL, and why they differ.

Every difference has a name; one without a name is a fault of theirs or ours, and misses the goal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter
from dateutil.rrule import DAILY, rrule
from django.db import connection

from bench.clocks import MINUTES, YEARS
from bench.reminders import Row
from diary.reminders.clock import (
    EXACT,
    GAP_CLAMPED,
    GAP_SHIFTED,
    NO_SUCH_DATE,
    OVERLAP_FIRST,
    Firing,
    resolve,
)
from diary.zones import ZONES

SAME = "same"
PAST_ITS_DATE = "past its date"  # shifted out of a gap at midnight, where ours is the change
SPURIOUS = "of no date"  # an instant for a date that is not there
TWICE = "a second time"  # when the clock shows a time twice
AT_THE_CHANGE = "at the change"  # where ours is shifted by as much as the clock
THE_SECOND = "the second of two"
ANOTHER_TABLE = "another table"  # its own zones are of another year
MISREAD = "as zoneinfo misreads"  # by an offset that is neither before nor after
UNEXPLAINED = "unexplained"

# Where the rare things happen; a draw would seldom meet them.
RARE = (
    ("Pacific/Apia", 2011, 540), ("Pacific/Kwajalein", 1993, 720), ("America/Nuuk", 2026, 1410),
    ("Asia/Pyongyang", 2018, 1425), ("Africa/Cairo", 2023, 30), ("Africa/Casablanca", 2026, 150),
    ("Australia/Lord_Howe", 2026, 135), ("Australia/Lord_Howe", 2026, 105),
    ("Antarctica/Troll", 2026, 90), ("America/New_York", 2026, 90), ("Europe/Istanbul", 2015, 210),
    ("America/New_York", 2026, 150), ("Asia/Beirut", 2023, 30), ("Pacific/Kiritimati", 1994, 720),
    ("America/Nuuk", 2023, 1410),
)  # fmt: skip

Place = tuple[str, int, int]  # zone, year, minute of the day


def places(count: int, seed: int) -> list[Place]:
    drawn = random.Random(f"{seed}/peers")
    zones = sorted(ZONES)
    return [
        *RARE,
        *((drawn.choice(zones), drawn.choice(YEARS), drawn.choice(MINUTES)) for _ in range(count)),
    ]


def days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))


def ours(place: Place) -> dict[date, Firing]:
    zone, year, minute = place
    return {day: resolve(zone, day, minute) for day in days_of(year)}


def misread(place: Place) -> frozenset[datetime]:
    """Instants that zoneinfo gives for a time of day and that do not show that time."""
    zone, year, minute = place
    there, clock = ZoneInfo(zone), time(minute // 60, minute % 60)
    walls = {day: datetime.combine(day, clock, there) for day in days_of(year)}
    return frozenset(
        wall.astimezone(UTC)
        for day, wall in walls.items()
        if resolve(zone, day, minute).rule == EXACT
        and wall.astimezone(UTC).astimezone(there).replace(tzinfo=None) != wall.replace(tzinfo=None)
    )


def against_rrule(place: Place) -> Counter[str]:
    """How dateutil's rrule fares, date by date."""
    zone, year, minute = place
    there, mine, seen, wrong = ZoneInfo(zone), ours(place), Counter(), misread(place)
    start = datetime(year, 1, 1, minute // 60, minute % 60, tzinfo=there)
    for wall in rrule(DAILY, dtstart=start, count=len(mine)):
        at, rule = mine[wall.date()]
        theirs = wall.astimezone(UTC)
        seen[MISREAD if theirs in wrong else _named_of_rrule(theirs, at, rule)] += 1
    return seen


def _named_of_rrule(theirs: datetime, at: datetime | None, rule: str) -> str:
    if theirs == at:
        return SAME
    if rule == NO_SUCH_DATE:
        return SPURIOUS
    return PAST_ITS_DATE if rule == GAP_CLAMPED and theirs > at else UNEXPLAINED


def against_croniter(place: Place) -> Counter[str]:
    """How croniter fares with the same time of every day, instant by instant."""
    zone, year, minute = place
    there, mine, seen, wrong = ZoneInfo(zone), ours(place), Counter(), misread(place)
    begins, ends = (datetime(y, 1, 1, tzinfo=there).astimezone(UTC) for y in (year, year + 1))
    before = datetime(year, 1, 1, tzinfo=there) - timedelta(minutes=1)
    expression = croniter(f"{minute % 60} {minute // 60} * * *", before)
    fired = set()
    while (at := expression.get_next(datetime).astimezone(UTC)) < ends:
        fired.add(at)
    for at, rule in mine.values():
        if at is None or not begins <= at < ends:
            continue
        if at in fired:
            seen[SAME] += 1
        elif rule == EXACT:
            seen[MISREAD if wrong else UNEXPLAINED] += 1
    known = {at for at, _ in mine.values()}
    for at in fired - known:
        if any(abs(at - bad) <= timedelta(hours=2) for bad in wrong):
            continue  # what it made of the time that was missed: counted already
        seen[_named_of_croniter(at.astimezone(there), minute, mine)] += 1
    return seen


def _named_of_croniter(shown: datetime, minute: int, mine: dict[date, Firing]) -> str:
    """An instant of theirs that is none of ours."""
    rule = mine[shown.date()].rule if shown.date() in mine else EXACT
    if rule == OVERLAP_FIRST and 60 * shown.hour + shown.minute == minute:
        return TWICE
    second_before = (shown.astimezone(UTC) - timedelta(seconds=1)).astimezone(shown.tzinfo)
    if second_before.utcoffset() != shown.utcoffset():
        gone = mine.get(shown.date() - timedelta(days=1))
        if gone and gone.rule == NO_SUCH_DATE:
            return SPURIOUS
        return AT_THE_CHANGE if rule == GAP_SHIFTED else UNEXPLAINED
    return UNEXPLAINED


_POSTGRES = """
SELECT ((day + make_interval(mins => %(minute)s)) AT TIME ZONE %(zone)s),
    (at AT TIME ZONE %(zone)s)
FROM unnest(%(days)s::date[], %(ats)s::timestamptz[]) AS mine (day, at)
"""


def against_postgres(place: Place) -> Counter[str]:
    """How PostgreSQL's AT TIME ZONE fares, by its own table of zones."""
    zone, _, minute = place
    mine, seen = ours(place), Counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = %s)", [zone])
        if not cursor.fetchone()[0]:
            return Counter({ANOTHER_TABLE: len(mine)})
        asked = {"zone": zone, "minute": minute, "days": list(mine)}
        cursor.execute(_POSTGRES, asked | {"ats": [at for at, _ in mine.values()]})
        rows = cursor.fetchall()
    there = ZoneInfo(zone)
    for (at, rule), (theirs, shown) in zip(mine.values(), rows, strict=True):
        seen[_named_of_postgres(theirs, shown, at, rule, there)] += 1
    return seen


def _named_of_postgres(
    theirs: datetime, shown: datetime | None, at: datetime | None, rule: str, there: ZoneInfo
) -> str:
    if theirs == at:
        return SAME
    if rule == NO_SUCH_DATE:
        return SPURIOUS
    if shown != at.astimezone(there).replace(tzinfo=None):
        return ANOTHER_TABLE
    if rule == OVERLAP_FIRST and theirs > at:
        return THE_SECOND
    return PAST_ITS_DATE if rule == GAP_CLAMPED and theirs > at else UNEXPLAINED


PEERS = {"rrule": against_rrule, "croniter": against_croniter, "PostgreSQL": against_postgres}


def try_out(size, seed: int, folder, say) -> list[Row]:
    """Every peer over the same draw, each kind of difference counted."""
    drawn = places(size.peers, seed)
    rows = []
    for name, against in PEERS.items():
        seen = sum(map(against, drawn), Counter())
        told = ", ".join(f"{count:,} {kind}" for kind, count in seen.most_common())
        say(f"{name:<11} {len(drawn)} zones, years and times: {told}")
        rows.append(
            Row(
                f"Differences of {name} that have no name",
                f"{seen[UNEXPLAINED]} of {seen.total():,}",
                "0",
                seen[UNEXPLAINED] > 0,
            )
        )
    return rows
