"""A whole diary as its person sees it and sends it: said by the API, known here by name only.

Exports show documents as the API shows them, and imports judge them as the API judges them. The
setting names the module that does both; nothing here imports it.
"""

from __future__ import annotations

from types import ModuleType

from django.conf import settings
from django.utils.module_loading import import_module


def whole_diary() -> ModuleType:
    """The module with `Shown(person, vault, now)`, `Asked(person, vault, now)` and `Refused`."""
    return import_module(settings.WHOLE_DIARY)
