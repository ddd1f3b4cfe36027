"""Addresses of the REST calls, under /api/v1/."""

from django.urls import path

from volunteers.api import views

app_name = "api-volunteers"
urlpatterns = [
    path("volunteers/", views.VolunteerList.as_view(), name="volunteers"),
    path("volunteers/<int:pk>/", views.VolunteerOne.as_view(), name="volunteer"),
    path("volunteers/<int:pk>/statements/<str:unit>/", views.Statement.as_view(), name="statement"),
    path("rewards/", views.Rewards.as_view(), name="rewards"),
    path("rewards/<int:pk>/redeem/", views.Redeem.as_view(), name="redeem"),
    path("redemptions/", views.SlipList.as_view(), name="redemptions"),
    path("redemptions/<int:pk>/", views.SlipOne.as_view(), name="redemption"),
    path("redemptions/<int:pk>/hand-over/", views.HandOver.as_view(), name="hand-over"),
    path("redemptions/<int:pk>/take-back/", views.TakeBack.as_view(), name="take-back"),
]
