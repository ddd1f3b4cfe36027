"""What the time bank tells people: gifts, expiry, questions. Words that never accuse."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carenet.notices.registry import NoticeTemplate, register


def in_words(minutes: Any) -> str:
    """Coin-minutes as hours and minutes."""
    hours, rest = divmod(int(minutes), 60)
    if not rest:
        return str(_("%(hours)d hours") % {"hours": hours})
    if not hours:
        return str(_("%(minutes)d minutes") % {"minutes": rest})
    return str(_("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest})


def amount(pair: Any) -> str:
    """Coins or points, whichever ends."""
    unit, number = pair
    return in_words(number) if unit == "COIN" else str(_("%(n)s points") % {"n": number})


COINS = {"coin_minutes": in_words}
_WRONG = _("The station wrote this down for you. If it is not right, please call the station.")


def chosen(choice: Any) -> str:
    """What became of coins beyond a full account."""
    return str(
        {
            "POOL": _("given to the common pool"), "KEEP": _("put on your account"), "HONOUR": _("let go, for honour"),
        }.get(str(choice), choice)
    )  # fmt: skip


TEMPLATES = (
    NoticeTemplate(
        code="volunteers.gift_offered",
        title=_("%(name)s would like to give you %(coin_minutes)s of time coins"),
        body=_("Please say yes or no until %(last_on)s."),
        url_name="volunteers:coins", icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.gift_accepted", title=_("%(name)s accepted your gift of %(coin_minutes)s"),
        url_name="volunteers:coins", icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.gift_back", title=_("Your gift of %(coin_minutes)s to %(name)s came back"),
        url_name="volunteers:coins", icon="undo-2", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.gift_offered_for_you", title=_("Your gift of %(coin_minutes)s waits for a yes from %(name)s"),
        body=_WRONG, url_name="volunteers:coins", icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.gift_taken_for_you", title=_("%(coin_minutes)s from %(name)s are on your account"),
        body=_WRONG, url_name="volunteers:coins", icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.donated_for_you", title=_("Thank you! You gave %(amount)s to the common pool"),
        body=_WRONG, url_name="volunteers:coins", icon="heart-handshake", show={"amount": amount},
    ),
    NoticeTemplate(
        code="volunteers.chosen_for_you", title=_("%(coin_minutes)s beyond your full account: %(choice)s"),
        body=_WRONG, url_name="volunteers:coins", icon="heart-handshake", show=COINS | {"choice": chosen},
    ),
    NoticeTemplate(
        code="volunteers.team_gift_offered", title=_("%(name)s would like to give %(coin_minutes)s to “%(team)s”"),
        body=_("Please say yes or no on the team's account."),
        url_name="volunteers:team-account", url_args=("account",), icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_gift_for_you", title=_("Your gift of %(coin_minutes)s waits for a yes of “%(team)s”"),
        body=_WRONG, url_name="volunteers:team-account", url_args=("account",), icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_gift_accepted", title=_("“%(team)s” thanks you for %(coin_minutes)s"),
        url_name="volunteers:coins", icon="gift", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_gift_back", title=_("Your gift of %(coin_minutes)s to “%(team)s” came back"),
        url_name="volunteers:coins", icon="undo-2", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_plan_asked", title=_("“%(team)s”: shall %(coin_minutes)s go to the common pool?"),
        body=_("“%(words)s” Please answer until %(last_on)s."),
        url_name="volunteers:team-account", url_args=("account",), icon="vote", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_plan_done", title=_("“%(team)s” gave %(coin_minutes)s to the common pool. Thank you!"),
        body=_("“%(words)s”"),
        url_name="volunteers:team-account", url_args=("account",), icon="heart-handshake", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_plan_not", title=_("%(coin_minutes)s stay with “%(team)s”"),
        body=_("The proposal “%(words)s” was not agreed to or taken back."),
        url_name="volunteers:team-account", url_args=("account",), icon="undo-2", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.team_ended", title=_("The team “%(team)s” has ended. Thank you for all you did!"),
        body=_("What it held together went to the common pool. Ask the station which team you would like to join."),
        url_name="volunteers:my-team", icon="users",
    ),
    NoticeTemplate(
        code="volunteers.recruit_stayed", title=_("%(name)s, whom you brought, stays: %(points)s points for you"),
        body=_("Thank you for asking others along."), url_name="volunteers:points", icon="heart-handshake",
    ),
    NoticeTemplate(
        code="volunteers.dividend_proposed", title=_("The list of %(year)s is on show: please look at your share"),
        body=_("You can object until %(until_on)s. Nothing is booked before."),
        url_name="volunteers:dividend", url_args=("dividend",), icon="scroll-text",
    ),
    NoticeTemplate(
        code="volunteers.dividend_posted", title=_("The list of %(year)s is booked: %(points)s points for you"),
        body=_("Thank you for what you all did together."),
        url_name="volunteers:dividend", url_args=("dividend",), icon="heart-handshake",
    ),
    NoticeTemplate(
        code="volunteers.dividend_ended", title=_("The list of %(year)s was taken back or not booked"),
        body=_("Reason: %(reason)s. If you think this is wrong, please call the station."),
        url_name="volunteers:dividend", url_args=("dividend",), icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.dividend_objection", title=_("A member objects to the list of %(year)s"),
        url_name="volunteers:dividend", url_args=("dividend",), icon="message-circle",
    ),
    NoticeTemplate(
        code="volunteers.dividend_answered", title=_("Your objection to the list of %(year)s was answered"),
        body="%(reason)s", url_name="volunteers:dividend", url_args=("dividend",), icon="message-circle",
    ),
    NoticeTemplate(
        code="volunteers.recruit_taken_back", title=_("%(points)s points for bringing %(name)s were taken back"),
        body=_("Reason: %(reason)s. If you think this is wrong, please call the station."),
        url_name="volunteers:points", icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.inherited", title=_("From the account of %(name)s you have %(coin_minutes)s and %(points)s points"),
        body=_("The station moved them to you. The page of your coins shows them."),
        url_name="volunteers:coins", icon="heart-handshake", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.move_set_aside", title=_("%(coin_minutes)s are set aside for the community you move to"),
        body=_("The station gives you a letter for the station there."),
        url_name="volunteers:coins", icon="send", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.move_called_back", title=_("%(coin_minutes)s came back: the letter is worth nothing now"),
        url_name="volunteers:coins", icon="undo-2", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.move_arrived", title=_("%(coin_minutes)s from %(name)s are on your account"),
        url_name="volunteers:coins", icon="heart-handshake", show=COINS,
    ),
    NoticeTemplate(
        code="volunteers.expires_soon", title=_("%(amount)s end on %(ends_on)s"),
        body=_("Use them before, or give them to the common pool. The station helps gladly."),
        url_name="volunteers:points", icon="clock", show={"amount": amount},
    ),
    NoticeTemplate(
        code="volunteers.question_asked", title=_("The station has a question about your hours"),
        body=_("You surely can explain it. Please answer until %(answer_by_on)s, here or by phone."),
        url_name="volunteers:my-question", url_args=("question",), icon="message-circle",
    ),
    NoticeTemplate(
        code="volunteers.question_kept", title=_("Thank you for your answer: your hours stay"),
        body="%(reason)s", url_name="volunteers:my-question", url_args=("question",), icon="heart-handshake",
    ),
    NoticeTemplate(
        code="volunteers.question_taken_back", title=_("Hours were corrected after your answer"),
        body=_("Reason: %(reason)s. If you think this is wrong, please call the station."),
        url_name="volunteers:my-question", url_args=("question",), icon="undo-2",
    ),
    NoticeTemplate(
        code="volunteers.question_raised", title=_("A member asks about published hours"),
        url_name="volunteers:question", url_args=("question",), icon="message-circle",
    ),
    NoticeTemplate(
        code="volunteers.question_answered", title=_("A volunteer answered a question about hours"),
        url_name="volunteers:question", url_args=("question",), icon="message-circle",
    ),
    NoticeTemplate(
        code="volunteers.question_decided", title=_("Your question about the hours of %(month_on)s was decided"),
        body="%(reason)s", url_name="volunteers:published", icon="message-circle",
    ),
)  # fmt: skip


def register_all() -> None:
    for template in TEMPLATES:
        register(template)
