"""Every text that a lock screen can show, in every language: short, and nothing of health.

What is banned here is more than what may be claimed of nobody: also the plain words of the diary
itself, which whoever looks over a shoulder could put together.
"""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.conf import settings
from django.utils import translation

from api.reminder_fields import KINDS
from diary.help_lines import HELP_LINES
from diary.measures import ACTIVITY_KINDS, MEASURES, QUALITIES, SITES, SYMPTOMS
from diary.questionnaires import QUESTIONNAIRES
from diary.reminders.choices import SUMMARY
from diary.reminders.snooze import SNOOZED
from diary.wording.reminders import APP, LONGEST_BODY, LONGEST_TITLE, one_line, text
from tests.diary.wording.claims import banned_in

LANGUAGES = [code for code, _ in settings.LANGUAGES]
KINDS_SENT = {*KINDS, SUMMARY, "nudge", "notice", "test"}
DAYS = (None, *range(8))  # of the last seven, where a person asked to be told

# Beginnings of words.
HEALTH = (
    "pain", "ache", "mood", "sleep", "symptom", "pattern", "finding", "episode", "worsen", "worse",
    "better", "low", "sad", "depress", "anx", "worr", "panic", "suicid", "harm", "kill", "die",
    "death", "dead", "crisis", "emergency", "help", "hotline", "line", "support", "doctor", "gp",
    "clinic", "therap", "medic", "pill", "dose", "treat", "diagnos", "health", "ill", "sick",
    "patient", "score", "answer", "phq", "gad", "peg", "self", "thought", "alone", "call",
)  # fmt: skip
TONE = ("streak", "miss", "lost", "lose", "fail", "forgot", "again", "don't", "broke", "sorry", "!")


def plain_words() -> set[str]:
    """The vocabulary of the diary, word by word, as it is now."""
    names = [scale.name for scale in (*MEASURES, *SYMPTOMS)]
    names += [site.site for site in SITES]
    names += [choice.name for choice in (*QUALITIES, *ACTIVITY_KINDS)]
    names += list(QUESTIONNAIRES)
    return {word for name in names for word in re.split(r"[_\W]+", name) if len(word) > 1}


def told_in(said: str) -> list[str]:
    """What of a text a lock screen must not show."""
    lower = said.lower()
    words = re.findall(r"[a-z']+", lower)
    found = [word for word in HEALTH + TONE if any(w.startswith(word) for w in words)]
    found += [mark for mark in TONE if not mark.isalpha() and mark in lower]
    found += sorted(set(words) & plain_words())
    found += re.findall(r"\d{2,}|\d[.,]\d", said)  # a telephone number, or a value
    found += banned_in(said, "reminders")
    return found


def shown() -> list[tuple[str, str, str]]:
    """Language, title and body of all that can be pushed."""
    return [
        (locale, *text(kind, days=days, locale=locale))
        for locale, kind, days in product(LANGUAGES, sorted(KINDS_SENT), DAYS)
    ]


def test_there_is_a_text_for_each_kind_and_for_no_other():
    assert set(SNOOZED) < KINDS_SENT
    for kind in KINDS_SENT:
        assert all(text(kind))
    with pytest.raises(KeyError):
        text("another")


@pytest.mark.parametrize("kind", sorted(KINDS_SENT))
def test_nothing_of_health_is_shown(kind):
    for locale, days in product(LANGUAGES, DAYS):
        title, body = text(kind, days=days, locale=locale)
        assert title == APP
        assert told_in(body) == [], body


def test_no_help_line_and_no_link_is_pushed():
    numbers = [line.phone for rows in HELP_LINES.values() for line in rows]
    assert len(numbers) > 20
    for _, title, body in shown():
        assert not any(number in f"{title} {body}" for number in numbers)
        assert not re.search(r"https?:|www\.|@", f"{title} {body}")


def test_every_text_fits_on_a_lock_screen():
    for locale, title, body in shown():
        assert 0 < len(title) <= LONGEST_TITLE == 40, (locale, title)
        assert 0 < len(body) <= LONGEST_BODY == 110, (locale, body)


@pytest.mark.parametrize("label", ["Tramadol", "x" * 60, "Take  the\nblue one", "é" * 41])
def test_an_own_name_stands_in_the_title_alone_and_is_cut(label):
    for kind in KINDS_SENT:
        title, body = text(kind, label=label)
        assert len(title) <= LONGEST_TITLE
        assert "\n" not in title
        assert title.rstrip("…") in " ".join(label.split())
        assert (title, body) == (title, text(kind)[1])
        assert one_line(kind, label=label) == f"{title}: {body}"


def test_a_text_that_is_not_translated_yet_is_in_english():
    for kind in KINDS_SENT:
        assert text(kind, locale="fr-CA") == text(kind, locale="en")


def test_the_language_is_that_of_who_is_reminded_not_of_who_asks():
    with translation.override("de"):
        text("entry", locale="en")
        assert translation.get_language() == "de"


# --- The tests themselves, seen to fail -----------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ("Your pain was 7.", "pain"),
        ("How is your mood today?", "mood"),
        ("Your sleep has changed.", "sleep"),
        ("A pattern was found.", "pattern"),
        ("Call 116 123 at any time.", "116"),
        ("Your score is 4.5", "4.5"),
        ("Talk to your doctor.", "doctor"),
        ("Don't break your streak.", "streak"),
        ("You missed three days.", "miss"),
        ("You wrote on 14 days.", "14"),
        ("Time for your PHQ-9.", "phq"),
        ("Time for a walk.", "walk"),
        ("How is your lower back?", "back"),
        ("Write now!", "!"),
    ],
)
def test_what_must_not_be_shown_is_noticed(said, because):
    assert because in told_in(said)
