"""Questions about credited hours, and the calls to people who were helped."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from volunteers.models.registry import Volunteer
from volunteers.models.time_bank import Attendance
from volunteers.querysets_bank import OfficeQuerySet, QuestionQuerySet
from volunteers.states_bank import CallResult, QuestionKind, QuestionState


@pghistory.track()
class Question(models.Model):
    """Something about credited hours that somebody, or the nightly look, would like to understand.

    The volunteer is asked first and politely; then the committee decides: the hours stay, or the named services are
    taken back by a reversal with the reason the volunteer reads. Whoever asked does not decide.
    Source: product.md §4 idea 11 (without insult); domain.md §4.3 (dispute window, edits only by reversal).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    volunteer = models.ForeignKey(
        Volunteer, verbose_name=_("volunteer"), on_delete=models.PROTECT, related_name="questions"
    )
    kind = models.CharField(pgettext_lazy("question", "about"), max_length=10, choices=QuestionKind)
    key = models.CharField(_("key"), max_length=120, help_text=_("the same question is asked once"))
    month = models.DateField(_("month"))
    words = models.CharField(_("what was said"), max_length=300, blank=True)
    attendances: models.ManyToManyField[Attendance, QuestionItem] = models.ManyToManyField(
        Attendance, verbose_name=_("services"), through="volunteers.QuestionItem", related_name="questions"
    )
    state = models.CharField(_("state"), max_length=10, choices=QuestionState, default=QuestionState.OPEN)
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.ForeignKey(
        "accounts.User", verbose_name=_("raised by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    answer_by = models.DateField(_("answer until"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about hours")
        verbose_name_plural = _("questions about hours")
        ordering: ClassVar = ["-raised_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community", "key"], name="volunteers_question_once"),
            models.CheckConstraint(
                name="volunteers_question_decided_with_a_reason",
                condition=~Q(state__in=["KEPT", "TAKEN_BACK"]) & Q(decided_at__isnull=True)
                | Q(state__in=["KEPT", "TAKEN_BACK"], decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="volunteers_question_asker_does_not_decide",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("raised_by")),
            ),
            models.CheckConstraint(
                name="volunteers_question_answered", condition=Q(answered_at__isnull=True) | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.kind} {self.month:%Y-%m}"


class QuestionItem(models.Model):
    """One service a question is about. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="items")
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="question_items")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("service in question")
        verbose_name_plural = _("services in question")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "attendance"], name="volunteers_questionitem_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.attendance_id}"


class CallBack(models.Model):
    """What the person helped said when the station called about one of the drawn services. Append only; not reached
    may be tried again. Source: domain.md §4.3 fraud controls (5 % call-back sample).
    """

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    attendance = models.ForeignKey(
        Attendance,
        verbose_name=pgettext_lazy("volunteers", "attendance"),
        on_delete=models.PROTECT,
        related_name="call_backs",
    )
    result = models.CharField(pgettext_lazy("call", "result"), max_length=12, choices=CallResult)
    words = models.CharField(_("what was said"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("call about a service")
        verbose_name_plural = _("calls about services")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attendance"], condition=~Q(result="NOT_REACHED"), name="volunteers_callback_one_result",
                violation_error_message=_("Somebody already wrote down a result for this service."),
            ),
            models.CheckConstraint(
                name="volunteers_callback_differs_in_words", condition=~Q(result="DIFFERS") | ~Q(words="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.attendance_id}: {self.result}"
