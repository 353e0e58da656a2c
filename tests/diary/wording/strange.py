"""A strange language: every letter is wide, and each of its three plurals is marked.

It borrows the plurals and the decimal comma of Czech: 1, 2–4, and all the rest.
"""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog, Message

from diary.management.commands.list_sentences import catalogue

LANGUAGE = "cs"
PLURALS = "①②③"
PLACE = re.compile(r"(\{\w+\})")
_WIDE = {
    ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(33, 127)) if letter.isalpha()
}


def strange(text: str) -> str:
    """The text in the strange language; its places stay.

    >>> strange("From {days} days.")
    'Ｆｒｏｍ {days} ｄａｙｓ.'
    """
    parts = PLACE.split(text)
    return "".join(part if PLACE.fullmatch(part) else part.translate(_WIDE) for part in parts)


def translated() -> Catalog:
    """The whole catalogue, translated."""
    made = Catalog(locale=LANGUAGE)
    for message in catalogue():
        if message.id:
            made.add(message.id, translation_of(message), context=message.context)
    return made


def translation_of(message: Message) -> str | tuple[str, ...]:
    if isinstance(message.id, str):
        return strange(message.id)
    one, many = message.id
    return tuple(
        mark + strange(text) for mark, text in zip(PLURALS, (one, many, many), strict=True)
    )
