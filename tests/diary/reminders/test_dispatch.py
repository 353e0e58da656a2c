"""The rounds: with Celery and without it the same work, and a heartbeat for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from config.environment import CHECKOUT
from diary.channels import email, wire
from diary.models import Delivery, Heartbeat, Mark, Occurrence
from diary.reminders import rounds
from diary.reminders.deliver import ENOUGH
from diary.reminders.fence import LEASE
from diary.reminders.plan import plan
from diary.tasks import deliver, plan_reminders, send_channel, sweep
from tests.conftest import days_before
from tests.diary.keeping import LOW, keep, told
from tests.diary.reminders.reminding import carry, remind, states
from tests.diary.reminders.reminding import told as told_of
from tests.providers.running import Running

pytestmark = pytest.mark.django_db

JOBS = {"look_over", "plan_reminders", "deliver", "sweep", "export"}


@pytest.fixture
def now():
    """The real one: certificates and assertions of the providers are of today."""
    return timezone.now()


@pytest.fixture
def evening(ana, now):
    """Ana's reminder has become due in this minute."""
    carry(ana, now)
    remind(ana, now - timedelta(days=1), 60 * now.hour + now.minute)
    ana.reminder_set.update(next_date=now.date())
    assert ana.reminder_set.get().next_fire_at <= now


@pytest.fixture
def providers(settings, tmp_path):
    """Local ones that speak as the real ones do."""
    with Running(tmp_path) as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        yield running
        wire.hang_up()


def test_without_celery_a_reminder_comes_all_the_way(ana, now, evening, providers):
    keep(ana, dict.fromkeys(days_before(now.date(), 30)[:-1], LOW), now)
    call_command("dispatch")
    assert states(ana) == ["sent"]
    [line] = providers.came_for("anas-phone")
    assert (line["status"], line["body"]) == (200, "Time for your check-in.")
    assert told(ana)  # the diary was looked over as well
    assert set(Heartbeat.objects.values_list("name", flat=True)) == JOBS


def test_once_more_it_finds_nothing(ana, evening, providers):
    call_command("dispatch")
    call_command("dispatch")
    assert len(providers.came_for("anas-phone")) == 1


def test_the_tasks_do_the_same(ana, evening, providers):
    plan_reminders()
    assert rounds.fan_all(timezone.now()) == ["fcm"]
    send_channel("fcm")
    sweep()
    assert states(ana) == ["sent"]
    assert JOBS - {"look_over", "export"} == set(Heartbeat.objects.values_list("name", flat=True))


def test_where_nothing_is_due_nobody_is_woken(ana, monkeypatch):
    monkeypatch.setattr(send_channel, "apply_async", pytest.fail)
    deliver()


def test_who_is_woken_is_told_the_channels_name_and_no_more(ana, evening, monkeypatch):
    told_to = []
    plan_reminders()
    monkeypatch.setattr(send_channel, "apply_async", lambda *w, **n: told_to.append((w, n)))
    deliver()
    assert told_to == [((("fcm",),), {"queue": "send.fcm"})]


def test_a_long_round_ends_in_time_and_the_next_goes_on(ana, now, evening, monkeypatch):
    remind(ana, now - timedelta(days=1), 60 * now.hour + now.minute, kind="custom")
    ana.reminder_set.update(next_date=now.date())
    monkeypatch.setattr(rounds, "LONGEST", 0.0)
    monkeypatch.setattr(rounds, "plan", partial(plan, most=1))
    assert [rounds.plan_all(now) for _ in range(3)] == [1, 1, 0]


def test_a_claim_ends_before_its_task_is_cut_off_and_its_lease_is_over():
    token_and_messages = 2 * wire.TIME_LIMIT
    last_batch = max(token_and_messages, email.BATCH_LIMIT + settings.EMAIL_TIMEOUT)
    assert rounds.LONGEST + ENOUGH + last_batch < send_channel.soft_time_limit
    assert send_channel.soft_time_limit < send_channel.time_limit
    assert timedelta(seconds=ENOUGH + last_batch) < LEASE


def test_the_zone_table_is_followed_before_anything_is_planned(ana, evening):
    ana.reminder_set.update(next_fire_at=timezone.now() + timedelta(days=1))  # by the old table
    plan_reminders()
    assert Mark.objects.filter(name="zones").exists()
    assert Occurrence.objects.filter(user=ana).exists()


def test_a_channel_that_is_off_drops_what_it_was_given(ana, evening, settings):
    settings.FCM_ACCOUNT = None
    call_command("dispatch")
    assert states(ana) == ["dropped"]
    assert told_of(ana) == [("skipped", "undeliverable")]
    assert Delivery.objects.get().last_reason == "off"


def test_what_ends_it_is_said_without_its_words():
    """An error's text may quote what somebody recorded; here it would quote a host."""
    done = subprocess.run(
        [sys.executable, "manage.py", "dispatch"],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": "postgres://x:x@kanarienvogel.invalid:1/x"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert json.loads(line)["error"] == "OperationalError"
    assert "kanarienvogel" not in done.stdout + done.stderr
