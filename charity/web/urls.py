"""Addresses of the charity pages: nouns, then a verb."""

from django.urls import path

from charity.web import donations, funds, goods, grants, mine, open

app_name = "charity"
urlpatterns = [
    path("me/gifts/", mine.gifts, name="my-gifts"),
    path("me/gifts/<int:pk>/", mine.gift, name="my-gift"),
    path("funds/", funds.fund_list, name="fund-list"),
    path("funds/open/", funds.fund_open, name="fund-open"),
    path("funds/<int:pk>/", funds.fund, name="fund"),
    path("funds/<int:pk>/statement.xlsx", funds.fund_xlsx, name="fund-xlsx"),
    path("funds/<int:pk>/close/", funds.fund_close, name="fund-close"),
    path("donations/", donations.donation_list, name="donation-list"),
    path("donations/record/", donations.donation_record, name="donation-record"),
    path("donations/book/", donations.donation_book, name="donation-book"),
    path("donations/<int:pk>/", donations.donation, name="donation"),
    path("donations/<int:pk>/reverse/", donations.donation_reverse, name="donation-reverse"),
    path("grants/", grants.grant_list, name="grant-list"),
    path("grants/ask/", grants.grant_ask, name="grant-ask"),
    path("grants/<int:pk>/", grants.grant, name="grant"),
    path("grants/<int:pk>/approve/", grants.grant_approve, name="grant-approve"),
    path("grants/<int:pk>/refuse/", grants.grant_refuse, name="grant-refuse"),
    path("grants/<int:pk>/withdraw/", grants.grant_withdraw, name="grant-withdraw"),
    path("grants/<int:pk>/pay/", grants.grant_pay, name="grant-pay"),
    path("goods/", goods.goods_list, name="goods-list"),
    path("goods/receive/", goods.goods_receive, name="goods-receive"),
    path("goods/<int:pk>/", goods.goods_one, name="goods"),
    path("open/", open.open_list, name="open"),
    path("open/<slug:slug>/", open.open_community, name="open-community"),
]
