from __future__ import annotations

from django.urls import path

from web import views

urlpatterns = [
    path("", views.page),
    path("sw.js", views.worker),
]
