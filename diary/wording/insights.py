"""What goes with what, as it is told: an association with its interval and its days, or how many
days are still needed. Never why, and never that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext, gettext_noop, ngettext

from diary.measures import ACTIVITY_KINDS
from diary.wording.numbers import OWN_WORDS, in_tenths, points, tenths

# What a pair is about; what was seen where less of the first went with more of the second; and
# where more went with more.
_LINKS = {
    ("sleep_hours", "pain"): (
        gettext_noop("Sleep, and pain on the day after."),
        gettext_noop("On days after shorter nights, you tended to record more pain."),
        gettext_noop("On days after longer nights, you tended to record more pain."),
    ),
    ("pain", "mood"): (
        gettext_noop("Pain, and mood on the next day."),
        gettext_noop("On days after more pain, you tended to record a lower mood."),
        gettext_noop("On days after more pain, you tended to record a better mood."),
    ),
    ("mood", "pain"): (
        gettext_noop("Mood, and pain on the next day."),
        gettext_noop("On days after a lower mood, you tended to record more pain."),
        gettext_noop("On days after a better mood, you tended to record more pain."),
    ),
    ("pain", "sleep_hours"): (
        gettext_noop("Pain, and sleep in the night after."),
        gettext_noop("After days with more pain, you tended to record shorter nights."),
        gettext_noop("After days with more pain, you tended to record longer nights."),
    ),
    ("pain", "company"): (
        gettext_noop("Pain, and time with people on the next day."),
        gettext_noop("On days after more pain, you tended to record less company."),
        gettext_noop("On days after more pain, you tended to record more company."),
    ),
    ("worry", "pain"): (
        gettext_noop("Worry, and pain on the next day."),
        gettext_noop("On days after less worry, you tended to record more pain."),
        gettext_noop("On days after more worry, you tended to record more pain."),
    ),
}
# An activity and a measure: what they are about; the measure lower, and higher, on days with it.
_DIFFERENCES = {
    "pain": (
        gettext_noop("{kind}, and pain on the same day."),
        gettext_noop("{kind}: on days with it, you tended to record less pain."),
        gettext_noop("{kind}: on days with it, you tended to record more pain."),
    ),
    "mood": (
        gettext_noop("{kind}, and mood on the same day."),
        gettext_noop("{kind}: on days with it, you tended to record a lower mood."),
        gettext_noop("{kind}: on days with it, you tended to record a better mood."),
    ),
}
_KINDS = {choice.name: choice.label for choice in ACTIVITY_KINDS}

Numbers = tuple[float, float, float]  # an effect and its interval


def link(earlier: str, later: str, numbers: Numbers | None, pairs: int, needed: int) -> str:
    """A pair of measures: what was seen, else how far it is from being looked at."""
    about, less, more = _LINKS[earlier, later]
    if numbers is None:
        return _told([gettext(about), _pairs_so_far(pairs, needed)])
    effect, low, high = _sizes(numbers)
    strength = gettext(
        "How strong: about {effect}, probably between {low} and {high}. Here 0 is none."
    )
    return _told(
        [
            gettext(less if numbers[0] < 0 else more),
            strength.format(effect=tenths(effect), low=_beyond(low), high=tenths(high)),
            ngettext(
                "There is {pairs} pair of days so far.",
                "There are {pairs} pairs of days so far.",
                pairs,
            ).format(pairs=pairs),
            _not_why(),
        ]
    )


def factor(
    kind: str, measure: str, numbers: Numbers | None, days: tuple[int, int], needed: int
) -> str:
    """An activity and a measure; ``days`` are those with it and those without."""
    name = gettext(_KINDS[kind]) if kind in _KINDS else kind
    about, lower, higher = _DIFFERENCES[measure]
    if numbers is None:
        return _told([gettext(about).format(kind=name), _days_so_far(days, needed)])
    difference, low, high = _sizes(numbers)
    apart = gettext(
        "The difference was about {points}, probably between {low} and {high}."
        " It is beside other days of the same two weeks."
    )
    return _told(
        [
            gettext(lower if numbers[0] < 0 else higher).format(kind=name),
            apart.format(points=points(difference), low=_beyond(low), high=tenths(high)),
            _counted(days),
            _not_why(),
        ]
    )


def _pairs_so_far(pairs: int, needed: int) -> str:
    if pairs < needed:
        return ngettext(
            "Nothing clear yet. {pairs} of the {needed} pairs of days it takes is there.",
            "Nothing clear yet. {pairs} of the {needed} pairs of days it takes are there.",
            pairs,
        ).format(pairs=pairs, needed=needed)
    return ngettext(
        "Nothing clear yet, in {pairs} pair of days. It takes three weeks that agree.",
        "Nothing clear yet, in {pairs} pairs of days. It takes three weeks that agree.",
        pairs,
    ).format(pairs=pairs)


def _days_so_far(days: tuple[int, int], needed: int) -> str:
    if min(days) < needed:
        takes = ngettext(
            "Nothing clear yet. It takes {needed} day with it and {needed} without.",
            "Nothing clear yet. It takes {needed} days with it and {needed} without.",
            needed,
        )
        return _told([takes.format(needed=needed), _counted(days)])
    return _told([gettext("Nothing clear yet. It takes three weeks that agree."), _counted(days)])


def _counted(days: tuple[int, int]) -> str:
    with_it, without = days
    if not with_it:
        return gettext("So far there is no day with it, and {without} without.").format(
            without=without
        )
    return ngettext(
        "So far there is {with_it} day with it and {without} without.",
        "So far there are {with_it} days with it and {without} without.",
        with_it,
    ).format(with_it=with_it, without=without)


def _not_why() -> str:
    return gettext("This does not say why.")


def _beyond(size: float) -> str:
    """An end of an interval that does not hold 0, and so is never printed as 0."""
    return tenths(size) if in_tenths(size) else gettext("just above 0")


def _sizes(numbers: Numbers) -> tuple[float, float, float]:
    """Without their sign, which the words tell; what is clear does not reach over zero."""
    effect, low, high = numbers
    nearer, farther = sorted((abs(low), abs(high)))
    return abs(effect), nearer, farther


def _told(sentences: Sequence[str]) -> str:
    return " ".join(sentences)


def every_sentence() -> Iterator[str]:
    for pair in _LINKS:
        for numbers in ((-0.31, -0.54, -0.08), (0.31, 0.08, 0.54), (0.21, 0.04, 0.38)):
            yield from (link(*pair, numbers, pairs, 60) for pairs in (1, 97))
        yield from (link(*pair, None, pairs, 60) for pairs in (0, 1, 41, 60, 97))
    yield link("pain", "mood", None, 1, 1)
    for measure in _DIFFERENCES:
        yield factor(OWN_WORDS, measure, None, (0, 0), 10)
        for numbers in ((-0.94, -1.5, -0.38), (1.0, 0.2, 1.8)):
            yield factor(OWN_WORDS, measure, numbers, (34, 71), 10)
        for days in ((1, 40), (9, 31), (34, 71)):
            yield factor(OWN_WORDS, measure, None, days, 10)
        yield factor(OWN_WORDS, measure, None, (0, 0), 1)
