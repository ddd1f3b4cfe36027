"""/api/v1/ itself; the apps' calls are included beside it by carenet.urls."""

from __future__ import annotations

from django.urls import path

from carenet.api import parties
from carenet.api.views import Root

app_name = "api"
urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("areas/", parties.AreaList.as_view(), name="areas"),
    path("organisations/", parties.OrganisationList.as_view(), name="organisations"),
    path("organisations/<int:pk>/members/", parties.Members.as_view(), name="members"),
    path("colleagues/", parties.Colleagues.as_view(), name="colleagues"),
]
