"""Restoring a backup: an older diary under today's keys, and all who use it told so.

What was there stands aside until everything has succeeded. People who have deleted their account
since have no key any more: what the backup still holds of them opens for nobody, and is removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Exists, OuterRef

from diary.archive import Archive, Refused, newest, run
from diary.erasure import erase
from diary.models import DataKey, Diary
from diary.reminders.let_pass import let_pass

# More than anybody has written since any backup, and far below what JSON numbers hold (2**53): a
# revision that a device has seen and that is lost now lies below all that come.
AHEAD = 2**32
_SCHEMAS = ("public", "keys")
_ASIDE = "{}_before_restore"
_BEGIN_ANEW = """
UPDATE diary SET
    epoch = gen_random_uuid(), seq = seq + %(ahead)s,
    reviewed_seq = CASE WHEN reviewed_seq = seq THEN seq + %(ahead)s ELSE reviewed_seq END,
    lease_until = NULL, lease_token = NULL, attempts = 0
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """Of when the diaries are, and the keys if they are not those that were there."""

    diaries_of: datetime
    keys_of: datetime | None
    gone: int  # people without a key, who were removed
    passed: int  # reminders that may have been sent, and were let pass


def restore(base: Path, now: datetime, *, over: bool, name: str = "") -> Restored:
    """Put back the newest diary under `base`, or the one of that name. Raises `Refused`.

    `over`: also over people who are there, and from under processes that use them.
    """
    diary = newest(base, "diary", name)
    if not diary:
        raise Refused(f"There is no backup of a diary {name and name + ' '}in {base}.")
    diary.check()
    _refuse_unknown(diary)
    _take_the_time()
    _put_back_what_stands_aside()
    if not over:
        _refuse_if_used()
    keys = None if _rows("keys.data_key") else _newest_keys(base)
    if over:
        _end_other_connections()
    with _aside("public", *(["keys"] if keys else [])):
        for archive in filter(None, (diary, keys)):
            _load(archive)
        if diary.migrations != _known_migrations():
            call_command("migrate", verbosity=0)
        gone, passed = _begin_anew(now)
    return Restored(diary.made_at, keys and keys.made_at, gone, passed)


def _begin_anew(now: datetime) -> tuple[int, int]:
    """Make it a diary of now: how many people were removed, how many reminders let pass."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN_ANEW, {"ahead": AHEAD})
        Session.objects.all().delete()
        UserSession.objects.all().delete()
        passed = let_pass(now)
        own = DataKey.objects.filter(user_id=OuterRef("user_id"))
        left = list(Diary.objects.filter(~Exists(own)).values_list("user_id", flat=True))
        if left and len(left) == Diary.objects.count():
            raise Refused(
                "No key in the database is of anybody in this backup. If it is of other people,"
                " take them out first (remove_person): then the keys of the backup are used."
            )
        gone = sum(erase(user_id, now) for user_id in left)
        # With all the rest or not at all: what stands aside says that a restore has not succeeded.
        with connection.cursor() as cursor:
            for schema in _SCHEMAS:
                cursor.execute(f"DROP SCHEMA IF EXISTS {_ASIDE.format(schema)} CASCADE")
    return gone, passed


def _refuse_unknown(diary: Archive) -> None:
    if newer := sorted(diary.migrations - _known_migrations()):
        app, migration = newer[0]
        raise Refused(f"This backup is of a newer version, with {app} {migration}.")


def _known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _refuse_if_used() -> None:
    if people := _rows("public.person"):
        raise Refused(f"The database holds {people} people: with --over they are replaced.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND application_name = 'fortnight'"
        )
        [others] = cursor.fetchone()
    if others:
        raise Refused("Others use this database: stop them, or with --over they are cut off.")


def _newest_keys(base: Path) -> Archive:
    keys = newest(base, "keys")
    if not keys:
        raise Refused(f"There are no keys, neither in the database nor in {base}: nothing opens.")
    keys.check()
    _refuse_unknown(keys)
    return keys


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        [there] = cursor.fetchone()
        if not there:
            return 0
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def _end_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )


def _load(archive: Archive) -> None:
    name = connection.settings_dict["NAME"]
    run(
        "pg_restore",
        [
            "--exit-on-error", "--single-transaction", "--no-owner", "--no-acl",
            f"--dbname={name}", str(archive.dump),
        ],
    )  # fmt: skip


@contextmanager
def _aside(*schemas: str) -> Iterator[None]:
    """Let these schemas stand aside; they come back unless all that follows succeeds."""
    with transaction.atomic(), connection.cursor() as cursor:
        for schema in filter(_is_there, schemas):
            cursor.execute(f"ALTER SCHEMA {schema} RENAME TO {_ASIDE.format(schema)}")
        # Dumps make every schema but this one.
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("ALTER SCHEMA public OWNER TO pg_database_owner")
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            _put_back_what_stands_aside()


def _put_back_what_stands_aside() -> None:
    """Also what an earlier restore left there that was killed."""
    with transaction.atomic(), connection.cursor() as cursor:
        for schema in _SCHEMAS:
            if _is_there(aside := _ASIDE.format(schema)):
                cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                cursor.execute(f"ALTER SCHEMA {aside} RENAME TO {schema}")


def _is_there(schema: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema])
        return cursor.fetchone() is not None


def _take_the_time() -> None:
    """The limits that keep a request short are not for this."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
