"""Bodies that cannot be read: every one a 4xx that says so, and nothing stored."""

from __future__ import annotations

import gzip
import json
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import phone_of, seq_of
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
ME = "/api/v1/me"
TRACKER = "/api/v1/trackers/0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
WRITES = [
    ("PUT", DAY), ("PATCH", DAY), ("PATCH", ME), ("POST", "/api/v1/activities"),
    ("POST", "/api/v1/moments"), ("PUT", TRACKER), ("PATCH", TRACKER),
]  # fmt: skip
LARGEST = 256 * 1024


def nested(depth: int, innermost: str = "1") -> bytes:
    """`depth` objects within each other."""
    return ('{"a":' * depth + innermost + "}" * depth).encode()


UNREADABLE = {
    "nothing": b"",
    "blanks": b"   ",
    "half an object": b'{"pain":',
    "a comma too many": b'{"pain":4,}',
    "single quotes": b"{'pain':4}",
    "a comment": b'{"pain":4} // fine',
    "two objects": b'{"pain":4}{"pain":5}',
    "a byte order mark": b'\xef\xbb\xbf{"pain":4}',
    "not UTF-8": b'{"note":"\xff\xfe"}',
    "Latin-1": '{"note":"Rücken"}'.encode("latin-1"),
    "UTF-16": '{"pain":4}'.encode("utf-16"),
    "a surrogate in UTF-8": b'{"note":"\xed\xa0\x80"}',
    "an overlong slash": b'{"note":"\xc0\xaf"}',
    "NaN": b'{"pain":NaN}',
    "infinity": b'{"pain":Infinity}',
    "minus infinity": b'{"pain":-Infinity}',
    "NaN deep inside": b'{"pain_sites":[{"site":"knee","intensity":NaN}]}',
    "a number beyond all": b'{"pain":1e400}',
    "a number of 5,000 digits": b'{"pain":' + b"9" * 5_000 + b"}",
    "a leading zero": b'{"pain":07}',
    "a list": b"[]",
    "a list of entries": b'[{"pain":4}]',
    "a text": b'"pain"',
    "a number": b"4",
    "null": b"null",
    "true": b"true",
    "21 levels": nested(21),
    "21 levels, the last one empty": nested(20, "{}"),
    "21 levels of lists": b'{"pain_sites":' + b"[" * 20 + b"]" * 20 + b"}",
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets, closed": b"[" * 100_000 + b"]" * 100_000,
    "40,000 objects": b'{"a":' * 40_000,
    "half a character in a name": b'{"pa\\ud800in":4}',
    "a name with half a surrogate": b'{"\\ud800":4}',
    "that name twice": b'{"\\ud800":4,"\\ud800":4}',
    "a form": b"pain=4",
    "XML": b"<pain>4</pain>",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_json_object_is_not_read(phone, ana, body):
    for method, path in WRITES:
        answer = phone.send(method, path, body)
        assert answer.status_code == 400
        assert answer.json()["type"] == "/problems/unreadable"
    assert seq_of(ana) == 0
    assert phone.get(DAY).status_code == 404


TWICE = {
    "at the top": (b'{"pain":4,"mood":3,"pain":5}', "/pain"),
    "the same value": (b'{"pain":4,"pain":4}', "/pain"),
    "spelt in two ways": (b'{"pain":4,"p\\u0061in":5}', "/pain"),
    "in a site": (b'{"pain_sites":[{},{"site":"hip","site":"jaw"}]}', "/pain_sites/1/site"),
    "in the trackers": (b'{"trackers":{"a":1,"a":2}}', "/trackers/a"),
    "with a slash": (b'{"a/b":{"c~d":1,"c~d":2}}', "/a~1b/c~0d"),
    "where another would be unknown": (b'{"x":{"y":1,"y":2}}', "/x/y"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "pointer"), TWICE.values(), ids=TWICE)
def test_a_name_that_stands_twice_is_refused_and_pointed_at(phone, ana, body, pointer):
    answer = phone.send("PATCH", DAY, body)
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["code"], fault["pointer"]) == (400, "duplicate_key", pointer)
    assert seq_of(ana) == 0


def test_twenty_levels_are_read(phone):
    answer = phone.send("PATCH", DAY, nested(20))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown_field"


def test_many_names_cost_no_more_than_few(phone):
    names = ",".join(f'"{number:x}":0' for number in range(24_000))
    body = f'{{{names},"5dbf":1}}'.encode()
    began = time.process_time()
    assert phone.send("PATCH", DAY, body).status_code == 400
    assert time.process_time() - began < 5  # comparing each name with each takes twenty


def filled(size: int) -> bytes:
    """A readable body of exactly this many bytes."""
    return b'{"pain":4' + b" " * (size - 10) + b"}"


