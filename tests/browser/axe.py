"""axe-core, as it comes from npm, asked about a page."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from config import npm
from config.environment import CHECKOUT

SEVERE = {"serious", "critical"}
# The page's policy lets no foreign script in: axe comes by way of the browser's own protocol.
ASK = """(rules) => axe.run(document, {
  resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }),
})"""


@cache
def script() -> str:
    folder = npm.fetch(Path(__file__).parent, CHECKOUT / "var" / "npm")
    return (folder / "axe-core" / "axe.min.js").read_text()


def severe(page: Page, rules: list[str] | None = None) -> list[str]:
    """What stands in somebody's way here, by all rules or these: a line for each element."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(script())
    found = page.evaluate(ASK, rules)
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in SEVERE
        for node in rule["nodes"]
    ]
