"""The counter in Redis: exact among many, never waited for, and quiet for a while after that."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from api import counter
from api.counter import LONGEST_WAIT, SILENCE, Counter
from config.children import account_for, make_folder
from config.embedded import start_valkey
from tests.api.redis_servers import listening, quickest

ENOUGH = LONGEST_WAIT + 0.005  # seconds: the wait, and what it takes to notice


@pytest.fixture
def key() -> str:
    return f"test:{uuid4()}"


@pytest.fixture
def patient(monkeypatch):
    """Where it is not the waiting that is tried, a busy machine may take its time."""
    monkeypatch.setattr(counter, "LONGEST_WAIT", 5.0)


@pytest.fixture
def valkey(tmp_path_factory):
    """A server of the test's own, to be stopped and started."""
    account = account_for(Path("/"))
    home = make_folder(Path("/var/tmp") / f"fortnight-test-counter-{os.getpid()}", account)
    server = start_valkey(home, account, durable=False)
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


@pytest.mark.usefixtures("patient")
class TestCounting:
    def test_each_one_is_the_next_number(self, key):
        counts = Counter(settings.THROTTLE_URL)
        assert [counts.count(key, 60).number for _ in range(4)] == [1, 2, 3, 4]

    def test_the_window_begins_with_the_first_and_ends(self, key):
        counts = Counter(settings.THROTTLE_URL)
        first = counts.count(key, 0.3)
        assert 0.2 < first.left <= 0.3
        assert counts.count(key, 0.3).left <= first.left
        time.sleep(0.35)
        assert counts.count(key, 0.3).number == 1

    def test_a_key_that_has_lost_its_end_gets_one(self, key):
        """Otherwise a person would be locked out until somebody looks into Redis."""
        server = redis.Redis.from_url(settings.THROTTLE_URL)
        server.set(key, 9_999)
        assert Counter(settings.THROTTLE_URL).count(key, 60).number == 10_000
        assert 0 < server.pttl(key) <= 60_000
        server.close()

    def test_of_sixteen_threads_no_two_get_the_same_number(self, key):
        counts = Counter(settings.THROTTLE_URL)
        together = threading.Barrier(16)

        def ask(_):
            together.wait()
            return [counts.count(key, 60).number for _ in range(50)]

        with ThreadPoolExecutor(16) as threads:
            numbers = [number for told in threads.map(ask, range(16)) for number in told]
        assert sorted(numbers) == list(range(1, 801))

    def test_a_server_started_anew_between_two_requests_is_not_missed(self, valkey, key):
        counts = Counter(valkey.url)
        assert counts.count(key, 60).number == 1
        killer = redis.Redis.from_url(valkey.url)
        killer.client_kill_filter(_type="normal", skipme=True)
        killer.close()
        assert counts.count(key, 60).number == 2


class TestWaiting:
    def test_a_server_that_is_stopped_is_waited_for_once_and_shortly(self, valkey, key):
        counts = Counter(valkey.url)
        while counts.count(key, 60) is None:  # connected, as it is in the middle of a day
            counts = Counter(valkey.url)
        valkey.process.send_signal(signal.SIGSTOP)

        def ask():
            counts._asks_from = 0.0
            assert counts.count(key, 60) is None

        assert quickest(8, ask) < ENOUGH

    @pytest.mark.parametrize("pause", [None, 0.015], ids=["hung from the start", "slow each time"])
    def test_a_new_connection_takes_nothing_on_top(self, key, pause):
        with listening(pause) as url:
            assert quickest(8, lambda: Counter(url).count(key, 60)) < ENOUGH

    def test_a_name_that_does_not_resolve_takes_nothing_on_top(self, key, monkeypatch):
        lasting = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args: lasting.wait(5) and [])
        assert quickest(4, lambda: Counter("redis://redis/1").count(key, 60)) < ENOUGH
        lasting.set()

    def test_a_server_that_is_gone_is_not_waited_for(self, key):
        assert quickest(8, lambda: Counter("redis://127.0.0.1:1/0").count(key, 60)) < ENOUGH

    def test_for_five_seconds_nobody_asks(self, key):
        with listening(None) as url:
            counts = Counter(url)
            assert counts.count(key, 60) is None
            assert quickest(8, lambda: counts.count(key, 60)) < LONGEST_WAIT / 4
            assert 0 < counts._asks_from - time.monotonic() <= SILENCE

    @pytest.mark.usefixtures("patient")
    def test_then_it_counts_again(self, valkey, key, monkeypatch):
        monkeypatch.setattr(counter, "SILENCE", 0.2)
        monkeypatch.setattr(counter, "LONGEST_WAIT", 0.02)
        counts = Counter(valkey.url)
        valkey.process.send_signal(signal.SIGSTOP)
        assert counts.count(key, 60) is None
        valkey.process.send_signal(signal.SIGCONT)
        monkeypatch.setattr(counter, "LONGEST_WAIT", 5.0)
        assert counts.count(key, 60) is None
        time.sleep(0.25)
        assert counts.count(key, 60) is not None

    def test_a_connection_that_came_too_late_is_used_next_time(self, valkey, key, monkeypatch):
        counts = Counter(valkey.url)
        monkeypatch.setattr(counter, "LONGEST_WAIT", -1.0)
        assert counts.count(key, 60) is None
        deadline = time.monotonic() + 10
        while not counts._idle and time.monotonic() < deadline:
            counts._asks_from = 0.0
            counts.count(key, 60)
            time.sleep(0.05)
        assert counts._idle

    @pytest.mark.usefixtures("patient")
    def test_a_full_server_is_an_outage_like_any_other(self, valkey, key):
        server = redis.Redis.from_url(valkey.url)
        server.config_set("maxmemory", 1)
        assert Counter(valkey.url).count(key, 60) is None
        server.close()
