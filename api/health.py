"""Is it alive, is it ready, and do the jobs keep up: for machines, without signing in."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from diary.models import Diary, Heartbeat

# A tick is due every two seconds; a minute without one is a job that has died.
LATEST_TICK = 60  # seconds
TICKS = ("look_over", "plan_reminders", "deliver", "sweep", "export")


@require_safe
def live(request) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request) -> JsonResponse:
    database, migrations = "ok", "ok"
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            migrations = "pending"
    except DatabaseError:
        database, migrations = "unreachable", "unknown"
    ok = database == migrations == "ok"
    return JsonResponse(
        {"status": "ok" if ok else "unready", "database": database, "migrations": migrations},
        status=200 if ok else 503,
    )


@require_safe
def jobs(request) -> JsonResponse:
    now = timezone.now()
    try:
        stamped = dict(Heartbeat.objects.values_list("name", "at"))
        oldest = (
            Diary.objects.filter(seq__gt=F("reviewed_seq"), quarantined_at=None)
            .order_by("due_since")
            .values_list("due_since", flat=True)
            .first()
        )
    except DatabaseError:
        content = {"status": "unready", "oldest_due_s": None, "heartbeats": {}}
        return JsonResponse(content, status=503)
    ages = {name: round((now - at).total_seconds(), 1) for name, at in stamped.items()}
    waiting = round((now - oldest).total_seconds(), 1) if oldest else 0.0
    ok = waiting < LATEST_TICK and all(_fresh(ages.get(tick)) for tick in TICKS)
    return JsonResponse(
        {"status": "ok" if ok else "late", "oldest_due_s": waiting, "heartbeats": ages},
        status=200 if ok else 503,
    )


def _fresh(age: float | None) -> bool:
    """A beat from the future tells of a clock that was set back: as bad as an old one."""
    return age is not None and abs(age) < LATEST_TICK
