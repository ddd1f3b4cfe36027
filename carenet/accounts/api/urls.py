"""REST: sign in, who am I, sign out."""

from __future__ import annotations

from django.urls import path

from carenet.accounts.api.views import Session

app_name = "api-accounts"
urlpatterns = [path("session/", Session.as_view(), name="session")]
