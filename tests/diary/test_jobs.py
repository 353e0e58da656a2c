"""The real chain: beat, Redis, worker and database, as they run; killed, wiped, and still right."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.celery import app
from diary import due
from diary.models import Diary, Heartbeat
from diary.tasks import look_over
from tests.conftest import days_before, make_person
from tests.diary.keeping import LOW, WELL, diary_of, from_nothing, keep, snapshot, told

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = Path(__file__).resolve().parent.parent.parent
CANARY = "kanarienvogel"
PATIENCE = 25.0  # seconds that anything here may take on a busy machine


class Jobs:
    """Celery processes of this test's own, on its database and its share of Redis."""

    def __init__(self, folder, more):
        parts = urlsplit(os.environ["DATABASE_URL"])
        url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
        # As `up` starts them: the checks would take longer than the jobs.
        self.environment = os.environ | {"DATABASE_URL": url, "CELERY_SKIP_CHECKS": "1", **more}
        self.folder = folder
        self.running = []

    def start(self, *words, app="config.celery"):
        command = [sys.executable, "-m", "celery", "--quiet", "--app", app, *words]
        with open(self.folder / f"{words[0]}.log", "ab") as log:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def start_beat(self):
        schedule = str(self.folder / "schedule")
        return self.start("beat", "--pidfile=", "--schedule", schedule)

    def start_worker(self, **how):
        words = ["--queues", "ticks,written,nightly", "--concurrency", "2"]
        return self.start("worker", *words, "--without-gossip", "--without-mingle", **how)

    def kill(self, process):
        """End it and its children as the machine would that ran out of memory."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self):
        for process in self.running:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def broker():
    """This test's queues, empty."""
    queues = redis.Redis.from_url(settings.REDIS_URL)
    queues.flushdb()
    yield queues
    queues.flushdb()
    queues.close()


@pytest.fixture
def person(transactional_db):
    return make_person("ana@diary.example")


@pytest.fixture
def poison(transactional_db):
    return make_person("poison@diary.example")


@pytest.fixture
def jobs(transactional_db, broker, poison, tmp_path):
    jobs = Jobs(tmp_path, {"KILLED_BY": str(poison.pk)})
    yield jobs
    jobs.end()


def until(holds, seconds=PATIENCE):
    """Wait until it holds; how long that took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - began


def has_ticked():
    return Heartbeat.objects.filter(name="look_over").exists()


def is_reviewed(*people):
    diaries = Diary.objects.filter(user__in=people)
    return all(diary.seq == diary.reviewed_seq for diary in diaries)


def low_days(now, count=30):
    return dict.fromkeys(days_before(now.date(), count), LOW)


def test_an_entry_is_reviewed_soon_after_it_is_stored(jobs, person):
    jobs.start_worker()
    jobs.start_beat()
    until(has_ticked)
    now = timezone.now()
    keep(person, low_days(now), now)
    until(lambda: is_reviewed(person))
    assert [pattern.status for pattern in told(person)] == ["open"]
    keep(person, dict.fromkeys(low_days(now), WELL), now)
    until(lambda: is_reviewed(person))
    assert [pattern.status for pattern in told(person)] == ["withdrawn"]


def test_a_wiped_redis_and_a_killed_worker_lose_and_double_nothing(jobs, person, broker):
    worker = jobs.start_worker()
    jobs.start_beat()
    until(has_ticked)
    jobs.kill(worker)
    now = timezone.now()
    keep(person, low_days(now), now)
    # Claimed, handed to the broker, and wiped from it: only the lease knows of it.
    [claim] = due.claim(now, 100)
    assert claim.user_ids == (person.pk,)
    broker.flushdb()
    jobs.start_worker()
    Heartbeat.objects.all().delete()
    until(has_ticked)
    assert not is_reviewed(person)
    Diary.objects.filter(user=person).update(lease_until=now - timedelta(seconds=1))
    until(lambda: is_reviewed(person))
    assert len(told(person)) == 1
    jobs.end()
    assert snapshot(person) == from_nothing(person, timezone.now())


def test_a_diary_that_kills_its_worker_is_set_aside_and_the_others_go_on(jobs, person, poison):
    others = [person, *(make_person(f"{number}@diary.example") for number in range(8))]
    now = timezone.now()
    for each in [*others, poison]:
        keep(each, {now.date(): WELL}, now)
    jobs.start_worker(app="tests.diary.killing")
    jobs.start_beat()
    until(lambda: is_reviewed(*others))
    # Its first death took the batch along. The broker brings it back every five seconds: enough
    # to see the last two of its five attempts.
    Diary.objects.filter(user=poison, attempts__lt=3).update(attempts=3)
    until(lambda: diary_of(poison).quarantined_at)
    assert diary_of(poison).attempts == due.ATTEMPTS
    assert not is_reviewed(poison)
    keep(person, {now.date(): LOW}, now)
    until(lambda: is_reviewed(person))


class TestWhatIsSent:
    def test_to_the_broker_is_ids_alone(self, person, broker):
        now = timezone.now()
        keep(person, {day: LOW | {"note": CANARY} for day in low_days(now)}, now)
        look_over()
        [body] = sent(broker, "written")
        args, named, _ = body
        assert named == {}
        assert args == [str(diary_of(person).lease_token), [str(person.pk)]]
        assert all(UUID(word) for word in [args[0], *args[1]])
        assert CANARY not in everything_in(broker)
        assert "low_mood" not in everything_in(broker)

    def test_has_no_eta_and_ends_with_the_lease(self, person, broker):
        keep(person, {timezone.now().date(): WELL}, timezone.now())
        look_over()
        [message] = broker.lrange("written", 0, -1)
        headers = json.loads(message)["headers"]
        assert headers["eta"] is None
        assert headers["expires"] is not None
        assert headers["ignore_result"]

    def test_when_nothing_is_due_is_nothing(self, person, broker):
        look_over()
        assert broker.keys() == []
        assert has_ticked()

    def test_every_tick_expires_before_the_next_is_sent(self):
        for tick in app.conf.beat_schedule.values():
            assert tick["options"]["expires"] <= tick["schedule"]
            assert "args" not in tick
            assert "kwargs" not in tick


def sent(broker, queue):
    """The bodies `[args, kwargs, …]` of the messages that wait in a queue."""
    messages = [json.loads(message) for message in broker.lrange(queue, 0, -1)]
    return [json.loads(base64.b64decode(message["body"])) for message in messages]


def everything_in(broker):
    """All keys and values in Redis, and every message's body opened, as one text."""
    texts = []
    for key in broker.keys("*"):
        texts.append(key.decode())
        if broker.type(key) == b"list":
            texts += [message.decode() for message in broker.lrange(key, 0, -1)]
            texts += [json.dumps(body) for body in sent(broker, key)]
    return " ".join(texts)
