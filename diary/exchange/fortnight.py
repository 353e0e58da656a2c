"""Our own format: a zip of `fortnight.json`, everything as the API shows it, and a sheet of each.

{"fortnight": 1, "me": {…}, "entries": [{…}, …], …, "feedback": [{…}, …]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from diary.exchange import sheets

VERSION = 1
WHOLE = "fortnight.json"
FORMATS = ("json", "csv")
LISTS = (
    "entries", "activities", "moments", "trackers", "answers", "reminders", "patterns", "feedback",
)  # fmt: skip


class Shown(Protocol):
    """A diary as its person sees it, each document in the order of its list."""

    def me(self) -> dict[str, Any]: ...

    def columns(self, name: str) -> Sequence[str]: ...

    def documents(self, name: str) -> Iterator[dict[str, Any]]: ...


def write(
    file: IO[bytes], shown: Shown, formats: Sequence[str], at: datetime, count: Callable[[], None]
) -> None:
    """Write the zip from its beginning to its end; `count` is called for each document written."""
    with ZipFile(file, "w") as packed:
        if "json" in formats:
            with packed.open(_member(WHOLE, at), "w") as member:
                for piece in pieces(shown, count):
                    member.write(piece)
        if "csv" in formats:
            for name in LISTS:
                with packed.open(_member(f"{name}.csv", at), "w") as member:
                    sheets.write(member, shown.columns(name), shown.documents(name), count)


def pieces(shown: Shown, count: Callable[[], None]) -> Iterator[bytes]:
    """`fortnight.json`, document by document."""
    yield b'{"fortnight":%d,"me":%b' % (VERSION, orjson.dumps(shown.me()))
    for name in LISTS:
        yield b',"%b":[' % name.encode()
        for place, document in enumerate(shown.documents(name)):
            yield (b",\n" if place else b"\n") + orjson.dumps(document)
            count()
        yield b"]"
    yield b"}\n"


def _member(name: str, at: datetime) -> ZipInfo:
    member = ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o600 << 16  # its owner's alone, where it is unpacked
    return member
