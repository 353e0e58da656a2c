"""The signed-in person: their clock, their country, and what they want to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.authentication import refuse_if_long_ago
from api.fields import Choice, StrictSerializer, Switch, Zone, on_scale, refuse, shown
from api.parsing import MergePatch, StrictJSON, sent_object
from api.problems import Unavailable
from api.queries import read_query
from diary.erasure import erase
from diary.models import Diary
from diary.reminders.travel import replan
from diary.support import well_formed_country

LATEST_DAY_START = 6  # o'clock
LOCALES = tuple(code for code, _ in settings.LANGUAGES)


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": LATEST_DAY_START})
class DayStart(serializers.IntegerField):
    def to_internal_value(self, sent):
        return on_scale(sent, "The hour at which a day begins", 0, LATEST_DAY_START, 1)


@extend_schema_field({"type": "string", "pattern": "^[A-Z]{2}$"})
class Country(serializers.Field):
    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("Two letters like CH are expected here.", "type")
        if not well_formed_country(sent):
            detail = f"A country is two letters like CH; {shown(sent)} was sent."
            raise refuse(detail, "choice")
        return sent

    def to_representation(self, value):
        return value


class Me(StrictSerializer):
    """A person's settings. `email` and `today` may be sent back; they are not read."""

    passing = frozenset({"email", "today"})

    email = serializers.EmailField(read_only=True)
    time_zone = Zone(allow_null=False)
    time_zone_pinned = Switch(required=False, help_text="Keep this time zone when travelling.")
    country = Country(required=False, allow_null=True, help_text="For help lines; never guessed.")
    locale = Choice(LOCALES, required=False)
    day_starts_at = DayStart(
        required=False, help_text="The hour from which it is a new day: 0 to 6."
    )
    asks_self_harm = Switch(
        required=False, help_text="Whether the app asks about thoughts of self-harm."
    )
    today = serializers.DateField(read_only=True, help_text="The date in your own day now.")


KEPT = tuple(name for name, field in Me().fields.items() if not field.read_only)
_EXAMPLES = words.bodies_like(
    "Moved",
    {"time_zone": "Europe/Berlin", "country": "DE"},
    "application/json",
    MergePatch.media_type,
)


class MeView(APIView):
    parser_classes = (StrictJSON, MergePatch)

    @extend_schema(
        operation_id="read_me",
        summary="Your settings, and what day it is for you",
        responses=words.answers({200: Me}, 401, 406, 422),
    )
    def get(self, request):
        read_query(request, ())
        return Response(me_json(request.user, timezone.now()), headers=words.PRIVATE)

    @extend_schema(
        operation_id="change_me",
        summary="Change your settings",
        request={"application/merge-patch+json": Me, "application/json": Me},
        examples=_EXAMPLES,
        responses=words.answers({200: Me}, 401, 406, 413, 415, 422),
    )
    def patch(self, request):
        read_query(request, ())
        settings = Me(data=sent_object(request))
        settings.is_valid(raise_exception=True)
        now = timezone.now()
        request.user.diary = _changed(request.user.pk, settings.validated_data, now)
        return Response(me_json(request.user, now), headers=words.PRIVATE)

    @extend_schema(
        operation_id="delete_me",
        summary="Delete the account and the diary, at once and for good",
        description=(
            "The key that the diary is sealed with is destroyed, every session ends, nothing is"
            " kept. It takes a sign-in or a reauthentication within the last five minutes."
        ),
        request=None,
        responses=words.answers({204: None}, 401, 403, 406, 422),
    )
    def delete(self, request):
        read_query(request, ())
        now = timezone.now()
        refuse_if_long_ago(request, now)
        try:
            erase(request.user.pk, now)
        except IntegrityError:  # somebody signed in to it in this moment; asked again, it goes
            raise Unavailable from None
        return Response(status=204)


def _changed(user_id: UUID, wanted: Mapping[str, Any], now: datetime) -> Diary:
    """The diary with these settings; reminders follow the clock that they are set by."""
    with transaction.atomic():
        # Read under the lock: another phone may just be moving it to another time zone.
        diary = Diary.objects.select_for_update().get(user_id=user_id)
        changed = [name for name, value in wanted.items() if getattr(diary, name) != value]
        for name in changed:
            setattr(diary, name, wanted[name])
        if changed:
            diary.save(update_fields=changed)
        if {"time_zone", "day_starts_at"} & set(changed):
            replan(diary.user_id, diary.time_zone, diary.day_starts_at, now)
    return diary


def me_json(person, now: datetime) -> dict:
    diary = person.diary
    return {
        "email": person.email,
        **{name: getattr(diary, name) for name in KEPT},
        "today": diary.today(now).isoformat(),
    }
