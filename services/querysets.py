"""The words of the services app: open, waiting, overdue, and who sees which request."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from carenet.accounts.states import STAFF_ROLES, Role
from carenet.parties.querysets import ScopedQuerySet
from services import states

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)

# Roles that see every request of their community.
SEE_ALL = frozenset(
    {Role.COMMITTEE, Role.DIRECTOR, Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.AUDITOR, Role.STATION}
)


def communities_where(user: User, roles: frozenset[str]) -> list[int]:
    """The communities in which the user holds one of the roles now."""
    return sorted(
        {each.community_id for each in user.current_grants if each.community_id and each.role in roles}
    )


class StaffQuerySet(ScopedQuerySet[M]):
    """Rows that only the station's staff (and the auditor) see."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_where(user, SEE_ALL))


class OfferingQuerySet(ScopedQuerySet[M]):
    """Prices."""

    def on(self, day: date) -> Self:
        """Prices valid on a day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class HelperQuerySet(ScopedQuerySet[M]):
    """Helpers: staff see all, a helper sees themselves, a dispatcher their organisation's."""

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(community_id__in=communities_where(user, SEE_ALL))
            | Q(user_id=user.pk, community_id__in=user.community_ids)
            | _of_my_organisation(user, "")
        )

    def active(self) -> Self:
        """Helpers who may be asked."""
        return self.filter(active=True)


class RequestQuerySet(ScopedQuerySet[M]):
    """Requests for services."""

    def visible_to(self, user: User) -> Self:
        """Staff see all; a helper what was offered to them; a dispatcher their organisation's; an elder and
        the family their own. Source: architecture.md §3 ("a volunteer sees only what is offered to them")."""
        everything = communities_where(user, SEE_ALL)
        if everything and set(everything) == set(user.community_ids):
            return self.filter(community_id__in=everything)
        condition = Q(community_id__in=everything)
        helping = communities_where(user, frozenset({Role.VOLUNTEER, Role.CARE_WORKER}))
        if helping:
            offered = self.model._meta.apps.get_model("services", "Candidate").objects.filter(
                community_id__in=helping,
                helper__user_id=user.pk,
                state__in=[*states.OPEN_OFFERS, states.CandidateState.ACCEPTED],
            )
            condition |= Q(pk__in=offered.values("request_id"))
            condition |= Q(community_id__in=helping, helper__user_id=user.pk)
        condition |= _of_my_organisation(user, "")
        condition |= self._own(user)
        return self.filter(condition)

    def _own(self, user: User) -> Q:
        """Requests for an elder who is the user, or whose family the user is."""
        elders: Any = self.model._meta.get_field("elder").related_model
        own = communities_where(user, frozenset({Role.ELDER, Role.FAMILY}))
        if not own or user.person_id is None:
            return Q(pk__in=[])
        return Q(elder__in=elders.objects.visible_to(user).filter(community_id__in=own).values("pk"))

    def open(self) -> Self:
        """Not ended: somebody still has something to do."""
        return self.exclude(state__in=states.ENDED)

    def waiting(self) -> Self:
        """Nobody has said yes yet."""
        return self.filter(state__in=states.WAITING)

    def under_way(self) -> Self:
        """Somebody comes or is there."""
        return self.filter(state__in=states.UNDER_WAY)

    def delivered(self) -> Self:
        """The service was given."""
        return self.filter(state__in=states.DELIVERED)

    def alarms(self) -> Self:
        """Calls for emergency help."""
        return self.filter(kind_id="SOS")

    def overdue(self, at: datetime) -> Self:
        """Nobody answered by the time promised."""
        return self.waiting().filter(due_at__lt=at)

    def in_period(self, since: datetime, until: datetime) -> Self:
        """Asked for in a period, the end excluded."""
        return self.filter(requested_at__gte=since, requested_at__lt=until)


