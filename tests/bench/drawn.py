"""Drawn series for the tests of the benches."""

import numpy as np


def series(missing: float, days: int = 140, seed: int = 7) -> np.ndarray:
    """One series ``(1, days)`` in tenths, whole points, with a share of its days missing."""
    rng = np.random.default_rng(seed)
    tenths = 10 * np.clip(np.rint(rng.normal(5, 2, (1, days))), 0, 10)
    return np.where(rng.random(tenths.shape) < missing, np.nan, tenths)
