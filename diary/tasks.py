"""What Celery runs. Ticks find their own work in the database; batches carry ids only."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from diary import due
from diary.models import Heartbeat
from diary.review import review

MOST_AT_ONCE = 2_000  # diaries claimed by one tick


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
