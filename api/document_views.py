"""The routes that every collection has: its list, a new one, and one by its date or id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.documents import Collection, Fields, recorded
from api.etags import condition, not_modified, tag
from api.parsing import MergePatch, StrictJSON, sent_object
from api.problems import Exists, PreconditionFailed, Problem
from api.queries import (
    date_parameter,
    date_range,
    limit_parameter,
    next_page,
    no_place,
    place_after,
    read_query,
    told_of,
)
from diary import record
from diary.merge import Document, Status
from diary.models.diary import FIRST_DATE, last_date
from diary.support import support_block
from diary.vault import Vault

# Comments, not docstrings: those would be shown with every operation.

Refusal = Callable[[Document], Problem | NotFound]


# What reading and writing have in common; ``collection`` says of what.
class DocumentView(APIView):
    collection: Collection

    def shown(self, key: str, document: Document) -> dict[str, Any]:
        return self.collection.shown(key, document)

    def stored(self, request, change: record.Change, now: datetime, refusal: Refusal) -> Response:
        """Write the change, and answer with what is stored then."""
        vault = request.user.datakey.open()
        helps = self.collection.needs_help
        # Read first: help waits for nothing after the write.
        country = request.user.diary.country if helps else None
        [outcome] = record.write(vault, [change], now=now)
        if outcome.faults:
            raise self.helped(request, ValidationError(outcome.faults), change.fields)
        if outcome.status is Status.REFUSED:
            raise self.helped(request, refusal(outcome.document), change.fields)
        content = self.shown(change.key, outcome.document)
        if helps:
            needed = helps(outcome.document.fields)
            content["support"] = support_block(country) if needed else None
        return Response(
            content,
            status.HTTP_201_CREATED if outcome.created else status.HTTP_200_OK,
            headers={**words.PRIVATE, "ETag": tag(outcome.document.rev)},
        )

    def asked(self, request, key: str | None, sent: Any, **how: Any) -> record.Change:
        """What is asked for by what was sent. Raises ValidationError."""
        try:
            return self.collection.change(key, sent, **how)
        except ValidationError as error:
            read = self.collection.readable(sent, error.detail, how["now"])
            raise self.helped(request, error, read) from None

    def helped(self, request, error: Exception, fields: Fields) -> Exception:
        """The error, with help beside it for whoever spoke of self-harm: it waits for no entry."""
        helps = self.collection.needs_help
        if helps and helps(recorded(fields)):
            error.support = support_block(request.user.diary.country)
        return error


# GET: the documents, newest first. Where dates are, they can be asked for.
class DocumentList(DocumentView):
    def get(self, request):
        now = timezone.now()
        dated = self.collection.dated
        query = read_query(request, {"limit", "after"} | ({"from", "to"} if dated else set()))
        first, last = date_range(query, FIRST_DATE, last_date(now), now) if dated else (None, None)
        after = self.place(place_after(query), now)
        most = limit_parameter(query)
        vault = request.user.datakey.open()
        found = self.found(vault, first=first, last=last, after=after, most=most + 1)
        shown, more = found[:most], len(found) > most
        return Response(
            {
                "items": [self.shown(key, document) for key, _, document in shown],
                "next": next_page(request, self.place_of(*shown[-1][:2]) if more else None),
            },
            headers=words.PRIVATE,
        )

    def found(self, vault: Vault, **asked: Any):
        """The records of a page, as `record.page` gives them."""
        return record.page(vault, self.collection.name, **asked)

    def place(self, text: str | None, now: datetime):
        """Where the page before ended, as a date and a key. Raises BadParameter."""
        if text is None:
            return None
        if self.collection.keyed_by == "date":
            return date_parameter(text, "after", now), text
        day, _, key = text.rpartition("/")
        dated = date_parameter(day, "after", now) if self.collection.dated else None
        if (read := self.collection.key_to_read(key)) is None:
            raise no_place()
        return dated, read

    def place_of(self, key: str, day) -> str:
        return f"{day or ''}/{key}" if self.collection.keyed_by == "id" else key


# POST beside the list: a new document, under an id of the client's own or of ours.
class NewDocuments(DocumentList):
    parser_classes = (StrictJSON,)

    def post(self, request):
        now = timezone.now()
        read_query(request, ())
        change = self.asked(
            request,
            None,
            self.sent(request),
            whole=True,
            now=now,
            condition=lambda stored: stored.deleted,
        )
        return self.stored(
            request, change, now, lambda there: Exists(current=self.shown(change.key, there))
        )

    def sent(self, request) -> Mapping[str, Any]:
        """The fields of the new document."""
        return sent_object(request)


# GET, PUT, PATCH and DELETE of one document by its address.
class DocumentOne(DocumentView):
    parser_classes = (StrictJSON, MergePatch)

    def get_parsers(self):
        # A merge patch says "the rest stays", and PUT does not do that.
        whole = self.request is not None and self.request.method == "PUT"
        return [StrictJSON()] if whole else super().get_parsers()

    def get(self, request, **address):
        read_query(request, ())
        key = self.collection.key_to_read(address[self.collection.keyed_by])
        if key is None:
            raise NotFound
        document = record.read(request.user.datakey.open(), self.collection.name, key)
        if document.deleted:
            raise NotFound
        headers = {**words.PRIVATE, "ETag": tag(document.rev)}
        if not_modified(request, document):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(self.shown(key, document), headers=headers)

    def put(self, request, **address):
        return self.write(request, address, whole=True)

    def patch(self, request, **address):
        return self.write(request, address, whole=False)

    def delete(self, request, **address):
        now = timezone.now()
        read_query(request, ())
        key = self.key(address, now)
        change = record.Change(self.collection.name, key, None, condition=condition(request))
        [outcome] = record.write(request.user.datakey.open(), [change], now=now)
        if outcome.status is Status.REFUSED:
            raise self.precondition(key, outcome.document)
        if outcome.status is Status.UNCHANGED:
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)

    def write(self, request, address, *, whole: bool) -> Response:
        now = timezone.now()
        read_query(request, ())
        key = self.key(address, now)
        asked = condition(request)
        # A day begins with its first field; anything else is there before it is changed.
        makes = whole or self.collection.keyed_by == "date"

        def holds(stored: Document) -> bool:
            return (makes or not stored.deleted) and (asked is None or asked(stored))

        def refusal(stored: Document):
            if asked is None or asked(stored):
                return NotFound()
            return self.precondition(key, stored)

        change = self.asked(
            request, key, sent_object(request), whole=whole, now=now, condition=holds
        )
        return self.stored(request, change, now, refusal)

    def key(self, address: dict[str, str], now: datetime) -> str:
        [(parameter, text)] = address.items()
        with told_of(parameter):
            return self.collection.key_to_write(text, now)

    def precondition(self, key: str, document: Document) -> PreconditionFailed:
        return PreconditionFailed(current=None if document.deleted else self.shown(key, document))


def documented(view: type[DocumentView]) -> type[DocumentView]:
    """Describe the view's operations in the OpenAPI document, in the words of its collection."""
    about = view.collection
    written, one = about.written or about.shape, about.one
    title, part = one.capitalize(), about.correction or about.example
    json = words.bodies_like(title, about.example, "application/json")
    merged = words.bodies_like(title, part, "application/json", MergePatch.media_type)
    ranges = [words.FROM, words.TO] if about.dated else []
    makes, missing = ({}, (404,)) if about.keyed_by == "id" else ({201: written}, ())
    said = {
        "list": {
            "operation_id": f"list_{about.name}",
            "summary": f"The {about.name} of the diary, newest first",
            "parameters": [*ranges, words.LIMIT, words.AFTER],
            "responses": words.answers({200: words.page_of(about.shape)}, 401, 406, 422),
        },
        "post": {
            "operation_id": f"add_{one}",
            "summary": f"A new {one}, under an id of your own or of ours",
            "request": {"application/json": about.shape},
            "examples": json,
            "responses": words.answers({201: written}, 401, 406, 409, 413, 415, 422),
        },
        "get": {
            "operation_id": f"read_{one}",
            "summary": f"One {one}",
            "responses": words.answers({200: about.shape, 304: None}, 401, 404, 406, 422),
        },
        "put": {
            "operation_id": f"replace_{one}",
            "summary": f"Write one {one} whole; what is not named is cleared",
            "request": {"application/json": about.shape},
            "examples": json,
            "responses": words.answers(
                {200: written, 201: written}, 401, 406, 412, 413, 415, 422
            ),
        },
        "patch": {
            "operation_id": f"change_{one}",
            "summary": f"Write some fields of one {one}; null clears one, the rest stays",
            "request": {MergePatch.media_type: about.shape, "application/json": about.shape},
            "examples": merged,
            "responses": words.answers(
                {200: written, **makes}, 401, 406, 412, 413, 415, 422, *missing
            ),
        },
        "delete": {
            "operation_id": f"delete_{one}",
            "summary": f"Delete one {one}",
            "responses": words.answers({204: None}, 401, 404, 406, 412, 422),
        },
    }  # fmt: skip
    if issubclass(view, DocumentList):
        said["get"] = said["list"]
    described = {
        method: extend_schema(**said[method])
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method) and method in view.http_method_names
    }
    return extend_schema_view(**described)(view)
