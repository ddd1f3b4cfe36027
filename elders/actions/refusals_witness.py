"""What the records of democratic reviews say no with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError, WrongStep


class HealthWord(DomainError):
    """Neighbours see and say no health detail. Source: domain.md §1.13 audit rule 8."""

    code = "health_word"
    default_message = _(
        "Please leave out “%(word)s”: the record of a meeting of neighbours holds no word about health, ability or medicine."
    )


class TooFewPeople(DomainError):
    code = "too_few_people"
    default_message = _("A meeting takes at least two people.")


class ReviewTextMissing(DomainError):
    code = "review_text_missing"
    default_message = _("Please fill this in, in a few words.")


class ReviewOver(WrongStep):
    """Corrected or taken back by a later row."""

    code = "review_over"
    default_message = _("This record was corrected or taken back already. Please look at the newest one.")