class CandidateQuerySet(ScopedQuerySet[M]):
    """Proposed helpers."""

    def visible_to(self, user: User) -> Self:
        """Staff see all; a helper their own offers, once asked."""
        return self.filter(
            Q(community_id__in=communities_where(user, SEE_ALL))
            | Q(helper__user_id=user.pk, community_id__in=user.community_ids)
            & ~Q(state=states.CandidateState.PROPOSED)
            | _of_my_organisation(user, "helper__")
        )

    def open_offers(self) -> Self:
        """Asked and not answered yet."""
        return self.filter(state__in=states.OPEN_OFFERS)


class VisitQuerySet(StaffQuerySet[M]):
    """Visits by social workers."""

    def current(self) -> Self:
        """The latest version of each visit (a correction replaces the version before)."""
        return self.filter(replaced_by__isnull=True)

    def on_day(self, since: datetime, until: datetime) -> Self:
        return self.filter(visited_at__gte=since, visited_at__lt=until)


class FollowUpQuerySet(StaffQuerySet[M]):
    """What a worker must still look after."""

    def open(self) -> Self:
        """Still to be done; what concerns an elder who moved away or died rests, and is there again when that was wrong."""
        return self.filter(state=states.FollowUpState.OPEN).exclude(elder__status__in=states.GONE)

    def overdue(self, at: datetime) -> Self:
        return self.open().filter(due_at__lt=at)


class CoinPaymentQuerySet(StaffQuerySet[M]):
    """Time coins that pay for requests."""

    def standing(self) -> Self:
        """They pay, or have paid; what was dropped or given back is not among them."""
        return self.filter(state__in=states.COINS_STAND)

    def held(self) -> Self:
        """Set aside in the books."""
        return self.filter(state=states.CoinState.HELD)


class DutyQuerySet(StaffQuerySet[M]):
    """Who answers alarms."""

    def current(self) -> Self:
        """The shift that runs now."""
        return self.filter(until__isnull=True)


class CareLineQuerySet(ScopedQuerySet[M]):
    """Lines of care plans: health words (C4), for the station's staff only. Source: domain.md §9.4."""

    def visible_to(self, user: User) -> Self:
        return self.filter(community_id__in=communities_where(user, STAFF_ROLES))

    def standing(self) -> Self:
        """Tied and not loosened."""
        return self.filter(ended_on__isnull=True)

    def due(self, on: date) -> Self:
        """To look at again by a day."""
        return self.standing().filter(review_on__lte=on)


class CaseQuerySet(StaffQuerySet[M]):
    """Cases of social work."""

    def open(self) -> Self:
        return self.filter(state=states.CaseState.OPEN)

    def read_by(self, user: User) -> Self:
        """Cases whose words the user reads: their own, and all where they supervise. Mirrors `policies.may_read_case`."""
        return self.filter(self._words_of(user))

    def with_reader(self, user: User) -> Self:
        """Each row says in `may_read` whether the user reads its words; no query of its own."""
        return self.annotate(
            may_read=models.ExpressionWrapper(self._words_of(user), output_field=models.BooleanField())
        )

    def _words_of(self, user: User) -> Q:
        works = Q(worker_id=user.pk, community_id__in=communities_where(user, STAFF_ROLES))
        return works | Q(community_id__in=communities_where(user, frozenset({Role.SUPERVISOR})))

    def nobodys(self) -> Self:
        """Open cases whose owner works here no longer: no role at the station, or no account."""
        grants = self.model._meta.apps.get_model("accounts", "RoleGrant").objects.current()
        works = grants.filter(
            user=models.OuterRef("worker"), user__is_active=True, community=models.OuterRef("community"),
            role__in=STAFF_ROLES,
        )  # fmt: skip
        return self.open().filter(~models.Exists(works))


def _of_my_organisation(user: User, prefix: str) -> Q:
    """Rows of the organisation for which the user dispatches."""
    mine = [
        each.organisation_id
        for each in user.current_grants
        if each.role == Role.DISPATCHER and each.organisation_id
    ]
    return Q(**{f"{prefix}organisation_id__in": mine}) if mine else Q(pk__in=[])
