"""Pain and mood against a person's own usual, in words: each leg has its sentences.

The sentences of the two legs stand there whole, one beside the other: a language in which "pain"
and "mood" take other forms of "higher" could not be served by one with a place for the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from django.utils.translation import gettext

from diary.wording.numbers import in_tenths, points, tenths

NOTICEABLE, LARGE = 1.0, 2.0  # points; Farrar 2001 for the second
LARGE_SHARE = 0.3  # of the usual, Farrar 2001

Numbers = Mapping[str, Any]


def summary(evidence: Numbers) -> str:
    """How far both moved, in a line."""
    return " ".join((_pain(evidence["pain"]["change"]), _mood(evidence["mood"]["change"])))


def why(evidence: Numbers) -> list[str]:
    pain, mood = evidence["pain"], evidence["mood"]
    return [
        gettext(
            "We compare your latest days, above all the two weeks shown, with your usual:"
            " the eight weeks that ended two weeks before them."
        ),
        _pain_within(pain).format(**_named(pain)),
        _averages(pain),
        _mood_within(mood).format(**_named(mood)),
        _averages(mood),
        gettext("That both moved does not say that one moved the other."),
    ]


def size(leg: Numbers) -> str:
    """How large a change as recorded is: "small", "noticeable" or "large"."""
    change = abs(leg["change"])
    if change < NOTICEABLE:
        return "small"  # also where it is a large share of very little
    return "large" if change >= min(LARGE, LARGE_SHARE * leg["usual"]) else "noticeable"


def _pain(change: float) -> str:
    if in_tenths(change) > 0:
        text = gettext("Pain was about {points} higher than your usual.")
    elif in_tenths(change) < 0:
        text = gettext("Pain was about {points} lower than your usual.")
    else:
        text = gettext("Pain was about the same as your usual.")
    return text.format(points=points(change))


def _mood(change: float) -> str:
    if in_tenths(change) > 0:
        text = gettext("Mood was about {points} higher than your usual.")
    elif in_tenths(change) < 0:
        text = gettext("Mood was about {points} lower than your usual.")
    else:
        text = gettext("Mood was about the same as your usual.")
    return text.format(points=points(change))


def _pain_within(leg: Numbers) -> str:
    match _course(leg):
        case "higher":
            return gettext(
                "Pain was about {points} higher than your usual, probably between {near} and"
                " {far}; {answered} of 14 days answered."
            )
        case "lower":
            return gettext(
                "Pain was about {points} lower than your usual, probably between {near} and"
                " {far}; {answered} of 14 days answered."
            )
        case "maybe higher":
            return gettext(
                "Pain was about {points} higher than your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
        case "maybe lower":
            return gettext(
                "Pain was about {points} lower than your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
        case "same, give or take":
            return gettext(
                "Pain was about the same as your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
    return gettext("Pain was about the same as your usual; {answered} of 14 days answered.")


def _mood_within(leg: Numbers) -> str:
    match _course(leg):
        case "higher":
            return gettext(
                "Mood was about {points} higher than your usual, probably between {near} and"
                " {far}; {answered} of 14 days answered."
            )
        case "lower":
            return gettext(
                "Mood was about {points} lower than your usual, probably between {near} and"
                " {far}; {answered} of 14 days answered."
            )
        case "maybe higher":
            return gettext(
                "Mood was about {points} higher than your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
        case "maybe lower":
            return gettext(
                "Mood was about {points} lower than your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
        case "same, give or take":
            return gettext(
                "Mood was about the same as your usual, probably between {below} lower"
                " and {above} higher; {answered} of 14 days answered."
            )
    return gettext("Mood was about the same as your usual; {answered} of 14 days answered.")


def _course(leg: Numbers) -> str:
    """Which way a leg went, and whether its interval, as it is printed, leaves that open."""
    change, low, high = (in_tenths(leg[name]) for name in ("change", "low", "high"))
    either = low < 0 < high
    if change == 0:
        return "same, give or take" if either else "same"
    way = "higher" if change > 0 else "lower"
    return f"maybe {way}" if either else way


def _named(leg: Numbers) -> dict[str, str]:
    near, far = sorted((abs(leg["low"]), abs(leg["high"])))
    return {
        "points": points(leg["change"]),
        "near": tenths(near),
        "far": tenths(far),
        "below": tenths(abs(leg["low"])),
        "above": tenths(abs(leg["high"])),
        "answered": str(leg["answered"]),
    }


def _averages(leg: Numbers) -> str:
    text = {
        "small": gettext("The average went from {usual} to {recent}: a small change."),
        "noticeable": gettext("The average went from {usual} to {recent}: a noticeable change."),
        "large": gettext("The average went from {usual} to {recent}: a large change."),
    }[size(leg)]
    return text.format(usual=tenths(leg["usual"]), recent=tenths(leg["recent"]))


def every_sentence() -> Iterator[str]:
    for evidence in every_evidence():
        yield summary(evidence)
        yield " ".join(why(evidence))


def every_evidence() -> Iterator[Numbers]:
    """Legs that moved either way, a lot, hardly and not at all, more and less surely."""
    changes = (-10, -2.5, -1, -0.04, 0, 0.96, 1.84)
    for change, spread, answered in product(changes, (0, 0.04, 0.6, 3), (5, 14)):
        leg = {
            "usual": 4.25,
            "recent": 4.25 + change,
            "change": change,
            "low": change - spread,
            "high": change + spread,
            "answered": answered,
        }
        opposite = {**leg, "change": -change, "low": -leg["high"], "high": -leg["low"]}
        yield {"pain": leg, "mood": opposite}
        yield {"pain": opposite, "mood": leg}
