"""A life with Fortnight: something of a person in every table that can hold anything of one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from diary.access import SHARE, Seen, note_access
from diary.models import Person
from tests.api.accounts import ACCOUNT, AUTH, PASSWORD, ask, reauthenticate, sign_up
from tests.api.conftest import keep, look
from tests.api.contract import CheckedPhone
from tests.api.passkey import Authenticator
from tests.api.syncing import body, entry
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY
from tests.diary.exporting import write_all
from tests.diary.keeping import vault_of
from tests.diary.reminders.reminding import pass_time

PASSKEYS = "authenticators/webauthn"


def live(email: str, name: str) -> CheckedPhone:
    """Somebody signs up, uses everything that there is, and has their phone still in hand.

    Exports are written by a connection of their own, so it takes a committed database.
    """
    phone = CheckedPhone()
    sign_up(phone, email)
    person = Person.objects.get(email=email)
    keep(person, both())
    phone.put(f"/api/v1/entries/{TODAY}", {"note": name, "self_harm_thoughts": 1})
    phone.post("/api/v1/sync", body(entry(day=TODAY, pain=3), client=str(person.pk)))
    look()
    [first, _] = phone.get("/api/v1/patterns").json()["items"]
    phone.put(f"/api/v1/patterns/{first['id']}/feedback", {"verdict": "right", "note": name})
    phone.patch("/api/v1/notification-settings", {"weekly_summary": None, "streak_wording": True})
    device = phone.post("/api/v1/devices", {"platform": "fcm", "address": f"phone-{name}"}).json()
    phone.post("/api/v1/reminders", {"kind": "entry", "times": ["12:00"], "label": name})
    phone.post(f"/api/v1/devices/{device['id']}/test")
    pass_time(NOW)
    phone.get("/api/v1/me", headers={"X-Timezone": "Asia/Kathmandu"})
    phone.post("/api/v1/exports", {"formats": ["json", "csv"]})
    write_all()
    note_access(vault_of(person), Seen(SHARE, name, "read", TODAY, TODAY), NOW)
    _carry_passkey(phone)
    _leave_things_half_done(email)
    return phone


def _carry_passkey(phone: CheckedPhone) -> None:
    reauthenticate(phone)
    offered = ask(phone, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
    made = Authenticator().make(offered.json()["data"]["creation_options"])
    assert ask(phone, PASSKEYS, {"credential": made}, under=ACCOUNT).status_code == 200


def _leave_things_half_done(email: str) -> None:
    """On other phones a code was asked for, a password typed, a new account begun."""
    for path in ("code/request", "password/request", "signup", "login"):
        other = CheckedPhone()
        other.post(f"{AUTH}/{path}", {"email": email, "password": PASSWORD})


def everything() -> Mapping[str, list[str]]:
    """Every row of every table of every schema, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        held = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            held[table] = sorted(row for (row,) in cursor.fetchall())
    return held


def about_people() -> set[str]:
    """The tables that have a column for whose a row is, and the people themselves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT format('%I.%I', table_schema, table_name)"
            " FROM information_schema.columns WHERE column_name = 'user_id'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        return {table for (table,) in cursor.fetchall()} | {"public.person"}
