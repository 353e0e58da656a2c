"""The vocabulary of the diary: what can be recorded of a day, as plain data.

Adding a measure is one line here: the API, its document, the series, the charts and the
export read this table and follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """A numeric scale with one value a day.

    ``worse`` says which way is the bad one: 1 more, -1 less, 0 neither.
    """

    name: str
    label: str
    help: str
    unit: str
    low: float
    high: float
    step: float
    worse: int


@dataclass(frozen=True, slots=True)
class Symptom:
    """How much of the day something was there, 0 to 3; signed where it can go two ways."""

    name: str
    label: str
    help: str
    low: int
    high: int
    worse: int
    core: bool
    grades: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the body that can hurt; ``sided`` where left and right make sense."""

    site: str
    label: str
    sided: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A name that clients send and a label that people read."""

    name: str
    label: str


MEASURES = (
    Measure("pain", "Pain", "Your pain today on average: 0 none, 10 the worst you can imagine.", "0–10", 0, 10, 0.1, 1),
    Measure("pain_interference", "Held back by pain", "How much pain kept you from what you wanted to do.", "0–10", 0, 10, 0.1, 1),
    Measure("mood", "Mood", "Your mood today as a whole: 0 as low as it gets, 10 as good as it gets.", "0–10", 0, 10, 0.1, -1),
    Measure("sleep_hours", "Sleep", "Hours slept in the night that ended this morning.", "hours", 0, 24, 0.25, 0),
    Measure("sleep_quality", "Sleep quality", "How well you slept: 0 very badly, 10 very well.", "0–10", 0, 10, 0.1, -1),
    Measure("energy", "Energy", "How much energy you had: 0 none, 10 plenty.", "0–10", 0, 10, 0.1, -1),
    Measure("worry", "Worry", "How much worry took up your day: 0 not at all, 10 all of it.", "0–10", 0, 10, 0.1, 1),
    Measure("company", "Company", "How much you were in touch with people: 0 not at all, 10 as much as you like.", "0–10", 0, 10, 0.1, -1),
)  # fmt: skip

_HOW_MUCH = ((0, "not at all"), (1, "some of the day"), (2, "most of the day"), (3, "nearly all day"))  # fmt: skip


def _either_way(less: str, more: str) -> tuple[tuple[int, str], ...]:
    down = tuple((-grade, f"{less}, {much}") for grade, much in reversed(_HOW_MUCH[1:]))
    up = tuple((grade, f"{more}, {much}") for grade, much in _HOW_MUCH[1:])
    return (*down, (0, "no change"), *up)


# Nine symptoms in the order that every array keeps; the first two are the core ones.
SYMPTOMS = (
    Symptom("low_mood", "Low mood", "Feeling down, empty or hopeless.", 0, 3, 1, True, _HOW_MUCH),
    Symptom("loss_of_interest", "Loss of interest", "Little interest or pleasure in things.", 0, 3, 1, True, _HOW_MUCH),
    Symptom("low_energy", "Low energy", "Feeling tired or drained.", 0, 3, 1, False, _HOW_MUCH),
    Symptom("appetite_change", "Appetite change", "Eating less (−) or more (+) than is usual for you.", -3, 3, 0, False, _either_way("less", "more")),
    Symptom("sleep_change", "Sleep change", "Sleeping less (−) or more (+) than is usual for you.", -3, 3, 0, False, _either_way("less", "more")),
    Symptom("movement_change", "Movement change", "Slowed down (−) or restless (+).", -3, 3, 0, False, _either_way("slower", "restless")),
    Symptom("guilt", "Guilt", "Being hard on yourself, or feeling worthless.", 0, 3, 1, False, _HOW_MUCH),
    Symptom("poor_focus", "Poor focus", "Trouble keeping your mind on things, or deciding.", 0, 3, 1, False, _HOW_MUCH),
    Symptom("self_harm_thoughts", "Thoughts of self-harm", "Thoughts of being better off dead, or of hurting yourself.", 0, 3, 1, False, _HOW_MUCH),
)  # fmt: skip

# What can be said of an activity in numbers.
ACTIVITY_SCALES = (
    Measure("minutes", "Minutes", "How long it took.", "minutes", 0, 1440, 1, 0),
    Measure("enjoyment", "Enjoyment", "How much you enjoyed it: 0 not at all, 10 very much.", "0–10", 0, 10, 0.1, -1),
    Measure("limited_by_pain", "Limited by pain", "How much pain held you back in it: 0 not at all, 10 altogether.", "0–10", 0, 10, 0.1, 1),
)  # fmt: skip

# Kinds of a person's own scales, and the scale of each where its tracker says nothing else.
# A number has no ends and no step unless it is given some.
TRACKER_SCALES = {
    "scale": {"low": 0, "high": 10, "step": 1},
    "number": {"low": None, "high": None, "step": None},
    "yes_no": {"low": 0, "high": 1, "step": 1},
}


def whole_tracker(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A tracker with what its kind has where it says nothing itself.

    >>> whole_tracker({"name": "Tea", "kind": "yes_no"})["high"]
    1
    """
    named = {name: value for name, value in fields.items() if value is not None}
    return {"worse": 0, "archived": False, **TRACKER_SCALES[fields["kind"]], **named}


SITES = (
    Site("head", "Head", False),
    Site("face", "Face", True),
    Site("jaw", "Jaw", True),
    Site("neck", "Neck", False),
    Site("shoulder", "Shoulder", True),
    Site("upper_back", "Upper back", False),
    Site("lower_back", "Lower back", False),
    Site("chest", "Chest", False),
    Site("stomach", "Stomach", False),
    Site("pelvis", "Pelvis", False),
    Site("hip", "Hip", True),
    Site("arm", "Arm", True),
    Site("elbow", "Elbow", True),
    Site("wrist", "Wrist", True),
    Site("hand", "Hand", True),
    Site("leg", "Leg", True),
    Site("knee", "Knee", True),
    Site("ankle", "Ankle", True),
    Site("foot", "Foot", True),
    Site("widespread", "Widespread", False),
)

SIDES = ("left", "right", "both")

QUALITIES = tuple(
    Choice(name, name.capitalize())
    for name in (
        "aching", "burning", "stabbing", "throbbing", "cramping", "tingling", "pressing", "shooting",
    )
)  # fmt: skip

ACTIVITY_KINDS = (
    Choice("walk", "Walk"),
    Choice("exercise", "Exercise"),
    Choice("stretch", "Stretching"),
    Choice("rest", "Rest"),
    Choice("work", "Work"),
    Choice("chores", "Chores"),
    Choice("errands", "Errands"),
    Choice("social", "Time with people"),
    Choice("hobby", "Hobby"),
    Choice("outdoors", "Outdoors"),
    Choice("screen", "Screen time"),
    Choice("travel", "Travel"),
    Choice("treatment", "Treatment"),
    Choice("meditation", "Meditation"),
)

SKIPPED = (
    Choice("not_today", "Not today"),
    Choice("too_unwell", "Too unwell"),
    Choice("away", "Away"),
)

SCALES = {scale.name: scale for scale in (*MEASURES, *SYMPTOMS)}
