"""The fields of a reminder as they are sent, and as they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import (
    Choice,
    Instant,
    Several,
    StrictSerializer,
    Text,
    on_scale,
    read_instant,
    refuse,
    shown,
)
from api.me import Switch
from api.queries import read_date
from diary.models import Diary
from diary.models.diary import FIRST_DATE
from diary.questionnaires import QUESTIONNAIRES
from diary.reminders.nudges import SPACING
from diary.reminders.rrule import LONGEST, Unsupported, read_rrule
from diary.reminders.schedule import LAST_DATE, MOST_WEEKS

KINDS = ("entry", "questionnaire", "custom")
CHANNELS = ("push", "email")
MOST_TIMES = 6
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class LocalTime(serializers.Field):
    """A time of day as a clock on the wall shows it, kept as its minute."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A time like 20:30 is expected here.", "type")
        found = _TIME.fullmatch(sent)
        if not found:
            raise refuse(f"A time is 00:00 to 23:59; {shown(sent)} was sent.", "range")
        return 60 * int(found[1]) + int(found[2])

    def to_representation(self, value):
        return value


class WholeNumber(serializers.IntegerField):
    """A whole number between two others."""

    def __init__(self, name: str, low: int, high: int, **kwargs) -> None:
        super().__init__(min_value=low, max_value=high, **kwargs)
        self.says, self.low, self.high = name, low, high

    def to_internal_value(self, sent):
        return on_scale(sent, self.says, self.low, self.high, 1)


@extend_schema_field({"type": "string", "format": "date"})
class Day(serializers.Field):
    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A date like 2026-11-22 is expected here.", "type")
        day = read_date(sent)
        if day is None:
            raise refuse(f"{shown(sent)} is no date like 2026-11-22.", "date")
        if day < FIRST_DATE:
            raise refuse("Dates here begin in 2000.", "too_early")
        if day > LAST_DATE:
            raise refuse(f"Dates here end with {LAST_DATE}.", "range")
        return day

    def to_representation(self, value):
        return value


@extend_schema_field({"type": "string", "format": "date-time"})
class Until(Instant):
    """An instant of the years in which there are reminders, on any clock."""

    def to_internal_value(self, sent):
        text = super().to_internal_value(sent)
        if not FIRST_DATE <= read_instant(text).astimezone(UTC).date() <= LAST_DATE:
            raise refuse(f"Years here are {FIRST_DATE.year} to {LAST_DATE.year}.", "range")
        return text


class Unlike(Several):
    """A list in which nothing stands twice."""

    def to_internal_value(self, sent):
        values = super().to_internal_value(sent)
        if len(set(values)) < len(values):
            raise refuse("Each may stand here once.", "choice")
        return sorted(values)


class Nudge(StrictSerializer):
    """A few more words after missed days, ever further apart, and then none."""

    after_missed_days = WholeNumber("Missed days", 2, 14)
    max = WholeNumber("Nudges in a row", 1, len(SPACING))


@extend_schema_field({"type": "string", "maxLength": LONGEST, "examples": ["FREQ=WEEKLY;BYDAY=MO"]})
class RecurrenceRule(serializers.Field):
    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A rule like FREQ=WEEKLY;BYDAY=MO is expected here.", "type")
        if len(sent) > LONGEST:
            detail = f"At most {LONGEST} characters; {len(sent)} were sent."
            raise refuse(detail, "max_length", max_length=LONGEST)
        # What is not understood is repeated in the answer, and half a character would break that.
        if not sent.isascii():
            raise refuse("A rule holds plain letters, digits and signs alone.", "characters")
        return sent

    def to_representation(self, value):
        return value


class ReminderFields(StrictSerializer):
    """When to be reminded, and of what."""

    passing = frozenset({"id", "next_at", "warnings"})

    id = serializers.UUIDField(read_only=True)
    kind = Choice(KINDS)
    label = Text(most=60, help_text="Your own name for it; on a lock screen only if you say so.")
    times = Unlike(child=LocalTime(), max_length=MOST_TIMES, help_text="One to six times of day.")
    weekdays = Unlike(
        child=WholeNumber("A weekday", 1, 7), max_length=7, required=False, help_text="1 is Monday."
    )
    every_n_weeks = WholeNumber("Weeks", 1, MOST_WEEKS, required=False)
    anchor_date = Day(
        required=False, allow_null=True, help_text="Every n weeks are counted from its week."
    )
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True, help_text="The last date, itself included.")
    skip_if_entered = Switch(
        required=False, help_text="Not when the day, or the questionnaire, is answered already."
    )
    nudge = Nudge(required=False, allow_null=True)
    channels = Unlike(child=Choice(CHANNELS), max_length=len(CHANNELS), required=False)
    questionnaire = Choice(tuple(QUESTIONNAIRES), required=False, allow_null=True)
    active = Switch(required=False)
    rrule = RecurrenceRule(required=False, help_text="RFC 5545; may be sent instead of weekdays.")
    next_at = serializers.DateTimeField(read_only=True, allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)

    def validate_times(self, minutes):
        return _some(minutes)

    def validate_weekdays(self, days):
        return _some(days)

    def validate_channels(self, channels):
        return _some(channels)

    def validate(self, given):
        kind, questionnaire = given["kind"], given.get("questionnaire")
        first, last = given.get("starts_on"), given.get("ends_on")
        if kind == "questionnaire" and not questionnaire:
            _fault("questionnaire", "A reminder of a questionnaire names which.", "required")
        if kind != "questionnaire" and questionnaire:
            _fault("questionnaire", "Only the kind questionnaire names one.", "choice")
        if kind != "entry" and given.get("nudge"):
            _fault("nudge", "Nudges belong to reminders of the kind entry.", "choice")
        if first and last and last < first:
            _fault("ends_on", f"It would end on {last}, before it starts on {first}.", "range")
        return given


