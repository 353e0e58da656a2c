"""The page that holds the app, and the worker that keeps it for when there is no network."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diary.support import support_block
from web import shell


@require_safe
def page(request):
    """One page for everybody: nothing in it is of a person."""
    context = {
        "edition": shell.edition(),
        "modules": shell.modules(),
        "support": support_block(None),
    }
    response = render(request, "web/shell.html", context)
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request):
    """The service worker: served from the root, because it may only keep what lies below it."""
    kept = json.dumps(["/", *shell.files()])
    script = f'const EDITION = "{shell.edition()}";\nconst FILES = {kept};\n\n'
    response = HttpResponse(
        script + shell.WORKER.read_text(), content_type="text/javascript; charset=utf-8"
    )
    response["Cache-Control"] = "no-cache"
    return response
