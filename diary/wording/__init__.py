"""Every sentence that people read, made from the numbers: one file for each thing spoken of.

No other module holds a sentence for people. Each says what entries show and how much of them
there was; never what somebody has, never that one thing causes another, never that all is well.
"""

from diary.wording.patterns import look_at_pain, size, summary, why, would_change

__all__ = ["look_at_pain", "size", "summary", "why", "would_change"]
