"""Health: alive, ready, and whether the jobs keep up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from api.health import TICKS
from diary.models import Heartbeat

pytestmark = pytest.mark.django_db


def beat(seconds_ago: float, *names: str) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    for name in names or TICKS:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


@pytest.mark.parametrize(
    ("seconds_ago", "status"),
    [(1, 200), (50, 200), (70, 503), (-3_600, 503)],
    ids=["just now", "within a minute", "silent", "in the future: the clock was set back"],
)
def test_the_jobs_are_well_while_their_heartbeat_is_fresh(client, seconds_ago, status):
    beat(seconds_ago)
    answer = client.get("/health/jobs")
    assert answer.status_code == status
    assert set(answer.json()) == {"status", "oldest_due_s", "heartbeats"}


@pytest.mark.parametrize("name", TICKS)
def test_one_job_that_has_died_is_enough_to_be_late(client, name):
    beat(1)
    assert client.get("/health/jobs").json()["status"] == "ok"
    beat(70, name)
    answer = client.get("/health/jobs")
    assert (answer.status_code, answer.json()["status"]) == (503, "late")


def test_without_any_heartbeat_the_jobs_are_late(client):
    assert client.get("/health/jobs").status_code == 503


@pytest.mark.parametrize("path", ["live", "ready", "jobs"])
def test_health_is_only_read(client, path):
    assert client.post(f"/health/{path}").status_code == 405


def test_it_is_live_and_ready(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = {"status": "ok", "database": "ok", "migrations": "ok"}
    assert client.get("/health/ready").json() == ready
