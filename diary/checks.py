"""What must hold before Fortnight may serve anybody: Django system checks.

`manage.py check --deploy --database default` runs them; the server runs them before it opens
its socket.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.core import checks
from django.db import connections

from diary.support import REVIEW_EVERY_DAYS, reviewed_days_ago
from diary.vault import KeyRing

# What a 2xx promises (stored for good) holds only with these on.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def check_role(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """The application's role must not be able to look past the application."""
    messages = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if cursor.fetchone()[0]:
                hint = "Give DATABASE_URL a role that owns its database and nothing more."
                messages.append(
                    checks.Error("The database role is a superuser.", hint, id="diary.E001")
                )
    return messages


def check_durability(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    messages = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off'",
                [list(DURABLE)],
            )
            messages += [
                checks.Error(
                    f"PostgreSQL runs with {name} off.",
                    "An entry that was acknowledged could be lost. Turn it on.",
                    id="diary.E002",
                )
                for (name,) in cursor.fetchall()
            ]
    return messages


def check_key_ring(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """A line that was taken out of the ring too soon: some diaries open no more."""
    messages = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regclass('keys.data_key') IS NOT NULL")
            if not cursor.fetchone()[0]:
                continue  # before the first migration
            cursor.execute(
                "SELECT DISTINCT ring_key FROM keys.data_key WHERE ring_key <> ALL(%s)",
                [list(KeyRing(settings.KEY_RING).names)],
            )
            messages += [
                checks.Warning(
                    f"Keys of people are wrapped by {name}, which is not in the key ring.",
                    "Put its line back and run rotate_keys before you take it out.",
                    id="diary.W002",
                )
                for (name,) in cursor.fetchall()
            ]
    return messages


def check_hosts(app_configs, **kwargs) -> list[checks.CheckMessage]:
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        checks.Error(
            "DIARY_ALLOWED_HOSTS names no host, or every host.",
            "Name the hosts that this server is known by.",
            id="diary.E003",
        )
    ]


def check_help_lines(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Numbers to call go out of date; somebody has to read their pages again."""
    age = reviewed_days_ago(datetime.now(UTC).date())
    if age <= REVIEW_EVERY_DAYS:
        return []
    return [
        checks.Warning(
            f"The help lines were last looked over {age} days ago.",
            "Read the pages in docs/help-lines.md again and set REVIEWED_ON.",
            id="diary.W001",
        )
    ]


def register() -> None:
    checks.register(check_role, checks.Tags.database)
    checks.register(check_key_ring, checks.Tags.database)
    if not settings.DEVELOPMENT:
        checks.register(check_durability, checks.Tags.database)
    checks.register(check_hosts, checks.Tags.security, deploy=True)
    checks.register(check_help_lines)