def test_a_body_may_have_256_kib_and_not_a_byte_more(phone, ana):
    assert phone.send("PUT", DAY, filled(LARGEST)).status_code == 201
    seq = seq_of(ana)
    for size in (LARGEST + 1, 2_000_000):
        answer = phone.send("PUT", DAY, filled(size).replace(b"4", b"5"))
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert "256 KiB" in answer.json()["detail"]
    assert seq_of(ana) == seq


def test_a_note_of_two_megabytes_is_refused(phone, ana):
    note = json.dumps({"note": "x" * 2_000_000}).encode()
    assert phone.send("PUT", DAY, note).status_code == 413
    assert phone.send("PUT", DAY, note[:200_000] + b'"}').status_code == 422
    assert seq_of(ana) == 0


ENCODINGS = {
    "gzip": gzip.compress(b'{"pain":4}'),
    "x-gzip": gzip.compress(b'{"pain":4}'),
    "GZIP": gzip.compress(b'{"pain":4}'),
    "deflate": zlib.compress(b'{"pain":4}'),
    "br": b"\x0b\x04\x80{\"pain\":4}\x03",
    "gzip, identity": gzip.compress(b'{"pain":4}'),
    "nonsense": b'{"pain":4}',
    "zstd": gzip.compress(b" " * 200_000),
}  # fmt: skip


@pytest.mark.parametrize(("encoding", "body"), ENCODINGS.items(), ids=ENCODINGS)
def test_a_compressed_body_is_never_unpacked(phone, ana, encoding, body):
    answer = phone.send("PATCH", DAY, body, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-type")
    assert seq_of(ana) == 0


@pytest.mark.parametrize("encoding", ["identity", "Identity"])
def test_a_body_with_any_encoding_at_all_is_refused(phone, encoding):
    answer = phone.send("PATCH", DAY, b'{"pain":4}', headers={"Content-Encoding": encoding})
    assert answer.status_code == 415


OTHER_TYPES = [
    "", "text/plain", "text/json", "application/jsonp", "application/xml", "application/cbor",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense", "/", ";",
    "application/json-patch+json", "*/*", "application/*", "application/json, text/plain",
]  # fmt: skip


@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_only_json_is_read(phone, ana, content_type):
    for method, path in WRITES:
        answer = phone.send(method, path, b'{"pain":4}', content_type)
        assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-type")
    assert seq_of(ana) == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON",
        "application/json; charset=latin-1", "application/json; x=y",
    ],
)  # fmt: skip
def test_json_is_utf_8_whatever_is_said_beside_it(phone, content_type):
    answer = phone.send("PATCH", DAY, '{"note":"Rücken"}'.encode(), content_type)
    assert answer.json()["note"] == "Rücken"


@pytest.mark.parametrize("body", [b"{", b'{"pain":11}', b"x" * 300_000])
def test_who_has_not_signed_in_learns_nothing_about_the_body(stranger, body):
    for method, path in WRITES:
        assert stranger.send(method, path, body).status_code == 401


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KNOWN = [
    "pain", "low_mood", "sleep_hours", "pain_sites", "trackers", "skipped", "note", "edited_at",
    "time_zone", "date", "rev", "country", "day_starts_at", "asks_self_harm", "locale", "id",
    "kind", "name", "low", "high", "step", "worse", "unit", "archived", "at", "minutes",
]  # fmt: skip
# Bodies of which only one thing is strange.
good = st.sampled_from([
    {"date": "2026-03-20", "kind": "walk"}, {"name": "Tea", "kind": "number"},
    {"date": "2026-03-20", "at": "2026-03-20T10:00:00Z"},
])  # fmt: skip
almost = st.tuples(good, st.sampled_from(KNOWN), json_values).map(
    lambda drawn: drawn[0] | {drawn[1]: drawn[2]}
)
bodies = st.one_of(
    json_values,
    almost,
    st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=5), json_values, max_size=5),
    st.fixed_dictionaries(
        {"pain_sites": st.lists(st.dictionaries(
            st.sampled_from(["site", "side", "intensity", "qualities"]), json_values))},
    ),
)  # fmt: skip


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=bodies, which=st.sampled_from(WRITES))
def test_any_json_is_stored_or_refused_and_never_breaks_anything(hypothesis_phone, body, which):
    method, path = which
    sent = json.dumps(body).encode("utf-8", "surrogatepass")
    # 404: a patch of a tracker that is not there; 409: an id that an earlier example has taken.
    assert hypothesis_phone.send(method, path, sent).status_code in {200, 201, 400, 404, 409, 422}


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_refused_or_an_object(hypothesis_phone, body):
    assert hypothesis_phone.send("PATCH", DAY, body).status_code in {200, 201, 400, 422}


@pytest.fixture
def hypothesis_phone(db):
    """One phone for all examples of a test."""
    return phone_of(make_person("hypothesis@diary.example"))
