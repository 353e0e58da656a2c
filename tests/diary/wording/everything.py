"""Every file of the package, found by itself: whoever adds one has its sentences tested."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from diary import wording

FILES: dict[str, ModuleType] = {
    found.name: importlib.import_module(f"{wording.__name__}.{found.name}")
    for found in pkgutil.iter_modules(wording.__path__)
}


def every_sentence(name: str) -> list[str]:
    """Each text that a file can make, once, in the language that is active."""
    return list(dict.fromkeys(FILES[name].every_sentence()))
