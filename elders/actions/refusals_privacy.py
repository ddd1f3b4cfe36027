"""What the registers about personal data say no to."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError, WrongStep


class WordsMissing(DomainError):
    code = "words_missing"
    default_message = _("Please fill this in; the law asks for it.")


class NotOfThisRegister(DomainError):
    code = "not_of_this_register"
    default_message = _("This step does not belong to this register. Please choose another one.")


class RecordEnded(WrongStep):
    code = "record_ended"
    default_message = _("This record has ended. Please enter a new one.")


class StillToTell(WrongStep):
    """Source: PIPL Art. 57."""

    code = "still_to_tell"
    default_message = _(
        "A leak is closed after the authority and the people were told, or it is written down why the people need not be."
    )
