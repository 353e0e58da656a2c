"""JSON in, read strictly: what is ambiguous or absurd is refused before anything looks at it."""

from __future__ import annotations

import json
import math
import re

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from api.problems import TooLarge, Unreadable, escaped

DEEPEST = 20  # levels of nesting
_SURROGATE = re.compile("[\ud800-\udfff]")


class StrictJSON(BaseParser):
    """One JSON object in UTF-8: no duplicate keys, no NaN, no number beyond a float."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"]
        refuse_encoded(request)
        if "*" in media_type.partition(";")[0]:  # DRF would take it for any type
            raise UnsupportedMediaType(media_type)
        largest = getattr(parser_context["view"], "largest_body", settings.LARGEST_BODY)
        body = stream.read(largest + 1)
        if len(body) > largest:
            raise TooLarge(largest)
        return read_object(body)


class MergePatch(StrictJSON):
    """RFC 7396: what is not named stays, null clears."""

    media_type = "application/merge-patch+json"


def sent_object(request) -> dict:
    """The JSON object that was sent; DRF by itself takes an empty body for an empty object."""
    if request.stream is None:
        raise Unreadable("The body is empty; a JSON object is expected.")
    return request.data


def refuse_encoded(request) -> None:
    """Bodies are never decompressed: a small one could become a very large one."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "")
    if encoding:
        raise UnsupportedMediaType(encoding, detail="Compressed bodies are not read.")


def read_object(body: bytes) -> dict:
    """The JSON object in a body. Raises Unreadable, saying where it can say it."""
    try:
        content = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unrepeated,
            parse_constant=_not_a_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        raise Unreadable("The body is not UTF-8.") from None
    except RecursionError:
        raise Unreadable(f"The body is nested deeper than {DEEPEST} levels.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON, from character {error.pos} on.") from None
    except ValueError:  # an integer of thousands of digits
        raise Unreadable("The body holds a number that is too long.") from None
    if not isinstance(content, dict):
        raise Unreadable("The body is not a JSON object.")
    _refuse_absurd(content)
    return content


class _Repeated(dict):
    """An object in which a name stands twice; where it lies is known from the outside only."""

    name = ""


def _unrepeated(pairs: list[tuple[str, object]]) -> dict:
    content = dict(pairs)
    if any(_SURROGATE.search(name) for name in content):
        raise Unreadable("A name holds half of a character.")
    if len(content) < len(pairs):
        content, seen = _Repeated(), set()
        content.name = next(name for name, _ in pairs if name in seen or seen.add(name))
    return content


def _not_a_number(text: str):
    raise Unreadable(f"{text} is no number in JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable("The body holds a number that is too large.")
    return number


def _refuse_absurd(content: dict) -> None:
    """Level by level, because a deep body would exhaust a recursion."""
    level: list[tuple[str, dict | list]] = [("", content)]
    for _ in range(DEEPEST):
        for pointer, outer in level:
            if isinstance(outer, _Repeated):
                where = f"{pointer}/{escaped(outer.name)}"
                raise Unreadable("A name stands twice in one object.", where, "duplicate_key")
        level = [
            (f"{pointer}/{escaped(str(name))}", inner)
            for pointer, outer in level
            for name, inner in (outer.items() if isinstance(outer, dict) else enumerate(outer))
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise Unreadable(f"The body is nested deeper than {DEEPEST} levels.")
