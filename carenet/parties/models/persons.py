"""Persons: one record for a human being, whatever roles they hold."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carenet.kernel import months
from carenet.parties import sealed
from carenet.parties.querysets import PersonQuerySet
from carenet.parties.states import Sex


@pghistory.track(exclude=["grams"])
class Person(models.Model):
    """A human being known to a community: elder, volunteer, worker, donor, representative, several at once.

    ID number and phone are sealed and found by keyed hash; the name stays plain for search, behind row security
    and the read log. Records of the same human are merged by `merged_into`; no foreign key is re-pointed, so a
    merge can be undone. Source: domain.md §2.1, §9.4; PIPL Art. 28, 51.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("parties.Community", verbose_name=_("community"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=60)
    grams = models.GeneratedField(
        expression=models.Func(models.F("name"), function="parties_grams"),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )
    pinyin = models.CharField(_("pinyin"), max_length=160, blank=True, editable=False)
    initials = models.CharField(_("initials"), max_length=40, blank=True, editable=False)
    sex = models.PositiveSmallIntegerField(_("sex"), choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    ethnicity = models.CharField(_("ethnic group"), max_length=2, blank=True, help_text="GB/T 3304")
    no_id_reason = models.CharField(_("why there is no ID number"), max_length=80, blank=True)
    id_sealed = models.BinaryField(null=True, editable=False)
    id_index = models.BinaryField(null=True, editable=False, max_length=32)
    id_tail_index = models.BinaryField(null=True, editable=False, max_length=32)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_index = models.BinaryField(null=True, editable=False, max_length=32)
    phone_tail_index = models.BinaryField(null=True, editable=False, max_length=32)
    merged_into = models.ForeignKey("self", null=True, blank=True, editable=False, on_delete=models.PROTECT)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("entered at"), editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes: ClassVar = [
            GinIndex(fields=["grams"], name="parties_person_grams"),
            models.Index(fields=["community", "name"], name="parties_person_name"),
            models.Index(
                fields=["initials"], name="parties_person_initials", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["pinyin"], name="parties_person_pinyin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_index"], name="parties_person_phone"),
            models.Index(fields=["community", "phone_tail_index"], name="parties_person_phone_tail"),
            models.Index(fields=["community", "id_tail_index"], name="parties_person_id_tail"),
            models.Index(fields=["id_index"], name="parties_person_id"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community", "id_index"],
                condition=Q(id_index__isnull=False) & Q(merged_into__isnull=True),
                name="parties_person_one_id",
                violation_error_message=_("This ID number is already registered in this community."),
            ),
            models.CheckConstraint(
                name="parties_person_sealed_and_indexed",
                condition=(
                    Q(id_sealed__isnull=True, id_index__isnull=True)
                    | Q(id_sealed__isnull=False, id_index__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="parties_person_phone_sealed_and_indexed",
                condition=(
                    Q(phone_sealed__isnull=True, phone_index__isnull=True)
                    | Q(phone_sealed__isnull=False, phone_index__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="parties_person_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            ),
            models.CheckConstraint(name="parties_person_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    # --- sealed facts ----------------------------------------------------------------------------
    def id_number(self) -> str:
        """The full ID number. Every caller that shows it writes the read log."""
        return sealed.unseal(self.id_sealed, column="parties_person.id", row=self.uid)

    def phone(self) -> str:
        """The full phone number. Every caller that shows it writes the read log."""
        return sealed.unseal(self.phone_sealed, column="parties_person.phone", row=self.uid)

    def seal_id_number(self, number: str) -> None:
        """Set or clear the ID number (already checked and upper-case)."""
        self.id_sealed = sealed.seal(number, column="parties_person.id", row=self.uid) if number else None
        self.id_index = sealed.index(number, "id") if number else None
        self.id_tail_index = sealed.index(number[-4:], "id-tail") if number else None

    def seal_phone(self, phone: str) -> None:
        """Set or clear the phone number (already normalised)."""
        self.phone_sealed = sealed.seal(phone, column="parties_person.phone", row=self.uid) if phone else None
        self.phone_index = sealed.index(phone, "phone") if phone else None
        self.phone_tail_index = sealed.index(phone[-4:], "phone-tail") if phone else None

    # --- what may stand on a screen --------------------------------------------------------------
    def masked_name(self) -> str:
        """王**: the family name only. Source: domain.md §9.4 (names on public pages)."""
        return self.name[:1] + "*" * max(len(self.name) - 1, 1)

    def masked_phone(self) -> str:
        """138****1234, or nothing."""
        phone = self.phone()
        return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else phone

    def masked_id(self) -> str:
        """650203********002X, or nothing. Source: domain.md §2.1."""
        number = self.id_number()
        return f"{number[:6]}{'*' * 8}{number[-4:]}" if number else ""

    def age(self, on: date) -> int | None:
        """Full years on a day; None when the birth date is not known."""
        return months.years_between(self.born_on, on) if self.born_on else None
