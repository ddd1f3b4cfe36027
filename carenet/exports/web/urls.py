"""Addresses of exports."""

from __future__ import annotations

from django.urls import path

from carenet.exports.web import pages

app_name = "exports"
urlpatterns = [
    path("exports/", pages.listing, name="list"),
    path("exports/ask/", pages.ask, name="ask"),
    path("exports/<int:pk>/", pages.export, name="export"),
    path("exports/<int:pk>/file/", pages.fetch, name="file"),
]
