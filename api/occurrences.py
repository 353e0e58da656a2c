"""Occurrences: what became of reminders on a date; put off, waved away, opened, shown."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import Instant, Several, StrictSerializer, read_instant, refuse
from api.parsing import sent_object
from api.queries import date_parameter, read_query, read_uuid
from api.reminder_fields import clock
from diary.channels import CHANNELS
from diary.models import Delivery, Occurrence
from diary.models.reminders import SETTLED, UNDER_WAY
from diary.reminders.clock import NO_SUCH_DATE, RULES
from diary.reminders.receipts import Receipt, read_key, take
from diary.reminders.snooze import MINUTES, NotToday, dismiss, opened, snooze

MOST_RECEIPTS = 200
WISHES = (*MINUTES, "tonight")
STATES = ("planned", "skipped", "fanned", "done")
NOT_TODAY = {
    "often": "It was put off three times; that is as often as it goes.",
    "midnight": "That would be past midnight; the day is over then.",
    "gone": "Its reminder was removed; there is nothing to come back.",
    "kind": "This one cannot be put off.",
}


class DeliveryShown(serializers.Serializer):
    channel = serializers.ChoiceField(tuple(CHANNELS))
    device = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField((*UNDER_WAY, *SETTLED))
    sent_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)


REASONS = (
    "already_entered", "answered", "coalesced", "dismissed", "expired", "missed_by_travel", "muted",
    "no_device", "no_longer", NO_SUCH_DATE, "paused", "quiet_hours", "reminder_off", "restored",
    "shown_by_app", "too_few_entries", "undeliverable", "unreadable", "unsubscribed",
)  # fmt: skip


class OccurrenceShown(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    reminder = serializers.UUIDField(allow_null=True)
    date = serializers.DateField()
    time = serializers.CharField()
    due_at = serializers.DateTimeField()
    state = serializers.ChoiceField(STATES)
    skip_reason = serializers.CharField(
        allow_null=True,
        help_text=f"Why it did not come, or is over; others may follow: {', '.join(REASONS)}.",
    )
    rule = serializers.ChoiceField((*RULES, "snooze"))
    deliveries = DeliveryShown(many=True)


@extend_schema_field(
    {"oneOf": [{"type": "integer", "enum": list(MINUTES)}, {"type": "string", "enum": ["tonight"]}]}
)
class Wish(serializers.Field):
    def to_internal_value(self, sent):
        if isinstance(sent, bool) or not isinstance(sent, int | str):
            raise refuse("10, 30, 60 or tonight is expected here.", "type")
        if sent not in WISHES:
            raise refuse("It can be put off by 10, 30 or 60 minutes, or till tonight.", "choice")
        return sent

    def to_representation(self, value):
        return value


class Snooze(StrictSerializer):
    minutes = Wish()


@extend_schema_field({"type": "string"})
class OccurrenceKey(serializers.Field):
    """An occurrence's id, or the key of one in the local plan."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A text is expected here.", "type")
        key = read_key(sent)
        if key is None:
            raise refuse("This is no occurrence's id, nor one of the local plan.", "type")
        return key

    def to_representation(self, value):
        return value


@extend_schema_field({"type": "string", "format": "uuid"})
class DeviceId(serializers.Field):
    def to_internal_value(self, sent):
        if not isinstance(sent, str) or (read := read_uuid(sent)) is None:
            raise refuse("A device's id is expected here.", "type")
        return read

    def to_representation(self, value):
        return value


class ReceiptSent(StrictSerializer):
    occurrence = OccurrenceKey()
    device = DeviceId()
    shown_at = Instant(required=True, allow_null=False)


class Receipts(StrictSerializer):
    receipts = Several(child=ReceiptSent(), max_length=MOST_RECEIPTS)


EXAMPLE = {
    "receipts": [
        {
            "occurrence": "019a0000-0000-7000-8000-000000000000",
            "device": "019a0000-0000-7000-8000-000000000001",
            "shown_at": "2026-03-20T20:30:02+01:00",
        }
    ]
}


