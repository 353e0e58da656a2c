"""What reviews look for: one file each, listed here and nowhere else.

A detector walks diaries from day to day (``look``), opens and closes episodes (``MACHINE``),
and tells ``state`` and ``evidence``; ``NOTHING`` is its state of a diary without entries.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from diary.detectors import pain_mood_worsening, symptom_pattern

DETECTORS: dict[str, ModuleType] = {
    "symptom_pattern": symptom_pattern,
    "pain_mood_worsening": pain_mood_worsening,
}


def state_of_nothing() -> dict[str, Any]:
    """The states of a diary that holds nothing: all still learning."""
    return {kind: dict(detector.NOTHING) for kind, detector in DETECTORS.items()}
