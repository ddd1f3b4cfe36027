"""Addresses of jobs; the pages stand in `carenet.portal`, because `jobs` may not reach up to `webkit`."""

from __future__ import annotations

from django.urls import include, path

app_name = "jobs"
urlpatterns = [path("", include("carenet.portal.jobs_pages"))]
