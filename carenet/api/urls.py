"""/api/v1/ itself; the apps' calls are included beside it by carenet.urls."""

from __future__ import annotations

from django.urls import path

from carenet.api.views import Root

app_name = "api"
urlpatterns = [path("", Root.as_view(), name="root")]
