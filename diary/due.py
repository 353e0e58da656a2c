"""Which diaries are due for a review: claimed, counted, released.

Nothing but these rows says that work is to be done; Redis only carries wake-ups. A claim is
a lease: whoever loses it, by dying or by being too slow, writes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from diary.analysis import RULES
from diary.models import Diary
from diary.models.diary import ASLEEP, local_today
from diary.zones import ZONES

LEASE = timedelta(seconds=settings.REVIEW_TIME_LIMIT + 10)
ATTEMPTS = 5  # then the diary is set aside until it is written again
BATCH = 200  # diaries reviewed together …
BATCH_FROM_NOTHING = 25  # … and those that may be ten years long each

_log = logging.getLogger(__name__)

# The pairs of zone and first hour in use, by jumping along their index: a few hundred reads
# however many diaries there are.
_CLOCKS = """
WITH RECURSIVE clock AS (
    (SELECT time_zone, day_starts_at FROM diary ORDER BY 1, 2 LIMIT 1)
    UNION ALL
    SELECT next.time_zone, next.day_starts_at FROM clock, LATERAL (
        SELECT time_zone, day_starts_at FROM diary
        WHERE (time_zone, day_starts_at) > (clock.time_zone, clock.day_starts_at)
        ORDER BY 1, 2 LIMIT 1
    ) AS next
)
SELECT time_zone, day_starts_at FROM clock
"""

# A short walk along the index for each range of each clock: a plain join would read every
# diary at every tick.
_PAST_MIDNIGHT = """
SELECT past.user_id
FROM unnest(%(zones)s::text[], %(hours)s::smallint[], %(after)s::date[], %(before)s::date[])
    AS clock (zone, hour, after, before)
CROSS JOIN LATERAL (
    SELECT user_id, reviewed_through FROM diary
    WHERE time_zone = clock.zone AND day_starts_at = clock.hour
      AND reviewed_through > clock.after AND reviewed_through < clock.before
      AND (lease_until IS NULL OR lease_until < %(now)s) AND quarantined_at IS NULL
    ORDER BY reviewed_through LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
) AS past
ORDER BY past.reviewed_through
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """Diaries leased together. ``written``: somebody has just written in them, and waits."""

    token: UUID
    user_ids: tuple[UUID, ...]
    written: bool


def claim(now: datetime, most: int) -> list[Claim]:
    """Lease up to `most` due diaries, written ones first, each kind oldest first.

    They come in batches; one that has failed before comes alone, so that it cannot take
    others down with it again.
    """
    with transaction.atomic():
        written = _written(now, most)
        found = set(written)
        anew = _not_yet(found, _by_other_rules(now, most - len(found)))
        found |= set(anew)
        past_midnight = _not_yet(found, _past_midnight(now, most - len(found)))
        # By other rules a diary may go through that was set aside; alone, as it has failed before.
        Diary.objects.filter(user_id__in=anew).exclude(quarantined_at=None).update(
            quarantined_at=None, attempts=1
        )
        return [
            *_leased(written, BATCH, True, now),
            *_leased(anew, BATCH_FROM_NOTHING, False, now),
            *_leased(past_midnight, BATCH, False, now),
        ]


def _not_yet(found: set[UUID], more: Sequence[UUID]) -> list[UUID]:
    return [user_id for user_id in more if user_id not in found]


def _leased(user_ids: Sequence[UUID], batch: int, written: bool, now: datetime) -> list[Claim]:
    failed = set(
        Diary.objects.filter(user_id__in=user_ids, attempts__gt=0).values_list("user_id", flat=True)
    )
    well = [user_id for user_id in user_ids if user_id not in failed]
    groups = [well[at : at + batch] for at in range(0, len(well), batch)]
    groups += [[user_id] for user_id in user_ids if user_id in failed]
    claims = [Claim(uuid4(), tuple(group), written) for group in groups]
    for made in claims:
        Diary.objects.filter(user_id__in=made.user_ids).update(
            lease_until=now + LEASE, lease_token=made.token
        )
    return claims


