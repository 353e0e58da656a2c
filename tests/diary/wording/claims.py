"""What nobody may read about themselves here, and what makes a text unfinished or too long.

From the detection notes, section E: no diagnosis and nothing that sounds like one, no cause, no
promise, no reassurance; and from the studies of tone: no alarm, no blame.
"""

from __future__ import annotations

import re

from tests.diary.wording.reading import grade, sentences, words

HARDEST = 8.0  # school grade of a text as it is told
FEWEST_WORDS = 6  # of fewer the formula says nothing: the names of three languages are grade 12
MOST_WORDS = 20  # between two stops
LONGEST = 900  # characters, told together
LONGEST_LABEL = 60

# Beginnings of words, and phrases.
# fmt: off
CLAIMS = (
    "diagnos", "depress", "disorder", "disease", "screen positive", "screening", "symptom score",
    "risk", "relaps", "clinical", "validated", "accura", "proven", "dsm", "phq", "criteria",
    "patient", "ill", "illness", "sick", "suffer", "abnormal", "unhealthy", "severe", "serious",
    "you have", "you are", "you may have", "you might have", "you seem", "you suffer", "you feel",
    "likely to", "at risk", "predict", "forecast", "detect", "monitor",
)
CAUSES = (
    "because", "cause", "due to", "leads to", "lead to", "led to", "results in", "result of",
    "makes your", "made your", "thanks to", "therefore", "triggers", "triggered", "effect on",
    "affects", "improves your", "worsens your", "reduces your",
)
PROMISES = (
    "will improve", "will get", "will help", "will reduce", "will feel", "get better", "cure",
    "treat", "heal", "fix",
)
REASSURANCE = (
    "all is well", "is well", "nothing is wrong", "no pattern", "no sign", "recovered", "recovery",
    "healthy", "don't worry", "do not worry", "no need to", "everything is", "good news", "normal",
    "safe", "fine",
)
ALARM = (
    "alarm", "warning", "danger", "urgent", "critical", "alert", "you must", "you should",
    "you need to", "failed", "forgot", "streak", "don't break", "missed", "sorry", "unfortunately",
)
# fmt: on
BANNED = (*CLAIMS, *CAUSES, *PROMISES, *REASSURANCE, *ALARM)

# A phrase around a banned one that makes it the opposite of a claim.
_DENIED = ("does not mean nothing is wrong",)

# Where a word is not about the reader. Each with its reason.
MAY_SAY = {
    "mail": ("you have", "forgot"),  # an account, and its password
    "support": ("danger", "you are"),  # "If you are in danger, call the emergency number first."
    "vocabulary": ("treat",),  # "Treatment" is something that people do
    "questionnaires": ("phq",),  # the name of the one that is asked
}

UNFINISHED = {
    "a place that was not filled": r"[{}]|%\(|%s",
    "a name from the code": r"_|None|\bnan\b|\binf\b",
    "a blank too many": r"  |^\s|\s$|\s[,.;:]",
    "two stops": r"\.\.|,,|;;|;\.|:\.|,\.",
    "an exclamation": r"!",
    "capitals": r"\b[A-Z]{3,}\b",
    "minus nothing": r"[-−]0(\.0)?(?![\d.])",
    "a hyphen for a minus": r"(?<![\w.])-\d",
    "no days": r"\b0 days?\b",
    "one of many": r"(?<![.\d])1 (days|points|entries|answers|symptoms|weeks|pairs|times)\b",
    "many of one": r"(?<![.\d])(?!1 )[\d.]+ (day|point|entry|answer|week|pair) ",
    "more than tenths": r"\d\.\d\d",
}


def banned_in(text: str, module: str = "") -> list[str]:
    """The banned words and phrases that a text of this file holds."""
    said = text.lower().replace("’", "'")
    for phrase in _DENIED:
        said = said.replace(phrase, "")
    allowed = MAY_SAY.get(module, ())
    return [
        phrase
        for phrase in BANNED
        if phrase not in allowed and re.search(rf"\b{re.escape(phrase)}", said)
    ]


def unfinished_in(text: str) -> list[str]:
    return [what for what, pattern in UNFINISHED.items() if re.search(pattern, text)]


def is_sentence(text: str) -> bool:
    return text.endswith((".", "?"))


def too_much_in(text: str) -> list[str]:
    """In which ways a text is too long or too hard to read."""
    if not is_sentence(text):
        return ["a long label"] if len(text) > LONGEST_LABEL else []
    found = ["a long text"] if len(text) > LONGEST else []
    if len(words(text)) >= FEWEST_WORDS and (hard := grade(text)) > HARDEST:
        found.append(f"grade {hard:.1f}")
    long = [part for part in sentences(text) if len(words(part)) > MOST_WORDS]
    return found + [f"a long sentence: {part}" for part in long]


def faults_in(text: str, module: str = "") -> list[str]:
    return [*banned_in(text, module), *unfinished_in(text), *too_much_in(text)]
