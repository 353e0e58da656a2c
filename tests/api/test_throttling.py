"""How often a person may ask in a minute, and that no limit ever keeps an entry from being kept."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from uuid import uuid4

import pytest
import redis
from django.core.cache import cache

from api import counter, throttling
from api.throttling import HEAVY, READ, WINDOW, WRITE, Limit, Pace
from tests.api.conftest import phone_of, seq_of
from tests.api.contract import operations
from tests.api.making import made_first
from tests.api.redis_servers import listening
from tests.api.syncing import body, entry

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
STANDING = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')
# What is heavy; all else reads or writes.
HEAVY_ONES = {"test_device", "ask_for_export", "download_export"}


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A busy machine may take its time, and nobody has asked for anything in this minute."""
    monkeypatch.setattr(counter, "LONGEST_WAIT", 5.0)
    throttling.counter.cache_clear()
    cache.clear()


def limits(monkeypatch, **most: int) -> None:
    """Smaller limits, so that a test reaches them."""
    for name, number in most.items():
        monkeypatch.setattr(throttling, name.upper(), Limit(name, number))


def left(answer) -> tuple[str, int]:
    name, remaining, seconds = STANDING.fullmatch(answer["RateLimit"]).groups()
    assert 0 < int(seconds) <= WINDOW
    return name, int(remaining)


def test_the_limits_are_those_of_the_contract():
    assert [READ, WRITE, HEAVY] == [("read", 3_000), ("write", 1_200), ("heavy", 60)]


def test_every_answer_tells_what_is_left(phone):
    answer = phone.get("/api/v1/me")
    assert answer["RateLimit-Policy"] == '"read";q=3000;w=60'
    assert left(answer) == ("read", 2_999)
    answer = phone.put(DAY, {"pain": 4})
    assert answer["RateLimit-Policy"] == '"write";q=1200;w=60'
    assert left(answer) == ("write", 1_199)
    assert left(phone.post("/api/v1/sync", body(entry(pain=3)))) == ("write", 1_198)
    assert left(phone.get("/api/v1/sync")) == ("read", 2_998)


def test_answers_of_every_status_tell_it(phone):
    tag = phone.put(DAY, {"pain": 4})["ETag"]
    asked = {
        304: phone.get(DAY, headers={"If-None-Match": tag}),
        400: phone.send("PUT", DAY, b"{"),
        404: phone.get("/api/v1/entries/2026-03-19"),
        405: phone.generic("PROPFIND", DAY),
        412: phone.put(DAY, {"pain": 5}, headers={"If-Match": '"99"'}),
        415: phone.send("PUT", DAY, b"{}", "text/plain"),
        422: phone.put(DAY, {"pain": 11}),
        204: phone.delete(DAY),
    }
    for status, answer in asked.items():
        assert answer.status_code == status
        assert left(answer)


@pytest.mark.parametrize(
    ("name", "method", "path", "said"),
    [(said["operationId"], *row, said) for *row, said in operations() if said["security"]],
    ids=[said["operationId"] for *_, said in operations() if said["security"]],
)
def test_every_operation_is_counted_as_what_it_is(phone, ana, name, method, path, said):
    address = path.format(date="2026-03-20", id=uuid4(), code="peg")
    answer = phone.generic(method, address)
    kind = "heavy" if name in HEAVY_ONES else "read" if method == "GET" else "write"
    assert left(answer)[0] == kind
    assert "429" in said["responses"]


def test_whoever_is_not_signed_in_is_not_counted(stranger):
    for path in ("/api/v1/me", "/api/v1/support", "/api/v1/unknown"):
        assert "RateLimit" not in stranger.get(path)


def test_help_lines_have_no_limit(stranger, monkeypatch):
    limits(monkeypatch, read=0)
    assert stranger.get("/api/v1/support").status_code == 200


def test_beyond_the_limit_nothing_is_done_and_it_is_said_when_to_come_back(phone, ana, monkeypatch):
    limits(monkeypatch, write=2)
    for pain in (1, 2):
        assert phone.put(DAY, {"pain": pain}).status_code in {200, 201}
    answer = phone.put(DAY, {"pain": 3})
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/throttled")
    assert left(answer) == ("write", 0)
    assert 0 < int(answer["Retry-After"]) <= WINDOW
    assert seq_of(ana) == 2
    assert phone.get(DAY).json()["pain"] == 2  # reading is counted apart


def test_what_one_person_asks_is_not_counted_for_another(phone, bens_phone, monkeypatch):
    limits(monkeypatch, read=1)
    assert phone.get("/api/v1/me").status_code == 200
    assert phone.get("/api/v1/me").status_code == 429
    assert bens_phone.get("/api/v1/me").status_code == 200


def test_two_phones_of_one_person_are_counted_together(ana, monkeypatch):
    limits(monkeypatch, read=1)
    assert phone_of(ana).get("/api/v1/me").status_code == 200
    assert phone_of(ana).get("/api/v1/me").status_code == 429


def test_a_refused_body_and_a_wrong_method_count_too(phone, monkeypatch):
    limits(monkeypatch, write=2)
    phone.send("PUT", DAY, b"{")
    phone.generic("PROPFIND", DAY)
    assert phone.put(DAY, {"pain": 1}).status_code == 429


def test_of_sixteen_threads_at_the_limit_no_more_than_the_limit_pass(ana, monkeypatch):
    limits(monkeypatch, read=400)
    asked = SimpleNamespace(user=ana, method="GET")
    together = Barrier(16)

    def ask(_) -> int:
        together.wait()
        return sum(Pace().allow_request(asked, SimpleNamespace(headers={})) for _ in range(50))

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(ask, range(16))) == 400


def test_redis_learns_neither_who_nor_what(phone, ana, settings):
    phone.put(DAY, {"pain": 6.7, "note": "heron"})
    server = redis.Redis.from_url(settings.THROTTLE_URL)
    keys = [key.decode() for key in server.scan_iter()]
    server.close()
    assert keys
    for key in keys:
        assert re.fullmatch(r"fortnight:pace:(read|write|heavy):[0-9a-f]{32}", key)
        assert ana.pk.hex not in key


class TestWithoutRedis:
    @pytest.fixture(params=["gone", "hung"], autouse=True)
    def no_redis(self, request, settings, monkeypatch):
        monkeypatch.setattr(counter, "LONGEST_WAIT", 0.02)
        monkeypatch.setattr(counter, "PATIENCE", 0.5)
        if request.param == "gone":
            settings.THROTTLE_URL = f"redis://127.0.0.1:1/{uuid4().int % 1000}"
            yield
        else:
            with listening(None) as settings.THROTTLE_URL:
                yield

    def test_reads_and_writes_pass_and_nothing_is_made_up(self, phone):
        assert phone.put(DAY, {"pain": 4}).status_code == 201
        answer = phone.get(DAY)
        assert answer.status_code == 200
        assert "RateLimit" not in answer
        assert answer["RateLimit-Policy"] == '"read";q=3000;w=60'

    def test_what_is_heavy_waits(self, phone, ana):
        device = made_first(phone, ana, "/api/v1/devices/{id}/test")
        answer = phone.post(f"/api/v1/devices/{device}/test")
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert answer.json()["type"] == "/problems/unavailable"
