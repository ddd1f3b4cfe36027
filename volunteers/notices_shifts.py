"""What shifts and teams tell people. No phone and no address of a home stands in a notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.notices.registry import NoticeTemplate

TEMPLATES = (
    NoticeTemplate(
        code="volunteers.shift.put_down", icon="calendar-check", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("You are down for %(title)s, %(starts_at)s"), body=_("Place: %(place)s. If you cannot come, press “I cannot come”."),
    ),
    NoticeTemplate(
        code="volunteers.shift.promoted", icon="calendar-check", url_name="volunteers:my-shift", url_args=("slot",),
        sms="shift_promoted", sms_params=("title", "starts_at"),
        sms_text="有位置了：${starts_at}的${title}轮到您。来不了请点“去不了”。",
        title=_("A place came free: %(title)s, %(starts_at)s"),
        body=_("You were first on the waiting list. Place: %(place)s. If you cannot come, press “I cannot come”."),
    ),
    NoticeTemplate(
        code="volunteers.shift.reminder", icon="bell", url_name="volunteers:my-shift", url_args=("slot",),
        sms="shift_reminder", sms_params=("title", "starts_at", "place"),
        sms_text="提醒：${starts_at}${title}，地点${place}。来不了请点“去不了”。",
        title=_("Reminder: %(title)s, %(starts_at)s"),
        body=_("Place: %(place)s. If you cannot come, press “I cannot come”, so that somebody else can."),
    ),
    NoticeTemplate(
        code="volunteers.shift.stand_in_wanted", icon="hand-helping", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("Can you stand in? %(title)s, %(starts_at)s"),
        body=_("A colleague cannot come. Whoever presses first takes the place."),
    ),
    NoticeTemplate(
        code="volunteers.shift.replaced", icon="check", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("%(name)s stands in for you: %(title)s, %(starts_at)s"), body=_("You need not come. Thank you for telling us."),
    ),
    NoticeTemplate(
        code="volunteers.shift.somebody_cannot", icon="user-minus", url_name="volunteers:slot", url_args=("slot",),
        title=_("%(name)s cannot come: %(title)s, %(starts_at)s"), body=_("Colleagues were asked to stand in. Please look at the list."),
    ),
    NoticeTemplate(
        code="volunteers.shift.cancelled", icon="x", url_name="volunteers:my-shift", url_args=("slot",),
        sms="shift_cancelled", sms_params=("title", "starts_at"), sms_text="取消通知：${starts_at}的${title}取消了，请不用来。",
        title=_("Cancelled: %(title)s, %(starts_at)s"), body=_("Reason: %(reason)s. You need not come."),
    ),
    NoticeTemplate(
        code="volunteers.shift.restored", icon="undo-2", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("It takes place after all: %(title)s, %(starts_at)s"), body=_("You are down again. If you cannot come, press “I cannot come”."),
    ),
    NoticeTemplate(
        code="volunteers.shift.restored_without", icon="undo-2", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("It takes place after all: %(title)s, %(starts_at)s"),
        body=_("You promised something else meanwhile, so you are not down for it."),
    ),
    NoticeTemplate(
        code="volunteers.shift.forgot_check_out", icon="clock", url_name="volunteers:my-shift", url_args=("slot",),
        title=_("Did you stay until the end? %(title)s, %(starts_at)s"),
        body=_("You did not check out, so we counted until %(ends_at)s. If you left earlier, please tell us."),
    ),
    NoticeTemplate(
        code="volunteers.shift.to_check", icon="clipboard-list", url_name="volunteers:slot", url_args=("slot",),
        title=_("The captain proposes a shift: %(title)s, %(starts_at)s"), body=_("Please look at it and publish it."),
    ),
    NoticeTemplate(
        code="volunteers.late.asked", icon="clock", url_name="volunteers:late-entries",
        title=_("%(name)s asks for hours that were not ticked"), body="%(what)s",
    ),
    NoticeTemplate(
        code="volunteers.late.approved", icon="check", url_name="volunteers:hours",
        title=_("Your late hours of %(served_on)s were approved"), body="%(what)s",
    ),
    NoticeTemplate(
        code="volunteers.late.refused", icon="x", url_name="volunteers:my-late",
        title=_("Your late hours of %(served_on)s were not approved"), body=_("Reason: %(answer)s. If you think this is wrong, please call the station."),
    ),
    NoticeTemplate(
        code="volunteers.team.vote_opened", icon="vote", url_name="volunteers:my-team",
        title=_("%(team)s chooses its captain"), body=_("Name somebody and vote until %(closes_at)s. Each member has one vote."),
    ),
    NoticeTemplate(
        code="volunteers.team.vote_closed", icon="vote", url_name="volunteers:my-team",
        title=_("%(team)s has voted"), body=_("New captain: %(name)s."),
    ),
    NoticeTemplate(
        code="volunteers.team.vote_open_end", icon="vote", url_name="volunteers:my-team",
        title=_("%(team)s has voted, without a result"), body=_("No captain was chosen. The station will ask you to vote again."),
    ),
    NoticeTemplate(
        code="volunteers.insurance_ends", icon="shield-alert", url_name="volunteers:me",
        title=_("Your accident insurance ends on %(ends_on)s"), body=_("Please call the station, so that it is renewed in time."),
    ),
)  # fmt: skip
