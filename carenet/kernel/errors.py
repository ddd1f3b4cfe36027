"""Refusals: the station's rules said no, in a sentence for the person who asked."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """The station's rules said no. The message says what happened and what to do next."""

    code: ClassVar[str] = "refused"
    default_message: ClassVar[str | Promise] = _("This cannot be done.")

    def __init__(self, message: str | Promise | None = None, **facts: Any) -> None:
        self._message = message if message is not None else self.default_message
        self.facts = facts
        super().__init__(self._message)

    @property
    def message(self) -> str:
        """The sentence in the reader's language; `%(name)s` places are filled from the facts."""
        text = str(self._message)
        return text % self.facts if self.facts and "%(" in text else text

    def __str__(self) -> str:
        return self.message


class NotAllowed(DomainError):
    """The person who asked may not do this."""

    code = "not_allowed"
    default_message = _("You are not allowed to do this. Please ask the station.")


class WrongStep(DomainError):
    """The thing is not in a state from which this step may be taken."""

    code = "wrong_step"
    default_message = _("This has already moved on. Please look at its present state.")


class Conflict(DomainError):
    """Somebody else was first, or the same key was used for something else."""

    code = "conflict"
    default_message = _("Somebody else was faster. Please look again.")
