"""The questionnaires that a person can answer beside the diary, as plain data, and their scores.

A questionnaire looks back over days and is answered now and then; the diary asks about one day.
The two are never mixed. Items carry their LOINC codes (PEG has codes of our own); labels are in
`wording`, and the instruments' own words are for the app to show: they are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

EVERY_DAYS = 14  # from one answer to the next offer
OPEN_DAYS = 2  # dates on which it is offered


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Its items are whole numbers from `low` to `high`; `how` says what its score is of them."""

    code: str
    name: str
    recall_days: int
    items: tuple[str, ...]
    low: int
    high: int
    how: str

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest score and the highest."""
        times = len(self.items) if self.how == "sum" else 1
        return self.low * times, self.high * times

    def score(self, answered: Mapping[str, int]) -> int | float | None:
        """The score of these items; None where one of them was not answered.

        >>> QUESTIONNAIRES["phq-2"].score({"44250-9": 1, "44255-8": 2})
        3
        >>> QUESTIONNAIRES["phq-2"].score({"44250-9": 1}) is None
        True
        """
        values = [answered.get(item) for item in self.items]
        if None in values:
            return None
        return sum(values) if self.how == "sum" else round(sum(values) / len(values), 2)


# Each item code was read in two public sources that do not know of each other; which ones, and
# what they call it, is in docs/questionnaires.md. Code found elsewhere swaps some of them.
INTEREST, LOW_MOOD = "44250-9", "44255-8"
SELF_HARM = "44260-8"

QUESTIONNAIRES = {
    one.code: one
    for one in (
        # Kroenke, Spitzer and Williams 2001, J Gen Intern Med 16: nine items, 0–27.
        Questionnaire(
            "phq-9", "PHQ-9", 14,
            (INTEREST, LOW_MOOD, "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3",
             SELF_HARM),
            0, 3, "sum",
        ),
        # Kroenke, Spitzer and Williams 2003, Med Care 41: the first two of them, 0–6.
        Questionnaire("phq-2", "PHQ-2", 14, (INTEREST, LOW_MOOD), 0, 3, "sum"),
        # Spitzer, Kroenke, Williams and Löwe 2006, Arch Intern Med 166: seven items, 0–21.
        Questionnaire(
            "gad-7", "GAD-7", 14,
            ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
            0, 3, "sum",
        ),
        # Krebs and others 2009, J Gen Intern Med 24: the mean of three ratings, 0–10.
        Questionnaire(
            "peg", "PEG", 7, ("peg_pain", "peg_enjoyment", "peg_activity"), 0, 10, "mean"
        ),
    )
}  # fmt: skip

ITEMS = {item: one for one in QUESTIONNAIRES.values() for item in one.items}


def offered(last_on: date | None, began_on: date, today: date) -> tuple[date, date] | None:
    """The two dates, today one of them, on which it is offered; None on the other twelve.

    Counted from the last answer; before the first, from the day on which the diary began. What
    passes unanswered is offered again 14 days later, not sooner. It can be answered on any day.

    >>> offered(date(2026, 3, 1), date(2026, 1, 1), date(2026, 3, 16))
    (datetime.date(2026, 3, 15), datetime.date(2026, 3, 16))
    >>> offered(date(2026, 3, 1), date(2026, 1, 1), date(2026, 3, 17)) is None
    True
    """
    since = (today - (last_on or began_on)).days
    if since < (EVERY_DAYS if last_on else 0) or since % EVERY_DAYS >= OPEN_DAYS:
        return None
    first = today - timedelta(days=since % EVERY_DAYS)
    return first, first + timedelta(days=OPEN_DAYS - 1)
