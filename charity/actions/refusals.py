"""What the charity app refuses, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError


class ReceiptTaken(Conflict):
    """A receipt number stands for one donation."""

    code = "receipt_taken"
    default_message = _(
        "Receipt number %(receipt_no)s is already in the books. Please look at the receipt again."
    )


class InTheFuture(DomainError):
    """Only what has happened is booked."""

    code = "in_the_future"
    default_message = _("This day has not come yet. Please correct the date.")


class NotPositive(DomainError):
    """Amounts and quantities are above zero."""

    code = "not_positive"
    default_message = _("Please enter a number above zero.")


class FundClosed(DomainError):
    """Nothing comes into or leaves a closed fund."""

    code = "fund_closed"
    default_message = _("This fund is closed. Please choose another one.")


class FundNotEmpty(DomainError):
    """A fund is closed when it is empty; the rest goes to a fund for the same or a similar purpose."""

    code = "fund_not_empty"
    default_message = _(
        "There are still %(amount)s yuan in this fund. Say which fund for a similar purpose takes the rest."
    )


class FundShort(DomainError):
    """A fund pays only what it has."""

    code = "fund_short"
    default_message = _(
        "Only %(balance)s yuan are free in this fund. Choose another fund or a smaller amount."
    )


class WrongPurpose(DomainError):
    """Money given for a purpose is used for that purpose. Source: Charity Law Art. 53, 58."""

    code = "wrong_purpose"
    default_message = _("This fund may not be used for this purpose.")


class AlreadyDone(Conflict):
    """A donation is reversed once, a cause is paid once."""

    code = "already_done"
    default_message = _("This was already done.")


class NotEnoughGoods(DomainError):
    """Not more goes out than is there."""

    code = "not_enough_goods"
    default_message = _("Only %(left)s %(unit)s are left.")


class NotUsable(DomainError):
    """Donated goods must be usable, safe and clean. Source: Charity Law Art. 36."""

    code = "not_usable"
    default_message = _(
        "Only goods that are usable, safe and clean can be accepted. Please check them first."
    )


class FourEyes(DomainError):
    """The one who asks never approves. Source: station rule."""

    code = "four_eyes"
    default_message = _("The person who asks for a grant cannot decide about it. Somebody else must do that.")


class InterestedParty(DomainError):
    """A donor may not name somebody close to them as beneficiary. Source: Charity Law Art. 40."""

    code = "interested_party"
    default_message = _(
        "This elder gave to the same fund for a purpose. The law forbids helping the donor from it; "
        "choose another fund."
    )


class ReasonMissing(DomainError):
    """What is taken back needs a reason."""

    code = "reason_missing"
    default_message = _("Please write why.")