def _some(values):
    if not values:
        raise refuse("At least one is needed.", "required")
    return values


def _fault(name: str, detail: str, code: str) -> None:
    raise ValidationError({name: refuse(detail, code).detail})


# What a rule says too, by the name that it has in a reminder.
RULED = ("weekdays", "every_n_weeks", "ends_on")
AS_THEY_ARE = ("kind", "anchor_date", "starts_on", "ends_on", "active")


def merged(before: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """A reminder as it was shown, with what was sent merged into it (RFC 7396).

    A rule that is sent back as it was read says nothing; another one takes the place of what
    it rules.
    """
    whole = {name: value for name, value in before.items() if name != "rrule"}
    sent = dict(sent)
    if sent.get("rrule", before["rrule"]) == before["rrule"]:
        sent.pop("rrule", None)
    else:
        whole = {name: value for name, value in whole.items() if name not in RULED}
        sent = {
            name: value
            for name, value in sent.items()
            if name not in RULED or value != before[name]
        }
    for name, value in sent.items():
        both = isinstance(value, Mapping) and isinstance(whole.get(name), Mapping)
        whole[name] = {**whole[name], **value} if both else value
    return whole


def reminder_columns(
    whole: Mapping[str, Any], diary: Diary, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a whole reminder sets of its row, and what of it is sealed. Raises ValidationError."""
    fields = ReminderFields(data=whole)
    fields.is_valid(raise_exception=True)
    given = {"weekdays": [*range(1, 8)], "every_n_weeks": 1, "channels": ["push"], "active": True}
    given |= fields.validated_data
    today = diary.today(now)
    columns = {name: given.get(name) for name in AS_THEY_ARE}
    columns["minutes"] = given["times"]
    columns["weekdays"] = sum(1 << day - 1 for day in given["weekdays"])
    columns["every_n_weeks"] = given["every_n_weeks"]
    columns["skip_if_entered"] = given.get("skip_if_entered", given["kind"] != "custom")
    columns |= {f"by_{name}": name in given["channels"] for name in CHANNELS}
    nudge = given.get("nudge") or {"after_missed_days": None, "max": None}
    columns |= {"nudge_after": nudge["after_missed_days"], "nudge_most": nudge["max"]}
    if "rrule" in given:
        begins = given.get("starts_on") or today
        columns |= _ruled(given["rrule"], columns, whole, diary.time_zone, begins)
    if columns["every_n_weeks"] > 1 and columns["anchor_date"] is None:
        columns["anchor_date"] = columns["starts_on"] or today  # every second week needs a first
    words = {name: given.get(name) for name in ("label", "questionnaire")}
    return columns, words


def _ruled(
    text: str, columns: Mapping[str, Any], whole: Mapping[str, Any], zone: str, begins: date
) -> dict[str, Any]:
    """A rule as columns; what is sent beside it has to say the same."""
    try:
        rule = read_rrule(text, zone, begins)._asdict()
    except Unsupported as fault:
        raise ValidationError({"rrule": refuse(str(fault), "rrule_unsupported").detail}) from None
    for name, value in rule.items():
        if name in whole and columns[name] != value:
            _fault("rrule", f"{name} says something else; send one of them.", "rrule_unsupported")
    if rule["ends_on"] and columns["starts_on"] and rule["ends_on"] < columns["starts_on"]:
        _fault("rrule", "The rule ends before the reminder starts.", "range")
    return rule


def clock(minute: int) -> str:
    """
    >>> clock(1230)
    '20:30'
    """
    return f"{minute // 60:02}:{minute % 60:02}"


def weekdays_of(mask: int) -> list[int]:
    """
    >>> weekdays_of(0b1000001)
    [1, 7]
    """
    return [day for day in range(1, 8) if mask >> day - 1 & 1]
