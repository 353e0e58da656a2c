"""Fields that take what they say and nothing near it: no "7" for 7, no true for 1."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from unicodedata import category

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.problems import MOST_FAULTS, Code
from diary.measures import Measure, Symptom
from diary.zones import ZONES

LONGEST_NAME = 200  # characters of a name that no field has, as it is said back
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def refuse(detail: str, code: str, **params: object) -> ValidationError:
    """A validation error whose code carries the numbers of the rule."""
    error = ValidationError()
    error.detail = [ErrorDetail(detail, Code(code, **params))]
    return error


def shown(value: object) -> str:
    """What was sent, short and safe to print in an answer."""
    text = str(value) if isinstance(value, int | float | str) else f"a {_kind(value)}"
    text = "".join(letter if letter.isprintable() else "�" for letter in text)
    return text if len(text) <= 40 else text[:39] + "…"


def _kind(value: object) -> str:
    return {dict: "JSON object", list: "list"}.get(type(value), "different type")


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not have. `passing` names may be sent back and are not read."""

    passing: frozenset[str] = frozenset()

    def to_internal_value(self, sent):
        if not isinstance(sent, Mapping):
            raise refuse("A JSON object is expected here.", "type")
        writable = {name for name, field in self.fields.items() if not field.read_only}
        unknown = [name for name in sent if name not in writable | self.passing]
        errors = {
            name[:LONGEST_NAME]: [
                ErrorDetail(f"There is no field {shown(name)} here.", Code("unknown_field"))
            ]
            for name in unknown[:MOST_FAULTS]
        }
        try:
            values = super().to_internal_value(sent)
        except ValidationError as error:
            errors |= error.detail
        if errors:
            raise ValidationError(errors)
        return values


class Scale(serializers.Field):
    """A number on a measure's or symptom's scale; whole numbers come out whole."""

    def __init__(self, scale: Measure | Symptom, **kwargs) -> None:
        super().__init__(
            **{"required": False, "allow_null": True, "help_text": scale.help} | kwargs
        )
        self.label_shown = scale.label
        self.low, self.high = scale.low, scale.high
        self.step = getattr(scale, "step", 1)

    def to_internal_value(self, sent):
        return on_scale(sent, self.label_shown, self.low, self.high, self.step)

    def to_representation(self, value):
        return value


class ScaleDocument(OpenApiSerializerFieldExtension):
    target_class = Scale

    def map_serializer_field(self, auto_schema, direction):
        field = self.target
        ends = {"minimum": field.low, "maximum": field.high}
        if field.step is None:
            return {"type": "number", **ends}
        return {
            "type": "integer" if field.step == 1 else "number",
            **ends,
            # A tenth is no binary fraction: validators would refuse 6.3 as no multiple of it.
            ("multipleOf" if in_quarters(field.step) else "x-step"): field.step,
        }


def on_scale(
    sent: object,
    label: str,
    low: float,
    high: float,
    step: float | None,
    begin: float | None = None,
) -> int | float:
    """The number if it lies on the scale. Raises a fault that names the scale and the value.

    Steps are counted from `low`, or from `begin`; without a step every number between the ends
    lies on the scale.
    """
    begin = low if begin is None else begin
    params = {"low": low, "high": high, "step": step}
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        raise refuse(f"{label} is a number from {low} to {high}.", "type", **params)
    if sent < low:
        raise refuse(f"{label} is {low}–{high}; {shown(sent)} was sent.", "min_value", **params)
    if sent > high:
        raise refuse(f"{label} is {low}–{high}; {shown(sent)} was sent.", "max_value", **params)
    if step is None:
        return whole_number(sent)
    if not lies_on_a_step(sent, begin, step):
        detail = f"{label} goes in steps of {step}; {shown(sent)} was sent."
        raise refuse(detail, "step", **params)
    return whole_number(round(begin + round((sent - begin) / step) * step, 6))


def lies_on_a_step(number: float, begin: float, step: float) -> bool:
    """A phone's 0.1 + 0.2 is three tenths; quarters and whole numbers it can tell as they are."""
    steps = (number - begin) / step
    if in_quarters(step) and in_quarters(begin):
        return in_quarters(number) and steps == round(steps)
    # A billion in thousandths is at the end of what a float can tell.
    rounding = 2 * math.ulp(max(abs(number), abs(begin))) / step
    return abs(steps - round(steps)) <= max(1e-6, rounding)


