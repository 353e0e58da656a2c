"""A chart of what rules find against how often they are wrong, as SVG.

The colours are those of the reader: `currentColor` for lines and words, and a hue for us that
holds on white and on black.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

WIDTH, HEIGHT = 760, 470
LEFT, RIGHT, TOP, BOTTOM = 62, 250, 44, 54
OURS_COLOUR = "#2f7fd6"
DASHES = ("7 3", "2 3", "9 3 2 3", "5 5", "1 4", "none")


class Axis(NamedTuple):
    """How often a rule is wrong: a logarithmic axis from its first tick to its last."""

    says: str
    found: str
    ticks: tuple[float, ...]


YEARLY = Axis(
    "false alarms a year, people to whom nothing happens",
    "found, of those who get worse",
    (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4),
)


class Curve(NamedTuple):
    """One rule: how often it is wrong and the share found, from its highest threshold to its
    lowest; one with a single threshold is a dot."""

    name: str
    rates: Sequence[float]
    shares: Sequence[float]
    ours: bool = False


def draw(
    title: str, curves: Sequence[Curve], point: tuple[float, float], axis: Axis = YEARLY
) -> str:
    """The chart; ``point`` is our rule as it is shipped: how often wrong, share found."""
    ordered = sorted(curves, key=lambda curve: -curve.shares[-1])
    labels = _spaced([_up(curve.shares[-1]) for curve in ordered], 15)
    drawn = [
        _curve(curve, "" if curve.ours else DASHES[place % len(DASHES)], label, axis)
        for place, (curve, label) in enumerate(zip(ordered, labels, strict=True))
    ]
    x, y = _across(point[0], axis), _up(point[1])
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            ' font-family="system-ui, sans-serif" font-size="12" fill="currentColor">',
            f"<title>{escape(title)}</title>",
            # Seen by itself, as an image, a page's colour does not reach it.
            "<style>svg{color:#1d2733}@media(prefers-color-scheme:dark){svg{color:#e4e8ee}}</style>",
            f'<text x="{LEFT}" y="22" font-size="14" font-weight="600">{escape(title)}</text>',
            *_axes(axis),
            *drawn,
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{OURS_COLOUR}"/>',
            "</svg>\n",
        ]
    )


def _axes(axis: Axis) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    grid = 'stroke="currentColor" stroke-opacity=".18"'
    parts = []
    for tick in axis.ticks:
        x = _across(tick, axis)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" {grid}/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{tick:g}</text>')
    for tenths in range(0, 11, 2):
        y = _up(tenths / 10)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" {grid}/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10 * tenths} %</text>'
        )
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">{escape(axis.says)}</text>'
    )
    parts.append(
        f'<text transform="translate(16 {(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(axis.found)}</text>"
    )
    return parts


def _curve(curve: Curve, dashes: str, label: float, axis: Axis) -> str:
    points = " ".join(
        f"{_across(rate, axis):.1f},{_up(share):.1f}"
        for rate, share in zip(curve.rates, curve.shares, strict=True)
    )
    colour = OURS_COLOUR if curve.ours else "currentColor"
    width, strength = (3, 1) if curve.ours else (1.4, 0.75)
    end = f"{_across(curve.rates[-1], axis):.1f}", f"{_up(curve.shares[-1]):.1f}"
    single = f'<circle cx="{end[0]}" cy="{end[1]}" r="3"/>' if len(curve.rates) == 1 else ""
    right = WIDTH - RIGHT
    return (
        f'<g stroke="{colour}" stroke-opacity="{strength}" fill="none">'
        f'<polyline points="{points}" stroke-width="{width}" stroke-dasharray="{dashes}"/>'
        f'<path d="M{end[0]} {end[1]}L{right + 8} {label:.1f}" stroke-width=".6"/>{single}</g>'
        f'<text x="{right + 12}" y="{label + 4:.1f}" fill="{colour}">{escape(curve.name)}</text>'
    )


def _across(rate: float, axis: Axis) -> float:
    """Where a rate stands; one beyond the axis stands at its end."""
    lowest, highest = axis.ticks[0], axis.ticks[-1]
    share = np.log(np.clip(rate, lowest, highest) / lowest) / np.log(highest / lowest)
    return float(LEFT + share * (WIDTH - RIGHT - LEFT))


def _up(share: float) -> float:
    return float(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP))


def _spaced(places: Sequence[float], apart: float) -> list[float]:
    """Places from the top down, moved so that no two are nearer than ``apart``.

    >>> _spaced([10.0, 12.0, 50.0], 15)
    [10.0, 25.0, 50.0]
    """
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + apart) if moved else place)
    over = moved[-1] - (HEIGHT - BOTTOM) if moved else 0
    return [place - max(0, over) for place in moved] if over > 0 else moved
