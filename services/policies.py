"""Who may do what with requests, alarms, visits and cases; and whom the station may send."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from carenet.accounts.states import Role
from elders.policies import may_read_health
from services.states import HelperKind
from volunteers.policies import may_deliver
from volunteers.states import VolunteerState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from carenet.accounts.models import User
    from carenet.parties.models import ServiceKind
    from elders.models import Elder
    from services.models import Candidate, Case, HandOver, Helper, ServiceRequest, Visit
    from volunteers.models import Volunteer

OFFICE = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR})
READERS = OFFICE | {Role.AUDITOR}
SOCIAL_WORK = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.DIRECTOR})
CASE_OWNERS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR})
KEEPERS = frozenset({Role.COMMITTEE, Role.DIRECTOR})
HELPERS = frozenset({Role.VOLUNTEER, Role.CARE_WORKER, Role.SOCIAL_WORKER})
AT_HOME = frozenset({Role.ELDER, Role.FAMILY})


def is_station(user: User) -> bool:
    """The station's own user, as which tasks and the one-tap page act."""
    return Role.STATION in user.all_roles


def is_office(user: User, community_id: int) -> bool:
    """Staff of the station in this community."""
    return user.has_role(community_id, *OFFICE) or is_station(user)


def acts_for(user: User, elder: Elder) -> bool:
    """The elder themselves, or somebody with a mandate in force."""
    if user.person_id is not None and user.person_id == elder.person_id:
        return True
    return elder.mandates.open().filter(user=user).exists()


def may_ask(user: User, elder: Elder) -> bool:
    """Ask for a service or raise an alarm for an elder."""
    return is_office(user, elder.community_id) or acts_for(user, elder)


def owns_coins(user: User, payer: Volunteer | None) -> bool:
    """The volunteer whose time coins they are."""
    return payer is not None and user.person_id is not None and user.person_id == payer.person_id


def may_pay_with(user: User, elder: Elder, payer: Volunteer | None) -> bool:
    """Let time coins pay for an elder's help: staff on the word of whose coins they are; the elder and who asks for
    them the elder's own; a relative who asks for the elder their own. Source: domain.md §4.3 redeem_for."""
    if is_office(user, elder.community_id):
        return True
    if payer is None or payer.person_id == elder.person_id:
        return acts_for(user, elder)
    return owns_coins(user, payer) and acts_for(user, elder)


def may_dispatch(user: User, request: ServiceRequest) -> bool:
    """Check, propose, offer, assign, reschedule: staff; a dispatcher for their own organisation's requests."""
    return is_office(user, request.community_id) or _dispatches_for(user, request.organisation_id)


def may_answer(user: User, candidate: Candidate) -> bool:
    """Accept or decline: the helper themselves, or staff (or their dispatcher) who heard it on the telephone."""
    return (
        candidate.helper.user_id == user.pk
        or is_office(user, candidate.community_id)
        or _dispatches_for(user, candidate.helper.organisation_id)
    )


def may_serve(user: User, request: ServiceRequest) -> bool:
    """Start and finish: the helper, the staff member who took it in hand, staff, the helper's dispatcher."""
    helper = request.helper
    return (
        (helper is not None and helper.user_id == user.pk)
        or request.handler_id == user.pk
        or is_office(user, request.community_id)
        or (helper is not None and _dispatches_for(user, helper.organisation_id))
    )


def may_confirm(user: User, request: ServiceRequest) -> bool:
    """The elder, the family or staff for them; never the one who gave the service. Source: domain.md §3.5."""
    if request.helper is not None and request.helper.user_id == user.pk:
        return False
    return may_ask(user, request.elder)


def may_cancel(user: User, request: ServiceRequest) -> bool:
    """Staff, and whoever may ask for the elder."""
    return may_dispatch(user, request) or may_ask(user, request.elder)


def may_watch(user: User, community_id: int) -> bool:
    """See the live board and answer alarms."""
    return is_office(user, community_id)


def may_visit(user: User, community_id: int) -> bool:
    """Log visits and keep cases: staff; whoever truly went must be able to write it down."""
    return user.has_role(community_id, *OFFICE)


