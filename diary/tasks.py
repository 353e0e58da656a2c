"""What Celery runs. Ticks find their own work in the database; batches carry ids only."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from diary import due
from diary.exports import due as exports_due
from diary.exports.make import make
from diary.models import Heartbeat
from diary.reminders import rounds
from diary.review import review

MOST_AT_ONCE = 2_000  # diaries claimed by one tick
# Reminders are rows with leases: a round that dies is made again by the next tick. Acknowledged
# late, it would be cut off in mid-send when Redis goes away, and its batch be in doubt.
ROUND = {"acks_late": False, "reject_on_worker_lost": False}


@shared_task
def look_over() -> None:
    """Claim the diaries that are due and hand them out in batches."""
    now = timezone.now()
    for claim in due.claim(now, MOST_AT_ONCE):
        # A queue of their own, so that nobody who has just written waits behind a midnight.
        queue = "written" if claim.written else "nightly"
        ids = [str(user_id) for user_id in claim.user_ids]
        review_diaries.apply_async((str(claim.token), ids), queue=queue)
    Heartbeat.objects.update_or_create(name="look_over", defaults={"at": now})


@shared_task(expires=due.LEASE.seconds)  # later its lease is over, and others may hold it
def review_diaries(token: str, user_ids: list[str]) -> None:
    review(UUID(token), [UUID(user_id) for user_id in user_ids], timezone.now())


@shared_task(**ROUND)
def plan_reminders() -> None:
    """Turn reminders that are due into occurrences."""
    rounds.plan_all(timezone.now())


@shared_task(**ROUND)
def deliver() -> None:
    """Give occurrences their deliveries, and wake the senders of those channels that have any."""
    for channel in rounds.fan_all(timezone.now()):
        # A queue for each, so that a channel which hangs holds up no other.
        send_channel.apply_async((channel,), queue=f"send.{channel}")


@shared_task(
    **ROUND,
    expires=settings.DELIVER_EVERY,
    time_limit=settings.SEND_TIME_LIMIT,
    soft_time_limit=settings.SEND_TIME_LIMIT - 5,
)
def send_channel(channel: str) -> None:
    rounds.send_all(channel, timezone.now())


@shared_task(**ROUND)
def sweep() -> None:
    """Look after what dead senders left behind, and forget sessions that have ended."""
    rounds.sweep_all(timezone.now())


@shared_task
def export() -> None:
    """Hand out the exports that wait, and take away those whose day is over."""
    now = timezone.now()
    exports_due.take_away(now)
    for claim in exports_due.claim(now):
        ids = (str(claim.token), str(claim.user_id), str(claim.export_id))
        write_export.apply_async(ids, queue="exports")
    Heartbeat.objects.update_or_create(name="export", defaults={"at": now})


@shared_task(expires=exports_due.LEASE.seconds, time_limit=settings.EXPORT_TIME_LIMIT)
def write_export(token: str, user_id: str, export_id: str) -> None:
    make(exports_due.Claim(UUID(token), UUID(user_id), UUID(export_id)), timezone.now())


@shared_task(**ROUND)
def purge() -> None:
    """Forget what became of reminders long ago."""
    rounds.purge_all(timezone.now())
