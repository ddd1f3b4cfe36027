"""What the services app tells people: templates and who gets them. Everything is written in the action's transaction.

No phone, address or ID number stands in a notice; whoever may see those opens the page it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.notices import actions as notices
from carenet.notices.actions.outbox import Letter
from carenet.notices.registry import NoticeTemplate, register
from carenet.parties.models import ServiceKind
from services.models import DutyShift
from services.policies import may_visit
from services.states import Channel, FollowUpKind
from volunteers.notices_bank import in_words

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from services.models import Candidate, CoinPayment, FollowUp, HandOver, Helper, ServiceRequest

# Everybody at the station sees an alarm; whoever is on duty gets it by name as well.
ALARM_ROLES = (Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR)
# The ladder of an alarm nobody answers: minutes after the call, and who is told. Source: domain.md §8.2.
LADDER = (
    (3, (Role.COMMITTEE, Role.SOCIAL_WORKER, Role.SUPERVISOR)),
    (10, (Role.DIRECTOR,)),
    (15, (Role.DIRECTOR, Role.COMMITTEE, Role.SOCIAL_WORKER, Role.SUPERVISOR)),
)


def _kind(code: str) -> str:
    kind = ServiceKind.objects.filter(pk=code).first()
    return kind.title if kind is not None else code


TEMPLATES = (
    NoticeTemplate(
        code="services.alarm.raised", urgent=True, icon="siren", sms="alarm_raised", sms_params=("name", "place"),
        title=_("Emergency call: %(name)s, %(place)s"),
        body=_("Please answer by %(due_at)s. Open the board and take it on."),
        url_name="services:board",
    ),
    NoticeTemplate(
        code="services.alarm.vain", urgent=True, icon="siren", sms="alarm_raised", sms_params=("name", "place"),
        title=_("Two attempts in vain: %(name)s, %(place)s"),
        body=_("Nobody opened or answered, twice in a row. Please answer by %(due_at)s. Open the board and take it on."),
        url_name="services:board",
    ),
    NoticeTemplate(
        code="services.alarm.escalated", urgent=True, icon="siren", sms="alarm_escalated",
        sms_params=("name", "minutes"),
        title=_("Nobody has answered %(name)s for %(minutes)s minutes"),
        body=_("Please call at once, and 120 if there is no answer."),
        url_name="services:board",
    ),
    NoticeTemplate(
        code="services.alarm.fine", icon="heart", url_name="services:board",
        title=_("%(name)s says: I am fine, pressed by mistake"),
        body=_("Please call back all the same."),
    ),
    NoticeTemplate(
        code="services.request.taken", icon="inbox", url_name="services:request", url_args=("request",),
        title=_("New request: %(kind)s for %(name)s"), body=_("Please check it and find a helper."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.offer.made", icon="hand-helping", url_name="services:tasks", sms="offer_made",
        sms_params=("kind", "area"),
        title=_("Can you help? %(kind)s, %(area)s"), body=_("Please answer by %(until_at)s."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.offer.declined", icon="user-x", url_name="services:request", url_args=("request",),
        title=_("%(name)s cannot come: %(kind)s"), body=_("Please ask the next helper."), show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.request.assigned", icon="calendar-check", url_name="services:home",
        title=_("%(helper)s will come: %(kind)s"), body=_("You can call the station if the time does not suit."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.task.yours", icon="calendar-check", url_name="services:tasks",
        title=_("This service is yours: %(kind)s, %(area)s"), body=_("Thank you. See your tasks for the details."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.task.gone", icon="calendar-x", url_name="services:tasks",
        title=_("No longer needed: %(kind)s"), body=_("You need not go. Thank you for being ready."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.task.back", icon="calendar-check", url_name="services:tasks",
        title=_("It goes on after all: %(kind)s"), body=_("Please look at the time again. Thank you for being ready."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.work.ended", icon="calendar-x", url_name="elders:file", url_args=("elder",),
        title=_("%(name)s: %(count)s services were called off"),
        body=_("The helpers have been told. Open cases still want their closing words."),
    ),
    NoticeTemplate(
        code="services.request.done", icon="check", url_name="services:home",
        title=_("Done: %(kind)s. Was everything all right?"), body=_("Please confirm and rate it."),
        show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.request.expired", icon="clock", url_name="services:request", url_args=("request",),
        title=_("%(name)s did not answer: %(kind)s"), body=_("Please ask the next helper."), show={"kind": _kind},
    ),
    NoticeTemplate(
        code="services.coins.held", icon="coins", url_name="services:my-coins",
        title=_("%(coin_minutes)s of time coins are set aside: %(kind)s"),
        body=_("They are paid when the help was given and confirmed. If you do not want this, call the station."),
        show={"kind": _kind, "coin_minutes": in_words},
    ),
    NoticeTemplate(
        code="services.coins.paid", icon="coins", url_name="services:my-coins",
        title=_("%(coin_minutes)s of time coins were paid: %(kind)s"),
        body=_("If something is wrong, tell the station within seven days."),
        show={"kind": _kind, "coin_minutes": in_words},
    ),
    NoticeTemplate(
        code="services.coins.back", icon="coins", url_name="services:my-coins",
        title=_("%(coin_minutes)s of time coins came back: %(kind)s"),
        body=_("You can use them for something else."),
        show={"kind": _kind, "coin_minutes": in_words},
    ),
    NoticeTemplate(
        code="services.coins.dropped", icon="coins", url_name="services:my-coins",
        title=_("Time coins do not pay for this help: %(kind)s"),
        body=_("They could not be set aside when somebody said yes. The station will tell you how it is paid."),
        show={"kind": _kind, "coin_minutes": in_words},
    ),
    NoticeTemplate(
        code="services.reported", urgent=True, icon="flag", url_name="services:field",
        title=_("Reported by %(worker)s: %(what)s, %(name)s"), body=_("Please talk to the worker at once."),
        show={"what": lambda code: str(FollowUpKind(code).label)},
    ),
    NoticeTemplate(
        code="services.case.yours", icon="folder-input", url_name="services:case", url_args=("case",),
        title=_("A case is yours now: %(name)s"),
        body=_("Handed over by %(by)s. Open follow-ups that came along: %(count)s."),
    ),
    NoticeTemplate(
        code="services.case.gone", icon="folder-output", url_name="services:case", url_args=("case",),
        title=_("The case of %(name)s is %(to)s's now"),
        body=_("Handed over by %(by)s. Its notes and follow-ups went along."),
    ),
    NoticeTemplate(
        code="services.followup.opened", urgent=True, icon="flag", url_name="services:field",
        title=_("Please look after %(name)s: %(what)s"), body=_("Due by %(due_at)s."),
        show={"what": lambda code: str(FollowUpKind(code).label)},
    ),
)  # fmt: skip


def register_templates() -> None:
    """Called when the app is ready."""
    for each in TEMPLATES:
        register(each)


def _say(
    template: str,
    *,
    request: ServiceRequest,
    by: User,
    at: datetime,
    letters: Iterable[Letter],
    channels: tuple[str, ...] = ("INAPP",),
) -> None:
    notices.write_many(
        community=request.community,
        template=template,
        letters=letters,
        due_at=at,
        by=by,
        at=at,
        channels=channels,
    )


def _to_roles(key: str, roles: Iterable[str], params: dict[str, Any]) -> list[Letter]:
    return [Letter(key=f"{key}:{role}", params=params, to_role=str(role)) for role in roles]


def _to_helper(key: str, helper: Helper, params: dict[str, Any]) -> list[Letter]:
    if helper.user_id is not None:
        return [Letter(key=key, params=params, to_user_id=helper.user_id)]
    return [Letter(key=key, params=params, to_person_id=helper.person_id)]


def _facts(request: ServiceRequest) -> dict[str, Any]:
    elder = request.elder
    return {
        "request": request.pk,
        "kind": request.kind_id,
        "name": elder.person.name,
        "place": elder.building.name if elder.building is not None else "",
    }


def alarm_raised(*, request: ServiceRequest, by: User, at: datetime) -> None:
    """Tell everybody at the station, and whoever is on duty by name and by text message."""
    params = {**_facts(request), "due_at": request.due_at.isoformat() if request.due_at else ""}
    key = f"services.alarm:{request.pk}"
    template = "services.alarm.vain" if request.channel == Channel.VISIT else "services.alarm.raised"
    _say(template, request=request, by=by, at=at, letters=_to_roles(key, ALARM_ROLES, params))
    shift = DutyShift.objects.of(request.community_id).current().first()
    if shift is not None:
        _say(
            template, request=request, by=by, at=at, channels=("SMS",),
            letters=[Letter(key=f"{key}:duty", params=params, to_user_id=shift.user_id)],
        )  # fmt: skip


def alarm_escalated(*, request: ServiceRequest, rung: int, minutes: int, by: User, at: datetime) -> None:
    """The next rung of the ladder."""
    params = {**_facts(request), "minutes": minutes}
    key = f"services.alarm:{request.pk}:rung{rung}"
    _say(
        "services.alarm.escalated", request=request, by=by, at=at,
        letters=_to_roles(key, LADDER[rung][1], params),
    )  # fmt: skip


def said_fine(*, request: ServiceRequest, by: User, at: datetime) -> None:
    key = f"services.alarm:{request.pk}:fine"
    _say(
        "services.alarm.fine",
        request=request,
        by=by,
        at=at,
        letters=_to_roles(key, ALARM_ROLES, _facts(request)),
    )


def request_taken(*, request: ServiceRequest, by: User, at: datetime) -> None:
    """An elder or the family asked by themselves: the office hears of it."""
    key = f"services.taken:{request.pk}"
    roles = (Role.COMMITTEE, Role.SOCIAL_WORKER)
    _say(
        "services.request.taken",
        request=request,
        by=by,
        at=at,
        letters=_to_roles(key, roles, _facts(request)),
    )


def offered(*, request: ServiceRequest, candidate: Candidate, by: User, at: datetime) -> None:
    """To the helper: what and roughly where; names and doors only after the yes."""
    elder = request.elder
    params = {
        "request": request.pk,
        "kind": request.kind_id,
        "area": elder.building.name if elder.building is not None else "",
        "until_at": candidate.expires_at.isoformat() if candidate.expires_at else "",
    }
    key = f"services.offer:{candidate.pk}"
    letters = _to_helper(key, candidate.helper, params)
    _say("services.offer.made", request=request, by=by, at=at, letters=letters)


def declined(*, request: ServiceRequest, candidate: Candidate, by: User, at: datetime) -> None:
    params = {"request": request.pk, "kind": request.kind_id, "name": candidate.helper.person.name}
    key = f"services.declined:{candidate.pk}"
    roles = (Role.COMMITTEE, Role.SOCIAL_WORKER)
    _say("services.offer.declined", request=request, by=by, at=at, letters=_to_roles(key, roles, params))


def expired(*, request: ServiceRequest, candidate: Candidate, by: User, at: datetime) -> None:
    params = {"request": request.pk, "kind": request.kind_id, "name": candidate.helper.person.name}
    key = f"services.expired:{candidate.pk}"
    roles = (Role.COMMITTEE, Role.SOCIAL_WORKER)
    _say("services.request.expired", request=request, by=by, at=at, letters=_to_roles(key, roles, params))


def assigned(*, request: ServiceRequest, by: User, at: datetime) -> None:
    """To the elder who comes; to the helper where."""
    if request.helper is None:
        return
    params = {
        "request": request.pk,
        "kind": request.kind_id,
        "helper": request.helper.person.name,
        "area": request.elder.building.name if request.elder.building is not None else "",
    }
    key = f"services.assigned:{request.pk}:{request.helper_id}"
    person = [Letter(key=key, params=params, to_person_id=request.elder.person_id)]
    _say("services.request.assigned", request=request, by=by, at=at, letters=person)
    if request.helper.user_id != by.pk:
        letters = _to_helper(f"{key}:helper", request.helper, params)
        _say("services.task.yours", request=request, by=by, at=at, letters=letters)


def let_go(*, request: ServiceRequest, helper: Helper, by: User, at: datetime) -> None:
    """To a helper who need not go any more."""
    key = f"services.gone:{request.pk}:{helper.pk}"
    letters = _to_helper(key, helper, {"request": request.pk, "kind": request.kind_id})
    _say("services.task.gone", request=request, by=by, at=at, letters=letters)


def done(*, request: ServiceRequest, by: User, at: datetime) -> None:
    """To the elder: please confirm."""
    key = f"services.done:{request.pk}"
    letter = Letter(
        key=key, params={"request": request.pk, "kind": request.kind_id}, to_person_id=request.elder.person_id
    )
    _say("services.request.done", request=request, by=by, at=at, letters=[letter])


def follow_up_opened(*, follow_up: FollowUp, by: User, at: datetime) -> None:
    """To the one who looks after it."""
    notices.write(
        community=follow_up.community, template="services.followup.opened",
        key=f"services.followup:{follow_up.pk}", to_user=follow_up.owner,
        params={"name": follow_up.elder.person.name, "what": str(follow_up.kind), "due_at": follow_up.due_at.isoformat()},
        due_at=at, by=by, at=at,
    )  # fmt: skip


def reported_now(*, follow_up: FollowUp, by: User, at: datetime) -> None:
    """The worker asked for help at once: the supervisor and the director hear of it."""
    params = {"name": follow_up.elder.person.name, "what": str(follow_up.kind), "worker": str(by)}
    notices.write_many(
        community=follow_up.community, template="services.reported", due_at=at, by=by, at=at,
        letters=_to_roles(f"services.reported:{follow_up.pk}", (Role.SUPERVISOR, Role.DIRECTOR), params),
    )  # fmt: skip


def case_handed_over(*, row: HandOver, follow_ups: int, by: User, at: datetime) -> None:
    """To the new owner; and to who had it, unless they did it themselves or work here no longer."""
    case = row.case
    params = {"case": case.pk, "name": case.elder.person.name, "by": str(by)}
    if row.to_id != by.pk:
        notices.write(
            community=case.community, template="services.case.yours", key=f"services.case:{row.pk}:to", to_user=row.to,
            params={**params, "count": follow_ups}, due_at=at, by=by, at=at,
        )  # fmt: skip
    if row.of_id != by.pk and row.of.is_active and may_visit(row.of, case.community_id):
        notices.write(
            community=case.community, template="services.case.gone", key=f"services.case:{row.pk}:of", to_user=row.of,
            params={**params, "to": str(row.to)}, due_at=at, by=by, at=at,
        )  # fmt: skip


def coins_moved(
    *, request: ServiceRequest, payment: CoinPayment, what: str, amount: int, by: User, at: datetime
) -> None:
    """To whose time coins they are, whoever chose them: set aside, paid, came back."""
    key = f"services.coins.{what}:{payment.pk}:{payment.holds}"
    person_id = payment.volunteer.person_id if payment.volunteer is not None else request.elder.person_id
    letter = Letter(
        key=key, params={"request": request.pk, "kind": request.kind_id, "coin_minutes": amount}, to_person_id=person_id
    )  # fmt: skip
    _say(f"services.coins.{what}", request=request, by=by, at=at, letters=[letter])
