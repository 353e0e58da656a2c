"""Sync: what changed since a checkpoint, and a batch of changes from one device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from drf_spectacular.utils import (
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_field,
    inline_serializer,
)
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.batches import Said, SyncBatch, read_batch
from api.collections import COLLECTIONS
from api.document import Fault
from api.documents import Collection, recorded
from api.etags import is_known
from api.fields import shown
from api.parsing import sent_object
from api.problems import BadParameter, CursorExpired, StaleBatch, problem
from api.queries import read_query
from api.support import SupportBlock
from diary import batch
from diary.batch import Answer, Result
from diary.feed import Feed
from diary.merge import Status
from diary.support import support_block

LARGEST_BATCH = 1024 * 1024  # bytes
DOCUMENTS, MOST_DOCUMENTS = 200, 1_000
_LONGEST_NUMBER = 18  # digits


def _fields_of_all() -> dict[str, serializers.Field]:
    return {
        "id": serializers.CharField(help_text="Of an entry its date, of any other a UUID."),
        "rev": serializers.IntegerField(),
    }


def _shape_of(collection: Collection) -> serializers.Serializer:
    """A document of this collection as devices keep it."""
    fields = collection.shape().get_fields()
    for name in {collection.keyed_by, "id", "rev"} & fields.keys():
        del fields[name]
    return inline_serializer(
        f"{collection.one.capitalize()}InSync",
        {
            "collection": serializers.ChoiceField([collection.name]),
            **_fields_of_all(),
            "deleted": serializers.ChoiceField([False]),
            **fields,
        },
    )


_TOMBSTONE = inline_serializer(
    "Tombstone",
    {
        "collection": serializers.ChoiceField(list(COLLECTIONS)),
        **_fields_of_all(),
        "deleted": serializers.ChoiceField([True]),
    },
)


@extend_schema_field(
    PolymorphicProxySerializer(
        "SyncDocument",
        [*(_shape_of(collection) for collection in COLLECTIONS.values()), _TOMBSTONE],
        resource_type_field_name=None,
    )
)
class SyncDocument(serializers.DictField):
    """A record as devices keep it; of a deleted one no more than that it is deleted."""


class Checkpoint(serializers.Serializer):
    """How far a device has seen the diary. With another epoch it begins again, from 0."""

    epoch = serializers.UUIDField()
    seq = serializers.IntegerField()


class SyncPage(serializers.Serializer):
    documents = serializers.ListField(child=SyncDocument())
    checkpoint = Checkpoint()
    has_more = serializers.BooleanField()


class ItemProblem(serializers.Serializer):
    """Why one change was rejected; pointers begin at the change."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = Fault(many=True)


class SyncResult(serializers.Serializer):
    """How one change went, and the record as it is stored now."""

    collection = serializers.CharField(allow_null=True)
    id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(
        [Status.APPLIED, Status.MERGED, Status.UNCHANGED, Status.CONFLICT, batch.REJECTED]
    )
    fields = serializers.ListField(
        child=serializers.CharField(), help_text="In a conflict: those that were not stored."
    )
    problem = ItemProblem(allow_null=True)
    document = SyncDocument(allow_null=True, help_text="Null where the change was rejected.")


class SyncAnswer(serializers.Serializer):
    results = SyncResult(many=True)
    checkpoint = Checkpoint()
    support = SupportBlock(allow_null=True)


_PARAMETERS = [
    words.number_parameter("since", "Of the checkpoint; 0 for everything.", minimum=0, default=0),
    words.text_parameter("epoch", "Of the checkpoint; left out with none."),
    words.number_parameter(
        "limit", "Documents a page.", minimum=1, maximum=MOST_DOCUMENTS, default=DOCUMENTS
    ),
    words.choice_parameter("collection", "Only this one.", tuple(COLLECTIONS)),
]
EXAMPLE = {
    "client": "7f5b6a52-0f0e-4d4c-9a35-5f1f4f3f8d11",
    "batch": 1,
    "schema": 1,
    "changes": [
        {
            "collection": "entries",
            "id": "2026-03-19",
            "base": 0,
            "set": {"pain": 6.5, "mood": 3, "edited_at": "2026-03-19T21:14:03+01:00"},
        },
        {
            "collection": "activities",
            "id": "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21",
            "base": 0,
            "set": {"date": "2026-03-19", "kind": "walk", "minutes": 20},
        },
        {
            "collection": "moments",
            "id": "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e22",
            "base": 0,
            "delete": True,
        },
    ],
}


