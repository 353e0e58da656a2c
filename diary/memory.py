"""What a review remembers of a diary, so that the next one need not read it all again.

The states today, the states at the end of each month that was looked over, and the days that
the coming reviews read. A month's end that is not here stands for the initial state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import orjson

from diary.analysis import RULES, STATE, initial_states
from diary.detectors import DETECTORS
from diary.series import Series

KINDS = tuple(DETECTORS)
# Both states at once: what one detector's walk carries beside the other's.
BOTH = np.dtype([(kind, STATE) for kind in KINDS])
_MONTH = np.dtype([("end", "<i4"), ("states", BOTH)])

BACK = 125  # days before a walk's first that it may read: a usual's 83, and 42 while frozen
AHEAD = 2  # days after today that somebody west of the date line may already have written

Both = np.ndarray[Any, np.dtype[np.void]]


def nothing_known() -> Both:
    """Both states ``(1,)`` of a diary of which nothing is known."""
    both = np.zeros(1, BOTH)
    for kind in KINDS:
        both[kind] = initial_states(1)
    return both


@dataclass(frozen=True, slots=True)
class Memory:
    """``through`` is the last date looked over, ``now`` what `state` in the API says of it."""

    through: date
    last_entry: date | None
    states: Both
    months: dict[date, Both] = field(default_factory=dict)
    series: Series | None = None
    now: dict[str, Any] = field(default_factory=dict)

    def states_on(self, day: date) -> Both:
        """Both states ``(1,)`` after a month's last day."""
        return self.months.get(day, nothing_known())

    def packed(self) -> bytes:
        first, last = self.through - timedelta(days=BACK), self.through + timedelta(days=AHEAD)
        head = orjson.dumps(
            {
                "through": self.through,
                "last_entry": self.last_entry,
                "months": len(self.months),
                "now": self.now,
                "rules": RULES,
            }
        )
        months = np.zeros(len(self.months), _MONTH)
        for place, (end, both) in enumerate(sorted(self.months.items())):
            months[place]["end"] = end.toordinal()
            months[place]["states"] = both[0]
        days = self.series.packed(first, last) if self.series else b""
        return b"".join(
            (len(head).to_bytes(4, "big"), head, self.states.tobytes(), months.tobytes(), days)
        )

    @classmethod
    def unpacked(cls, packed: bytes) -> Memory | None:
        """None for what other rules left: their states and kinds may be other ones."""
        size = int.from_bytes(packed[:4], "big")
        head, rest = orjson.loads(packed[4 : 4 + size]), packed[4 + size :]
        if head["rules"] != RULES:
            return None
        states = np.frombuffer(rest, BOTH, 1).copy()
        rest = rest[BOTH.itemsize :]
        months = np.frombuffer(rest, _MONTH, head["months"])
        rest = rest[months.nbytes :]
        through = date.fromisoformat(head["through"])
        last_entry = head["last_entry"] and date.fromisoformat(head["last_entry"])
        return cls(
            through,
            last_entry,
            states,
            {
                date.fromordinal(int(month["end"])): month["states"].reshape(1).copy()
                for month in months
            },
            Series.unpacked(through - timedelta(days=BACK), rest) if rest else None,
            head["now"],
        )


def same(one: Both, other: Both) -> bool:
    return one.tobytes() == other.tobytes()


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def end_of_month(day: date) -> date:
    return first_of_month(first_of_month(day) + timedelta(days=31)) - timedelta(days=1)
