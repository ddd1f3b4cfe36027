"""Where money comes from, what it may be used for, and the steps of a grant."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.kernel.steps import Step, step


class FundSource(models.TextChoices):
    """Sources of a fund. Source: domain.md §5.3; S1 (government, society and the person each pay a part)."""

    GOVERNMENT = "GOVERNMENT", _("government allocation")
    LOTTERY = "LOTTERY", _("welfare lottery fund")
    DONATION_RESTRICTED = "DONATION_RESTRICTED", _("donations for a purpose")
    DONATION = "DONATION", _("donations, free to use")
    TRUST = "TRUST", _("charitable trust")
    FOUNDATION = "FOUNDATION", _("foundation project")
    COLLECTIVE = "COLLECTIVE", _("collective economy")
    WORKSHOP = "WORKSHOP", _("handicraft workshop and charity sale")


# What the community earns or gives itself, against what it is given. Source: S0/S2 ("造血").
SELF_GENERATED = frozenset({FundSource.COLLECTIVE, FundSource.WORKSHOP})
# Money that does not come as a gift of a named donor.
PUBLIC_MONEY = frozenset({FundSource.GOVERNMENT, FundSource.LOTTERY})


class DonationWay(models.TextChoices):
    """How the money came in. There is no online payment. Source: Charity Law Art. 27, 113."""

    CASH = "CASH", _("cash at the station")
    TRANSFER = "TRANSFER", _("bank transfer to the host charity")
    CHARITY = "CHARITY", _("passed on by the charity federation")
    SALE = "SALE", _("proceeds of a charity sale")
    ALLOCATION = "ALLOCATION", _("allocation of public money")


class Publish(models.TextChoices):
    """How the donor wants to be named in public. Source: Charity Law Art. 82."""

    ANONYMOUS = "ANONYMOUS", _("anonymous")
    SURNAME = "SURNAME", _("family name only")
    FULL = "FULL", _("full name")


class GoodsKind(models.TextChoices):
    """Kinds of donated goods the station counts."""

    BOOK = "BOOK", pgettext_lazy("goods", "books")
    UMBRELLA = "UMBRELLA", _("umbrellas")
    UNIFORM = "UNIFORM", _("volunteer uniforms")
    FOOD = "FOOD", _("food and daily goods")
    BEDDING = "BEDDING", _("clothes and bedding")
    DEVICE = "DEVICE", _("devices and aids")
    OTHER = "OTHER", pgettext_lazy("goods", "other")


class Valuation(models.TextChoices):
    """What the value of goods rests on. Without any, there is no income and no receipt. Source: domain.md §5.2."""

    VOUCHER = "VOUCHER", _("invoice or agreement")
    FAIR_VALUE = "FAIR_VALUE", _("fair value, proved otherwise")
    APPRAISAL = "APPRAISAL", _("qualified appraisal")
    UNDETERMINED = "UNDETERMINED", _("cannot be determined")


class GrantPurpose(models.TextChoices):
    """What a grant is for; the first group is for one elder, the second for everybody."""

    ADAPTATION = "ADAPTATION", _("home adaptation")
    RELIEF = "RELIEF", _("relief in hardship")
    DEVICE = "DEVICE", _("aid or device")
    CARE = "CARE", _("care service")
    PROJECT = "PROJECT", _("project or activity")
    REWARDS = "REWARDS", _("goods for the points shop")
    COSTS = "COSTS", _("management costs")


FOR_ONE_ELDER = frozenset(
    {GrantPurpose.ADAPTATION, GrantPurpose.RELIEF, GrantPurpose.DEVICE, GrantPurpose.CARE}
)


class GrantState(models.TextChoices):
    """Asked by one, decided by another, paid with a voucher."""

    ASKED = "ASKED", pgettext_lazy("grant", "asked for")
    APPROVED = "APPROVED", pgettext_lazy("grant", "approved")
    REFUSED = "REFUSED", pgettext_lazy("grant", "refused")
    PAID = "PAID", pgettext_lazy("grant", "paid")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("grant", "withdrawn")


GRANT_STEPS: dict[str, Step] = {
    "approve": step(["ASKED"], "APPROVED"),
    "refuse": step(["ASKED"], "REFUSED"),
    "withdraw": step(["ASKED", "APPROVED"], "WITHDRAWN"),
    "pay": step(["APPROVED"], "PAID"),
}


class ElderClass(models.TextChoices):
    """Classes for cost sharing, by entitlement and need. Source: domain.md §5.3 (defaults, a station may change)."""

    DESTITUTE = "DESTITUTE", _("destitute or on subsistence allowance, with moderate disability or worse")
    SUPPORTED = "SUPPORTED", _("subsistence allowance, marginal income, or 80 and older")
    ORDINARY = "ORDINARY", _("everybody else")


class SplitReason(models.TextChoices):
    """Why a cost was split as it was; the sentence is made from it."""

    RULE = "RULE", pgettext_lazy("split", "by the rule")
    FREE = "FREE", pgettext_lazy("split", "free service")
    SELF_PAID = "SELF_PAID", pgettext_lazy("split", "paid by the person")
