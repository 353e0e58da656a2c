"""A person's reminders as a file that calendars read."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from api import document as words
from api.queries import read_query
from api.reminder_fields import KINDS
from api.rendering import JSON
from diary.reminders.calendar import TYPE, Told, written
from diary.reminders.choices import read_choices, silent_through
from diary.reminders.keep import schedule_of
from diary.reminders.letters import words_of
from diary.wording import reminders as wording


class ICalendar(JSON):
    """What may be asked for. The view writes it; only what OPTIONS tells is rendered here."""

    media_type = TYPE
    format = "ics"


class ReminderCalendar(APIView):
    renderer_classes = (JSON, ICalendar)

    @extend_schema(
        operation_id="read_reminder_calendar",
        summary="Your reminders as a calendar (RFC 5545)",
        description="Floating times, which travel with you; with a pinned time zone, its times.",
        responses=words.answers({(200, TYPE): str}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        read_query(request, ())
        vault = request.user.datakey.open()
        diary, (chosen, _) = request.user.diary, read_choices(request.user.pk)
        active = request.user.reminder_set.filter(active=True, kind__in=KINDS).order_by("id")
        told = []
        for reminder in active:
            label = words_of(reminder, vault).get("label") if chosen.detail_on_lock_screen else None
            line = wording.one_line(reminder.kind, label=label, locale=diary.locale)
            told.append(Told(reminder.id, reminder.version, schedule_of(reminder), line))
        after = silent_through(chosen, now)
        calendar = written(told, diary.time_zone, after, pinned=diary.time_zone_pinned)
        named = {"Content-Disposition": 'attachment; filename="reminders.ics"'}
        return HttpResponse(calendar, content_type=TYPE, headers=words.PRIVATE | named)
