"""Devices: where pushes go. An address is taken in and never shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import Choice, StrictSerializer, Text, read_instant, refuse, shown
from api.parsing import sent_object
from api.problems import NotReady
from api.queries import limit_parameter, next_page, read_query, read_uuid, uuid_after
from api.reminder_fields import Until
from diary.channels import endpoints
from diary.models import Device
from diary.reminders.devices import register, remove, try_out
from diary.reminders.letters import device_words

PLATFORMS = ("fcm", "apns", "webpush")
ENVIRONMENTS = ("prod", "sandbox")
STATES = ("active", "dead", "suspended")
LONGEST_TOKEN = 4_096
_TOKEN = re.compile(r"[!-~]+", re.ASCII)
_APNS_TOKEN = re.compile(r"([0-9A-Fa-f]{2}){16,100}", re.ASCII)
_APP = re.compile(r"[A-Za-z0-9._-]{1,200}", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)

EXAMPLE = {"platform": "fcm", "address": "fcm-registration-token", "app": "example.fortnight"}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": LONGEST_TOKEN},
            {
                "type": "object",
                "properties": {
                    "endpoint": {"type": "string", "format": "uri", "maxLength": endpoints.LONGEST},
                    "p256dh": {"type": "string"},
                    "auth": {"type": "string"},
                },
                "required": ["endpoint", "p256dh", "auth"],
            },
        ]
    }
)
class Address(serializers.Field):
    """A token, or what a browser's push subscription says. Judged with its platform."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str | Mapping):
            raise refuse("A token or a push subscription is expected here.", "type")
        return sent

    def to_representation(self, value):
        return value


class DeviceShown(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.ChoiceField(PLATFORMS)
    app = serializers.CharField()
    environment = serializers.ChoiceField(ENVIRONMENTS)
    label = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(STATES)
    muted_until = serializers.DateTimeField(allow_null=True)
    last_seen_at = serializers.DateTimeField()


class DeviceSent(StrictSerializer):
    """A device as it registers. Sent again, it is the same device, seen again."""

    platform = Choice(PLATFORMS)
    address = Address()
    app = Text(most=200, allow_null=False, help_text="The app's own id; Apple's topic.")
    environment = Choice(ENVIRONMENTS, required=False)
    label = Text(most=60, help_text="Your own name for it.")
    locale = Text(most=35, help_text="The language of its texts; else that of `me`.")

    def validate_app(self, app):
        if app and not _APP.fullmatch(app):
            raise refuse("An app's id is letters, digits, dots, dashes.", "characters")
        return app

    def validate_locale(self, locale):
        if locale is not None and not _LOCALE.fullmatch(locale):
            raise refuse("A language is written like en or pt-BR.", "characters")
        return locale

    def validate(self, given):
        judge = {"webpush": _subscription, "apns": _apns_token, "fcm": _fcm_token}
        judge[given["platform"]](given["address"])
        if given["platform"] == "apns" and settings.APNS_KEY:
            _apns_app(given.get("app"))
        return given


class Muting(StrictSerializer):
    until = Until(required=True, help_text="No reminders on this device before; null: again.")


class DeviceList(APIView):
    @extend_schema(
        operation_id="list_devices",
        summary="Your devices, newest first",
        parameters=[words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(DeviceShown)}, 401, 406, 422),
    )
    def get(self, request):
        query = read_query(request, {"limit", "after"})
        most, after = limit_parameter(query), uuid_after(query)
        mine = request.user.device_set.order_by("-id")
        if after is not None:
            mine = mine.filter(id__lt=after)
        found = list(mine[: most + 1])
        page, more = found[:most], len(found) > most
        vault = request.user.datakey.open()
        return Response(
            {
                "items": [device_json(device, vault) for device in page],
                "next": next_page(request, str(page[-1].id) if more else None),
            },
            headers=words.PRIVATE,
        )

    @extend_schema(
        operation_id="register_device",
        summary="Register this device for reminders, or say that it is still there",
        request={"application/json": DeviceSent},
        examples=words.bodies_like("An Android phone", EXAMPLE, "application/json"),
        responses=words.answers({200: DeviceShown, 201: DeviceShown}, 401, 406, 413, 415, 422),
    )
    def post(self, request):
        read_query(request, ())
        sent = DeviceSent(data=sent_object(request))
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        vault = request.user.datakey.open()
        fields = {
            "app": given.get("app", ""),
            "environment": given.get("environment", "prod"),
            "locale": given.get("locale"),
        }
        device, made = register(
            vault, given["platform"], given["address"], fields, given.get("label"), timezone.now()
        )
        return Response(
            device_json(device, vault),
            status.HTTP_201_CREATED if made else status.HTTP_200_OK,
            headers=words.PRIVATE,
        )


