"""What the points shop says no to, each with what to do next; and which answer of the database means which."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError
from carenet.ledger import errors as ledger_errors


class Overdrawn(DomainError):
    """The volunteer has fewer points than the reward costs."""

    code = "overdrawn"
    default_message = _(
        "Your points are not enough for this gift. Please choose another one, or save a little longer."
    )


class SoldOut(DomainError):
    """Nothing is left on the shelf."""

    code = "sold_out"
    default_message = _(
        "This gift has just run out. Nothing was taken from your points. Please choose another one."
    )


class LimitReached(DomainError):
    """One person may have only so many in the period."""

    code = "limit_reached"
    default_message = _(
        "You already have as many of this gift as one person may have. Please choose another one."
    )


class NotBacked(DomainError):
    """The fund behind the reward has no money left for it."""

    code = "not_backed"
    default_message = _(
        "The fund behind this gift is used up for now. Nothing was taken from your points. "
        "Please choose another gift, or ask the station when it comes back."
    )


class TooYoung(DomainError):
    """The reward is for older people, or the date of birth is not known."""

    code = "too_young"
    default_message = _("This gift is for older volunteers. Please choose another one.")


class Frozen(DomainError):
    """The volunteer left, or the account was stopped."""

    code = "frozen"
    default_message = _("Your points cannot be used at the moment. Please ask the station; nothing is lost.")


class KeyReused(Conflict):
    """The form's key was used for another redemption."""

    code = "key_reused"
    default_message = _("This form was already used for something else. Please open the gift again.")


class NotOffered(DomainError):
    """The reward is no longer in the shop."""

    code = "not_offered"
    default_message = _("This gift is no longer on offer. Please choose another one.")


class PriceChanged(DomainError):
    """The price is not the one the person agreed to."""

    code = "price_changed"
    default_message = _("The points for this gift have changed. Nothing was taken. Please look at it again.")


class AlreadyCollected(DomainError):
    """The gift was handed over already."""

    code = "already_collected"
    default_message = _("This slip was already collected. If that is a mistake, please ask the director.")


class AlreadyCancelled(DomainError):
    """The redemption was taken back already."""

    code = "already_cancelled"
    default_message = _(
        "This slip was cancelled; the points went back. Please redeem the gift again if it is wanted."
    )


class NameMissing(DomainError):
    """Somebody else than the volunteer collects, and nobody knows who."""

    code = "name_missing"
    default_message = _("Please write the name of the person who collects it.")


class SourceMissing(DomainError):
    """Every piece on the shelf came from somewhere."""

    code = "source_missing"
    default_message = _("Please write where the goods came from: delivery note, donor or count.")


class TooOften(DomainError):
    """Somebody presses again and again; the doors count."""

    code = "too_often"
    default_message = _("That was very often in a short time. Please wait a minute and try again.")


class TooFewLeft(DomainError):
    """A count cannot take more pieces than the books know."""

    code = "too_few_left"
    default_message = _("There are not so many pieces on the shelf in the books. Please count again.")


class LiesOnNoShelf(DomainError):
    """A service has no pieces."""

    code = "lies_on_no_shelf"
    default_message = _(
        "This gift is a service that somebody comes to give; it has no pieces. Please change its fund or limit instead."
    )


class TwinCode(Conflict):
    """The code drawn is in use; one in a million. Another draw helps."""

    code = "twin_code"


# Keys: SQLSTATEs of volunteers_try_redeem (CV) and of the ledger (CN), and two constraints by name.
REFUSALS: dict[str, type[DomainError]] = {
    "CV001": KeyReused,
    "CV002": NotOffered,
    "CV003": SoldOut,
    "CV004": LimitReached,
    "CV005": TooYoung,
    "CV006": Frozen,
    "CV007": Overdrawn,
    "CV008": NotBacked,
    "CV009": PriceChanged,
    "CN004": ledger_errors.PeriodClosed,
    "CN007": ledger_errors.OutOfScope,
    "CN008": ledger_errors.BadMove,
    "volunteers_reward_stock_not_negative": SoldOut,
    "volunteers_redemption_one_open_code": TwinCode,
}
