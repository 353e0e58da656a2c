"""The help block: whom to call, said calmly, in the same answer as what was just written.

It is a lookup in a table and nothing else. No database, queue, detector or network stands
between an answer about self-harm and the numbers.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date

from diary.help_lines import ANYWHERE, DIRECTORY, HELP_LINES, REVIEWED_ON
from diary.wording.support import message, shown

REVIEW_EVERY_DAYS = 180  # the system check warns of a table that nobody has read for longer


def support_block(country: str | None) -> dict:
    """The help lines of a country, as the API shows them.

    ``country`` is the one the person chose, as ISO 3166 alpha-2; it is never guessed. The answer
    names the country whose lines it holds: null when there is none, and then the lines are
    what holds anywhere.

    >>> support_block("CH")["lines"][0]["phone"]
    '112'
    >>> support_block(None)["country"] is None
    True
    """
    if country is None or country not in HELP_LINES:
        country, lines = None, (ANYWHERE,)
    else:
        lines = HELP_LINES[country]
    return {
        "country": country,
        "message": message(),
        "lines": [{name: shown(text) for name, text in asdict(line).items()} for line in lines],
        "directory": asdict(DIRECTORY),
        "reviewed_on": REVIEWED_ON.isoformat(),
    }


def well_formed_country(code: str) -> bool:
    """Whether this has the shape of a country code: two capital letters, whether known or not.

    >>> well_formed_country("ZZ"), well_formed_country("ch"), well_formed_country("CHE")
    (True, False, False)
    """
    return re.fullmatch("[A-Z]{2}", code) is not None


def reviewed_days_ago(today: date) -> int:
    """Days since somebody last looked at every number in the table."""
    return (today - REVIEWED_ON).days
