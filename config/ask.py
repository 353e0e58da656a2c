"""Asking the API about itself: `python -m config.ask URL` ends well only where it answers 200."""

from __future__ import annotations

import http.client
import json
import sys
import urllib.error
import urllib.request

LIMIT = 5.0  # seconds

# Directly: a proxy that the environment names knows nothing of the addresses in here.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(url: str) -> tuple[int, dict[str, object]]:
    """The status and the JSON object that `url` answers with, good or bad; (0, {}) without any."""
    try:
        with DIRECT.open(url, timeout=LIMIT) as answer:
            return answer.status, parsed(answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, parsed(refusal.read())
    except (OSError, http.client.HTTPException):
        return 0, {}


def parsed(text: bytes) -> dict[str, object]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def main(arguments: list[str]) -> int:
    [url] = arguments
    status, content = ask(url)
    print(status or "no answer", json.dumps(content))
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