def begin(token: UUID, user_ids: Sequence[UUID], now: datetime) -> list[Diary]:
    """The claimed diaries whose lease still holds, their attempt counted and committed.

    The count survives whatever happens next, a killed process too. The lease begins anew: it
    has to outlast the review, however long the batch has waited in its queue.

    A batch that comes a second time has killed one before: its diaries go back to be claimed
    one by one. A diary at its last attempt is set aside.
    """
    with transaction.atomic():
        mine = Diary.objects.filter(
            user_id__in=user_ids, lease_token=token, lease_until__gt=now
        ).order_by("user_id")
        diaries = list(mine.select_for_update())
        if len(diaries) > 1 and any(diary.attempts for diary in diaries):
            mine.update(lease_until=None, lease_token=None)
            return []
        spent = [diary.user_id for diary in diaries if diary.attempts >= ATTEMPTS]
        Diary.objects.filter(user_id__in=spent).update(
            quarantined_at=now, reviewed_rules=RULES, lease_until=None, lease_token=None
        )
        if spent:
            _log.error("diaries set aside after %d attempts: %d", ATTEMPTS, len(spent))
        mine.update(attempts=F("attempts") + 1, lease_until=now + LEASE)
    return [diary for diary in diaries if diary.user_id not in spent]


def release(token: UUID, user_ids: Sequence[UUID], now: datetime) -> None:
    """Give back what a failed review held, to be tried again later and later."""
    for attempts in range(ATTEMPTS + 1):  # 0: a write in between has set them back
        Diary.objects.filter(user_id__in=user_ids, lease_token=token, attempts=attempts).update(
            lease_token=None, lease_until=now + timedelta(seconds=2**attempts)
        )


def finish(token: UUID, reviewed: Sequence[tuple[UUID, int, date]], now: datetime) -> None:
    """Write down how far each diary `(user, seq, through)` was reviewed, and let it go.

    `changed_from` is kept where a write has come in between: the next review needs it.
    """
    users, seqs, throughs = map(list, zip(*reviewed, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE diary SET
                reviewed_seq = done.seq, reviewed_through = done.through, reviewed_rules = %s,
                lease_until = NULL, lease_token = NULL, attempts = 0,
                changed_from = CASE WHEN diary.seq = done.seq THEN NULL ELSE changed_from END,
                changed_to = CASE WHEN diary.seq = done.seq THEN NULL ELSE changed_to END,
                due_since = CASE WHEN diary.seq = done.seq THEN NULL ELSE %s END
            FROM unnest(%s::uuid[], %s::bigint[], %s::date[]) AS done (user_id, seq, through)
            WHERE diary.user_id = done.user_id AND lease_token = %s
            """,
            [RULES, now, users, seqs, throughs, token],
        )


def still_held(token: UUID, user_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The diaries whose lease is still this one's, locked, with their `reviewed_seq`."""
    rows = (
        Diary.objects.select_for_update()
        .filter(user_id__in=user_ids, lease_token=token)
        .order_by("user_id")
    )
    return dict(rows.values_list("user_id", "reviewed_seq"))


def _unleased(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=now)


def _written(now: datetime, most: int) -> list[UUID]:
    """Diaries with a change that no review has seen, those that wait longest first."""
    rows = Diary.objects.filter(
        _unleased(now), quarantined_at=None, seq__gt=F("reviewed_seq")
    ).order_by("due_since")
    return _locked(rows, most)


def _by_other_rules(now: datetime, most: int) -> list[UUID]:
    other = Q(reviewed_rules__lt=RULES) | Q(reviewed_rules__gt=RULES)
    return _locked(Diary.objects.filter(_unleased(now), other, seq__gt=0), most)


def _locked(rows, most: int) -> list[UUID]:
    locked = rows.select_for_update(skip_locked=True)[:most]
    return list(locked.values_list("user_id", flat=True))


def _past_midnight(now: datetime, most: int) -> list[UUID]:
    """Diaries looked over through another day than their own today (a zone may turn it back)."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOCKS)
        cursor.execute(_PAST_MIDNIGHT, _ranges(cursor.fetchall(), now) | {"now": now, "most": most})
        return [user_id for (user_id,) in cursor.fetchall()]


def _ranges(clocks: Sequence[tuple[str, int]], now: datetime) -> dict[str, list]:
    """For each clock the two ranges of `reviewed_through` that are not its today, as columns.

    A zone that this machine does not know (an older one renamed it) waits; others do not.
    """
    unknown = {zone for zone, _ in clocks} - ZONES
    if unknown:
        _log.error("diaries live in time zones that are not known here: %s", sorted(unknown))
    clocks = [clock for clock in clocks if clock[0] not in unknown]
    todays = [local_today(now, zone, hour) for zone, hour in clocks]
    return {
        "zones": [zone for zone, _ in clocks] * 2,
        "hours": [hour for _, hour in clocks] * 2,
        "after": [date.min] * len(todays) + todays,
        "before": todays + [ASLEEP] * len(todays),
    }
