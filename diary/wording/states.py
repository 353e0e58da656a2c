"""What can be said of today, for those who show it: the app's first screen, the report.

The API tells a state by its numbers alone. Whoever puts one into words takes them from here:
that a pattern is not seen never stands alone, and a pause is not an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from django.utils.translation import gettext

Numbers = Mapping[str, Any]


def state_of(kind: str, state: Numbers) -> str:
    """Today's state of one kind, as the API tells it, in words."""
    says = _of_symptoms(state) if kind == "symptom_pattern" else _of_worsening(state)
    return " ".join([*says, _answered(state)])


def _of_symptoms(state: Numbers) -> list[str]:
    match state["status"]:
        case "learning":
            return [gettext("It is too early to say: this takes two weeks of entries.")]
        case "insufficient":
            return [gettext("There are too few answers to say.")]
        case "unclear":
            return [gettext("Your entries leave open whether several symptoms last.")]
        case "open":
            return [gettext("Your entries show several symptoms on most days.")]
        case "paused":
            return _paused()
    return _clear()


def _of_worsening(state: Numbers) -> list[str]:
    match state["status"]:
        case "learning":
            usual = gettext("Days of it so far: {answered} of the {needed} that it takes.")
            return [
                gettext("It is too early to say: we do not know your usual yet."),
                usual.format(answered=state["usual_answered"], needed=state["needed"]),
            ]
        case "insufficient":
            return [gettext("There are too few answers to say.")]
        case "unclear":
            says = [gettext("Your entries leave open whether pain and mood got worse together.")]
            if "pain" in state["at_limit"]:
                says.append(gettext("Pain is so high already that more could not be seen."))
            if "mood" in state["at_limit"]:
                says.append(gettext("Mood is so low already that less could not be seen."))
            return says
        case "open":
            return [gettext("Your entries show pain and mood both worse than your usual.")]
        case "paused":
            return _paused()
    return _clear()


def _clear() -> list[str]:
    return [gettext("Your entries do not show this pattern; that does not mean nothing is wrong.")]


def _paused() -> list[str]:
    return [
        gettext("This pattern was seen, and there are too few answers since to say more."),
        gettext("That does not mean that it has passed."),
    ]


def _answered(state: Numbers) -> str:
    return gettext("{answered} of the last {of} days answered.").format(
        answered=state["answered"], of=state["of"]
    )


def every_sentence() -> Iterator[str]:
    statuses = ("learning", "insufficient", "clear", "unclear", "open", "paused")
    limits = ([], ["pain"], ["mood"], ["pain", "mood"])
    for status, answered, at_limit in product(statuses, (0, 1, 14), limits):
        state = {"status": status, "answered": answered, "of": 14, "at_limit": at_limit}
        yield state_of("symptom_pattern", state)
        usual = {"usual_answered": answered, "needed": 14}
        yield state_of("pain_mood_worsening", {**state, **usual})
