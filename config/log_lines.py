"""Logs: an allow-list of fields, so that no value of a diary can reach one."""

from __future__ import annotations

from typing import Any


def only(level: str) -> dict[str, Any]:
    """The logging of every process: one stream of lines of JSON, from `level` up."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "api.logs.Lines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # One line a request already says it; Django's own would repeat the path.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # whoever scans can cause it
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            # Whatever the level of the root: asked to, these write addresses and headers.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "hpack": {"level": "WARNING"},
            "h2": {"level": "WARNING"},
        },
    }
