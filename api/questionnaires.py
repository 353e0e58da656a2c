"""Questionnaires: what they ask for, when each is offered again, and the answers to one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import islice
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.answers import ANSWERS, EXAMPLE, Answer, AnswerWritten
from api.document_views import NewDocuments
from api.fields import Choice, refuse, shown
from api.parsing import sent_object
from api.queries import limit_parameter, next_page, no_place, place_after, read_query
from diary import record
from diary.questionnaires import QUESTIONNAIRES, Questionnaire, offered
from diary.vault import Vault
from diary.wording.questionnaires import item_label, label


class ItemShape(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField(
        help_text="Our own; the instrument's words are the app's to show."
    )
    low = serializers.IntegerField()
    high = serializers.IntegerField()


class ScoreShape(serializers.Serializer):
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    how = serializers.ChoiceField(("sum", "mean"))


class QuestionnaireShape(serializers.Serializer):
    """A questionnaire. `due` holds the two dates on which it is offered, null between offers."""

    code = serializers.ChoiceField(tuple(QUESTIONNAIRES))
    label = serializers.CharField()
    recall_days = serializers.IntegerField(help_text="The days that its questions look back over.")
    items = ItemShape(many=True)
    score = ScoreShape()
    due = inline_serializer(
        "Offer", {"from": serializers.DateField(), "to": serializers.DateField()}, allow_null=True
    )
    last_on = serializers.DateField(allow_null=True)


class QuestionnaireList(APIView):
    @extend_schema(
        operation_id="list_questionnaires",
        summary="The questionnaires that can be answered, and when each is offered",
        parameters=[words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(QuestionnaireShape)}, 401, 406, 422),
    )
    def get(self, request):
        query = read_query(request, {"limit", "after"})
        most, after = limit_parameter(query), place_after(query)
        if after not in (None, *QUESTIONNAIRES):
            raise no_place()
        codes = list(QUESTIONNAIRES)
        codes = codes[codes.index(after) + 1 :] if after else codes
        diary = request.user.diary
        today, began_on = diary.today(timezone.now()), diary.today(request.user.began_at)
        last_on = last_answered(request.user.datakey.open())
        return Response(
            {
                "items": [
                    questionnaire_json(QUESTIONNAIRES[code], last_on.get(code), began_on, today)
                    for code in codes[:most]
                ],
                "next": next_page(request, codes[most - 1] if len(codes) > most else None),
            },
            headers=words.PRIVATE,
        )


def last_answered(vault: Vault) -> dict[str, date]:
    """The date of the newest answer to each questionnaire that has one."""
    newest: dict[str, date] = {}
    for _, day, document in record.each(vault, ANSWERS.name):
        newest.setdefault(document.fields["questionnaire"], day)
        if len(newest) == len(QUESTIONNAIRES):
            break
    return newest


def questionnaire_json(
    one: Questionnaire, last_on: date | None, began_on: date, today: date
) -> dict[str, Any]:
    low, high = one.ends
    due = offered(last_on, began_on, today)
    return {
        "code": one.code,
        "label": label(one.code),
        "recall_days": one.recall_days,
        "items": [
            {"code": item, "label": item_label(item), "low": one.low, "high": one.high}
            for item in one.items
        ],
        "score": {"low": low, "high": high, "how": one.how},
        "due": due and {"from": due[0].isoformat(), "to": due[1].isoformat()},
        "last_on": last_on and last_on.isoformat(),
    }


class NewAnswer(Answer):
    """An answer to the questionnaire in the address."""

    questionnaire = Choice(tuple(QUESTIONNAIRES), required=False)


CODE = OpenApiParameter(
    "code",
    OpenApiTypes.STR,
    OpenApiParameter.PATH,
    description="Which questionnaire.",
    enum=list(QUESTIONNAIRES),
)
_EXAMPLE = {name: value for name, value in EXAMPLE.items() if name != "questionnaire"}


class QuestionnaireAnswers(NewDocuments):
    collection = ANSWERS

    @extend_schema(
        operation_id="list_questionnaire_answers",
        summary="The answers to one questionnaire, newest first",
        parameters=[CODE, words.FROM, words.TO, words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(Answer)}, 401, 404, 406, 422),
    )
    def get(self, request, code):
        self.known(code)
        return super().get(request)

    @extend_schema(
        operation_id="add_answer",
        summary="A questionnaire as it was answered, under an id of your own or of ours",
        parameters=[CODE],
        request={"application/json": NewAnswer},
        examples=words.bodies_like("PHQ-9", _EXAMPLE, "application/json"),
        responses=words.answers({201: AnswerWritten}, 401, 404, 406, 409, 413, 415, 422),
    )
    def post(self, request, code):
        self.known(code)
        return super().post(request)

    def known(self, code: str) -> None:
        if code not in QUESTIONNAIRES:
            raise NotFound

    def sent(self, request) -> Mapping[str, Any]:
        code, sent = self.kwargs["code"], sent_object(request)
        if sent.get("questionnaire", code) != code:
            detail = f"The address says {code}; {shown(sent['questionnaire'])} was sent."
            raise ValidationError({"questionnaire": refuse(detail, "choice").detail})
        return {**sent, "questionnaire": code}

    def found(self, vault: Vault, *, most: int, **asked: Any):
        """Those to this questionnaire. Which one it is lies sealed, so all are looked through."""
        code = self.kwargs["code"]
        mine = (
            row
            for row in record.each(vault, self.collection.name, **asked)
            if row[2].fields["questionnaire"] == code
        )
        return list(islice(mine, most))
