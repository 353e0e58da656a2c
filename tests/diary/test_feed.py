"""The feed: whoever follows it sees every write once, whatever is being written meanwhile."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

import pytest
from django.db import connection, transaction

from diary import record
from diary.feed import Feed
from diary.models import Diary
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import dates_from, keep, vault_of

ALL = ("entries", "activities")
WRITERS, WRITES = 4, 30


def activity(key):
    return record.Change("activities", key, {"date": TODAY.isoformat(), "kind": "walk"})


@pytest.mark.django_db
class TestAPage:
    def test_holds_what_was_written_since_and_tells_where_it_ends(self, ana):
        days = dates_from(TODAY - timedelta(days=4), 5)
        keep(ana, {day: {"pain": 6} for day in days})
        page = Feed.of(ana.pk).since(2, ALL, 2)
        assert [key for (_, key), _ in page.documents] == [str(day) for day in days[2:4]]
        assert (page.seq, page.more) == (4, True)
        last = Feed.of(ana.pk).since(4, ALL, 2)
        assert ([document.rev for _, document in last.documents], last.seq, last.more) == (
            [5], 5, False,
        )  # fmt: skip

    def test_leaves_for_the_next_one_what_is_written_after_it_was_begun(self, ana):
        keep(ana, {TODAY: {"pain": 6}})
        feed = Feed.of(ana.pk)
        keep(ana, {TODAY: {"pain": 7}, TODAY - timedelta(days=1): {"pain": 5}})
        page = feed.since(0, ALL, 10)
        assert (page.documents, page.seq, page.more) == ([], 1, False)
        assert len(Feed.of(ana.pk).since(page.seq, ALL, 10).documents) == 2

    def test_counts_other_collections_as_seen(self, ana):
        record.write(vault_of(ana), [activity(str(UUID(int=1)))], now=NOW)
        page = Feed.of(ana.pk).since(0, ("entries",), 10)
        assert (page.documents, page.seq) == ([], 1)


def storm(write, poll):
    """Writers that hold their transactions open and break off at times, and one who follows.

    `write(key)` runs in a transaction; `poll(cursor)` gives keys and the next cursor. What was
    committed, and what was seen of it, in order.
    """
    stop = Event()

    def writer(number):
        chance, committed = random.Random(number), []
        try:
            for count in range(WRITES):
                key = str(UUID(int=number * 1_000 + count + 1))
                with transaction.atomic():
                    write(key)
                    time.sleep(chance.random() / 100)
                    broken_off = chance.random() < 0.05
                    transaction.set_rollback(broken_off)
                committed += [] if broken_off else [key]
            return committed
        finally:
            connection.close()

    def follower():
        seen, cursor = [], None
        try:
            while True:
                last = stop.is_set()
                keys, cursor = poll(cursor)
                seen += keys
                if last and not keys:
                    return seen
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follower)
        writing = [pool.submit(writer, number) for number in range(WRITERS)]
        committed = [key for each in writing for key in each.result()]
        stop.set()
        return committed, following.result()


@pytest.mark.django_db(transaction=True)
class TestFollowing:
    def test_nothing_is_lost_and_nothing_comes_twice(self):
        person = make_person("ana@diary.example")
        vault = vault_of(person)

        def poll(cursor):
            page = Feed.of(person.pk).since(cursor or 0, ALL, 3)
            return [key for (_, key), _ in page.documents], page.seq

        committed, seen = storm(lambda key: record.write(vault, [activity(key)], now=NOW), poll)
        assert sorted(seen) == sorted(committed)
        assert len(committed) > 0.8 * WRITERS * WRITES
        # A transaction that breaks off leaves no gap.
        assert Diary.objects.get().seq == len(committed)

    def test_whoever_follows_the_clock_loses_writes(self):
        """What the counter is for: the same storm, followed by when each row was written."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE by_the_clock (key text, at timestamptz)")

        def write(key):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO by_the_clock VALUES (%s, clock_timestamp())", [key])

        def poll(since):
            since = since or datetime(2000, 1, 1, tzinfo=NOW.tzinfo)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT key, at FROM by_the_clock WHERE at > %s ORDER BY at", [since]
                )
                rows = cursor.fetchall()
            return [key for key, _ in rows], rows[-1][1] if rows else since

        try:
            committed, seen = storm(write, poll)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE by_the_clock")
        assert set(seen) < set(committed), "nothing was lost: this storm proves nothing"