class Sync(APIView):
    largest_body = LARGEST_BATCH

    @extend_schema(
        operation_id="pull_changes",
        summary="What changed since a checkpoint, deletions too, oldest first",
        parameters=_PARAMETERS,
        responses=words.answers({200: SyncPage, 304: None}, 401, 406, 410, 422),
    )
    def get(self, request):
        query = read_query(request, {"since", "epoch", "limit", "collection"})
        since = _number(query, "since", 0, None, default=0)
        most = _number(query, "limit", 1, MOST_DOCUMENTS, default=DOCUMENTS)
        collections = _collections(query)
        feed = Feed.of(request.user.pk)
        if query.get("epoch", str(feed.epoch)) != str(feed.epoch):
            raise CursorExpired
        if since > feed.seq:
            raise BadParameter("since", "range", f"The diary stands at {feed.seq}.")
        # Whoever has this tag has seen all of what was asked for, so a page in between has none.
        only = f"-{query['collection']}" if "collection" in query else ""
        seen = {"ETag": f'"{feed.epoch}-{feed.seq}{only}"'}
        if is_known(request, seen["ETag"]):
            headers = {**words.PRIVATE, **seen}
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        page = feed.since(since, collections, most)
        return Response(
            {
                "documents": [
                    COLLECTIONS[name].synced(key, document)
                    for (name, key), document in page.documents
                ],
                "checkpoint": {"epoch": str(feed.epoch), "seq": page.seq},
                "has_more": page.more,
            },
            headers={**words.PRIVATE, **({} if page.more else seen)},
        )

    @extend_schema(
        operation_id="push_changes",
        summary="Store what a device has changed; each change is answered by itself",
        request={"application/json": SyncBatch},
        examples=words.bodies_like("A batch", EXAMPLE, "application/json"),
        responses=words.answers({200: SyncAnswer}, 401, 406, 409, 413, 415, 422, 426),
    )
    def post(self, request):
        now = timezone.now()
        read_query(request, ())
        sent, said = read_batch(sent_object(request), now)
        try:
            answer = batch.push(request.user.pk, sent, now)
        except batch.Stale:
            raise StaleBatch from None
        support = support_block(answer.country) if needs_help(said, answer) else None
        return Response(
            {
                "results": [result_json(result) for result in answer.results],
                "checkpoint": {"epoch": str(answer.epoch), "seq": answer.seq},
                "support": support,
            },
            headers=words.PRIVATE,
        )


def result_json(result: Result) -> dict:
    faults, document = result.faults, result.document
    return {
        "collection": result.collection,
        "id": result.key,
        "status": result.status,
        "fields": list(result.clashing),
        "problem": _problem(faults) if faults else None,
        "document": document and COLLECTIONS[result.collection].synced(result.key, document),
    }


def needs_help(said: list[Said], answer: Answer) -> bool:
    """Whether anything of the batch asks for help: what is stored of it, or what could not be.

    A person who says that they think of self-harm gets an answer to that, whatever else was
    wrong with the day, and whoever wrote the day meanwhile.
    """
    for each, result in zip(said, answer.results, strict=True):
        helps = each.collection and each.collection.needs_help
        if not helps:
            continue
        unsaved = result.status in {Status.CONFLICT, batch.REJECTED}
        wanted = (each.fields or {}) if unsaved else {}
        stored = result.document.fields if result.document else {}
        if any(helps(recorded(fields)) for fields in (wanted, stored)):
            return True
    return False


def _problem(faults: Sequence[Mapping]) -> dict:
    return problem("validation", 422, "The change is not valid.", errors=list(faults))


def _number(query: dict[str, str], name: str, low: int, high: int | None, *, default: int) -> int:
    text = query.get(name, str(default))
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else -1
    if number < low or (high is not None and number > high):
        raise BadParameter(name, "range", f"{name} is {low}–{high or 'where the diary stands'}.")
    return number


def _collections(query: dict[str, str]) -> tuple[str, ...]:
    if "collection" not in query:
        return tuple(COLLECTIONS)
    if query["collection"] not in COLLECTIONS:
        detail = f"There is no collection {shown(query['collection'])}."
        raise BadParameter("collection", "unknown_collection", detail)
    return (query["collection"],)
