from __future__ import annotations

from django.apps import AppConfig

from diary import checks


class DiaryConfig(AppConfig):
    name = "diary"

    def ready(self) -> None:
        checks.register()
