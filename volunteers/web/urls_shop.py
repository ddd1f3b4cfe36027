"""Addresses around the points shop: photos, services for points, backing, yardsticks, kept filters."""

from django.urls import URLPattern, path

from volunteers.web import claims, kept, shop_office, slips

urlpatterns: list[URLPattern] = [
    path("rewards/<int:pk>/photo/<str:mark>/", shop_office.photo, name="reward-photo"),
    path("slips/<str:token>/proxy/", slips.proxy, name="slip-proxy"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/withdraw/", claims.withdraw, name="claim-withdraw"),
    path("shop/<int:pk>/photo/", shop_office.photo_change, name="reward-photo-change"),
    path("shop/<int:pk>/service/", shop_office.service, name="reward-service"),
    path("shop/backing/", shop_office.backing, name="backing"),
    path("shop/backing/set/", shop_office.backing_set, name="backing-set"),
    path("volunteers/yardsticks/", shop_office.kpis, name="kpis"),
    path("volunteers/filters/<str:page>/keep/", kept.keep, name="filter-keep"),
    path("volunteers/filters/<int:pk>/forget/", kept.forget, name="filter-forget"),
]
