from __future__ import annotations

import pytest
from babel.messages.mofile import write_mo
from django.utils import translation

from tests.diary.wording.strange import LANGUAGE, translated


@pytest.fixture
def strange_language(settings, tmp_path):
    """A language that turns every letter of ours into another one, spoken during the test.

    It is a catalogue like any other: made from the texts that are listed, written, and read by
    gettext from a folder.
    """
    folder = tmp_path / LANGUAGE / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, translated())
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), (LANGUAGE, "Strange")]
    with translation.override(LANGUAGE):
        yield LANGUAGE