def in_quarters(number: float) -> bool:
    """Whether it is a multiple of a quarter, as its binary form can say exactly."""
    return float(number * 4).is_integer()


def whole_number(number: float) -> int | float:
    """7 for 7.0 and 0 for -0.0; anything else as it is."""
    return int(number) if number == int(number) else number


class Switch(serializers.BooleanField):
    """true or false, and nothing that stands for them."""

    def to_internal_value(self, sent):
        if not isinstance(sent, bool):
            raise refuse("true or false is expected here.", "type")
        return sent


class Choice(serializers.ChoiceField):
    """One of a few names."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A text is expected here.", "type")
        if sent not in self.choices:
            detail = f"This is one of {', '.join(self.choices)}; {shown(sent)} was sent."
            raise refuse(detail, "choice")
        return sent


class Several(serializers.ListField):
    """A list of at most `max_length` items, counted before any of them is looked at."""

    def to_internal_value(self, sent):
        if not isinstance(sent, list):
            raise refuse("A list is expected here.", "type")
        if len(sent) > self.max_length:
            detail = f"At most {self.max_length} items; {len(sent)} were sent."
            raise refuse(detail, "max_length", max_length=self.max_length)
        return super().to_internal_value(sent)


class Text(serializers.Field):
    """Words of the person's own: any printable Unicode, line breaks and tabs."""

    def __init__(self, *, most: int, **kwargs) -> None:
        super().__init__(**{"required": False, "allow_null": True} | kwargs)
        self.most = most

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A text is expected here.", "type")
        if len(sent) > self.most:
            detail = f"At most {self.most} characters; {len(sent)} were sent."
            raise refuse(detail, "max_length", max_length=self.most)
        if any(_unprintable(letter) for letter in sent):
            raise refuse("The text holds a character that no keyboard writes.", "characters")
        return sent

    def to_representation(self, value):
        return value


class Words(Text):
    """A name in the person's own words: one line, not empty."""

    def to_internal_value(self, sent):
        text = super().to_internal_value(sent)
        if any(letter in "\n\r\t" for letter in text):
            raise refuse("A name stands on one line.", "characters")
        if not text.strip():
            raise refuse("At least one word is needed here.", "required")
        return text


def _unprintable(letter: str) -> bool:
    """Control characters and halves of surrogate pairs; they break readers of every kind."""
    return category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t"


class TextDocument(OpenApiSerializerFieldExtension):
    target_class = Text

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "maxLength": self.target.most}


class WordsDocument(OpenApiSerializerFieldExtension):
    target_class = Words

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "minLength": 1, "maxLength": self.target.most}


class Instant(serializers.Field):
    """An instant with its offset (RFC 3339), kept as it was written."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"required": False, "allow_null": True} | kwargs)

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("An instant like 2026-11-22T21:14:03+01:00 is expected here.", "type")
        if read_instant(sent) is None:
            detail = "This is no instant with an offset, like 2026-11-22T21:14:03+01:00."
            raise refuse(detail, "instant")
        return sent

    def to_representation(self, value):
        return value


class InstantDocument(OpenApiSerializerFieldExtension):
    target_class = Instant

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "format": "date-time"}


def read_instant(text: str) -> datetime | None:
    """The instant that RFC 3339 text names, None for anything else.

    Also None for one that lies beyond the first or the last year anywhere on Earth.
    """
    if not _INSTANT.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text.upper())
        instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant


class Zone(serializers.Field):
    """An IANA time zone by its name."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"required": False, "allow_null": True} | kwargs)

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A time zone like Europe/Berlin is expected here.", "type")
        if sent not in ZONES:
            raise refuse(f"There is no time zone {shown(sent)}.", "time_zone")
        return sent

    def to_representation(self, value):
        return value


class ZoneDocument(OpenApiSerializerFieldExtension):
    target_class = Zone

    def map_serializer_field(self, auto_schema, direction):
        return {"type": "string", "examples": ["Europe/Berlin"]}
