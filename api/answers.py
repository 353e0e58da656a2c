"""Answers: questionnaires that were filled in, each under the date of the person who did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.document_views import DocumentList, DocumentOne, documented
from api.documents import NOT_READ, Collection, Day, Id
from api.fields import Choice, StrictSerializer, on_scale, refuse, shown
from api.problems import MOST_FAULTS, Code
from api.support import SupportBlock
from diary import merge
from diary.merge import Document
from diary.questionnaires import ITEMS, QUESTIONNAIRES, SELF_HARM
from diary.record import Change, Found
from diary.wording.questionnaires import item_label


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": ["integer", "null"], "minimum": 0}}
)
class Items(serializers.Field):
    """Answers by the item's code, each on its questionnaire's scale; null is "not answered"."""

    def to_internal_value(self, sent):
        if not isinstance(sent, Mapping):
            raise refuse("An object of item codes and answers is expected here.", "type")
        errors = strange(sent, ITEMS)
        values = {}
        for item, value in sent.items():
            try:
                values[item] = (
                    value if item not in ITEMS or value is None else _on_scale(item, value)
                )
            except ValidationError as error:
                errors[item] = error.detail
        if errors:
            raise ValidationError(errors)
        return values

    def to_representation(self, value):
        return value


def _on_scale(item: str, value: object) -> int | float:
    of = ITEMS[item]
    return on_scale(value, item_label(item), of.low, of.high, 1)


def strange(items: Mapping[str, Any], known: Mapping[str, Any] | tuple[str, ...]) -> dict[str, Any]:
    """The faults of the items that are not among the known ones."""
    unknown = [item for item in items if item not in known][:MOST_FAULTS]
    return {
        item: [ErrorDetail(f"There is no item {shown(item)} here.", Code("unknown_field"))]
        for item in unknown
    }


class Answer(StrictSerializer):
    """A questionnaire as it was answered. The score is null where an item is missing."""

    passing = NOT_READ | {"score"}

    id = Id(required=False)
    rev = serializers.IntegerField(read_only=True)
    date = Day()
    questionnaire = Choice(tuple(QUESTIONNAIRES))
    items = Items()
    score = serializers.FloatField(read_only=True, allow_null=True)

    def validate(self, attrs):
        if "questionnaire" in attrs and "items" in attrs:
            own = QUESTIONNAIRES[attrs["questionnaire"]].items
            if errors := strange(attrs["items"], own):
                raise ValidationError({"items": errors})
        return attrs


class AnswerWritten(Answer):
    support = SupportBlock(read_only=True, allow_null=True)


def check_items(change: Change, stored: Document, after: Document, found: Found) -> dict[str, Any]:
    """An answer keeps its questionnaire, and holds none but its items."""
    if after.deleted:
        return {}
    code = after.fields["questionnaire"]
    if not stored.deleted and code != stored.fields["questionnaire"]:
        detail = (
            f"An answer keeps its questionnaire; this is one to {stored.fields['questionnaire']}."
        )
        return {"questionnaire": refuse(detail, "choice").detail}
    errors = strange(change.fields.get("items") or {}, QUESTIONNAIRES[code].items)
    return {"items": errors} if errors else {}


def scored(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The items in the questionnaire's own order, and the score that they make."""
    questionnaire, items = QUESTIONNAIRES[fields["questionnaire"]], fields["items"]
    return {
        "items": {item: items[item] for item in questionnaire.items if item in items},
        "score": questionnaire.score(items),
    }


def needs_help(fields: Mapping[str, Any]) -> bool:
    """Whether the item about self-harm is above nothing, in what is stored or what was sent."""
    items = merge.nested(fields).get("items") or {}
    return (items.get(SELF_HARM) or 0) >= 1


EXAMPLE = {
    "date": "2026-03-20",
    "questionnaire": "phq-9",
    "items": dict(
        zip(QUESTIONNAIRES["phq-9"].items, (1, 1, 2, 2, 0, 1, 1, 0, 0), strict=True)
    ),
}  # fmt: skip
ANSWERS = Collection(
    "answers",
    "answer",
    Answer,
    EXAMPLE,
    correction={"date": "2026-03-19"},  # holds for an answer to any questionnaire
    check=check_items,
    told=scored,
    needs_help=needs_help,
    written=AnswerWritten,
)


@documented
class AnswerList(DocumentList):
    collection = ANSWERS


@documented
class AnswerOne(DocumentOne):
    # An answer comes with its questionnaire: none is put where its address alone is known.
    collection = ANSWERS
    http_method_names = ("get", "head", "options", "patch", "delete")
