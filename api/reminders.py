"""Reminders: kept, changed, looked ahead from, and given to phones that remind by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView
from uuid_utils.compat import uuid7

from api import document as words
from api.fields import shown
from api.parsing import MergePatch, StrictJSON, sent_object
from api.problems import BadParameter
from api.queries import limit_parameter, next_page, read_query, read_uuid, uuid_after
from api.reminder_fields import (
    CHANNELS,
    KINDS,
    ReminderFields,
    clock,
    merged,
    reminder_columns,
    weekdays_of,
)
from diary.models import Diary, NotificationSettings, Reminder
from diary.models.diary import last_date
from diary.questionnaires import EVERY_DAYS
from diary.reminders.asked import last_answered
from diary.reminders.choices import read_choices, silent_through
from diary.reminders.clock import RULES, resolve
from diary.reminders.keep import TooMany, keep_reminder, remove_reminder, schedule_of
from diary.reminders.letters import words_of
from diary.reminders.quiet import is_quiet
from diary.reminders.receipts import key_of
from diary.reminders.rrule import write_rrule
from diary.reminders.schedule import Slot, slots_after
from diary.vault import Vault
from diary.wording import reminders as wording

PREVIEWED, MOST_PREVIEWED = 14, 100
BY_CHANNEL = tuple(f"by_{name}" for name in CHANNELS)  # the columns
LOCAL_PLAN = 64  # as many as an iPhone keeps

EXAMPLE = {"kind": "entry", "times": ["20:30"], "weekdays": [1, 2, 3, 4, 5], "channels": ["push"]}
CHANGE = {"times": ["08:00", "20:30"], "nudge": {"after_missed_days": 3, "max": 2}}


class Preview(serializers.Serializer):
    """A slot as the clock will show it; without an instant where the date does not exist."""

    date = serializers.DateField()
    time = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    rule = serializers.ChoiceField(RULES)


class PlannedByPhone(serializers.Serializer):
    """`occurrence` goes into a receipt once the phone has shown it: then no push follows."""

    occurrence = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField()


class ReminderList(APIView):
    @extend_schema(
        operation_id="list_reminders",
        summary="Your reminders, newest first",
        parameters=[words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(ReminderFields)}, 401, 406, 422),
    )
    def get(self, request):
        query = read_query(request, {"limit", "after"})
        most, after = limit_parameter(query), uuid_after(query)
        mine = request.user.reminder_set.filter(kind__in=KINDS).order_by("-id")
        if after is not None:
            mine = mine.filter(id__lt=after)
        found = list(mine[: most + 1])
        page, more = found[:most], len(found) > most
        showing = Showing(request.user, timezone.now())
        return Response(
            {
                "items": [showing.of(reminder) for reminder in page],
                "next": next_page(request, str(page[-1].id) if more else None),
            },
            headers=words.PRIVATE,
        )

    @extend_schema(
        operation_id="make_reminder",
        summary="Make a reminder",
        request={"application/json": ReminderFields},
        examples=words.bodies_like("Weekday evenings", EXAMPLE, "application/json"),
        responses=words.answers({201: ReminderFields}, 401, 406, 413, 415, 422),
    )
    def post(self, request):
        now = timezone.now()
        read_query(request, ())
        columns, own = reminder_columns(sent_object(request), request.user.diary, now)
        vault = request.user.datakey.open()
        try:
            reminder = keep_reminder(vault, uuid7(), columns, own, now)
        except TooMany:
            detail = "You have as many reminders as anybody may have; remove one first."
            raise serializers.ValidationError({"kind": detail}, "range") from None
        answer = Showing(request.user, now, vault).of(reminder)
        return Response(answer, status.HTTP_201_CREATED, headers=words.PRIVATE)


class ReminderOne(APIView):
    parser_classes = (StrictJSON, MergePatch)

    @extend_schema(
        operation_id="read_reminder",
        summary="One reminder",
        responses=words.answers({200: ReminderFields}, 401, 404, 406, 422),
    )
    def get(self, request, id: str):
        read_query(request, ())
        reminder = reminder_of(request, id)
        return Response(Showing(request.user, timezone.now()).of(reminder), headers=words.PRIVATE)

    @extend_schema(
        operation_id="change_reminder",
        summary="Change a reminder; what is not named stays",
        request={
            "application/merge-patch+json": ReminderFields,
            "application/json": ReminderFields,
        },
        examples=words.bodies_like(
            "Mornings too", CHANGE, "application/json", MergePatch.media_type
        ),
        responses=words.answers({200: ReminderFields}, 401, 404, 406, 413, 415, 422),
    )
    def patch(self, request, id: str):
        now = timezone.now()
        read_query(request, ())
        sent = sent_object(request)
        # A wrong field is 422 also where there is no such reminder.
        ReminderFields(partial=True).to_internal_value(sent)
        reminder = reminder_of(request, id)
        showing = Showing(request.user, now)
        whole = merged(showing.of(reminder), sent)
        if "channels" not in sent:
            del whole["channels"]  # as they are, even if an unsubscribed mailbox left none
        columns, own = reminder_columns(whole, request.user.diary, now)
        if "channels" not in sent:
            columns = {name: value for name, value in columns.items() if name not in BY_CHANNEL}
        changed = keep_reminder(showing.vault, reminder.id, columns, own, now)
        return Response(showing.of(changed), headers=words.PRIVATE)

    @extend_schema(
        operation_id="delete_reminder",
        summary="Remove a reminder; nothing more of it is sent",
        responses=words.answers({204: None}, 401, 404, 406, 422),
    )
    def delete(self, request, id: str):
        read_query(request, ())
        remove_reminder(request.user.pk, reminder_of(request, id).id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReminderPreview(APIView):
    @extend_schema(
        operation_id="preview_reminder",
        summary="When a reminder comes next, and what the clock does to it",
        parameters=[
            words.number_parameter(
                "count", "How many.", minimum=1, maximum=MOST_PREVIEWED, default=PREVIEWED
            )
        ],
        responses=words.answers({200: words.page_of(Preview)}, 401, 404, 406, 422),
    )
    def get(self, request, id: str):
        now = timezone.now()
        query = read_query(request, {"count"})
        count = _count(query)
        reminder, zone = reminder_of(request, id), request.user.diary.time_zone
        items = [
            {
                "date": slot.day.isoformat(),
                "time": clock(slot.minute),
                "at": at and at.isoformat(),
                "rule": rule,
            }
            for slot, at, rule in islice(ahead(reminder, zone, now), count)
        ]
        return Response({"items": items, "next": None}, headers=words.PRIVATE)


class LocalPlan(APIView):
    @extend_schema(
        operation_id="read_local_plan",
        summary="The next 64 reminders, for a phone that shows them by itself",
        responses=words.answers({200: words.page_of(PlannedByPhone)}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        read_query(request, ())
        diary = request.user.diary
        # What comes by mail alone is no phone's to show; a summary, the server's to tell of.
        active = request.user.reminder_set.filter(active=True, by_push=True, kind__in=KINDS)
        showing = Showing(request.user, now)
        entered = entered_dates(request.user, diary.today(now))
        plans = [_plan(reminder, diary, showing, entered, now) for reminder in active]
        items = [item for _, _, item in islice(merge(*plans, key=_when), LOCAL_PLAN)]
        return Response({"items": items, "next": None}, headers=words.PRIVATE)


class Showing:
    """How reminders are shown to their person: the vault and the settings, opened once."""

    def __init__(self, person, now: datetime, vault: Vault | None = None) -> None:
        self.vault = vault or person.datakey.open()
        self.diary: Diary = person.diary
        self.chosen: NotificationSettings = read_choices(person.pk)[0]
        self.now = now

    def of(self, reminder: Reminder) -> dict[str, Any]:
        own = words_of(reminder, self.vault)
        zone = self.diary.time_zone
        upcoming = ahead(reminder, zone, self.now) if reminder.active else iter(())
        next_at = next((at for _, at, _ in upcoming if at), None)
        nudge = {"after_missed_days": reminder.nudge_after, "max": reminder.nudge_most}
        return {
            "id": str(reminder.id),
            "kind": reminder.kind,
            "label": own.get("label"),
            "times": [clock(minute) for minute in reminder.minutes],
            "weekdays": weekdays_of(reminder.weekdays),
            "every_n_weeks": reminder.every_n_weeks,
            "anchor_date": _iso(reminder.anchor_date),
            "starts_on": _iso(reminder.starts_on),
            "ends_on": _iso(reminder.ends_on),
            "skip_if_entered": reminder.skip_if_entered,
            "nudge": nudge if reminder.nudge_after is not None else None,
            "channels": [name for name in CHANNELS if getattr(reminder, f"by_{name}")],
            "questionnaire": own.get("questionnaire"),
            "active": reminder.active,
            "rrule": write_rrule(schedule_of(reminder), zone),
            "next_at": _iso(next_at),
            "warnings": list(self._warnings(reminder)),
        }

    def _warnings(self, reminder: Reminder) -> Iterator[str]:
        for minute in reminder.minutes:
            at = datetime.min.replace(hour=minute // 60, minute=minute % 60).time()
            if is_quiet(at, self.chosen.quiet_start, self.chosen.quiet_end):
                yield wording.in_quiet_hours(clock(minute))
        if not (reminder.by_push or reminder.by_email):
            yield wording.no_way_to_you()
        paused = self.chosen.paused_until
        if paused and paused > self.now:
            until = paused.astimezone(ZoneInfo(self.diary.time_zone))
            yield wording.paused(f"{until:%Y-%m-%d %H:%M}")


def reminder_of(request, id: str) -> Reminder:
    """The person's own reminder. Raises NotFound."""
    reminder_id = read_uuid(id)
    reminder = (
        reminder_id and request.user.reminder_set.filter(id=reminder_id, kind__in=KINDS).first()
    )
    if not reminder:
        raise NotFound
    return reminder


