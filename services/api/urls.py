"""The REST addresses of the services app."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from services.api import care, help, views

app_name = "api-services"
router = SimpleRouter()
router.register("requests", views.RequestViewSet, basename="request")
router.register("helpers", views.HelperViewSet, basename="helper")
router.register("offers", views.OfferViewSet, basename="offer")
router.register("alarms", views.AlarmViewSet, basename="alarm")
router.register("care-lines", care.CareLineViewSet, basename="care-line")
router.register("visits", views.VisitViewSet, basename="visit")
urlpatterns = [
    *router.urls,
    path("service-kinds/", views.ServiceKinds.as_view(), name="service-kinds"),
    path("help/<str:token>/", help.Help.as_view(), name="help"),
    path("help/<str:token>/fine/", help.Fine.as_view(), name="help-fine"),
]
