"""People who answer nine symptom questions for 180 days, and what happens to them.

Detection notes, section H. What it leaves open: the factor on the base rates is one per person;
spells of brief and cyclic people come without a lead-in and never stop being looked at; where a
spell is under way, symptoms outside it are present on at least 15 % of days.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from bench.worlds import carried_over, skipped_days, skipped_items, spread
from diary.analysis.windows import Floats, Integers

DAYS = 180
FIRST_START, LAST_START = 60, 99
BASE = np.array([0.06, 0.06, 0.12, 0.05, 0.15, 0.03, 0.05, 0.08, 0.005])  # share of days
ENERGY, SLEEP, FOCUS = 2, 4, 7
CORE = 2  # low mood and interest come first
SHARED = 0.35  # of a day's variance
LEAD_IN = 10  # days over which a spell climbs to half
SKIPS_WHEN_LOW = 1.0  # log-odds
MOST, GRADE = 0.995, 2.0  # the highest chance; "most of the day"
CYCLE = 28


@dataclass(frozen=True)
class Spell:
    """What happens to a kind of people; bounds are inclusive."""

    symptoms: tuple[int, int] = (0, 0)  # how many
    core: bool = True  # a core one among them, else none
    chance: tuple[float, float] = (0.86, 0.97)  # of each, a day
    days: tuple[int, int] = (35, 69)
    lead_in: bool = True
    every_cycle: bool = False
    chronic_pain: bool = False


SPELLS = {
    "healthy": Spell(),
    "chronic pain": Spell(chronic_pain=True),
    "episode": Spell((6, 8)),
    "borderline": Spell((5, 5), chance=(0.80, 0.92)),
    "3-4 symptoms": Spell((3, 4)),
    "no core": Spell((5, 6), core=False),
    "brief": Spell((6, 8), days=(4, 8), lead_in=False),
    "cyclic": Spell((5, 7), days=(6, 6), lead_in=False, every_cycle=True),
}


class SymptomDiaries(NamedTuple):
    """Diaries ``(people, 9, days)`` of grades 0 and 2, NaN = not answered, and what is true."""

    symptoms: Floats
    start: Integers  # (people,): the first day of a spell
    base: Floats  # (people, 9, 1): each symptom's share of ordinary days


def keep_symptoms(
    rng: np.random.Generator, kind: str, people: int, missing: float
) -> SymptomDiaries:
    """Diaries of ``people`` of one kind, with a share of their days ``missing``."""
    spell = SPELLS[kind]
    base = np.minimum(BASE[:, None] * rng.lognormal(0, 0.5, (people, 1, 1)), MOST)
    if spell.chronic_pain:
        for symptom, low, high in ((ENERGY, 0.4, 0.9), (SLEEP, 0.4, 0.9), (FOCUS, 0.2, 0.5)):
            base[:, symptom] = spread(rng, low, high, people)
    start = rng.integers(FIRST_START, LAST_START + 1, people)
    severity = _severity(rng, spell, start)
    among = _chosen(rng, spell, people)[..., None]
    chance = spread(rng, *spell.chance, people, 9)
    worst = np.where(among, chance, np.maximum(base, 0.15))
    chances = base + (worst - base) * severity[:, None]
    present = _tendency(rng, people) < ndtri(chances)
    gone = skipped_days(rng, missing, severity, SKIPS_WHEN_LOW)[:, None]
    gone = gone | skipped_items(rng, missing, present.shape)
    return SymptomDiaries(np.where(gone, np.nan, GRADE * present), start, base)


def _severity(rng: np.random.Generator, spell: Spell, start: Integers) -> Floats:
    """How deep in a spell each day is: 0 outside, 1 inside, up to a half before it."""
    people = len(start)
    if not spell.symptoms[1]:
        return np.zeros((people, DAYS))
    length = rng.integers(spell.days[0], spell.days[1] + 1, (people, 1))
    since = np.arange(DAYS) - start[:, None]
    if spell.every_cycle:
        since = since % CYCLE
    inside = (since >= 0) & (since < length)
    if not spell.lead_in:
        return inside * 1.0
    climbing = np.clip(1 + since / LEAD_IN, 0, 1) / 2 * (since < 0)
    return np.where(inside, 1.0, climbing)


def _chosen(rng: np.random.Generator, spell: Spell, people: int) -> np.ndarray:
    """Which symptoms a spell brings, ``(people, 9)``: any core one first where it needs one."""
    order = rng.random((people, len(BASE)))
    if spell.core:
        first = rng.integers(0, CORE, people)
        order[np.arange(people), first] = -1
    else:
        order[:, :CORE] = 2
    rank = order.argsort(axis=1).argsort(axis=1)
    return rank < rng.integers(spell.symptoms[0], spell.symptoms[1] + 1, (people, 1))


def _tendency(rng: np.random.Generator, people: int) -> Floats:
    """Standard normal days ``(people, 9, days)``, low where symptoms are likely."""
    shared = carried_over(rng.standard_normal((people, 1, DAYS)), spread(rng, 0.3, 0.6, people, 1))
    own = carried_over(
        rng.standard_normal((people, len(BASE), DAYS)),
        spread(rng, 0.2, 0.5, people, len(BASE)),
    )
    return np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
