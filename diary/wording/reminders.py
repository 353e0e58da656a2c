"""What a lock screen, a mailbox or a reminder's own page says: nothing that tells of health.

Whoever looks over a shoulder learns that somebody uses an app, and no more. Help lines never
come this way: they stand in the answer to the entry itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as noop

from diary.wording.numbers import OWN_WORDS

LONGEST_TITLE, LONGEST_BODY = 40, 110  # characters; phones cut what is longer

APP = "Fortnight"
_TEXTS = {
    "entry": noop("Time for your check-in."),
    "nudge": noop("Your pages are here whenever you like."),
    "questionnaire": noop("A few questions are ready for you."),
    "custom": noop("A reminder that you set."),
    "weekly_summary": noop("Your week is ready."),
    "notice": noop("Something in your diary may be worth a look."),
    "test": noop("This device gets your reminders."),
}
_UNSUBSCRIBE = {
    "title": noop("Reminders by e-mail"),
    "question": noop("Stop all reminders by e-mail? Those on your phone stay as they are."),
    "button": noop("Stop them"),
    "done": noop("No more reminders come by e-mail. You can turn them on again in the app."),
    "unknown": noop("This link is not one of ours, or its account is gone."),
}


def text(
    kind: str, *, label: str | None = None, days: int | None = None, locale: str = "en"
) -> tuple[str, str]:
    """Title and body of what is shown.

    `label` is the person's own name for it, and `days` the number of days that they wrote in
    their last seven: both only for people who asked for it.
    """
    with translation.override(locale):
        title = _cut(label, LONGEST_TITLE) if label else APP
        return title, _counted(days) if days else gettext(_TEXTS[kind])


def one_line(kind: str, *, label: str | None = None, locale: str = "en") -> str:
    """The same on one line, where there is no title: in a calendar, or by a phone itself."""
    title, body = text(kind, label=label, locale=locale)
    return f"{title}: {body}" if label else body


def _counted(days: int) -> str:
    return ngettext(
        "You wrote on {days} day this week. Time for your check-in.",
        "You wrote on {days} days this week. Time for your check-in.",
        days,
    ).format(days=days)


def in_quiet_hours(at: str) -> str:
    return gettext("{time} is in your quiet hours; it still comes, as you chose it.").format(
        time=at
    )


def no_way_to_you() -> str:
    return gettext(
        "Neither push nor e-mail is left for it, so it does not come; choose one of them."
    )


def paused(until: str) -> str:
    return gettext("Reminders are paused until {date}.").format(date=until)


def turn_mails_off(locale: str = "en") -> str:
    with translation.override(locale):
        return gettext("Turn these mails off")


def unsubscribe(part: str) -> str:
    return gettext(_UNSUBSCRIBE[part])


def _cut(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def every_sentence() -> Iterator[str]:
    yield APP
    for kind in _TEXTS:
        yield gettext(_TEXTS[kind])
    yield from (_counted(days) for days in (1, 2, 7))
    yield from map(unsubscribe, _UNSUBSCRIBE)
    yield in_quiet_hours(OWN_WORDS)
    yield no_way_to_you()
    yield turn_mails_off(translation.get_language() or "en")
    yield paused(OWN_WORDS)
