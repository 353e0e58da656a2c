"""Which exports wait to be written: claimed, counted, given back, and taken away when over.

The rows alone say that work is to be done. A claim is a lease that lasts while parts come; whoever
loses it, by dying or by hanging, writes nothing more.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from diary.models import Export, ExportPart
from diary.models.exports import UNMADE

LEASE = timedelta(seconds=60)  # it begins anew with every part and every step of the progress
ATTEMPTS = 3  # then the export has failed
MOST_OVER = 100  # exports taken away at once

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    token: UUID
    user_id: UUID
    export_id: UUID


def claim(now: datetime) -> list[Claim]:
    """Lease the exports that wait longest, as many as may be written at the same time."""
    with transaction.atomic():
        held = Export.objects.filter(state="running", lease_until__gte=now).count()
        free = max(0, settings.EXPORTS_AT_ONCE - held)
        waiting = Export.objects.filter(
            Q(lease_until=None) | Q(lease_until__lt=now), state__in=UNMADE, expires_at__gt=now
        ).order_by("created_at")
        rows = waiting.select_for_update(skip_locked=True)[:free]
        claims = [Claim(uuid4(), row.user_id, row.id) for row in rows]
        for made in claims:
            _row(made.user_id, made.export_id).update(
                state="running", lease_token=made.token, lease_until=now + LEASE
            )
    return claims


def begin(claim: Claim, now: datetime) -> tuple[Export, Claim] | None:
    """The claimed export, its attempt counted and committed, and the claim of this attempt alone.

    None where the lease is lost, or where the same task comes a second time. What an attempt
    before left is taken away. One that has had its attempts has failed.
    """
    own = replace(claim, token=uuid4())
    with transaction.atomic():
        mine = _row(claim.user_id, claim.export_id).filter(lease_token=claim.token)
        export = mine.filter(lease_until__gt=now).select_for_update().first()
        if export is None:
            return None
        ExportPart.objects.filter(user_id=claim.user_id, export=claim.export_id).delete()
        if export.attempts >= ATTEMPTS:
            mine.update(state="failed", progress=0, lease_token=None, lease_until=None)
            _log.error("an export has failed after %d attempts", ATTEMPTS)
            return None
        mine.update(
            attempts=F("attempts") + 1, progress=0, lease_token=own.token, lease_until=now + LEASE
        )
    return export, own


def release(claim: Claim, now: datetime) -> None:
    """Give back what a broken attempt held, to be tried again later and later."""
    for attempts in range(1, ATTEMPTS + 1):
        _row(claim.user_id, claim.export_id).filter(
            lease_token=claim.token, attempts=attempts
        ).update(
            state="queued",
            progress=0,
            lease_token=None,
            lease_until=now + timedelta(seconds=4**attempts),
        )


def take_away(now: datetime) -> int:
    """Delete exports whose day is over, and what was written of them; how many there were."""
    with transaction.atomic():
        over = Export.objects.filter(expires_at__lte=now).order_by("expires_at")
        rows = list(over.select_for_update(skip_locked=True)[:MOST_OVER])
        for row in rows:
            ExportPart.objects.filter(user_id=row.user_id, export=row.id).delete()
            _row(row.user_id, row.id).delete()
    return len(rows)


def _row(user_id: UUID, export_id: UUID):
    return Export.objects.filter(user_id=user_id, id=export_id)
