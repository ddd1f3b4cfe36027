"""A request for a service, its trail, who was proposed and who comes."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.parties.catalogue_words import name_of_code
from services.querysets import CandidateQuerySet, RequestQuerySet, StaffQuerySet
from services.states import (
    BEFORE_DONE,
    ENDED,
    CancelReason,
    CandidateState,
    Channel,
    ConfirmWay,
    DeclineReason,
    RequestState,
    RequestVerb,
    Urgency,
)


class RosterSheet(models.Model):
    """One list of delivered routine services: one activity or round, many people, entered in one go.

    Requests that stand on a sheet are born closed, with their whole trail. Source: law 9 (counter twin).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    kind = models.ForeignKey("parties.ServiceKind", verbose_name=_("service"), on_delete=models.PROTECT)
    title = models.CharField(_("title"), max_length=80)
    services = models.PositiveIntegerField(_("services"))
    by = models.ForeignKey("accounts.User", verbose_name=_("entered by"), on_delete=models.PROTECT)
    at = models.DateTimeField(_("entered at"))
    key = models.CharField(_("key"), max_length=120)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_rostersheet_once"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent())
class ServiceRequest(models.Model):
    """Somebody asks for a service for an elder; from the wish to the settled account.

    `by` entered it, `on_behalf_of` is the person for whom they did. `due_at` is when somebody must have answered.
    `handler` is the staff member who took it in hand, `helper` the one who goes. The database freezes what was
    asked and allows only the steps of `states.REQUEST_STEPS`. Source: architecture.md 4a; domain.md §3.5.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, db_index=False
    )
    elder = models.ForeignKey(
        "elders.Elder",
        verbose_name=_("elder"),
        on_delete=models.PROTECT,
        related_name="service_requests",
        db_index=False,
    )
    kind = models.ForeignKey(
        "parties.ServiceKind", verbose_name=_("service"), on_delete=models.PROTECT, db_index=False
    )
    channel = models.CharField(_("came by"), max_length=8, choices=Channel)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency, default=Urgency.P4)
    state = models.CharField(_("state"), max_length=12, choices=RequestState, default=RequestState.REQUESTED)
    note = models.CharField(_("note"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    price_fen = models.BigIntegerField(_("price (fen)"), default=0)
    requested_at = models.DateTimeField(_("asked for at"))
    due_at = models.DateTimeField(_("answer due by"), null=True, blank=True)
    scheduled_at = models.DateTimeField(_("wanted or agreed time"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    started_at = models.DateTimeField(_("began at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirm_way = models.CharField(_("confirmed how"), max_length=8, choices=ConfirmWay, blank=True)
    said_fine_at = models.DateTimeField(_("said to be fine at"), null=True, blank=True)
    end_reason = models.CharField(_("reason of the end"), max_length=12, choices=CancelReason, blank=True)
    helper = models.ForeignKey(
        "services.Helper",
        verbose_name=_("helper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
        db_index=False,
    )
    handler = models.ForeignKey(
        "accounts.User",
        verbose_name=_("taken in hand by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    organisation = models.ForeignKey(
        "parties.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,
    )
    roster = models.ForeignKey(
        RosterSheet,
        verbose_name=_("roster"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
        db_index=False,
    )
    by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("entered by"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    on_behalf_of = models.ForeignKey(
        "parties.Person",
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    key = models.CharField(_("key"), max_length=120)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        indexes: ClassVar = [
            models.Index(fields=["community", "-requested_at"], name="services_request_newest"),
            models.Index(fields=["elder", "-requested_at"], name="services_request_elder"),
            models.Index(
                fields=["community", "state", "due_at"],
                name="services_request_open",
                condition=~Q(state__in=ENDED),
            ),
            models.Index(
                fields=["helper", "scheduled_at"],
                name="services_request_helper",
                condition=Q(helper__isnull=False) & ~Q(state="CLOSED"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="services_servicerequest_once"),
            models.UniqueConstraint(
                fields=["elder"],
                condition=Q(kind="SOS", state__in=BEFORE_DONE),
                name="services_servicerequest_one_open_alarm",
                violation_error_message=_("There is already an open alarm for this elder."),
            ),
            models.CheckConstraint(
                name="services_servicerequest_somebody_comes",
                condition=Q(state__in=["REQUESTED", "TRIAGED", "OFFERED", "CANCELLED", "FAILED"])
                | Q(helper__isnull=False)
                | Q(handler__isnull=False)
                | Q(roster__isnull=False),
            ),
            models.CheckConstraint(
                name="services_servicerequest_alarm_has_a_due_time",
                condition=~Q(kind="SOS") | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="services_servicerequest_delivered_has_times",
                condition=~Q(state__in=["DONE", "CONFIRMED", "CLOSED"])
                | Q(started_at__isnull=False, done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="services_servicerequest_ends_after_start",
                condition=Q(started_at__isnull=True)
                | Q(done_at__isnull=True)
                | Q(done_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="services_servicerequest_confirmed_how",
                condition=~Q(state__in=["CONFIRMED", "CLOSED"])
                | (Q(confirmed_at__isnull=False) & ~Q(confirm_way="")),
            ),
            models.CheckConstraint(
                name="services_servicerequest_price_not_negative", condition=Q(price_fen__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {name_of_code(self.kind_id)}"

    @property
    def is_alarm(self) -> bool:
        """An emergency call."""
        return self.kind_id == "SOS"


class RequestEvent(models.Model):
    """One line of a request's trail; append-only. `key` makes a line that may happen once unique."""

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, db_index=False
    )
    request = models.ForeignKey(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="trail"
    )
    verb = models.CharField(_("what happened"), max_length=10, choices=RequestVerb)
    state = models.CharField(_("state afterwards"), max_length=12, choices=RequestState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        "parties.Person",
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    words = models.CharField(_("words"), max_length=300, blank=True)
    facts = models.JSONField(_("facts"), null=True, blank=True)
    key = models.CharField(_("key"), max_length=120, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a request")
        verbose_name_plural = _("events of requests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "key"], condition=~Q(key=""), name="services_requestevent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.verb}"


class Proposal(models.Model):
    """One search for helpers: who was found and why the nearer ones were passed over; append-only.

    `skipped` is a list of {helper, code, facts}; the sentence is made in the reader's language by
    `services.reasons`. Source: architecture.md law 8.
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.ForeignKey(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="proposals"
    )
    looked_at = models.PositiveIntegerField(_("helpers looked at"))
    skipped = models.JSONField(_("passed over"), default=list)
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")

    def __str__(self) -> str:
        return f"{self.request_id}: {self.looked_at}"


@pghistory.track()
class Candidate(models.Model):
    """A helper proposed for a request, with the reasons and the answer."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.ForeignKey(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="candidates"
    )
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="candidates",
        help_text=_("empty: chosen by hand"),
    )
    helper = models.ForeignKey(
        "services.Helper", verbose_name=_("helper"), on_delete=models.PROTECT, related_name="candidacies"
    )
    rank = models.PositiveSmallIntegerField(_("rank"))
    distance_m = models.PositiveIntegerField(_("distance (m)"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list)
    state = models.CharField(
        _("state"), max_length=10, choices=CandidateState, default=CandidateState.PROPOSED
    )
    offered_at = models.DateTimeField(pgettext_lazy("candidate", "asked at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("answer wanted by"), null=True, blank=True)
    seen_at = models.DateTimeField(_("read at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decline_reason = models.CharField(_("why not"), max_length=10, choices=DeclineReason, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"],
                name="services_candidate_waiting",
                condition=Q(state__in=["OFFERED", "SEEN"]),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="ACCEPTED"), name="services_candidate_one_comes"
            ),
            models.UniqueConstraint(
                fields=["request", "helper"],
                condition=Q(state__in=["PROPOSED", "OFFERED", "SEEN", "ACCEPTED"]),
                name="services_candidate_asked_once_at_a_time",
            ),
            models.CheckConstraint(
                name="services_candidate_offer_has_times",
                condition=~Q(state__in=["OFFERED", "SEEN"])
                | Q(offered_at__isnull=False, expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.helper_id}"


@pghistory.track()
class Assignment(models.Model):
    """The promise of a helper's time; nobody is promised in two places at once.

    Alarms have no assignment: an emergency is never refused because a calendar is full. What was really
    delivered is never refused either. Source: architecture.md 4a (never block the worker).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    request = models.ForeignKey(
        ServiceRequest, verbose_name=_("request"), on_delete=models.PROTECT, related_name="assignments"
    )
    helper = models.ForeignKey(
        "services.Helper", verbose_name=_("helper"), on_delete=models.PROTECT, related_name="assignments"
    )
    period = DateTimeRangeField(_("period"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints: ClassVar = [
            ExclusionConstraint(
                name="services_assignment_one_place_at_a_time",
                expressions=[("helper", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(released_at__isnull=True),
                violation_error_message=_("This helper is already promised somewhere else at that time."),
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(released_at__isnull=True),
                name="services_assignment_one_per_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.helper_id}"
