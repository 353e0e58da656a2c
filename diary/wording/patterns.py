"""Every sentence about a finding, made from its numbers.

It says what the entries show and how much of them there was; never what somebody has, never
that one thing causes another, and never that all is well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from diary.measures import SCALES

NOTICEABLE, LARGE = 1.0, 2.0  # points; Farrar 2001 for the second
LARGE_SHARE = 0.3  # of the usual, Farrar 2001

_ENDINGS = {
    "cleared": "Later entries no longer showed it.",
    "lapsed": "Then there were too few entries to say more.",
    "new_usual": "It stayed like this for six weeks, so this is now your usual.",
}
_WITHDRAWN = {
    "entries_changed": "Entries of these days were changed since. With the entries as they are"
    " now, this is no longer seen.",
    "rules_changed": "The way we look at entries has changed. By the rules of today, this is no"
    " longer seen.",
}
LOOK_AT_PAIN = (
    "New or changed pain deserves a look by a doctor or nurse too, whatever your mood is like."
)


def summary(kind: str, evidence: Mapping[str, Any]) -> str:
    """One sentence: what was seen, over how many answered days."""
    if kind == "symptom_pattern":
        count = sum(_mostly_present(symptom) for symptom in evidence["symptoms"].values())
        return (
            f"{_number(count).capitalize()} of the nine symptoms were there on most days,"
            f" in the {evidence['answered']} of {evidence['of']} days that you answered."
        )
    pain, mood = evidence["pain"], evidence["mood"]
    return (
        f"Pain was about {_points(pain['change'])} higher and mood about"
        f" {_points(mood['change'])} lower than your usual."
    )


def why(pattern: Any) -> str:
    """Why this is shown: the numbers behind it, and for one that is over, how it ended."""
    if pattern.withdrawn_reason:
        return _WITHDRAWN[pattern.withdrawn_reason]
    says = (
        _why_symptoms(pattern.evidence)
        if pattern.kind == "symptom_pattern"
        else _why_worsening(pattern.evidence)
    )
    ending = [_ENDINGS[pattern.closed_reason]] if pattern.closed_reason else []
    return " ".join([*says, *ending])


def would_change(pattern: Any) -> list[str]:
    """What would make the answer another one; of one that has ended, only other entries can."""
    if pattern.withdrawn_reason:
        return []
    is_open = pattern.closed_on is None
    if pattern.kind == "pain_mood_worsening":
        ending = [
            "Days with pain or mood nearer to your usual would end it.",
            "If it stays at this level for six weeks, we call that your new usual.",
        ]
        return [
            *(ending if is_open else []),
            "Correcting or adding a day of these two weeks, or of the weeks before, may change it.",
        ]
    says = ["Entries with these symptoms on fewer days would end it."] if is_open else []
    if missing := pattern.evidence["of"] - pattern.evidence["answered"]:
        it = "it" if missing == 1 else "them"
        says.append(f"{_days(missing)} had no full answer. Adding to {it} may change what is seen.")
    return says or ["Correcting these days may change what is seen."]


def look_at_pain(pattern: Any) -> str | None:
    """Said once, with a pattern in which pain has grown."""
    return LOOK_AT_PAIN if pattern.kind == "pain_mood_worsening" else None


def _why_symptoms(evidence: Mapping[str, Any]) -> list[str]:
    named = [
        f"{SCALES[name].label.lower()} on {symptom['present']} of {symptom['answered']}"
        for name, symptom in evidence["symptoms"].items()
        if _mostly_present(symptom)
    ]
    says = [
        "We look at the last 14 days, and call something present when it was there most of the"
        " day.",
        f"Answered days with it present: {_listed(named)}.",
    ]
    missing = evidence["of"] - evidence["answered"]
    if missing:
        like = "it is" if missing == 1 else "they are"
        says.append(
            f"{_days(missing)} had no full answer; {like} taken to be like the days around."
        )
    says.append("This is a pattern in your entries. It cannot say why it is there.")
    return says


def _why_worsening(evidence: Mapping[str, Any]) -> list[str]:
    return [
        "We compare the last 14 days with your usual: the eight weeks that ended two weeks before.",
        _leg("Pain", evidence["pain"], "higher", "lower"),
        _leg("Mood", evidence["mood"], "lower", "higher"),
        "That both moved together does not say that one made the other.",
    ]


def _leg(name: str, leg: Mapping[str, Any], way: str, other: str) -> str:
    low, high = sorted((leg["low"], leg["high"]), key=abs)
    # A change is sure to be one way only where its interval does not reach to the other side.
    between = f"{abs(low):.1f} and {abs(high):.1f}"
    if low * high < 0:
        between = f"{abs(low):.1f} {other} and {abs(high):.1f} {way}"
    return (
        f"{name} was {leg['recent']:.1f} against a usual of {leg['usual']:.1f}:"
        f" {size(leg)}, about {_points(leg['change'])} {way}, probably between {between},"
        f" from {leg['answered']} of 14 days."
    )


def size(leg: Mapping[str, Any]) -> str:
    """A change in words. The tiers are of the change as recorded."""
    change = abs(leg["change"])
    if change >= LARGE or (leg["usual"] and change >= LARGE_SHARE * leg["usual"]):
        return "a large change"
    return "a noticeable change" if change >= NOTICEABLE else "a small change"


def _mostly_present(symptom: Mapping[str, Any]) -> bool:
    return (symptom["probability"] or 0) >= 0.5


def _points(change: float) -> str:
    size = round(abs(change), 1)
    return "1 point" if size == 1 else f"{size:g} points"


def _days(count: int) -> str:
    return "One day" if count == 1 else f"{count} days"


def _number(count: int) -> str:
    return ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")[count]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def every_sentence() -> Iterator[str]:
    """Every text above, over what evidence can hold."""
    yield LOOK_AT_PAIN
