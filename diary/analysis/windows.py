"""Windows: runs of consecutive dates, cut out of whole diaries.

Everything that is summed over a window is a whole number (tenths of a point, counts, whole
weights), so a sum has one value in whatever order it is added. That, and doing the rest element
by element, is why a person gets the same bits alone and in a batch.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]
Bools = npt.NDArray[np.bool_]

BLOCK = 2048  # windows read at once: some 20 MB of symptom windows, whatever the batch


def windows_ending(days: Floats, first: int, count: int, length: int) -> Floats:
    """The windows that end on the days ``first … first + count - 1``: ``(…, count, length)``.

    A view. ``days`` is ``(…, days)``.

    >>> windows_ending(np.array([1.0, 2.0, 3.0, 4.0]), first=2, count=2, length=2)
    array([[2., 3.],
           [3., 4.]])

    Days before the first one are not invented:

    >>> windows_ending(np.array([1.0, 2.0]), first=1, count=1, length=3)
    Traceback (most recent call last):
        ...
    ValueError: a window of 3 days ending on day 1 begins before the first day
    """
    begin = first - length + 1
    if begin < 0:
        raise ValueError(
            f"a window of {length} days ending on day {first} begins before the first day"
        )
    view = np.lib.stride_tricks.sliding_window_view(days, length, axis=-1)
    return view[..., begin : begin + count, :]


def blocks(diaries: int, days: int) -> Iterator[slice]:
    """Slices of the days, each small enough to read at once for all diaries.

    >>> list(blocks(diaries=1024, days=5))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 6, None)]

    No days are one empty block, so that their answers keep a shape:

    >>> list(blocks(diaries=2048, days=0))
    [slice(0, 1, None)]
    """
    step = max(1, BLOCK // max(1, diaries))
    for begin in range(0, max(1, days), step):
        yield slice(begin, begin + step)


def joined(read: Sequence[tuple[npt.NDArray, ...]]) -> list[npt.NDArray]:
    """The fields of what was read block by block, each put together along its days.

    >>> joined([(np.array([1]), np.array([5])), (np.array([2]), np.array([6]))])
    [array([1, 2]), array([5, 6])]
    """
    return [np.concatenate(field, axis=-1) for field in zip(*read, strict=True)]


def require_whole(values: Floats, low: int, high: int, what: str) -> None:
    """Raise ValueError unless every recorded value is a whole number from low to high.

    >>> require_whole(np.array([np.nan, 65.0]), 0, 100, "pain in tenths")
    >>> require_whole(np.array([6.55]), 0, 100, "pain in tenths")
    Traceback (most recent call last):
        ...
    ValueError: pain in tenths is a whole number from 0 to 100
    """
    recorded = values[~np.isnan(values)]
    wrong = recorded[(recorded < low) | (recorded > high) | (recorded != np.rint(recorded))]
    if wrong.size:  # which value it was is nobody's business here: errors end up in logs
        raise ValueError(f"{what} is a whole number from {low} to {high}")
