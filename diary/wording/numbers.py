"""Numbers as they stand in sentences: tenths, never "−0", and the right word after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext

# Stands in ``every_sentence()`` for what a person wrote: no letter of it is ours to translate.
OWN_WORDS = "«…»"

_TENTH = Decimal("0.1")


def in_tenths(value: float) -> Decimal:
    """The value rounded to a tenth, a half away from zero; what rounds to nothing has no sign.

    >>> in_tenths(1.25), in_tenths(-0.25), in_tenths(-0.04)
    (Decimal('1.3'), Decimal('-0.3'), Decimal('0.0'))
    """
    # By its digits: 0.15 is a little less than that in binary, and would go down.
    return Decimal(str(value)).quantize(_TENTH, ROUND_HALF_UP) + Decimal(0)


def tenths(value: float) -> str:
    """One decimal, always: "3.0", "−0.5".

    >>> tenths(3), tenths(-0.46), tenths(-0.01)
    ('3.0', '−0.5', '0.0')
    """
    return number_format(in_tenths(value), 1).replace("-", "−")


def short(value: float) -> str:
    """A tenth only where there is one: "2", "1.8".

    >>> short(2.0), short(1.84), short(-0.5)
    ('2', '1.8', '−0.5')
    """
    rounded = in_tenths(value)
    whole = rounded == rounded.to_integral_value()
    return number_format(rounded, 0 if whole else 1).replace("-", "−")


def points(value: float) -> str:
    """How far on a scale, without its direction: "1 point", "1.8 points".

    >>> points(-1.0), points(0.96), points(1.84), points(0)
    ('1 point', '1 point', '1.8 points', '0 points')
    """
    size = abs(in_tenths(value))
    if size == size.to_integral_value():
        whole = int(size)
        return ngettext("{points} point", "{points} points", whole).format(points=whole)
    # Many languages count halves in a way of their own, which no plural form of theirs is.
    return pgettext("not a whole number", "{points} points").format(points=short(float(size)))


def listed(words: Sequence[str]) -> str:
    """Several things in one row, as the language lists them.

    >>> listed(["low mood"]), listed(["low mood", "guilt"]), listed(["a", "b", "c"])
    ('low mood', 'low mood and guilt', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    *others, last = words
    first = others[0]
    for word in others[1:]:
        first = gettext("{first}, {next}").format(first=first, next=word)
    return gettext("{first} and {last}").format(first=first, last=last)


def every_sentence() -> Iterator[str]:
    yield from (points(value) for value in (0, 0.5, 1, 1.1, 2, 10))
    yield from (listed(["1", "2", "3"][:count]) for count in (1, 2, 3))
