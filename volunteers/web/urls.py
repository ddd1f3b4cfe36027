from django.urls import URLPattern, path

from volunteers.web import office, own, shelf, shop, slips
from volunteers.web.urls_bank import urlpatterns as bank
from volunteers.web.urls_shop import urlpatterns as around_the_shop
from volunteers.web.urls_training import urlpatterns as training

app_name = "volunteers"
urlpatterns: list[URLPattern] = [
    path("me/", own.home, name="me"),
    path("me/points/", own.points, name="points"),
    path("me/hours/", own.hours, name="hours"),
    path("me/slips/", own.slips, name="my-slips"),
    path("me/slips/<uuid:uid>/", own.slip, name="my-slip"),
    path("rewards/", shop.window, name="rewards"),
    path("rewards/<int:pk>/check/", shop.check, name="reward-check"),
    path("rewards/<int:pk>/redeem/", shop.redeem, name="reward-redeem"),
    path("slips/<str:token>/", slips.slip, name="slip"),
    path("slips/<str:token>/cancel/", slips.cancel, name="slip-cancel"),
    path("r/", slips.find, name="slip-find"),
    path("r/<str:code>/", slips.hand_over, name="hand-over"),
    path("redemptions/", slips.redemptions, name="redemptions"),
    path("redemptions/counter/", slips.counter, name="counter"),
    path("volunteers/", office.volunteers, name="list"),
    path("volunteers/enrol/", office.enrol, name="enrol"),
    path("volunteers/rules/", office.rules, name="rules"),
    path("volunteers/rules/<str:key>/", office.rule, name="rule"),
    path("volunteers/<int:pk>/", office.detail, name="detail"),
    path("volunteers/<int:pk>/change/", office.change, name="change"),
    path("volunteers/<int:pk>/step/", office.step, name="step"),
    path("volunteers/<int:pk>/qualify/", office.qualify, name="qualify"),
    path("volunteers/attendances/<int:pk>/reverse/", office.reverse, name="reverse"),
    path("shop/", shelf.rewards, name="shop"),
    path("shop/offer/", shelf.offer, name="reward-offer"),
    path("shop/<int:pk>/", shelf.reward, name="reward"),
    path("shop/<int:pk>/change/", shelf.change, name="reward-change"),
    path("shop/<int:pk>/stock/", shelf.stock, name="reward-stock"),
    path("shop/<int:pk>/show/", shelf.show, name="reward-show"),
    *around_the_shop,
    *training,
    *bank,
]
