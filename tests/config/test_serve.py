"""Whom the server believes about where a request comes from."""

from __future__ import annotations

import subprocess
import sys

import pytest
from waitress.proxy_headers import proxy_headers_middleware

from config.serve import behind


def seen(proxies: int, forwarded: str) -> dict[str, str]:
    """What the application sees of a request that comes through these proxies."""
    options = behind(proxies)
    caught = {}
    app = proxy_headers_middleware(
        lambda environ, start: caught.update(environ) or [],
        trusted_proxy=options.get("trusted_proxy"),
        trusted_proxy_count=options.get("trusted_proxy_count", 1),
        trusted_proxy_headers=options.get("trusted_proxy_headers"),
        clear_untrusted=options["clear_untrusted_proxy_headers"],
    )
    app(
        {
            "REMOTE_ADDR": "10.0.0.1",
            "REMOTE_HOST": "10.0.0.1",
            "wsgi.url_scheme": "http",
            "HTTP_X_FORWARDED_FOR": forwarded,
            "HTTP_X_FORWARDED_PROTO": "https",
        },
        None,
    )
    return caught


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [(0, "10.0.0.1", "http"), (1, "203.0.113.9", "https"), (2, "198.51.100.7", "https")],
    ids=["nobody", "one proxy", "two proxies"],
)
def test_only_as_many_proxies_are_believed_as_there_are(proxies, address, scheme):
    request = seen(proxies, "192.0.2.1, 198.51.100.7, 203.0.113.9")
    assert (request["REMOTE_ADDR"], request["wsgi.url_scheme"]) == (address, scheme)


def test_what_nobody_vouches_for_does_not_reach_the_application():
    assert "HTTP_X_FORWARDED_FOR" not in seen(0, "192.0.2.1")


def test_a_server_without_its_secrets_says_which_is_missing(bare_environment):
    done = subprocess.run(
        [sys.executable, "-m", "config.serve", "--listen", "127.0.0.1:0"],
        env=bare_environment | {"DIARY_STATE_DIR": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert "DIARY_SECRET_KEY is not set" in done.stderr
