"""Reading our own format back: the zip or the bare JSON, strictly, one document at a time.

A file may be anybody's work. So nothing of it is unpacked beyond a bound, only `fortnight.json`
is looked at, and each document is judged as soon as it is read, before the next one.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from diary.exchange.days_csv import Unreadable
from diary.exchange.fortnight import LISTS, VERSION, WHOLE

LARGEST = 64 * 1024 * 1024  # bytes of fortnight.json; ten years of everything are some 15 MiB
_ZIP = b"PK"
_BLANK = re.compile(r"[ \t\r\n]*")
_KNOWN = ("fortnight", "me", *LISTS)


def read(content: bytes) -> Iterator[tuple[str, str, Any]]:
    """Every document as `(list, place, document)`; the place is like `entries[17]`.

    Raises Unreadable with the place, never with a value, as late as where the fault stands.
    """
    text = _text(_unpacked(content) if content.startswith(_ZIP) else content)
    return _Reading(text).documents()


def _unpacked(content: bytes) -> bytes:
    try:
        with ZipFile(BytesIO(content)) as packed:
            members = [member for member in packed.infolist() if member.filename == WHOLE]
            if len(members) != 1:
                raise Unreadable(f"the zip holds {len(members)} files named {WHOLE}, not one")
            [member] = members
            if member.flag_bits & 1 or member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Unreadable(f"{WHOLE} is packed in a way that is not read here")
            with packed.open(member) as file:
                return file.read(LARGEST + 1)
    except (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the zip is damaged: {type(error).__name__}") from None


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise Unreadable(f"{WHOLE} is larger than {LARGEST >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{WHOLE} is no UTF-8, from byte {error.start} on") from None


class _Reading:
    """The text, and how far it has been read. Memory holds no document but the current one."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_unrepeated, parse_constant=_not_a_number, parse_float=_finite
        )

    def documents(self) -> Iterator[tuple[str, str, Any]]:
        seen: set[str] = set()
        self._take("{", WHOLE)
        while True:
            name = self._name(seen)
            seen.add(name)
            if name in LISTS:
                yield from self._list(name)
            else:
                self._single(name, self._value(name))
            if self._take(",}", f"after {name}") == "}":
                break
        if self._blank() < len(self._text):
            raise Unreadable(f"{WHOLE} goes on behind its end")
        if missing := [name for name in _KNOWN if name not in seen]:
            raise Unreadable(f"{missing[0]}: this is missing")

    def _name(self, seen: set[str]) -> str:
        name = self._value(WHOLE)
        if not isinstance(name, str) or name not in _KNOWN:
            raise Unreadable(f"{WHOLE}: there is a name in it that is not known here")
        if name in seen:
            raise Unreadable(f"{name}: this stands there twice")
        self._take(":", name)
        return name

    def _single(self, name: str, value: Any) -> None:
        if name == "fortnight" and value != VERSION:
            said = value if isinstance(value, int) else "not a number"
            raise Unreadable(f"fortnight: version {said} is not read here, {VERSION} is")
        if name == "me" and not isinstance(value, dict):
            raise Unreadable("me: an object is expected here")

    def _list(self, name: str) -> Iterator[tuple[str, str, Any]]:
        self._take("[", name)
        if self._text[self._blank() : self._at + 1] == "]":
            self._at += 1
            return
        number = 0
        while True:
            place = f"{name}[{number}]"
            yield name, place, self._value(place)
            number += 1
            if self._take(",]", place) == "]":
                return

    def _value(self, place: str) -> Any:
        start = self._blank()
        try:
            value, self._at = self._decoder.raw_decode(self._text, start)
        except RecursionError:
            raise Unreadable(f"{place} is nested too deep") from None
        except json.JSONDecodeError as error:
            raise Unreadable(f"{place} is no JSON, at character {error.pos}") from None
        except Unreadable as error:
            raise Unreadable(f"{place}: {error}") from None
        except ValueError:  # an integer of thousands of digits
            raise Unreadable(f"{place} holds a number that is too long") from None
        return value

    def _blank(self) -> int:
        self._at = _BLANK.match(self._text, self._at).end()
        return self._at

    def _take(self, signs: str, place: str) -> str:
        at = self._blank()
        sign = self._text[at : at + 1]
        if not sign or sign not in signs:
            raise Unreadable(f"{place}: {' or '.join(signs)} is expected at character {at}")
        self._at += 1
        return sign


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise Unreadable("a name stands twice in one object")
    return content


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unreadable("a number is too large")
    return number


def _not_a_number(text: str) -> Any:
    raise Unreadable(f"{text} is no number in JSON")