def supervises(user: User, community_id: int) -> bool:
    """Hold the supervisor's role in this community; a director holds it too where nobody else does."""
    return user.has_role(community_id, Role.SUPERVISOR)


def may_read_case(user: User, case: Case) -> bool:
    """Read why a case was opened, its goal and its outcome: whose case it is while they work here, and the supervisor;
    others see that there is a case. Source: domain.md §9.4 (case notes: owner and supervisor only)."""
    is_own = case.worker_id == user.pk and may_visit(user, case.community_id)
    return is_own or supervises(user, case.community_id)


def may_hand_over(user: User, case: Case) -> bool:
    """Give a case to a colleague: whose case it is, and the supervisor."""
    return may_read_case(user, case)


def may_own_cases(user: User, community_id: int) -> bool:
    """Whom a case may be given to: social workers and supervisors."""
    return user.has_role(community_id, *CASE_OWNERS)


def may_read_note(user: User, visit: Visit) -> bool:
    """Read the note and the photo of a visit: who made it, whose case it belongs to, and the supervisor.

    The notes of a case go with the case: who handed it over reads them no longer. Two queries at most. Source:
    domain.md §9.4 (case notes: owner and supervisor only).
    """
    if supervises(user, visit.community_id):
        return True
    if not may_visit(user, visit.community_id):
        return False
    if visit.case is not None and visit.case.worker_id == user.pk:
        return True
    return visit.worker_id == user.pk and not (visit.case is not None and _handed_over(user, visit.case))


def _handed_over(user: User, case: Case) -> bool:
    """Whether this case was the user's and is somebody else's now."""
    hand_overs: QuerySet[HandOver] = case.hand_overs.all()
    return hand_overs.filter(of_id=user.pk).exists()


def may_read_care_plan(user: User, community_id: int) -> bool:
    """See which case or service carries out a treatment plan: whoever may read health (C4). Source: domain.md §9.4."""
    return may_read_health(user, community_id)


def may_keep_care_plan(user: User, community_id: int) -> bool:
    """Tie and loosen it: social workers, their supervisor, the director. Source: S4-23."""
    return user.has_role(community_id, *SOCIAL_WORK) and may_read_health(user, community_id)


def may_keep_roster(user: User, community_id: int) -> bool:
    """Enter a list of delivered routine services."""
    return is_office(user, community_id)


def may_set_prices(user: User, community_id: int) -> bool:
    """Change prices."""
    return user.has_role(community_id, *KEEPERS) or is_station(user)


def may_admit(user: User, community_id: int) -> bool:
    """Admit helpers and say what they can do."""
    return is_office(user, community_id)


def _dispatches_for(user: User, organisation_id: int | None) -> bool:
    return organisation_id is not None and any(
        each.role == Role.DISPATCHER and each.organisation_id == organisation_id
        for each in user.current_grants
    )


def why_not_sent(helper: Helper, kind: ServiceKind, on: date) -> str:
    """Why a helper may not be sent for a kind of service on a day; empty when they may.

    Class D is only referred. Class C needs a certified person, so never a volunteer. Volunteers need the training
    of `volunteers.policies.may_deliver`. Source: domain.md §3.2, Volunteer Service Ordinance Art. 15-16.
    """
    who = set(kind.who)
    if kind.risk == "D":
        return "REFERRED_ONLY"
    if helper.kind == HelperKind.VOLUNTEER:
        if kind.risk == "C" or "VO" not in who:
            return "NOT_FOR_VOLUNTEERS"
        if helper.volunteer is not None and helper.volunteer.state != VolunteerState.ACTIVE:
            return "NOT_ACTIVE"
        if helper.volunteer is None or not may_deliver(helper.volunteer, kind, on=on):
            return "NOT_TRAINED"
        if kind.risk == "B" and not helper.volunteer.insured(on):
            return "NOT_INSURED"
    if helper.kind == HelperKind.CARE_WORKER and not who & {"PRO", "ORG", "CW"}:
        return "NOT_THEIR_WORK"
    if helper.kind == HelperKind.SOCIAL_WORKER and not who & {"SW", "CW"}:
        return "NOT_THEIR_WORK"
    return ""
