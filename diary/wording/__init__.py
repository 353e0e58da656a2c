"""Every sentence that people read, made from the numbers: one file for each thing spoken of.

No other module holds a sentence for people. Each says what entries show and how much of them
there was; never what somebody has, never that one thing causes another, never that all is well.

How a file here is written:

* It is given what it speaks of and imports only the vocabulary, `numbers` and Django's gettext:
  nothing that stores, looks or sends.
* Every text goes through ``gettext``, ``ngettext`` or ``pgettext`` while the sentence is made,
  never at import; a table of texts is marked with ``gettext_noop`` and translated when shown.
* A translator gets whole sentences with named places, filled in after translating:
  ``gettext("From {answered} of {of} days.").format(answered=9, of=14)``. Nothing is glued together
  from halves of a sentence, and no word is made small or big afterwards.
* What is counted goes through ``ngettext`` with a whole number; what is measured through
  ``numbers.points`` and ``numbers.tenths``, which know halves, minus signs and nothing at all.
* ``every_sentence()`` yields every text that the file can make, in the language that is active:
  each branch, and the edges of its numbers (0, 1, 2, a half, below zero). Sentences end with a
  full stop; labels, headings and subjects do not. Sentences that are told together may be
  yielded together. Where a person's own words would stand, it puts ``numbers.OWN_WORDS``.

`tests/diary/wording/` reads every file of this package by itself: nothing that must not be
claimed, easy to read, short, everything translatable, and every text in the committed catalogue
(`python3 manage.py list_sentences` writes it) yielded by ``every_sentence()``.
"""

from diary.wording.patterns import look_at_pain, size, summary, why, would_change

__all__ = ["look_at_pain", "size", "summary", "why", "would_change"]
