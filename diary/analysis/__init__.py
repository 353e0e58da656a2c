"""What two weeks of a diary show: numpy only, no clock, no database.

Arrays are ``(diaries, …, days)`` with the oldest day first and NaN for a day that was not
recorded; one person is a batch of one and gets the same bits as inside any batch. Dates are
proleptic ordinals (``date.toordinal``). The way down: ``walk_symptoms`` and ``walk_worsening``
read every window of a diary and carry its state from day to day (``states``); ``episodes`` tells
what opened and closed; ``trends`` holds what a chart draws.
"""

from diary.analysis.episodes import Episode, episodes
from diary.analysis.states import (
    REASONS,
    STATE,
    STATUSES,
    Machine,
    States,
    initial_states,
    is_open,
    pack,
    unpack,
)
from diary.analysis.symptoms import SYMPTOM_RULE, SymptomRule, SymptomWalk, walk_symptoms
from diary.analysis.trends import (
    Bins,
    Line,
    bin_days,
    first_weeks,
    fortnight_line,
    fortnight_means,
    usual_means,
)
from diary.analysis.worsening import (
    WORSENING_RULE,
    Leg,
    WorseningRule,
    WorseningWalk,
    walk_worsening,
)

RULES = "2026.11.2"  # named in every finding; a change of any rule here needs a new one

__all__ = [
    "REASONS",
    "RULES",
    "STATE",
    "STATUSES",
    "SYMPTOM_RULE",
    "WORSENING_RULE",
    "Bins",
    "Episode",
    "Leg",
    "Line",
    "Machine",
    "States",
    "SymptomRule",
    "SymptomWalk",
    "WorseningRule",
    "WorseningWalk",
    "bin_days",
    "episodes",
    "first_weeks",
    "fortnight_line",
    "fortnight_means",
    "initial_states",
    "is_open",
    "pack",
    "unpack",
    "usual_means",
    "walk_symptoms",
    "walk_worsening",
]
