"""What was agreed to, purpose by purpose, beside the wording in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import translation

from elders.models import Consent, ConsentText, Elder
from elders.reports import story
from elders.rules import consent_texts
from elders.states import ConsentPurpose


@dataclass(frozen=True)
class Purpose:
    """One purpose: its wording, whether it is about sensitive data, and the consent in force, if any."""

    code: str
    label: str
    version: str
    text: str
    is_sensitive: bool
    consent: Consent | None

    @property
    def is_outdated(self) -> bool:
        """Agreed, but to an older wording: ask again."""
        return self.consent is not None and self.consent.version != self.version


def purposes(elder: Elder, *, on: date) -> list[Purpose]:
    """Every purpose with its text of the day."""
    texts: dict[str, ConsentText] = {}
    for row in (
        ConsentText.objects.of(elder.community_id).filter(valid_from__lte=on).order_by("valid_from", "pk")
    ):
        texts[row.purpose] = row
    given = {
        each.purpose: each
        for each in Consent.objects.filter(elder__in=story.ids_of(elder), withdrawn_at__isnull=True)
        .select_related("paper")
        .order_by("given_at")
    }
    is_chinese = (translation.get_language() or "").startswith("zh")
    found = []
    for purpose in ConsentPurpose:
        chinese, english, sensitive = consent_texts.TEXTS[purpose.value]
        own = texts.get(purpose.value)
        text = own.text if own else (chinese if is_chinese else english)
        version = own.version if own else consent_texts.FIRST
        found.append(
            Purpose(purpose.value, str(purpose.label), version, text, sensitive, given.get(purpose.value))
        )
    return found
