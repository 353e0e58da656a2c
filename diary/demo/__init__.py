"""Two demo people: one with a synthetic diary that ends today, one with a real one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from diary.measures import SYMPTOMS
from diary.questionnaires import QUESTIONNAIRES

DAYS = 120
KNEE = Path(__file__).with_name("knee_pain_diary.csv")

# Days counted back from today. Pain and mood drift apart for three weeks, then stay; the
# symptoms follow. Six weeks on, that level would be the new usual: so it begins after that.
_RAMP_BEGINS, _RAMP_ENDS = 36, 15
_SYMPTOMS_BEGIN = 24
_EMPTY = {7: "not_today", 23: "too_unwell", 58: "away", 59: "away", 60: "away", 97: "not_today"}
_PRESENT = {"low_mood", "loss_of_interest", "low_energy", "sleep_change", "guilt", "poor_focus"}
_SIGNED = {"appetite_change": -1, "sleep_change": -1, "movement_change": -1}
_IDS = UUID("0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21")  # the same day makes the same ids again
_NOTES = {
    0: "Back stiff again, but I sat in the garden for a bit.",
    12: "Woke at four and could not get back to sleep.",
    30: "Long drive. Paid for it in the evening.",
    75: "Good walk with Jo by the river.",
}
# Days back: PHQ-9's nine items (the ninth, of self-harm, is nothing) and PEG's three.
_ANSWERED = {
    70: ((0, 0, 1, 1, 0, 0, 1, 0, 0), (3, 2, 3)),
    56: ((1, 0, 1, 1, 0, 0, 0, 0, 0), (3, 3, 2)),
    42: ((0, 1, 1, 1, 0, 1, 0, 0, 0), (3, 2, 2)),
    28: ((1, 1, 2, 1, 0, 1, 1, 0, 0), (5, 4, 5)),
    14: ((2, 2, 2, 2, 1, 2, 2, 1, 0), (6, 6, 7)),
}


def synthetic_days(today: date) -> dict[date, dict[str, Any]]:
    """A diary of 120 dates that ends today; six of them say why they are empty."""
    return {today - timedelta(days=back): _day(back) for back in reversed(range(DAYS))}


def synthetic_activities(today: date) -> dict[str, dict[str, Any]]:
    """What was done on these dates, by id: walks on better days, fewer people as it gets worse."""
    return {
        str(uuid5(_IDS, f"{day} {done['kind']}")): {"date": day.isoformat(), **done}
        for back in reversed(range(DAYS))
        for day in (today - timedelta(days=back),)
        for done in _done(back)
    }


def _done(back: int) -> list[dict[str, Any]]:
    if back in _EMPTY:
        return []
    wave, worse = _WAVE[back % len(_WAVE)], _share(back)
    done: list[dict[str, Any]] = []
    if wave <= -4 or back == 75:
        done.append(
            {
                "kind": "walk",
                "minutes": 45 - round(20 * worse) + back % 3 * 5,
                "enjoyment": (70 - round(25 * worse)) / 10,
                "limited_by_pain": (15 + round(30 * worse)) / 10,
                "with_others": back == 75,
            }
        )
    if wave >= 7:
        done.append({"kind": "rest", "minutes": 60 + round(60 * worse)})
    if back % (18 if worse else 9) == 4:
        done.append({"kind": "social", "minutes": 90, "enjoyment": 7, "with_others": True})
    if back % 14 == 10:
        done.append({"kind": "treatment", "minutes": 30, "note": "Physiotherapy."})
    if back == 30:
        done.append({"kind": "travel", "minutes": 310, "limited_by_pain": 6})
    return done


def _day(back: int) -> dict[str, Any]:
    if back in _EMPTY:
        return {"skipped": _EMPTY[back]}
    wave = _WAVE[back % len(_WAVE)]  # a week's ups and downs, in tenths
    worse = _share(back)
    fields: dict[str, Any] = {
        "pain": (32 + wave + round(31 * worse)) / 10,
        "pain_interference": (25 + wave + round(34 * worse)) / 10,
        "mood": (69 - wave - round(32 * worse)) / 10,
        "sleep_hours": 7.25 - round(8 * worse + wave / 10) / 4,
        "sleep_quality": (64 - wave - round(30 * worse)) / 10,
        "energy": (60 - wave - round(26 * worse)) / 10,
        "worry": (30 + wave + round(28 * worse)) / 10,
        "company": (55 - wave - round(25 * worse)) / 10,
        **{symptom.name: _grade(symptom.name, back) for symptom in SYMPTOMS},
        "pain_sites": [
            {
                "site": "lower_back",
                "side": None,
                "intensity": (32 + wave + round(31 * worse)) / 10,
                "qualities": ["aching"],
            }
        ],
    }
    if back in _NOTES:
        fields["note"] = _NOTES[back]
    return fields


def synthetic_answers(today: date) -> dict[str, dict[str, Any]]:
    """Two questionnaires, each answered five times and offered again today; by record id.

    The ids are always the same, so that writing them anew moves them and adds none.
    """
    return {
        str(uuid5(_IDS, f"{code} {back}")): {
            "date": (today - timedelta(days=back)).isoformat(),
            "questionnaire": code,
            "items": dict(zip(QUESTIONNAIRES[code].items, values, strict=True)),
        }
        for back, both in _ANSWERED.items()
        for code, values in zip(("phq-9", "peg"), both, strict=True)
    }


_WAVE = (0, 7, -6, 3, -9, 5, 10, -4, 1, -8, 6)


def _share(back: int) -> float:
    """How far the worsening has come: 0 before it, 1 after it."""
    return min(1.0, max(0.0, (_RAMP_BEGINS - back) / (_RAMP_BEGINS - _RAMP_ENDS)))


def _grade(symptom: str, back: int) -> int:
    if back > _SYMPTOMS_BEGIN or symptom not in _PRESENT:
        grade = 1 if (back + len(symptom)) % 5 == 0 and symptom != "self_harm_thoughts" else 0
    elif (back + len(symptom)) % 9 == 0:
        grade = 1
    else:
        grade = 2 + (back + len(symptom)) % 2
    return _SIGNED.get(symptom, 1) * grade
