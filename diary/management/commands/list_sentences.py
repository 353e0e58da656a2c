"""Write the catalogue that translations are made from: `diary/locale/django.pot`.

Babel reads the code, so no gettext need be installed. A development command: a server has no Babel.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po
from django.core.management.base import BaseCommand

from diary.wording.vocabulary import catalogued

WORDING = Path(__file__).resolve().parents[2] / "wording"
CATALOGUE = WORDING.parent / "locale" / "django.pot"
# What marks a text here, and in which of its places: all that Babel knows, and noop.
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None, "noop": None}


class Command(BaseCommand):
    help = "Write diary/locale/django.pot, from which translations are made."

    def handle(self, **options):
        CATALOGUE.parent.mkdir(exist_ok=True)
        CATALOGUE.write_bytes(written(catalogue()))
        self.stdout.write(f"{len(catalogue())} texts in {CATALOGUE.name}")


def catalogue() -> Catalog:
    """Every text for people, untranslated: those of the sentences, and the vocabulary."""
    texts = Catalog(project="Fortnight", charset="utf-8")
    for name, line, text, comments, context in extract_from_dir(
        WORDING, [("**.py", "python")], keywords=KEYWORDS
    ):
        texts.add(text, None, [(name, line)], auto_comments=comments, context=context)
    for context, text in catalogued():
        texts.add(text, locations=[("measures.py", 0)], context=context)
    return texts


def written(texts: Catalog) -> bytes:
    """As a .pot file, alike for the same sentences: no dates, no line numbers."""
    file = BytesIO()
    write_po(file, texts, width=100, sort_output=True, include_lineno=False, omit_header=True)
    return file.getvalue()
