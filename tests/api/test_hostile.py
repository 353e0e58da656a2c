"""Whatever is sent to whatever operation: never a 5xx, always an answer that is documented.

Bodies are made from the examples of the OpenAPI document, so that a new route is tried too.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from typing import Any

import pytest

from tests.api.contract import CheckedPhone, document, operations
from tests.api.filled import address, example, fill
from tests.api.test_bodies import UNREADABLE, nested
from tests.api.walls import undone
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

JSON = "application/json"
WRITES = [row for row in operations() if "requestBody" in row[2]]
STRANGE = {
    "null": None,
    "a truth": True,
    "a huge number": 10**25,
    "less than nothing": -0.3,
    "a null byte": "a\x00b",
    "half a character": "\ud800",
    "a long text": "x" * 5_000,
    "a list of all": [None, 1, "x", [[]]],
    "a key of ours": {"__proto__": {"user": 1}},
    "an instant": "2026-13-40T99:99:99Z",
}
BODIES = {
    **UNREADABLE,
    "20 levels": nested(20),
    "256 KiB and a byte": b'{"a":"' + b"x" * 256 * 1024 + b'"}',
    "more than a megabyte": b'{"a":"' + b"x" * 1_100_000 + b'"}',
    "10,000 names": json.dumps({str(number): number for number in range(10_000)}).encode(),
    "no name": b'{"":1}',
    "names that are strange": b'{"__class__":1,"constructor":{},"\\u0000":2,"$ne":3}',
}
TYPES = [
    "", "text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded", "application/json; charset=utf-16", "*/*", "\xff", ";",
    "application/merge-patch+json", "application/json" + "; a=b" * 500,
]  # fmt: skip
HEADERS = {
    "Accept": [
        "",
        "*",
        "application/xml",
        "a" * 10_000,
        ";;;",
        "*/*;q=nan",
        "application/json;q=2",
    ],
    "Accept-Language": ["", "xx", "de;q=nan", "en" * 5_000, "../../etc/passwd", "*;q=0", "\xff"],
    "If-Match": ["", "*", '"', '"0"', 'W/"1"', "9" * 5_000, '"' + "1," * 5_000, "\xff", "\x00"],
    "If-None-Match": ["", "*", '"', 'W/"1"', "," * 5_000, "\xff"],
    "If-Modified-Since": ["yesterday"],
    "Range": ["bytes=0-0", "bytes=-1,-2", "x" * 5_000],
    "X-App": ["/", "a/b/c", "\xff/1", "fortnight/" + "9" * 5_000],
    "X-Timezone": ["", "Mars/Phobos", "../../etc/passwd", "Europe/Berlin\x00", "\xff", "x" * 5_000],
    "X-Request-Id": ["", "\xff", "x" * 5_000],
    "X-Session-Token": ["", ".", "..", "x" * 5_000, "\xff.\xff", "\x00", "a.b"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Forwarded-For": ["", "x", "1.2.3.4," * 1_000],
    "X-Forwarded-Host": ["evil.example"],
    "Host": ["", "evil.example", "[::1", "localhost:99999", "a b", "\xff"],
    "Content-Encoding": ["gzip", "\xff"],
    "Content-Type": TYPES,
    "Cookie": ["sessionid=x; csrftoken=y", "=" * 5_000, "\xff"],
    "Authorization": ["Basic Og==", "Bearer x", "\xff"],
    "traceparent": ["00-x", "\xff"],
    "Idempotency-Key": ["", "\xff", "x" * 5_000],
    "Origin": ["null", "https://evil.example"],
    "Expect": ["100-continue", "the unexpected"],
}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ids(phone, ana) -> dict[str, list[str]]:
    return fill(phone, ana)


def sent(phone: CheckedPhone, method: str, at: str, body: bytes, kind=JSON, **headers) -> int:
    """The status; what is answered besides is held against the document by the phone."""
    with undone():
        return phone.send(method, at, body, kind, headers=headers).status_code


def turns(kinds: Mapping[str, Any], most: int) -> Iterator[list[tuple[str, Any]]]:
    """So many of these kinds for each turn, the next ones for the next, round and round."""
    endless = cycle(kinds.items())
    while True:
        yield list(islice(endless, most))


def pointers(content: Any, at: tuple = ()) -> Iterator[tuple]:
    """Every place in a body, the outermost first."""
    yield at
    inner = content.items() if isinstance(content, dict) else ()
    for name, value in enumerate(content) if isinstance(content, list) else inner:
        yield from pointers(value, (*at, name))


def replaced(content: Any, at: tuple, value: Any) -> Any:
    """The body with something else in that place."""
    if not at:
        return value
    copy = content.copy()
    copy[at[0]] = replaced(content[at[0]], at[1:], value)
    return copy


def test_the_wrong_kind_of_thing_in_any_place_is_refused_or_taken(phone, ids):
    broken, strange = [], turns(STRANGE, 3)
    for method, path, said in WRITES:
        whole, at = example(said), address(path, ids)
        for place in pointers(whole):
            for kind, value in next(strange):
                body = json.dumps(replaced(whole, place, value)).encode()
                status = sent(phone, method, at, body)
                if status >= 500:
                    broken.append((status, said["operationId"], place, kind))
    assert broken == []


def test_half_a_character_in_any_field_is_refused_or_taken(phone, ids):
    """Also where the example has nothing: what is wrong may be repeated in the answer."""
    broken = []
    for method, path, said in WRITES:
        schema, at = body_schema(said), address(path, ids)
        needed = {name: example(said).get(name) for name in schema.get("required", ())}
        for name in schema.get("properties", {}):
            for others in (needed, example(said)):
                body = json.dumps({**others, name: "\ud800"}).encode()
                if sent(phone, method, at, body) >= 500:
                    broken.append((said["operationId"], name))
    assert broken == []


def body_schema(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a body may hold, as the document says."""
    schema = said["requestBody"]["content"][JSON]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"][name] if name else schema


