"""A record's ETag is its revision; conditions are judged under the diary's lock.

What is computed has one that changes whenever the answer may: it is told without computing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.translation import get_language

from diary.analysis import RULES
from diary.merge import Document
from diary.models import Diary


def tag(rev: int) -> str:
    return f'"{rev}"'


def computed_tag(request, diary: Diary, today: date) -> str:
    """Of what is computed from this diary as it is asked for here."""
    state = (
        diary.epoch,
        diary.seq,
        diary.reviewed_seq,
        diary.reviewed_through,
        diary.reviewed_rules,
        RULES,
        settings.SPECTACULAR_SETTINGS["VERSION"],
        today,
        get_language(),
        request.get_full_path(),
    )
    said = "\n".join(map(str, state)).encode()
    return f'"{hashlib.blake2b(said, digest_size=16).hexdigest()}"'


def is_known(request, tag: str) -> bool:
    """Whether whoever asks has the answer with this tag already."""
    return names(request.headers.get("If-None-Match", ""), tag)


def condition(request) -> Callable[[Document], bool] | None:
    """If-Match and If-None-Match of a write, None without them."""
    match, none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if match is None and none_match is None:
        return None

    def holds(document: Document) -> bool:
        return (match is None or _named(match, document)) and (
            none_match is None or not _named(none_match, document, weak=True)
        )

    return holds


def not_modified(request, document: Document) -> bool:
    none_match = request.headers.get("If-None-Match")
    return none_match is not None and _named(none_match, document, weak=True)


def names(header: str, tag: str, *, weakly: bool = True) -> bool:
    """Whether the header names this tag, or anything that is there.

    RFC 9110 section 13.1: If-Match compares strongly, If-None-Match weakly.
    """
    tags = [part.strip() for part in header.split(",")]
    if weakly:
        tags = [part.removeprefix("W/") for part in tags]
    return "*" in tags or tag in tags


def _named(header: str, document: Document, weak: bool = False) -> bool:
    return not document.deleted and names(header, tag(document.rev), weakly=weak)
