"""What a page must never do while somebody looks at it: break its policy, or fail in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage

# The browser itself tells of these, and the page answers them with words: see `expect`.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
NO_NETWORK = re.compile(r"Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
# Told to the console, so that one listener hears of all of it.
REPORT = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass
class Watched:
    """What was said to the console as an error, and what was thrown and not caught."""

    seen: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)

    def expect(self, *what: int | str) -> None:
        """Statuses that the test asks for, or "offline"."""
        self.expected |= {str(one) for one in what}

    def faults(self) -> list[str]:
        return [text for text in self.seen if not self.is_expected(text)]

    def is_expected(self, text: str) -> bool:
        if NO_NETWORK.search(text):
            return "offline" in self.expected
        refused = REFUSED.search(text)
        return bool(refused) and refused[1] in self.expected


def watch(context: BrowserContext) -> Watched:
    watched = Watched()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "assert"):
            place = message.location.get("url", "")
            watched.seen.append(f"{message.text} ({place})")

    context.add_init_script(REPORT)
    context.on("console", heard)
    context.on("weberror", lambda fault: watched.seen.append(f"thrown: {fault.error}"))
    return watched
