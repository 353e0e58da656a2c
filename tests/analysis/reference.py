"""The two detectors once more, written from the rules in plain loops: one person, one day a time.

Slow, without numpy, without sharing a line with the package. A diary here is a list of days; an
answer that was not given is None. Numbers are in points, where the package counts in tenths.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from statistics import median


@dataclass(frozen=True)
class Numbers:
    open_at: float
    open_days: int
    close_at: float
    close_days: int
    reopen_within: int
    rest: int
    longest: float


SYMPTOM_NUMBERS = Numbers(0.80, 2, 0.24, 7, reopen_within=14, rest=0, longest=float("inf"))
WORSENING_NUMBERS = Numbers(2.05, 2, 1.03, 5, reopen_within=0, rest=14, longest=42)


@dataclass(frozen=True)
class State:
    up: int = 0
    down: int = 0
    idle: int = 84
    opened_on: int = 0
    closed_on: int = 0
    reason: str | None = None
    armed: bool = True
    seen: int = 0

    @property
    def is_open(self) -> bool:
        return self.opened_on != 0 and self.closed_on == 0


def next_state(state, today, score, numbers):
    """The state after today; a score of None is a day that cannot be evaluated."""
    was_open, idle_before = state.is_open, state.idle
    if score is None:
        state = replace(state, idle=min(84, state.idle + 1))
    else:
        state = replace(
            state,
            idle=0,
            up=state.up + 1 if score >= numbers.open_at else 0,
            down=state.down + 1 if score < numbers.close_at else 0,
            armed=state.armed or score < numbers.close_at,
        )
    if not was_open:
        if score is not None and state.up >= numbers.open_days and state.armed:
            if state.closed_on and today - state.closed_on <= numbers.reopen_within:
                state = replace(state, closed_on=0, reason=None, down=0)
            elif not state.closed_on or today - state.closed_on > numbers.rest:
                state = replace(state, opened_on=today, closed_on=0, reason=None, down=0)
    elif state.down >= numbers.close_days:
        state = replace(state, closed_on=today, reason="cleared", up=0)
    elif state.idle >= 28:
        state = replace(state, closed_on=today, reason="lapsed", up=0, down=0)
    elif today - state.opened_on >= numbers.longest:
        state = replace(state, closed_on=today, reason="new_usual", up=0, down=0, armed=False)
    if state.idle == 84 and idle_before == 83:
        state = State()
    return state


def status(state, score, close_at, learning, at_limit=False):
    if state.is_open:
        return "paused" if state.idle >= 14 else "open"
    if score is None:
        return "learning" if learning else "insufficient"
    return "clear" if score < close_at and not at_limit else "unclear"


# --- the symptom pattern: a day is a list of nine grades, or None for each not answered


def symptom_window(days):
    """Fourteen days: (answered days, is it enough, P, low, high, [(present, answered, p), …])."""
    columns = [[day[s] for day in days] for s in range(9)]
    symptoms = [one_symptom(column) for column in columns]
    counts = [answered for _, answered, _ in symptoms]
    full_days = [sum(grade is not None for grade in day) >= 5 for day in days]
    enough = (
        median(counts) >= 4
        and any(grade is not None for day in days[-4:] for grade in day)
        and sum(full_days[:7]) >= 2
        and sum(full_days[7:]) >= 2
    )
    least = [present >= 10 for present, _, _ in symptoms]
    most = [present + 14 - answered >= 10 for present, answered, _ in symptoms]
    chance = pattern_chance([p for _, _, p in symptoms])
    return sum(full_days), enough, chance, is_pattern(least), is_pattern(most), symptoms


def one_symptom(grades):
    present = sum(grade is not None and abs(grade) >= 2 for grade in grades)
    answered = sum(grade is not None for grade in grades)
    if answered == 0:
        return 0, 0, 0.0
    chances = [1.0]  # of 0, 1, 2, … present days
    for grade, q in zip(grades, day_chances(grades), strict=True):
        chance = q if grade is None else float(abs(grade) >= 2)
        longer = [0.0] * (len(chances) + 1)
        for days, weight in enumerate(chances):
            longer[days] += weight * (1 - chance)
            longer[days + 1] += weight * chance
        chances = longer
    return present, answered, sum(chances[10:])


def day_chances(grades):
    answers = [(e, float(abs(g) >= 2)) for e, g in enumerate(grades) if g is not None]
    share = (sum(x for _, x in answers) + 0.5) / (len(answers) + 1)
    return [
        (sum(0.6 ** abs(d - e) * x for e, x in answers) + share)
        / (sum(0.6 ** abs(d - e) for e, _ in answers) + 1)
        for d in range(len(grades))
    ]


def pattern_chance(met):
    chances = {(0, False): 1.0}  # of (symptoms met, a core one among them)
    for s, p in enumerate(met):
        following = {}
        for (count, core), weight in chances.items():
            for yes, chance in ((True, p), (False, 1 - p)):
                key = (count + yes, core or (yes and s < 2))
                following[key] = following.get(key, 0.0) + weight * chance
        chances = following
    return sum(weight for (count, core), weight in chances.items() if count >= 5 and core)


def is_pattern(met):
    return sum(met) >= 5 and any(met[:2])


def walk_symptoms(days, first, state=None):
    """For each day from ``first`` (an index is an ordinal less one): what was read, the state."""
    state, walked = state or State(), []
    for today in range(first, len(days)):
        if state.seen or any(grade is not None for grade in days[today]):
            state = replace(state, seen=min(14, state.seen + 1))
        answered, enough, chance, low, high, symptoms = symptom_window(days[today - 13 : today + 1])
        score = chance if enough and state.seen == 14 else None
        state = next_state(state, today + 1, score, SYMPTOM_NUMBERS)
        word = status(state, score, 0.24, learning=state.seen < 14)
        walked.append((state, word, score, answered, low, high, symptoms))
    return walked


# --- pain and mood: a day is a number of points or None


def recorded(values):
    return [value for value in values if value is not None]


def usual_of(values):
    """Of 56 days: everything that a recent window is compared with, None under 14 answers."""
    known = recorded(values)
    count = len(known)
    if count < 14:
        return None
    mean = sum(known) / count
    squares = sum((value - mean) ** 2 for value in known)
    pairs = [(a, b) for a, b in pairwise(values) if None not in (a, b)]
    products = sum((a - mean) * (b - mean) for a, b in pairs)
    sd = sqrt((squares + 5 * 1.2**2) / (count - 1 + 5))
    phi = (products / max(squares / count, 1e-6) + 8 * 0.35) / (len(pairs) + 8)
    phi = min(max(phi, 0), 0.8)
    reach = max(2.5 * sd, 2)
    low, high = mean - reach, mean + reach
    clipped = sum(min(max(value, low), high) for value in known) / count
    return mean, sd, phi, low, high, clipped, variance(values, [1] * 56, phi), count


def variance(values, weights, phi):
    """Of a weighted mean of the answered days: every pair of days, by how far they are apart."""
    days = [(d, w) for d, (v, w) in enumerate(zip(values, weights, strict=True)) if v is not None]
    together = sum(w * u * phi ** abs(d - e) for d, w in days for e, u in days)
    return together / sum(w for _, w in days) ** 2


def one_leg(recent, usual, sign, weights, shown):
    """(usual, recent, change, low, high, z, at limit); ``weights`` oldest first, as ``recent``.

    The last ``shown`` days are told as they are, all of them decide by their weights.
    """
    mean, sd, phi, low, high, clipped, usual_variance, _ = usual

    def error(values, weights):
        return sqrt(sd**2 * (variance(values, weights, phi) + usual_variance) + 0.45**2)

    told = recent[-shown:]
    now = sum(recorded(told)) / len(recorded(told))
    change, margin = now - mean, 1.645 * error(told, [1] * shown)
    days = [(v, w) for v, w in zip(recent, weights, strict=True) if v is not None]
    clipped_now = sum(w * min(max(v, low), high) for v, w in days) / sum(w for _, w in days)
    z = sign * (clipped_now - clipped) / error(recent, weights)
    z = min(z, 2.05 * max(sign * change, 0) / 0.5)
    worst = min(max(10.0 if sign > 0 else 0.0, low), high)
    worst_z = sign * (worst - clipped) / error([worst] * len(recent), weights)
    return mean, now, change, change - margin, change + margin, z, worst_z < 2.05


def walk_worsening(pain, mood, first, state=None, weights=range(1, 22), shown=14, needed=3):
    """For each day from ``first``: the state, the status, the score, the two legs."""
    state, walked = state or State(), []
    for today in range(first, len(pain)):
        as_of = state.opened_on - 1 if state.is_open else today
        legs, fresh, counts, usuals = [], True, [], []
        for values, sign in ((pain, 1), (mood, -1)):
            recent = values[today - len(weights) + 1 : today + 1]
            usual = usual_of(values[as_of - 83 : as_of - 27])
            usuals.append(usual)
            counts.append(len(recorded(recent[-shown:])))
            fresh = fresh and any(value is not None for value in recent[-4:])
            answered_enough = usual is not None and counts[-1] >= needed
            legs.append(one_leg(recent, usual, sign, weights, shown) if answered_enough else None)
        score = min(leg[5] for leg in legs) if fresh and None not in legs else None
        state = next_state(state, today + 1, score, WORSENING_NUMBERS)
        at_limit = score is not None and any(leg[6] for leg in legs)
        word = status(state, score, 1.03, learning=None in usuals, at_limit=at_limit)
        walked.append((state, word, score, legs))
    return walked
