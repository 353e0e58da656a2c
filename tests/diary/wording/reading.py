"""How hard a text is to read: the Flesch–Kincaid grade, on words as they are spoken.

J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: Derivation of new readability
formulas for Navy enlisted personnel, Research Branch Report 8-75, 1975, page 14:
0.39 · words per sentence + 11.8 · syllables per word − 15.59, a school grade of the USA.
What counts as a sentence is R. Flesch's rule (How to Write Plain English, 1979, chapter 2): each
unit that a full stop, a colon, a semicolon or a question mark sets off.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:\.\d+)?")
_GROUP = re.compile(r"[aeiouy]+")
# A vowel that is written and not spoken: make, likes, moved; not in "little", "wanted", "places".
_SILENT = re.compile(
    r"(?<=[a-z])(?<![aeiouyl])(?:e|(?<![cgsxz])es|(?<![td])ed)$|(?<=[aeiouy]l)es?$"
)
# Two vowels side by side that are two syllables: "being", "area", "diary", "usual".
_APART = re.compile(r"eing|ia(?!l)|io(?!n)|iu|ua|[aiouy]ing|ea(?=te)|eo(?!n)")


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.:;!?])\s+", text.strip()) if sentence]


def words(text: str) -> list[str]:
    return WORD.findall(text)


def syllables(word: str) -> int:
    """Of a word, by its groups of vowels; of a number, one a digit and one for the point."""
    if word[0].isdigit():
        return len(word)
    return sum(max(1, _vowels(part)) for part in re.split(r"[-]", word.lower()))


def _vowels(word: str) -> int:
    spoken = _SILENT.sub("", word)
    return len(_GROUP.findall(spoken)) + len(_APART.findall(spoken))


def grade(text: str) -> float:
    """School grade at which the text can be read."""
    spoken = words(text)
    if not spoken:
        return 0.0
    per_sentence = len(spoken) / len(sentences(text))
    per_word = sum(map(syllables, spoken)) / len(spoken)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59
