"""What people record can be read nowhere but in their own answers.

A canary in words and one in numbers are posted; then every table, every Redis key and every
line that would be logged is searched. (Files, the WAL and Valkey's are searched in the test of
the whole stack.)
"""

from __future__ import annotations

import json
import logging
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from rest_framework.test import APIClient

from api.logs import Lines
from diary import due
from diary.access import Seen, note_access
from diary.exports.ask import ask_for
from diary.models import Diary
from diary.tasks import review_diaries
from tests import canaries
from tests.api.accounts import PASSWORD, sign_in
from tests.api.conftest import keep, look
from tests.api.contract import document
from tests.api.syncing import body, entry
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

NOTE = "the heron stood in the reeds until noon"
SECRETS = (
    NOTE, "heron", "lower_back", "throbbing", "self_harm", "6.7", "13.75", "too_unwell",
    "not_right", "birdwatching", "reed-cutting", "phq-9", "44260-8", *canaries.SECRETS,
)  # fmt: skip
CANARY = {
    "note": NOTE, "pain": 6.7, "sleep_hours": 13.75, "self_harm_thoughts": 1,
    "skipped": "too_unwell",
    "pain_sites": [{"site": "lower_back", "intensity": 6.7, "qualities": ["throbbing"]}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def posted(ana, phone) -> None:
    """Two weeks that make patterns, and on the last day the canary."""
    keep(ana, both())
    answer = phone.patch(f"/api/v1/entries/{TODAY}", CANARY)
    assert answer.status_code == 200, answer.content
    on = {"date": TODAY.isoformat(), "note": NOTE}
    for name, fields in (
        ("activities", {**on, "kind": "birdwatching", "limited_by_pain": 6.7}),
        ("moments", {**on, "at": "2026-03-20T09:00:00Z", "pain": 6.7, "sleep_hours": 13.75}),
        ("trackers", {"name": "reed-cutting", "kind": "number", "unit": "heron"}),
    ):
        made = phone.post(f"/api/v1/{name}", fields)
        assert made.status_code == 201, made.content
    phone.patch(f"/api/v1/entries/{TODAY}", {"trackers": {made.json()["id"]: 13.75}})
    pushed = phone.post("/api/v1/sync", body(entry(1, **CANARY), entry(pain=6789.5)))
    assert pushed.status_code == 200, pushed.content
    questionnaire = {"date": str(TODAY), "items": {"44260-8": 2}}
    assert phone.post("/api/v1/questionnaires/phq-9/answers", questionnaire).status_code == 201
    look()
    [first, _] = phone.get("/api/v1/patterns").json()["items"]
    said = {"verdict": "not_right", "note": NOTE}
    assert phone.put(f"/api/v1/patterns/{first['id']}/feedback", said).status_code == 200
    canaries.write_everywhere(ask_with(phone), TODAY, "anas-phone")
    note_access(ana.datakey.open(), Seen("share", canaries.NOTE, "read", TODAY, TODAY), NOW)
    ask_for(ana.datakey.open(), ["json"], canaries.WORD, NOW)
    ana.set_password(PASSWORD)
    ana.save(update_fields=["password"])
    phone.credentials()
    assert sign_in(phone, ana.email).status_code == 200


def ask_with(phone: APIClient) -> canaries.Ask:
    def ask(method: str, path: str, body: object) -> tuple[int, dict]:
        answer = phone.generic(
            method, path, b"" if body is None else json.dumps(body), "application/json"
        )
        return answer.status_code, answer.json()

    return ask


def every_table() -> dict[str, str]:
    """The whole text of each table, as a dump would hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " AND tablename <> 'django_migrations'"  # instants, of which one may hold a number
        )
        names = [name for (name,) in cursor.fetchall()]
        tables = {}
        for name in names:
            cursor.execute(f"SELECT row::text FROM {name} AS row")
            tables[name] = "\n".join(text for (text,) in cursor.fetchall())
    return tables


def everything_in_redis() -> bytes:
    """Every key with its value, in every database of the server."""
    found = []
    for number in range(16):
        parts = urlsplit(settings.REDIS_URL)
        server = redis.Redis.from_url(urlunsplit(parts._replace(path=f"/{number}")))
        for key in server.scan_iter():
            text = server.type(key) == b"string"  # others are none of ours; a dump may be packed
            found += [key, server.get(key) if text else server.dump(key)]
        server.close()
    return b"\n".join(found)


def test_no_table_holds_a_readable_value(posted):
    tables = every_table()
    assert tables["public.client"]
    assert {"public.record", "public.review", "public.pattern", "keys.data_key"} <= tables.keys()
    assert tables["public.pattern"]
    assert tables["public.feedback"]
    for name, text in tables.items():
        bytes_shown = text.encode()
        for secret in SECRETS:
            assert secret not in text, name
            assert secret.encode().hex().encode() not in bytes_shown, name
    for kind in ("symptom_pattern", "pain_mood", "low_mood"):
        assert kind not in tables["public.pattern"] + tables["public.review"]


def test_redis_holds_no_value(posted, phone):
    cache.set("proof", "that the search finds what is there")
    found = everything_in_redis()
    assert b"that the search finds" in found
    for secret in SECRETS:
        assert secret.encode() not in found


def lines(caplog) -> str:
    """What the shipped formatter makes of every record, but for what is random in it."""
    said = [json.loads(Lines().format(record)) for record in caplog.records]
    random = dict.fromkeys(("at", "ms", "request_id"))
    return "\n".join(json.dumps(line | random) for line in said)


def test_no_log_line_holds_a_value_an_address_or_a_query(posted, phone, caplog):
    caplog.set_level(logging.INFO)
    phone.patch(f"/api/v1/entries/{TODAY}", CANARY)
    phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 6789.5, "note": NOTE})
    phone.get(f"/api/v1/trends?measures=heron&from={TODAY}")
    phone.get("/api/v1/heron?heron=heron", headers={"User-Agent": "heron", "Referer": "heron"})
    phone.get("/api/v1/entries/heron")
    phone.get("/api/v1/me", headers={"Host": "heron.example"})
    said = lines(caplog)
    assert '"route": "api/v1/entries/<str:date>"' in said
    for secret in (*SECRETS, "ana@", str(TODAY), "6789"):
        assert secret not in said.replace("api/v1/entries/<str:date>", ""), secret


def breaking(error: Exception):
    def break_(*args, **kwargs):
        raise type(error)(*error.args)  # a new one: errors remember where they have been

    return break_


ERRORS = {
    "an error that quotes a value": ValueError(f"pain 6.7 {NOTE}"),
    "an error that holds the entry": KeyError(str(CANARY)),
    "an error in other words": TypeError(CANARY),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_a_bug_that_holds_the_value_logs_its_kind_and_place_only(
    posted, phone, caplog, monkeypatch, error
):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr("diary.record.write", breaking(error))
    broken = APIClient(raise_request_exception=False)
    broken.credentials(**phone._credentials)
    answer = broken.patch(f"/api/v1/entries/{TODAY}", CANARY, format="json")
    said = lines(caplog)
    assert answer.status_code == 500
    assert type(error).__name__ in said
    assert "document_views.py" in said
    for secret in (*SECRETS, str(TODAY)):
        assert secret not in said
        assert secret.encode() not in answer.content.replace(str(TODAY).encode(), b"")


def test_an_error_of_the_database_does_not_quote_its_row(posted, phone, ana, caplog):
    """PostgreSQL tells the whole failing row in its message; that message is not logged."""
    caplog.set_level(logging.INFO)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE record ADD CONSTRAINT no_more CHECK (rev < 0) NOT VALID")
    broken = APIClient(raise_request_exception=False)
    broken.credentials(**phone._credentials)
    answer = broken.patch(f"/api/v1/entries/{TODAY}", {"note": "another"}, format="json")
    assert answer.status_code == 500
    assert "IntegrityError" in lines(caplog)
    for told in ("Failing row", str(ana.pk), str(TODAY)):
        assert told not in lines(caplog)


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_a_job_that_breaks_over_a_value_logs_its_kind_and_place_only(
    posted, ana, caplog, monkeypatch, error
):
    """As Celery logs what a task raises: with its arguments, and with all that it says."""
    caplog.set_level(logging.INFO)
    keep(ana, {TODAY: {"note": NOTE}})
    [claim] = due.claim(NOW, 10)
    monkeypatch.setattr("diary.review.look_over", breaking(error))
    ids = [str(user_id) for user_id in claim.user_ids]
    assert review_diaries.apply((str(claim.token), ids)).failed()
    raised = [record for record in caplog.records if record.name == "celery.app.trace"]
    assert NOTE in str(raised[0].exc_info) or NOTE in raised[0].getMessage()
    said = lines(caplog)
    assert type(error).__name__ in said
    assert "review.py" in said
    for secret in (*SECRETS, str(TODAY), str(ana.pk)):
        assert secret not in said


def test_every_text_that_can_be_written_is_one_that_the_canary_goes_into():
    """Who adds a field for words adds it to what the canary is written into."""
    assert canaries.texts_of(document()) == canaries.WORDS | canaries.NAMES


def test_models_show_their_owner_and_nothing_else(posted, ana):
    shown = [repr(one) + str(one) for one in (ana, Diary.objects.get(user=ana), ana.datakey)]
    assert not [text for text in shown if "@" in text or "Kathmandu" in text]
