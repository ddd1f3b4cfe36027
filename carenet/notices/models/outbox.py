"""A notice on one channel, and the facts of sending and reading it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.notices.querysets import OutboxQuerySet
from carenet.notices.states import Channel, OutboxState
from carenet.parties.querysets import ScopedQuerySet


class Outbox(models.Model):
    """One notice for one recipient on one channel; written with its cause, sent later, once per key.

    `params` holds what the template needs and no phone, address or ID number: the recipient is looked up when
    the notice is sent. SQL functions may insert with (community_id, key, template, channel, to_user_id or
    to_person_id or to_role, params, due_at); everything else has a database default.

    The rules of a row (one recipient, times that fit the state …) stand in the trigger `notices_outbox_rules` (migration
    0004; docs/decisions/0011), because nearly every action writes here.
    """

    community = models.ForeignKey(
        "parties.Community", verbose_name=_("community"), on_delete=models.PROTECT, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    key = models.CharField(
        _("key"), max_length=120, help_text=_("the same key is never sent twice on a channel")
    )
    template = models.CharField(_("template"), max_length=60)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, db_default=Channel.INAPP)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to the account"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="notices", db_index=False,
    )  # fmt: skip
    to_person = models.ForeignKey(
        "parties.Person", verbose_name=_("to the person"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="notices", db_index=False,
    )  # fmt: skip
    to_role = models.CharField(
        _("to everybody with the role"), max_length=16, choices=Role, blank=True, db_default=""
    )
    params = models.JSONField(_("parameters"), default=dict, db_default={})
    urgent = models.BooleanField(_("urgent"), db_default=False, help_text=_("goes out at night too"))
    due_at = models.DateTimeField(_("due at"), db_default=Now())
    state = models.CharField(_("state"), max_length=9, choices=OutboxState, db_default=OutboxState.WAITING)
    attempts = models.SmallIntegerField(_("attempts"), db_default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_error = models.CharField(_("what went wrong"), max_length=300, blank=True, db_default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("caused by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("written at"), db_default=Now())

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes: ClassVar = [
            models.Index(
                fields=["community", "due_at"],
                condition=Q(state__in=["WAITING", "CLAIMED"]),
                name="notices_outbox_undone",
            ),
            models.Index(
                fields=["to_user", "-due_at"],
                condition=Q(channel="INAPP", to_user__isnull=False),
                name="notices_outbox_bell",
            ),
            models.Index(
                fields=["to_person", "-due_at"],
                condition=Q(to_person__isnull=False),
                name="notices_outbox_person",
            ),
            models.Index(
                fields=["community", "to_role", "-due_at"],
                condition=~Q(to_role=""),
                name="notices_outbox_role",
            ),
            models.Index(
                fields=["community", "-failed_at"], condition=Q(state="FAILED"), name="notices_outbox_failed"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "key", "channel"], name="notices_outbox_once_per_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.key}"

    def title(self) -> str:
        """The heading in the reader's language."""
        from carenet.notices import registry

        return registry.find(self.template).render_title(self.params)

    def body(self) -> str:
        """The text in the reader's language."""
        from carenet.notices import registry

        return registry.find(self.template).render_body(self.params)

    def url(self) -> str:
        """Where the notice leads; empty when it leads nowhere."""
        from carenet.notices import registry

        return registry.find(self.template).url_for(self.params)

    def trouble(self) -> str:
        """Why it was not delivered, in the reader's language; a technical word stays as it is."""
        known = {
            "no phone number": _("There is no phone number."),
            "no e-mail address": _("There is no e-mail address."),
            "no group chat is configured": _("No group chat is set up."),
            "no approved text-message template": _("This notice has no approved text message."),
            "It is not known whether this message went out. Please phone.": _(
                "It is not known whether this message went out. Please phone."
            ),
            "the worker stopped while sending": _("The computer stopped while sending."),
        }
        return str(known.get(self.last_error, self.last_error))


class Attempt(models.Model):
    """One try to send a notice on an outside channel: append only, so that nothing about sending is forgotten."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    outbox = models.ForeignKey(
        Outbox, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="tries"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    ok = models.BooleanField(_("delivered"))
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering: ClassVar = ["outbox", "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outbox"], condition=Q(ok=True), name="notices_attempt_delivered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outbox_id}/{self.number}"


class NoticeRead(models.Model):
    """Somebody opened a notice. Append only."""

    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    outbox = models.ForeignKey(
        Outbox, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="reads"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("read notice")
        verbose_name_plural = _("read notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outbox", "user"], name="notices_noticeread_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outbox_id} {self.user_id}"
