"""What surrounds every answer: the trace that it belongs to, and what browsers must not do."""

from __future__ import annotations

import logging

import pytest
from rest_framework.test import APIClient

from api.requests import trace_of
from tests.conftest import sign_in

pytestmark = pytest.mark.django_db

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = {
    "as the standard has it": f"00-{TRACE}-{PARENT}-01",
    "of a later version": f"01-{TRACE}-{PARENT}-01",
    "of a later version that goes on": f"cc-{TRACE}-{PARENT}-01-what-the-future-will-be-like",
}
BAD = {
    "nothing": "",
    "a version that is forbidden": f"ff-{TRACE}-{PARENT}-01",
    "no trace": f"00-{'0' * 32}-{PARENT}-01",
    "no parent": f"00-{TRACE}-{'0' * 16}-01",
    "capitals": f"00-{TRACE.upper()}-{PARENT}-01",
    "too short": f"00-{TRACE[1:]}-{PARENT}-01",
    "00 that goes on": f"00-{TRACE}-{PARENT}-01-more",
    "two": f"00-{TRACE}-{PARENT}-01,00-{TRACE}-{PARENT}-01",
    "a line break": f"00-{TRACE}-{PARENT}-01\n",
    "words": "heron",
}


@pytest.mark.parametrize("header", GOOD.values(), ids=GOOD)
def test_the_trace_of_a_request_stands_in_its_line(phone, caplog, header):
    caplog.set_level(logging.INFO)
    assert phone.get("/api/v1/me", headers={"traceparent": header}).status_code == 200
    assert caplog.records[-1].fields["trace"] == TRACE


@pytest.mark.parametrize("header", BAD.values(), ids=BAD)
def test_nonsense_is_passed_over(phone, caplog, header):
    caplog.set_level(logging.INFO)
    assert trace_of(header) is None
    assert phone.get("/api/v1/me", headers={"traceparent": header}).status_code == 200
    assert caplog.records[-1].fields["trace"] is None


ADDRESSES = {
    "an answer": "/api/v1/support",
    "a refusal": "/api/v1/me",
    "nowhere": "/api/v1/nowhere",
    "outside the API": "/nowhere",
    "accounts": "/_allauth/app/v1/config",
    "a body for accounts that cannot be read": "/_allauth/app/v1/auth/login",
    "the document": "/api/schema",
    "the document as JSON": "/api/schema?format=json",
    "the page that shows it": "/api/docs",
    "a page in a mail": "/unsubscribe/x",
    "health": "/health/live",
    "a file": "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
    "the web app": "/",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_tells_browsers_what_not_to_do(client, address, method):
    answer = client.generic(method, address, b"{", "application/json")
    answer.close()
    assert answer["X-Request-Id"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    kind = answer.get("Content-Type", "").partition(";")[0]
    if kind == "text/html":
        assert "camera=()" in answer["Permissions-Policy"]
    elif kind.endswith("json"):
        policy = "default-src 'none'; frame-ancestors 'none'"
        assert answer["Content-Security-Policy"] == policy


def test_a_bug_is_answered_under_the_same_guards(ana, monkeypatch):
    def break_(*args):
        raise ValueError

    monkeypatch.setattr("api.me.me_json", break_)
    phone = APIClient(raise_request_exception=False)
    answer = phone.get("/api/v1/me", headers={"X-Session-Token": sign_in(ana)})
    assert answer.status_code == 500
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
