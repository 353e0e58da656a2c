"""The words around the help lines. The numbers themselves stand in `diary/help_lines.py`.

What is marked here is translated when it is shown; the names of services stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

ALWAYS = gettext_noop("24 hours a day")
BY_PREFECTURE = gettext_noop("Hours differ by prefecture")
TEN_TO_MIDNIGHT = gettext_noop("10:00 to 24:00, every day")

EMERGENCY = gettext_noop("Emergency services")
FIRE_AND_AMBULANCE = gettext_noop("Fire and ambulance")
MEDICAL_EMERGENCY = gettext_noop("Medical emergency")

FREE = gettext_noop("Free.")
FREE_BY_TEXT_TOO = gettext_noop("Free. Call or text.")
FREE_IN_FRENCH = gettext_noop("Free. In French.")
FREE_IN_GERMAN_FRENCH_ITALIAN = gettext_noop("Free. In German, French and Italian.")
IN_ESTONIAN_RUSSIAN_ENGLISH = gettext_noop("In Estonian, Russian and English.")
IN_FINNISH = gettext_noop("In Finnish.")
NOT_FROM_SOME_INTERNET_PHONES = gettext_noop("Some internet phones cannot reach it.")
IN_MOST_PLACES = gettext_noop(
    "112 works in most of Europe, and from most mobile phones elsewhere."
    " Where it does not, dial your local emergency number."
)

NAMES = (EMERGENCY, FIRE_AND_AMBULANCE, MEDICAL_EMERGENCY)
HOURS = (ALWAYS, BY_PREFECTURE, TEN_TO_MIDNIGHT)
NOTES = (
    FREE,
    FREE_BY_TEXT_TOO,
    FREE_IN_FRENCH,
    FREE_IN_GERMAN_FRENCH_ITALIAN,
    IN_ESTONIAN_RUSSIAN_ENGLISH,
    IN_FINNISH,
    NOT_FROM_SOME_INTERNET_PHONES,
    IN_MOST_PLACES,
)


def message() -> str:
    """Said above the numbers, whoever asks."""
    return gettext(
        "If things feel too heavy right now, help is available."
        " Nobody watches this diary while you write."
        " Please talk to someone you trust, or call one of these numbers."
        " If you are in danger, call the emergency number first."
    )


def shown(text: str | None) -> str | None:
    """A line's name, hours or note in the reader's language; a name of a service as it is."""
    return text and gettext(text)


def every_sentence() -> Iterator[str]:
    yield message()
    yield from map(gettext, (*NAMES, *HOURS, *NOTES))
