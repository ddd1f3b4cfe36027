"""Addresses of the time bank."""

from django.urls import URLPattern, path

from volunteers.web import bank, coins, questions, recruits, team_bank

urlpatterns: list[URLPattern] = [
    path("me/coins/", coins.coins, name="coins"),
    path("me/coins/give/", coins.give, name="coin-give"),
    path("me/coins/donate/", coins.donate, name="coin-donate"),
    path("me/coins/beyond/", coins.overflow, name="coin-overflow"),
    path("me/coins/gifts/<int:pk>/<str:step>/", coins.gift, name="gift"),
    path("me/coins/team/", team_bank.give, name="team-give"),
    path("teams/<int:pk>/account/", team_bank.account, name="team-account"),
    path("teams/<int:pk>/account/propose/", team_bank.propose, name="team-propose"),
    path("teams/<int:pk>/end/", team_bank.end, name="team-end"),
    path("teams/gifts/<int:pk>/<str:step>/", team_bank.gift_step, name="team-gift-step"),
    path("teams/proposals/<int:pk>/step/", team_bank.plan_step, name="team-plan-step"),
    path("me/questions/<int:pk>/", coins.my_question, name="my-question"),
    path("hours/published/", coins.published_hours, name="published"),
    path("hours/published/<int:pk>/", coins.published_ask, name="published-ask"),
    path("bank/", bank.bank, name="bank"),
    path("bank/reserve/", bank.reserves, name="reserves"),
    path("bank/reserve/<int:pk>/end/", bank.reserve_end, name="reserve-end"),
    path("bank/pool/", bank.bank_pool, name="bank-pool"),
    path("bank/closings/", bank.closings, name="closings"),
    path("bank/closings/<int:pk>/<str:step>/", bank.closing_decide, name="closing-decide"),
    path("volunteers/<int:pk>/close/", bank.close, name="close"),
    path("volunteers/<int:pk>/brought/", recruits.brought, name="brought"),
    path("bank/moves/", bank.coin_moves, name="moves"),
    path("bank/moves/<int:pk>/letter/", bank.move_letter, name="move-letter"),
    path("bank/moves/<int:pk>/back/", bank.move_call_back, name="move-call-back"),
    path("questions/", questions.question_list, name="questions"),
    path("questions/calls/", questions.calls, name="call-backs"),
    path("questions/calls/<int:pk>/", questions.call, name="call"),
    path("questions/<int:pk>/", questions.question, name="question"),
]