def test_a_body_that_cannot_be_read_is_told_so(phone, ids):
    wrong, bodies = [], turns(BODIES, 16)
    for method, path, said in WRITES:
        for kind, body in next(bodies):
            status = sent(phone, method, address(path, ids), body)
            if status not in {400, 413, 422}:
                wrong.append((status, said["operationId"], kind))
    assert wrong == []


def test_where_no_body_belongs_one_is_passed_over_or_refused(phone, ids):
    wrong, bodies = [], turns(BODIES, 2)
    for method, path, said in operations():
        if "requestBody" in said:
            continue
        for kind, body in next(bodies):
            status = sent(phone, method, address(path, ids), body)
            if status >= 500:
                wrong.append((status, said["operationId"], kind))
    assert wrong == []


def test_no_other_type_and_no_packed_body_is_read(phone, ids):
    wrong = []
    for method, path, said in WRITES:
        whole, at = json.dumps(example(said)).encode(), address(path, ids)
        kinds = said["requestBody"]["content"]
        for kind in TYPES:
            if kind.partition(";")[0] not in kinds and sent(phone, method, at, whole, kind) != 415:
                wrong.append((said["operationId"], kind))
        packed = {"Content-Encoding": "gzip"}
        if sent(phone, method, at, gzip.compress(whole), **packed) != 415:
            wrong.append((said["operationId"], "gzip"))
    assert wrong == []


def test_a_header_of_any_kind_breaks_nothing(phone, ids):
    broken, headers = [], turns(HEADERS, 9)
    for turn, (method, path, said) in enumerate(operations()):
        body = json.dumps(example(said)).encode() if "requestBody" in said else b""
        for name, values in next(headers):
            value = values[turn % len(values)]
            status = sent(phone, method, address(path, ids), body, **{name: value})
            if status >= 500:
                broken.append((status, said["operationId"], name, value[:40]))
    assert broken == []