class OccurrenceList(APIView):
    @extend_schema(
        operation_id="list_occurrences",
        summary="What became of the reminders of one date",
        parameters=[words.date_parameter("date", "Today when it is not said.")],
        responses=words.answers({200: words.page_of(OccurrenceShown)}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        query = read_query(request, {"date"})
        day = request.user.diary.today(now)
        if "date" in query:
            day = date_parameter(query["date"], "date", now)
        found = list(
            request.user.occurrence_set.filter(local_date=day).order_by("due_at", "seq", "id")
        )
        return Response(
            {"items": occurrences_json(request.user, found), "next": None}, headers=words.PRIVATE
        )


class OccurrenceSnooze(APIView):
    @extend_schema(
        operation_id="snooze_occurrence",
        summary="Put a reminder off: by 10, 30 or 60 minutes, or till tonight",
        request={"application/json": Snooze},
        examples=words.bodies_like("Half an hour", {"minutes": 30}, "application/json"),
        responses=words.answers({201: OccurrenceShown}, 401, 404, 406, 413, 415, 422),
    )
    def post(self, request, id: str):
        read_query(request, ())
        wish = Snooze(data=sent_object(request))
        wish.is_valid(raise_exception=True)
        occurrence_id = read_uuid(id)
        if occurrence_id is None:
            raise NotFound
        try:
            later = snooze(
                request.user.pk, occurrence_id, wish.validated_data["minutes"], timezone.now()
            )
        except NotToday as refusal:
            detail = refuse(NOT_TODAY[str(refusal)], "range").detail
            raise ValidationError({"minutes": detail}) from None
        if later is None:
            raise NotFound
        [answer] = occurrences_json(request.user, [later])
        return Response(answer, status.HTTP_201_CREATED, headers=words.PRIVATE)


class OccurrenceDismiss(APIView):
    @extend_schema(
        operation_id="dismiss_occurrence",
        summary="Wave a reminder away; it does not come again today",
        request=None,
        responses=words.answers({204: None}, 401, 404, 406, 422),
    )
    def post(self, request, id: str):
        read_query(request, ())
        occurrence_id = read_uuid(id)
        if occurrence_id is None or not dismiss(request.user.pk, occurrence_id):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class OccurrenceOpened(APIView):
    @extend_schema(
        operation_id="open_occurrence",
        summary="Say that the app was opened through a reminder",
        request=None,
        responses=words.answers({204: None}, 401, 404, 406, 422),
    )
    def post(self, request, id: str):
        read_query(request, ())
        occurrence_id = read_uuid(id)
        if occurrence_id is None or not opened(request.user.pk, occurrence_id, timezone.now()):
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveryReceipts(APIView):
    @extend_schema(
        operation_id="send_receipts",
        summary="Say which reminders a device has shown",
        request={"application/json": Receipts},
        examples=words.bodies_like("One was shown", EXAMPLE, "application/json"),
        responses=words.answers({204: None}, 401, 406, 413, 415, 422),
    )
    def post(self, request):
        read_query(request, ())
        sent = Receipts(data=sent_object(request))
        sent.is_valid(raise_exception=True)
        receipts = [
            Receipt(one["occurrence"], one["device"], read_instant(one["shown_at"]))
            for one in sent.validated_data["receipts"]
        ]
        take(request.user.pk, receipts, timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def occurrences_json(person, occurrences: list[Occurrence]) -> list[dict[str, Any]]:
    """Each with its deliveries; what only takes back a push is not one."""
    ids = [occurrence.id for occurrence in occurrences]
    deliveries = defaultdict(list)
    for delivery in person.delivery_set.filter(occurrence__in=ids, withdraw=False).order_by("id"):
        deliveries[delivery.occurrence].append(_delivery_json(delivery))
    return [
        {
            "id": str(one.id),
            "kind": one.kind,
            "reminder": one.reminder and str(one.reminder),
            "date": one.local_date.isoformat(),
            "time": clock(one.minute),
            "due_at": one.due_at.isoformat(),
            "state": one.state,
            "skip_reason": one.skip_reason,
            "rule": one.rule,
            "deliveries": deliveries[one.id],
        }
        for one in occurrences
    ]


def _delivery_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "device": None if delivery.channel == "email" else str(delivery.target),
        "state": delivery.state,
        "sent_at": delivery.sent_at and delivery.sent_at.isoformat(),
        "opened_at": delivery.opened_at and delivery.opened_at.isoformat(),
    }