def ahead(
    reminder: Reminder, zone: str, now: datetime
) -> Iterator[tuple[Slot, datetime | None, str]]:
    """The slots that are still to come, with instant and rule, for as long as the reminder runs."""
    today = now.astimezone(ZoneInfo(zone)).date()
    # A slot of yesterday can still be to come: at the change of the clock, past midnight.
    for slot in slots_after(schedule_of(reminder), today - timedelta(days=1)):
        at, rule = resolve(zone, *slot)
        if (at is None and slot.day >= today) or (at is not None and at > now):
            yield slot, at, rule


def entered_dates(person, today: date) -> frozenset[date]:
    """The dates from yesterday on that have an entry or a moment."""
    rows = person.record_set.filter(
        collection__in=["entries", "moments"], deleted=False, date__gte=today - timedelta(days=1)
    )
    return frozenset(rows.values_list("date", flat=True))


def _plan(
    reminder: Reminder, diary: Diary, showing: Showing, entered: frozenset[date], now: datetime
) -> Iterator[tuple[datetime, UUID, dict[str, Any]]]:
    """One reminder's part of the local plan, in the order of its instants."""
    own = words_of(reminder, showing.vault)
    detail = own.get("label") if showing.chosen.detail_on_lock_screen else None
    text = wording.one_line(reminder.kind, label=detail, locale=diary.locale)
    asks, again = reminder.kind == "questionnaire", date.min
    if asks and reminder.skip_if_entered:
        lately = last_answered(own.get("questionnaire"), last_date(now), showing.vault)
        again = lately + timedelta(days=EVERY_DAYS) if lately else again
    after = silent_through(showing.chosen, now)
    for slot, at, _ in ahead(reminder, diary.time_zone, after):
        about = slot.day - timedelta(days=slot.minute < 60 * diary.day_starts_at)
        written = not asks and reminder.skip_if_entered and about in entered
        if at is None or slot.day < again or written:
            continue
        item = {"occurrence": key_of(reminder.id, slot), "at": at.isoformat(), "text": text}
        yield at, reminder.id, item


def _count(query: dict[str, str]) -> int:
    text = query.get("count", str(PREVIEWED))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= MOST_PREVIEWED:
        detail = f"count is 1–{MOST_PREVIEWED}; {shown(text)} was sent."
        raise BadParameter("count", "range", detail)
    return number


def _iso(value: date | datetime | None) -> str | None:
    return value and value.isoformat()


def _when(planned: tuple[datetime, UUID, dict[str, Any]]) -> tuple[datetime, UUID]:
    return planned[:2]
