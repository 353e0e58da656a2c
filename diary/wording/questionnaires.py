"""What questionnaires and their items are called here: short labels, none of them an instrument's.

An instrument asks its own questions in its own words; the app shows those. These stand beside a
number, in a list or on a chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from diary.questionnaires import QUESTIONNAIRES
from diary.wording.numbers import OWN_WORDS

_LABELS = {
    "phq-9": gettext_noop("Mood over two weeks ({name})"),
    "phq-2": gettext_noop("Mood over two weeks, in short ({name})"),
    "gad-7": gettext_noop("Worry over two weeks ({name})"),
    "peg": gettext_noop("Pain over one week ({name})"),
}
_ITEM_LABELS = {
    "44250-9": gettext_noop("Interest"),
    "44255-8": gettext_noop("Low mood"),
    "44259-0": gettext_noop("Sleep"),
    "44254-1": gettext_noop("Energy"),
    "44251-7": gettext_noop("Appetite"),
    "44258-2": gettext_noop("Hard on yourself"),
    "44252-5": gettext_noop("Focus"),
    "44253-3": gettext_noop("Slow or restless"),
    "44260-8": gettext_noop("Thoughts of self-harm"),
    "69725-0": gettext_noop("Nervousness"),
    "68509-9": gettext_noop("Worry that goes on"),
    "69733-4": gettext_noop("Many worries"),
    "69734-2": gettext_noop("Hard to unwind"),
    "69735-9": gettext_noop("Restlessness"),
    "69689-8": gettext_noop("Short temper"),
    "69736-7": gettext_noop("Dread"),
    "peg_pain": gettext_noop("Pain"),
    "peg_enjoyment": gettext_noop("Joy held back by pain"),
    "peg_activity": gettext_noop("Doing things held back by pain"),
}


def label(code: str) -> str:
    """What a questionnaire is called: what it is about, and the instrument's own name."""
    return gettext(_LABELS[code]).format(name=QUESTIONNAIRES[code].name)


def item_label(code: str) -> str:
    return gettext(_ITEM_LABELS[code])


def every_sentence() -> Iterator[str]:
    # An instrument's name is nobody's to word or to translate.
    yield from (gettext(text).format(name=OWN_WORDS) for text in _LABELS.values())
    yield from map(gettext, _ITEM_LABELS.values())