class DeviceOne(APIView):
    @extend_schema(
        operation_id="delete_device",
        summary="Forget a device and its address",
        responses=words.answers({204: None}, 401, 404, 406, 422),
    )
    def delete(self, request, id: str):
        read_query(request, ())
        remove(request.user.pk, device_of(request, id).id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeviceMute(APIView):
    @extend_schema(
        operation_id="mute_device",
        summary="No reminders on this device for a while",
        request={"application/json": Muting},
        examples=words.bodies_like(
            "For good, as it were", {"until": "2030-01-01T00:00:00Z"}, "application/json"
        ),
        responses=words.answers({200: DeviceShown}, 401, 404, 406, 413, 415, 422),
    )
    def post(self, request, id: str):
        read_query(request, ())
        muting = Muting(data=sent_object(request))
        muting.is_valid(raise_exception=True)
        until = muting.validated_data["until"]
        device = device_of(request, id)
        device.muted_until = read_instant(until) if until else None
        request.user.device_set.filter(id=device.id).update(muted_until=device.muted_until)
        return Response(device_json(device, request.user.datakey.open()), headers=words.PRIVATE)


class DeviceTest(APIView):
    heavy = frozenset({"POST"})

    @extend_schema(
        operation_id="test_device",
        summary="Send this device a message, to see that it arrives",
        description=(
            "What became of it is told by the occurrences of today. A suspended device that takes"
            " it is active again; a dead one has to register first."
        ),
        request=None,
        responses=words.answers({202: None}, 401, 404, 406, 409, 422),
    )
    def post(self, request, id: str):
        now = timezone.now()
        read_query(request, ())
        device = device_of(request, id)
        if device.state == "dead":
            raise NotReady("Nothing reaches this device any more until it registers again.")
        zone = request.user.diary.time_zone
        there = now.astimezone(ZoneInfo(zone))
        try_out(device, zone, there.date(), 60 * there.hour + there.minute, now)
        return Response(status=status.HTTP_202_ACCEPTED)


def device_of(request, id: str) -> Device:
    """The person's own device. Raises NotFound."""
    device_id = read_uuid(id)
    device = device_id and request.user.device_set.filter(id=device_id).first()
    if not device:
        raise NotFound
    return device


def device_json(device: Device, vault) -> dict[str, Any]:
    return {
        "id": str(device.id),
        "platform": device.platform,
        "app": device.app,
        "environment": device.environment,
        "label": device_words(device, vault).get("label"),
        "state": device.state,
        "muted_until": device.muted_until and device.muted_until.isoformat(),
        "last_seen_at": device.last_seen_at.isoformat(),
    }


def _fault(place: str, detail: str, code: str) -> ValidationError:
    error = refuse(detail, code).detail
    return ValidationError({"address": {place: error} if place else error})


def _fcm_token(address: object) -> None:
    if not isinstance(address, str):
        raise _fault("", "A registration token is expected here.", "type")
    if len(address) > LONGEST_TOKEN:
        raise _fault("", f"A token has at most {LONGEST_TOKEN} characters.", "max_length")
    if not _TOKEN.fullmatch(address):
        raise _fault("", "A token is letters, digits and signs, without spaces.", "characters")


def _apns_token(address: object) -> None:
    _fcm_token(address)
    if not _APNS_TOKEN.fullmatch(address):
        raise _fault("", "A device token is 32 to 200 hexadecimal digits.", "characters")


def _apns_app(app: str | None) -> None:
    """One that we can send to: Apple takes a message for no other topic from us."""
    if not app:
        error = refuse("Which app's token it is has to be named.", "required")
    elif app not in settings.APNS_APPS:
        error = refuse(f"{shown(app)} is no app that reminders can be sent to here.", "choice")
    else:
        return
    raise ValidationError({"app": error.detail})


def _subscription(address: object) -> None:
    """A browser's subscription, at a push service that is known (RFC 8291)."""
    if not isinstance(address, Mapping):
        raise _fault("", "An object of endpoint, p256dh and auth is expected here.", "type")
    for name in address:
        if name not in {"endpoint", "p256dh", "auth"}:
            raise _fault(shown(name), "There is no such field here.", "unknown_field")
    for name in ("endpoint", "p256dh", "auth"):
        if name not in address:
            raise _fault(name, "This is needed.", "required")
        if not isinstance(address[name], str):
            raise _fault(name, "A text is expected here.", "type")
        if len(address[name]) > endpoints.LONGEST:
            raise _fault(name, f"At most {endpoints.LONGEST} characters.", "max_length")
    if not endpoints.allowed(address["endpoint"]):
        raise _fault("endpoint", "This is no address of a push service of browsers.", "choice")
    if endpoints.keys_of(address) is None:
        detail = "p256dh is a public key on P-256 and auth 16 bytes, both in base64url."
        raise _fault("p256dh", detail, "characters")
