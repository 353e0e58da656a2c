"""Counts in Redis of what was asked in the last minute, for all API processes together.

Nobody waits for it: an answer that takes longer than 20 ms is done without, and for five seconds
after that nobody asks.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from redis.retry import Retry

from api.logs import log

LONGEST_WAIT = 0.02  # seconds
PATIENCE = 1.0  # seconds, of what takes longer than that itself
SILENCE = 5.0  # seconds
# One step for Redis, so that of two who ask at once each is another number. A key that has lost
# its end gets one again: nobody is locked out for good.
COUNT = """
local number = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {number, left}
"""


class Count(NamedTuple):
    """Which one this is within its window, and how many seconds the window still lasts."""

    number: int
    left: float


class Counter:
    """Connections to one Redis, made beside the requests: a name that does not resolve takes
    seconds. Safe to be used by many threads."""

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._idle: deque[AbstractConnection] = deque(maxlen=64)
        self._connecting = ThreadPoolExecutor(2, thread_name_prefix="counter")
        self._asks_from = 0.0

    def count(self, key: str, window: float, *, patiently: bool = False) -> Count | None:
        """One more under this key, whose window of so many seconds begins with the first.

        None while Redis does not answer. Who asks patiently asks in the five seconds too.
        """
        now = time.monotonic()
        if now < self._asks_from and not patiently:
            return None
        try:
            return self._ask(key, window, now + (PATIENCE if patiently else LONGEST_WAIT))
        except (RedisError, OSError) as error:  # a wait that was too long is an OSError
            self._asks_from = time.monotonic() + SILENCE
            log("outage", error=type(error).__name__)
            return None

    def _ask(self, key: str, window: float, deadline: float) -> Count:
        while self._idle:
            try:
                return self._ask_through(self._idle.popleft(), key, window, deadline)
            except TimeoutError:
                raise
            except (ConnectionError, IndexError):
                continue  # Redis was started anew since, or another thread took the last one
        return self._ask_through(self._connected(deadline), key, window, deadline)

    def _ask_through(
        self, connection: AbstractConnection, key: str, window: float, deadline: float
    ) -> Count:
        connection.send_command("EVAL", COUNT, 1, key, round(1000 * window))
        wait = max(0.0, deadline - time.monotonic())
        number, left = connection.read_response(timeout=wait)
        self._idle.append(connection)
        return Count(number, left / 1000)

    def _connected(self, deadline: float) -> AbstractConnection:
        coming = self._connecting.submit(self._connect)
        try:
            return coming.result(max(0.0, deadline - time.monotonic()))
        except OSError:
            coming.add_done_callback(self._keep)  # late, but good for the next one
            raise

    def _connect(self) -> AbstractConnection:
        connection = self._pool.make_connection()
        connection.connect()
        return connection

    def _keep(self, coming: Future[AbstractConnection]) -> None:
        if coming.exception() is None:
            self._idle.append(coming.result())
