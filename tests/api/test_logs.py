"""Log lines are an allow-list: whatever else a record carries, from whomever, is not written."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import IntegrityError
from kombu.exceptions import OperationalError

from api.logs import FIELDS, Lines, log

CANARY = "the heron stood in the reeds until noon"
ALWAYS = {"at", "level", "logger", "event"}


def line_of(name="diary.due", message="one", *arguments, error=None, **more) -> dict:
    """The line that is written of a record."""
    how = None if error is None else (type(error), error, error.__traceback__)
    record = logging.getLogger(name).makeRecord(
        name, logging.ERROR, "f.py", 1, message, arguments, how, extra=more
    )
    return json.loads(Lines().format(record))


def raised(error: Exception) -> Exception:
    """The error with a traceback whose locals hold what was recorded."""
    note = CANARY
    try:
        assert note
        raise error
    except type(error) as caught:
        return caught


def test_a_line_has_its_time_its_level_its_place_and_what_happened(caplog):
    caplog.set_level(logging.INFO)
    log("request", route="api/v1/me", status=200)
    [record] = caplog.records
    line = json.loads(Lines().format(record))
    assert set(line) == ALWAYS | {"route", "status"}
    assert (line["event"], line["status"]) == ("request", 200)


def test_a_field_that_is_not_on_the_list_is_not_written(caplog):
    caplog.set_level(logging.INFO)
    log("request", pain=6.7, note=CANARY, status=200, body={"note": CANARY})
    said = Lines().format(caplog.records[0])
    assert set(json.loads(said)) == ALWAYS | {"status"}
    assert not {"6.7", "heron"} & set(said.replace('"', " ").split())


def test_what_a_record_is_given_besides_is_not_written():
    line = line_of(pain=6.7, note=CANARY, data={"args": CANARY}, request_id=CANARY)
    assert set(line) == ALWAYS
    assert not ALWAYS & set(FIELDS)


@pytest.mark.parametrize(
    ("name", "message", "arguments"),
    [
        ("celery.app.trace", "Task %(name)s[%(id)s] raised: %(exc)s", ({"exc": CANARY},)),
        ("celery.worker.strategy", "Task %s[%s] received: %r", ("t", "1", CANARY)),
        ("celery.worker.consumer.consumer", "The full contents of the message: %s", (CANARY,)),
        ("celery.redirected", CANARY, ()),
        ("django.security.SuspiciousOperation", CANARY, ()),
        ("django.request", "Bad Request: %s", (f"/{CANARY}",)),
        ("waitress", "Exception while serving %s", (f"/{CANARY}",)),
        ("httpx", "HTTP Request: %s %s", ("POST", CANARY)),
        ("redis", "Failed on %s", (CANARY,)),
        ("root", "%s", (CANARY,)),
    ],
)
def test_of_other_libraries_only_the_template_is_written(name, message, arguments):
    said = json.dumps(line_of(name, message, *arguments))
    assert "heron" not in said


def test_of_ours_the_numbers_are_written():
    assert line_of("diary.due", "set aside after %d attempts: %d", 5, 1)["event"] == (
        "set aside after 5 attempts: 1"
    )


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(f"duplicate key\nDETAIL:  Key (note)=({CANARY}) already exists."),
        ValueError(CANARY),
        KeyError({"note": CANARY}),
        OperationalError(f"Error 111 connecting to redis://:{CANARY}@host"),
        UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, "invalid start byte"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("name", ["diary.review", "celery.app.trace", "django.request"])
def test_of_an_error_its_kind_and_its_place_are_written_and_nothing_it_says(error, name):
    line = line_of(name, "raised: %s", error, error=raised(error))
    assert line["error"] == type(error).__name__
    assert {place.rpartition("/")[2].split(":")[0] for place in line["where"]} == {"test_logs.py"}
    assert "heron" not in json.dumps(line)


def test_an_error_that_comes_of_another_tells_of_neither():
    try:
        raised(ValueError(CANARY))
        try:
            raise ValueError(CANARY)
        except ValueError as first:
            raise RuntimeError(CANARY) from first
    except RuntimeError as caught:
        line = line_of(error=caught)
    assert "heron" not in json.dumps(line)


@pytest.mark.parametrize("message", [ValueError(CANARY), {"note": CANARY}, CANARY.encode()])
@pytest.mark.parametrize("name", ["diary.due", "kombu.connection"])
def test_of_what_is_no_text_only_the_kind_is_written(name, message):
    assert line_of(name, message)["event"] == type(message).__name__
