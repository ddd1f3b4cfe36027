"""Addresses of the REST calls, under /api/v1/."""

from django.urls import path

from charity.api import views

app_name = "api-charity"
urlpatterns = [
    path("funds/", views.FundList.as_view(), name="funds"),
    path("funds/<int:pk>/", views.FundOne.as_view(), name="fund"),
    path("funds/<int:pk>/statement/", views.FundStatement.as_view(), name="fund-statement"),
    path("donations/", views.DonationList.as_view(), name="donations"),
    path("donations/<int:pk>/", views.DonationOne.as_view(), name="donation"),
    path("donations/<int:pk>/reverse/", views.DonationReverse.as_view(), name="donation-reverse"),
    path("cost-splits/", views.SplitList.as_view(), name="cost-splits"),
    path("cost-splits/preview/", views.SplitPreview.as_view(), name="cost-split-preview"),
    path("grants/", views.GrantList.as_view(), name="grants"),
]
