"""The vocabulary in the reader's language: labels, help texts, units and grades.

`diary/measures.py` holds the words themselves, as plain data; the catalogue takes them from
there, so that adding a measure stays one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, pgettext

from diary import measures
from diary.measures import Choice, Measure, Site, Symptom

Word = Measure | Symptom | Site | Choice

# What a word stands for: "Head" is a place that hurts, "Work" what was done, to a translator too.
_STANDS_FOR = {Measure: "measure", Symptom: "symptom", Site: "pain site", Choice: "choice"}


def label(word: Word) -> str:
    return pgettext(_STANDS_FOR[type(word)], word.label)


def help_text(word: Measure | Symptom) -> str:
    return gettext(word.help)


def unit(scale: Measure | Symptom) -> str:
    """What a scale counts; of one that only grades, its two ends."""
    if isinstance(scale, Measure):
        return pgettext("unit", scale.unit)
    return f"{scale.low}–{scale.high}"


def grade(text: str) -> str:
    """How much of the day something was there."""
    return pgettext("grade", text)


def every_word() -> Iterator[Word]:
    yield from (*measures.MEASURES, *measures.SYMPTOMS, *measures.SITES)
    yield from (*measures.QUALITIES, *measures.ACTIVITY_KINDS, *measures.SKIPPED)


def catalogued() -> Iterator[tuple[str | None, str]]:
    """Every text of the vocabulary with its context, None for whole sentences."""
    for word in every_word():
        yield _STANDS_FOR[type(word)], word.label
        match word:
            case Measure():
                yield None, word.help
                yield "unit", word.unit
            case Symptom():
                yield None, word.help
                yield from (("grade", text) for _, text in word.grades)


def every_sentence() -> Iterator[str]:
    for word in every_word():
        yield label(word)
        match word:
            case Measure():
                yield help_text(word)
                yield unit(word)
            case Symptom():
                yield help_text(word)
                yield from (grade(text) for _, text in word.grades)
