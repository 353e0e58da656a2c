"""What was drawn on a canvas, told by its pixels."""

from __future__ import annotations

from playwright.sync_api import Locator

# For each place of the chart, how many pixels of its column are as red as the line of pain: not
# the grid, not the axis, not the sheet.
INKED = """(canvas, places) => {
  const { width, height } = canvas;
  const gutter = 30 * devicePixelRatio;
  const wide = (width - gutter - 10 * devicePixelRatio) / places;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  return Array.from({ length: places }, (_, place) => {
    let count = 0;
    const from = Math.round(gutter + place * wide), to = Math.round(gutter + (place + 1) * wide);
    for (let x = from; x < to; x++) for (let y = 0; y < height; y++) {
      const at = 4 * (y * width + x);
      if (data[at + 3] > 0 && data[at] - data[at + 2] > 60) count++;
    }
    return count;
  });
}"""


def inked(canvas: Locator, places: int) -> list[int]:
    """The pixels of the line in each of the places of a chart of pain, on a light page."""
    return canvas.evaluate(INKED, places)
