"""Notification settings, and the way out of e-mail without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import Choice, StrictSerializer, read_instant
from api.me import Switch
from api.parsing import MergePatch, StrictJSON, sent_object
from api.queries import read_query
from api.reminder_fields import CHANNELS, LocalTime, Until, WholeNumber, clock
from diary.channels.vapid import public_key
from diary.models import NotificationSettings, Reminder
from diary.reminders.choices import change_choices, read_choices
from diary.reminders.letters import who_unsubscribes
from diary.reminders.mailboxes import has_account, silence_mail
from diary.wording import reminders as wording

SWITCHES = ("streak_wording", "detail_on_lock_screen", "pattern_notice")


class WeeklySummary(StrictSerializer):
    """On which evening the week is ready; 1 is Monday."""

    weekday = WholeNumber("A weekday", 1, 7)
    time = LocalTime()
    channel = Choice(CHANNELS)


class NotificationFields(StrictSerializer):
    """What holds for all reminders. Quiet hours that begin and end alike are none."""

    passing = frozenset({"web_push_key"})

    quiet_start = LocalTime(required=False)
    quiet_end = LocalTime(required=False)
    paused_until = Until(help_text="No reminders before this instant.")
    streak_wording = Switch(required=False, help_text="Count the days that were written.")
    detail_on_lock_screen = Switch(
        required=False, help_text="Show your own names of reminders where others may look."
    )
    weekly_summary = WeeklySummary(required=False, allow_null=True)
    pattern_notice = Switch(
        required=False, help_text="Be told, in neutral words, when a pattern opens."
    )
    web_push_key = serializers.CharField(
        read_only=True, allow_null=True, help_text="What browsers subscribe with."
    )


EXAMPLE = {
    "quiet_start": "21:30",
    "weekly_summary": {"weekday": 7, "time": "18:00", "channel": "push"},
}


class NotificationSettingsView(APIView):
    parser_classes = (StrictJSON, MergePatch)

    @extend_schema(
        operation_id="read_notification_settings",
        summary="What holds for all of your reminders",
        responses=words.answers({200: NotificationFields}, 401, 406, 422),
    )
    def get(self, request):
        read_query(request, ())
        return Response(settings_json(*read_choices(request.user.pk)), headers=words.PRIVATE)

    @extend_schema(
        operation_id="change_notification_settings",
        summary="Change what holds for all of your reminders",
        request={
            "application/merge-patch+json": NotificationFields,
            "application/json": NotificationFields,
        },
        examples=words.bodies_like(
            "Sunday evenings", EXAMPLE, "application/json", MergePatch.media_type
        ),
        responses=words.answers({200: NotificationFields}, 401, 406, 413, 415, 422),
    )
    def patch(self, request):
        now = timezone.now()
        read_query(request, ())
        before = settings_json(*read_choices(request.user.pk))
        fields = NotificationFields(data=_merged(before, sent_object(request)))
        fields.is_valid(raise_exception=True)
        given = fields.validated_data
        columns = {name: given[name] for name in SWITCHES if name in given}
        for name in ("quiet_start", "quiet_end"):
            if name in given:
                columns[name] = time(given[name] // 60, given[name] % 60)
        if "paused_until" in given:
            until = given["paused_until"]
            columns["paused_until"] = until and read_instant(until)
        summary: Mapping[str, Any] | bool | None = False
        if "weekly_summary" in given:
            summary = given["weekly_summary"] and _summary_columns(given["weekly_summary"])
        vault = request.user.datakey.open()
        changed = change_choices(vault, columns, summary, now)
        return Response(settings_json(*changed), headers=words.PRIVATE)


class Unsubscribe(APIView):
    """Reached from a mail, by a person or by their mailbox (RFC 8058): nobody signs in for it."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="show_unsubscribe",
        summary="A page that asks whether to stop reminders by e-mail",
        responses=words.answers({(200, "text/html"): str, (404, "text/html"): str}),
        auth=[],
    )
    def get(self, request, token: str):
        if not has_account(who_unsubscribes(token)):
            return _page("unknown", status=404)
        return _page("question", asks=True)

    @extend_schema(
        operation_id="unsubscribe",
        summary="Stop reminders by e-mail, with one click (RFC 8058)",
        request=None,
        responses=words.answers({(200, "text/html"): str, (404, "text/html"): str}),
        auth=[],
    )
    def post(self, request, token: str):
        user_id = who_unsubscribes(token)
        if not has_account(user_id):
            return _page("unknown", status=404)
        silence_mail([user_id])
        return _page("done")


def settings_json(chosen: NotificationSettings, summary: Reminder | None) -> dict[str, Any]:
    return {
        "quiet_start": f"{chosen.quiet_start:%H:%M}",
        "quiet_end": f"{chosen.quiet_end:%H:%M}",
        "paused_until": chosen.paused_until and chosen.paused_until.isoformat(),
        **{name: getattr(chosen, name) for name in SWITCHES},
        "weekly_summary": summary
        and (summary.by_push or summary.by_email or None)
        and {
            "weekday": summary.weekdays.bit_length(),
            "time": clock(summary.minutes[0]),
            "channel": "email" if summary.by_email else "push",
        },
        "web_push_key": public_key(),
    }


def _merged(before: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, with its weekly summary made whole by the one that stands."""
    summary = sent.get("weekly_summary")
    if not isinstance(summary, Mapping):
        return dict(sent)
    return {**sent, "weekly_summary": {**(before["weekly_summary"] or {}), **summary}}


def _summary_columns(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "minutes": [summary["time"]],
        "weekdays": 1 << summary["weekday"] - 1,
        "by_push": summary["channel"] == "push",
        "by_email": summary["channel"] == "email",
    }


def _page(part: str, *, asks: bool = False, status: int = 200) -> HttpResponse:
    button = '<form method="post"><button>{}</button></form>' if asks else "{}"
    told = format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title><h1>{}</h1><p>{}</p>'
        + button
        + "</html>",
        wording.unsubscribe("title"),
        wording.unsubscribe("title"),
        wording.unsubscribe(part),
        wording.unsubscribe("button") if asks else "",
    )
    response = HttpResponse(told, status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; form-action 'self'"
    response["X-Robots-Tag"] = "noindex"
    return response
