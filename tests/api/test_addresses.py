"""Addresses, methods and headers: whatever is asked, the answer is the thing or a problem."""

from __future__ import annotations

import uuid

import pytest

from tests.api.contract import operations

pytestmark = pytest.mark.django_db

DATE, ID = "2026-03-20", str(uuid.UUID(int=7))
HERE = {"date": DATE, "id": ID, "code": "peg"}
# The page to unsubscribe is for people and mailboxes: test_notification_settings.py.
RESOURCES = [(method, path) for method, path, _ in operations() if path.startswith("/api/")]
PATHS = sorted({path.format(**HERE) for _, path in RESOURCES})
KNOWN = {(method, path.format(**HERE)) for method, path in RESOURCES}
METHODS = ["GET", "PUT", "PATCH", "POST", "DELETE", "TRACE", "PROPFIND", "FROBNICATE"]
READS = sorted(path for method, path in KNOWN if method == "GET")

NOWHERE = {
    "the root of the API": "/api",
    "the root with a slash": "/api/",
    "a version": "/api/v1",
    "a version with a slash": "/api/v1/",
    "another version": "/api/v2/me",
    "an unknown resource": "/api/v1/unknown",
    "a trailing slash": "/api/v1/me/",
    "a trailing slash on an entry": f"/api/v1/entries/{DATE}/",
    "two slashes": "/api/v1//me",
    "two slashes in front": "//api/v1/me",
    "capitals": "/API/v1/me",
    "another case": "/api/v1/Me",
    "dots": "/api/v1/../v1/me",
    "escaped dots": "/api/v1/%2e%2e/me",
    "a null byte": "/api/v1/me%00",
    "a line break": "/api/v1/me%0A",
    "no UTF-8": "/api/v1/%ff%fe",
    "a suffix": "/api/v1/me.json",
    "below an entry": f"/api/v1/entries/{DATE}/note",
    "below me": "/api/v1/me/email",
    "a semicolon": "/api/v1/me;jsessionid=1",
    "very long": "/api/v1/" + "a" * 8_000,
    "very many parts": "/api/v1" + "/a" * 4_000,
    "below feedback": f"/api/v1/patterns/{ID}/feedback/note",
    "outside the API": "/wp-login.php",
    "accounts of browsers": "/_allauth/browser/v1/auth/session",
    "accounts without a path": "/_allauth/",
    "an admin": "/admin/",
}


@pytest.mark.parametrize("path", NOWHERE.values(), ids=NOWHERE)
def test_what_is_not_there_is_a_problem_for_everybody(phone, stranger, path):
    for somebody in (phone, stranger):
        for method in ("GET", "POST", "DELETE"):
            answer = somebody.generic(method, path)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
            assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["7", ID.replace("-", ""), f"{{{ID}}}", "a" * 300])
def test_what_is_no_id_is_a_pattern_that_is_not_there(phone, stranger, text):
    assert phone.generic("GET", f"/api/v1/patterns/{text}").status_code == 404
    assert stranger.generic("GET", f"/api/v1/patterns/{text}").status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_is_not_for_an_address_is_405_and_says_which_are(phone, path):
    allowed = {method for method, known in KNOWN if known == path}
    for method in set(METHODS) - allowed:
        answer = phone.generic(method, path, b"{}", "application/json")
        assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
        assert allowed <= set(answer["Allow"].split(", "))


@pytest.mark.parametrize("path", PATHS)
def test_options_tells_the_methods_and_nothing_of_the_diary(phone, stranger, path):
    phone.put(f"/api/v1/entries/{DATE}", {"note": "canary"})
    answer = phone.options(path)
    assert answer.status_code == 200
    assert b"canary" not in answer.content
    assert stranger.options(path).status_code == (200 if path.endswith("support") else 401)


@pytest.mark.parametrize("path", READS)
def test_head_is_get_without_a_body(phone, path):
    phone.put(f"/api/v1/entries/{DATE}", {"pain": 4})
    head, get = phone.head(path), phone.get(path)
    assert head.status_code == get.status_code
    assert head["Content-Type"] == get["Content-Type"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "image/*", "nonsense", "application/jsonp"]
)
def test_answers_are_json_or_406(phone, path, accept):
    answer = phone.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["type"]) == (406, "/problems/not-acceptable")


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "application/json", "text/html, application/json;q=0.1"],
)
def test_whoever_takes_json_gets_it(phone, accept):
    assert phone.get("/api/v1/me", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "unknown_parameter"),
        ("=", "unknown_parameter"),
        ("%00=%00", "unknown_parameter"),
        ("format=json", "unknown_parameter"),
        ("%F0%9F%98%80=1", "unknown_parameter"),
        ("_method=DELETE", "unknown_parameter"),
        ("%ff=%fe", "unknown_parameter"),
    ],
)
def test_a_parameter_that_does_not_exist_is_refused(phone, path, query, code):
    answer = phone.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_writes_take_no_parameters(phone, method):
    answer = getattr(phone, method)(f"/api/v1/entries/{DATE}?force=1", {"pain": 4})
    assert answer.json()["errors"][0]["parameter"] == "force"
    assert phone.get(f"/api/v1/entries/{DATE}").status_code == 404


REPEATED = {
    "/api/v1/entries": ["from=2026-01-01", "to=2026-01-01", "limit=1", "after=x"],
    "/api/v1/trends": ["from=2026-01-01", "to=2026-01-01", "measures=pain", "bin=day"],
    "/api/v1/patterns": ["kind=symptom_pattern", "status=open", "limit=1", "after=x"],
    "/api/v1/support": ["country=CH"],
}


@pytest.mark.parametrize("path", REPEATED)
def test_a_parameter_may_be_given_once(phone, path):
    for asked in REPEATED[path]:
        [fault] = phone.get(f"{path}?{asked}&{asked}").json()["errors"]
        assert (fault["parameter"], fault["code"]) == (asked.split("=")[0], "repeated_parameter")


@pytest.mark.parametrize("path", READS)
def test_too_many_parameters_are_refused_unread(phone, path):
    query = "&".join(f"p{number}=1" for number in range(2_000))
    assert phone.get(f"{path}?{query}").status_code == 400


def test_a_host_that_is_not_ours_is_refused(phone):
    answer = phone.get("/api/v1/me", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable")


REQUEST_IDS = {
    "a good one is echoed": ("4d2e-11.a:b_c", True),
    "64 letters": ("x" * 64, True),
    "65 letters": ("x" * 65, False),
    "a line break": ("a\nSet-Cookie: x=1", False),
    "blanks": ("a b", False),
    "nothing": ("", False),
    "emoji": ("😀", False),
}


@pytest.mark.parametrize(("sent", "echoed"), REQUEST_IDS.values(), ids=REQUEST_IDS)
def test_a_request_keeps_its_id_if_it_is_a_plain_one(phone, sent, echoed):
    for path in ("/api/v1/me", "/api/v1/unknown"):
        answer = phone.get(path, headers={"X-Request-Id": sent})
        assert (answer["X-Request-Id"] == sent) == echoed


def test_answers_say_that_they_are_not_to_be_kept_or_guessed_at(phone):
    phone.put(f"/api/v1/entries/{DATE}", {"pain": 4})
    for path in ("me", "entries", f"entries/{DATE}", "patterns"):
        answer = phone.get(f"/api/v1/{path}")
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_a_written_entry_is_not_to_be_kept_either(phone):
    for write in (phone.put, phone.patch):
        assert write(f"/api/v1/entries/{DATE}", {"pain": 4})["Cache-Control"] == "no-store"
