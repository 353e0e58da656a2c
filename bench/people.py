"""Many people at once, as rows: with reminders, and with devices whose addresses are sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from uuid_utils.compat import uuid7

from diary.models import DataKey, Delivery, Device, Occurrence, Person
from diary.models.devices import device_label
from diary.models.keys import KEY_RING
from diary.reminders.rows import as_array

# Without changes of the clock: an instant is the same minute there on every date.
ZONES = ("Africa/Lagos", "America/Panama", "Asia/Kolkata", "Asia/Tokyo", "UTC")
BEGINS = date(2026, 1, 1)  # and on the days after it: long before anything is due

# Ids as everybody gets them: who came later has a greater one.
_PEOPLE = """
INSERT INTO person (id, password, email, is_active, began_at)
SELECT id, '', 'bench-' || %(first)s::int + n || '@diary.example', TRUE, now()
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS p (id, n)
"""
_DIARIES = """
INSERT INTO diary (user_id, seq, epoch, time_zone, time_zone_pinned, day_starts_at, locale,
    asks_self_harm, reviewed_seq, reviewed_through, reviewed_rules, attempts)
SELECT id, 0, gen_random_uuid(),
    (%(zones)s::text[])[1 + abs(hashtext(email)) %% cardinality(%(zones)s::text[])], FALSE, 0,
    'en', TRUE, 0, '9999-12-31', '', 0
FROM person p WHERE NOT EXISTS (SELECT FROM diary d WHERE d.user_id = p.id)
"""
_REMINDERS = """
INSERT INTO reminder (user_id, id, kind, minutes, weekdays, every_n_weeks, starts_on,
    skip_if_entered, by_push, by_email, active, version, next_date, next_minute, next_fire_at,
    sealed)
SELECT d.user_id, gen_random_uuid(), 'entry', ARRAY[wall.minute], 127, 1,
    %(begins)s::date + abs(hashtext(d.user_id::text)) %% 5, TRUE, TRUE, FALSE, TRUE, 1, wall.day,
    wall.minute, %(at)s, ''
FROM diary d, generate_series(1, %(each)s::int), LATERAL (
    SELECT local::date AS day, (extract(epoch FROM local::time) / 60)::int AS minute
    FROM (SELECT %(at)s::timestamptz AT TIME ZONE d.time_zone AS local) l
) wall
WHERE NOT EXISTS (SELECT FROM reminder r WHERE r.user_id = d.user_id)
"""

_QUIET = """
INSERT INTO notification_settings (user_id, quiet_start, quiet_end, streak_wording,
    detail_on_lock_screen, pattern_notice)
SELECT user_id, '21:00', '08:00', FALSE, FALSE, FALSE FROM diary d
WHERE hashtext(user_id::text) % 10 = 0
  AND NOT EXISTS (SELECT FROM notification_settings s WHERE s.user_id = d.user_id)
"""


def make_people(first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        ids = as_array([uuid7() for _ in range(first, last + 1)])
        cursor.execute(_PEOPLE, {"first": first - 1, "ids": ids})
        cursor.execute(_DIARIES, {"zones": list(ZONES)})


def give_reminders(each: int, at: datetime) -> None:
    """So many for whoever has none, next due at `at`."""
    with connection.cursor() as cursor:
        cursor.execute(_REMINDERS, {"each": each, "at": at, "begins": BEGINS})


def give_quiet_hours() -> None:
    """One in ten gets their own, in the place of the usual ones."""
    with connection.cursor() as cursor:
        cursor.execute(_QUIET)


def settle() -> None:
    """Statistics as autovacuum would have gathered them."""
    with connection.cursor() as cursor:
        for table in ("person", "diary", "reminder", "occurrence", "delivery", "device"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def forget_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE person, diary, occurrence, channel CASCADE")
        cursor.execute('TRUNCATE "keys"."data_key"')


def forget_deliveries() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE occurrence, delivery")


def give_keys_and_devices(
    now: datetime,
    platforms: Sequence[str] = ("fcm",),
    browser: Callable[[str], Mapping[str, str]] | None = None,
) -> int:
    """A data key and a device for everybody, on each platform in turn; how many people.

    The token is the person's id; `browser` gives what a subscription is for it.
    """
    people = list(Person.objects.values_list("id", flat=True))
    for at in range(0, len(people), 5_000):
        some = people[at : at + 5_000]
        keys = [_key(user_id) for user_id in some]
        DataKey.objects.bulk_create(keys)
        Device.objects.bulk_create(
            [
                _device(key, now, platforms[number % len(platforms)], browser)
                for number, key in enumerate(keys)
            ]
        )
    return len(people)


def _key(user_id: UUID) -> DataKey:
    key_id = uuid7()
    wrapped = KEY_RING.make_data_key(user_id, key_id)
    return DataKey(user_id=user_id, key_id=key_id, ring_key=KEY_RING.newest, wrapped=wrapped)


def _device(
    key: DataKey,
    now: datetime,
    platform: str,
    browser: Callable[[str], Mapping[str, str]] | None,
) -> Device:
    device_id = uuid7()
    token = key.user_id.hex if platform == "apns" else str(key.user_id)
    address = browser(token) if platform == "webpush" else token
    words = orjson.dumps({"address": address, "label": None})
    return Device(
        user_id=key.user_id,
        id=device_id,
        platform=platform,
        app=min(settings.APNS_APPS) if platform == "apns" else "",
        registered_at=now,
        last_seen_at=now,
        sealed=key.open().seal(device_label(key.user_id, device_id), words),
    )


def give_deliveries(each: int, now: datetime) -> int:
    """Occurrences that are fanned out already, so many for each device, waiting to be sent."""
    total = 0
    for number in range(each):
        occurrences, deliveries = [], []
        for user_id, device_id in Device.objects.values_list("user_id", "id"):
            occurrence_id = uuid7()
            occurrences.append(
                Occurrence(
                    user_id=user_id, id=occurrence_id, reminder=occurrence_id, kind="entry",
                    local_date=now.date(), minute=number, entry_date=now.date(), due_at=now,
                    expires_at=now + timedelta(hours=2), state="fanned", time_zone="UTC",
                    unless_entered=True,
                )
            )  # fmt: skip
            deliveries.append(
                Delivery(
                    user_id=user_id, id=uuid7(), occurrence=occurrence_id, target=device_id,
                    channel="fcm", next_attempt_at=now, expires_at=now + timedelta(hours=2),
                )
            )  # fmt: skip
        Occurrence.objects.bulk_create(occurrences, batch_size=5_000)
        Delivery.objects.bulk_create(deliveries, batch_size=5_000)
        total += len(deliveries)
    return total
