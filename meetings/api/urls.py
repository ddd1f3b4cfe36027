"""REST addresses of meetings."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from meetings.api import views

app_name = "api-meetings"
router = SimpleRouter()
router.register("meetings", views.MeetingViewSet, basename="meeting")
router.register("decisions", views.DecisionViewSet, basename="decision")
urlpatterns = [path("", include(router.urls))]
