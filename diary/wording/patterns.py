"""What is said of a pattern: what was seen, why it is shown, and what would change the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from diary.measures import SCALES, SYMPTOMS
from diary.wording import worsening
from diary.wording.vocabulary import label

Numbers = Mapping[str, Any]


def summary(pattern: Any) -> str:
    """What was seen, in a line; of a withdrawn one, that it is not seen any more."""
    if pattern.withdrawn_reason:
        return _withdrawn(pattern.withdrawn_reason)
    if pattern.kind == "symptom_pattern":
        return _summary_of_symptoms(pattern.evidence)
    return worsening.summary(pattern.evidence)


def why(pattern: Any) -> str:
    """Why this is shown: the numbers behind it, and for one that is over, how it ended.

    ``pattern`` has ``kind``, ``evidence``, ``closed_reason`` and ``withdrawn_reason``. Of a
    withdrawn one the reason is all that is told.
    """
    if pattern.withdrawn_reason:
        return _withdrawn(pattern.withdrawn_reason)
    says = (
        _why_symptoms(pattern.evidence)
        if pattern.kind == "symptom_pattern"
        else worsening.why(pattern.evidence)
    )
    ending = [_ending(pattern.closed_reason)] if pattern.closed_reason else []
    return " ".join([*says, *ending])


def would_change(pattern: Any) -> list[str]:
    """What would make the answer another one; of one that has ended, only other entries can."""
    if pattern.withdrawn_reason:
        return []
    is_open = pattern.closed_on is None
    if pattern.kind == "pain_mood_worsening":
        ending = [
            gettext("Days with pain or mood nearer to your usual would end it."),
            gettext("If it stays at this level for six weeks, we call that your new usual."),
        ]
        other_days = gettext(
            "If you correct or add one of these days, or of the weeks before, it may change."
        )
        return [*(ending if is_open else []), other_days]
    fewer = gettext("Entries with these symptoms on fewer days would end it.")
    missing = pattern.evidence["of"] - pattern.evidence["answered"]
    more = ngettext(
        "{days} day had no full answer. If you add to it, this may change.",
        "{days} days had no full answer. If you add to them, this may change.",
        missing,
    ).format(days=missing)
    other_days = gettext("If you correct one of these days, this may change.")
    return [*([fewer] if is_open else []), more if missing else other_days]


def look_at_pain(pattern: Any) -> str | None:
    """Said in this one place, with a pattern that shows pain; None with one that does not."""
    if "pain" not in pattern.evidence:
        return None
    return gettext(
        "New or changed pain deserves a look by a doctor or nurse too, whatever your mood is like."
    )


# --- Several symptoms on most days ---------------------------------------------------------------


def _summary_of_symptoms(evidence: Numbers) -> str:
    count = len(_mostly_present(evidence))
    text = ngettext(
        "{count} of the nine symptoms was there on most days; {answered} of {of} days answered.",
        "{count} of the nine symptoms were there on most days; {answered} of {of} days answered.",
        count,
    )
    if not count:
        text = gettext(
            "Several symptoms were there on many days; {answered} of {of} days answered."
        )
    return text.format(count=count, answered=evidence["answered"], of=evidence["of"])


def _why_symptoms(evidence: Numbers) -> list[str]:
    says = [
        gettext("We look at the two weeks shown."),
        gettext("A symptom counts on a day when it was there for most of it."),
    ]
    if named := [
        gettext("{symptom} on {present} of {answered}").format(
            symptom=label(SCALES[name]),
            present=symptom["present"],
            answered=symptom["answered"],
        )
        for name, symptom in _mostly_present(evidence).items()
    ]:
        says.append(gettext("Of the days you answered: {symptoms}.").format(symptoms=_row(named)))
    missing = evidence["of"] - evidence["answered"]
    if missing:
        says.append(_missing(missing))
        says.append(_whatever(bool(evidence["low"])))
    return [*says, gettext("This is a pattern in your entries. It cannot say why it is there.")]


def _missing(days: int) -> str:
    return ngettext(
        "{days} day had no full answer; we take it to be like the days around it.",
        "{days} days had no full answer; we take them to be like the days around them.",
        days,
    ).format(days=days)


def _whatever(stands: bool) -> str:
    """Whether the pattern would be seen with every missing answer absent."""
    if stands:
        return gettext("Even with no symptoms on such days, the pattern would be seen.")
    return gettext("With no symptoms on such days, the pattern would not be seen.")


def _mostly_present(evidence: Numbers) -> dict[str, Numbers]:
    return {
        name: symptom
        for name, symptom in evidence["symptoms"].items()
        if (symptom["probability"] or 0) >= 0.5
    }


def _row(items: list[str]) -> str:
    row = items[0]
    for item in items[1:]:
        row = pgettext("items in a row", "{items}; {next}").format(items=row, next=item)
    return row


# --- How it ended --------------------------------------------------------------------------------


def _ending(reason: str) -> str:
    return {
        "cleared": gettext("Later entries no longer showed it."),
        "lapsed": gettext("Then there were too few entries to say more."),
        "new_usual": gettext("It stayed like this for six weeks, so this is now your usual."),
    }[reason]


def _withdrawn(reason: str) -> str:
    return {
        "entries_changed": gettext(
            "Entries of these days were changed since. With the entries as they are now, this is"
            " no longer seen."
        ),
        "rules_changed": gettext(
            "The way we look at entries has changed. By the rules of today, this is no longer seen."
        ),
    }[reason]


# --- Every sentence ------------------------------------------------------------------------------

_ENDS = ((None, None), ("cleared", None), ("lapsed", None), ("new_usual", None),
         (None, "entries_changed"), ("cleared", "rules_changed"))  # fmt: skip


def every_sentence() -> Iterator[str]:
    """Over evidence of every shape, and every way in which a pattern stands or has ended."""
    for (kind, evidence), (closed, withdrawn) in product(_every_evidence(), _ENDS):
        pattern = SimpleNamespace(
            kind=kind,
            evidence=evidence,
            closed_on=date.max if closed else None,
            closed_reason=closed,
            withdrawn_reason=withdrawn,
        )
        yield summary(pattern)
        yield why(pattern)
        yield from would_change(pattern)
        if asks := look_at_pain(pattern):
            yield asks


def _every_evidence() -> Iterator[tuple[str, Numbers]]:
    for present, answered, low in product(range(10), (4, 13, 14), (0, 1)):
        symptoms = {
            symptom.name: {"present": 10, "answered": 12, "probability": float(place < present)}
            for place, symptom in enumerate(SYMPTOMS)
        }
        yield "symptom_pattern", {"symptoms": symptoms, "answered": answered, "of": 14, "low": low}
    for evidence in worsening.every_evidence():
        yield "pain_mood_worsening", evidence
