"""The Celery app that worker and beat start with; the API never imports it."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("fortnight", include=["diary.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
