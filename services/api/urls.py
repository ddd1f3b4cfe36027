"""The REST addresses of the services app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from services.api import views

app_name = "api-services"
router = SimpleRouter()
router.register("requests", views.RequestViewSet, basename="request")
router.register("offers", views.OfferViewSet, basename="offer")
router.register("alarms", views.AlarmViewSet, basename="alarm")
router.register("visits", views.VisitViewSet, basename="visit")
urlpatterns = router.urls
