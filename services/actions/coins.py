"""Time coins pay for a request: chosen with the wish, set aside when a helper is asked, paid for what was really served
when the elder says yes, given back whenever it comes to nothing.

Everything happens inside the transaction of the step that causes it. The request is locked first, then the payment, then
the accounts. Source: domain.md §4.2–4.3; architecture.md 4a (hold, then settle or release).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from carenet.accounts.policies import require
from carenet.kernel import steps
from carenet.kernel.errors import DomainError
from carenet.kernel.months import day_of
from elders.actions import mandates
from services import notices, policies
from services.actions import trail
from services.models import CoinPayment, ServiceRequest, Settlement
from services.refusals import CoinsNotNow, PointsPayAlready, VolunteersOnly, WordsMissing
from services.states import (
    BEFORE_DONE,
    COIN_STEPS,
    OPEN_OFFERS,
    STANDING_REASONS,
    CoinState,
    HelperKind,
    RequestState,
    RequestVerb,
)
from volunteers.actions import coins

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community
    from elders.models import Elder
    from services.models import Helper

R = RequestState
AT_ONCE = 200
# A gift for points is paid already; its request carries this key. See `reward_claims`.
CLAIM_KEY = "claim:"


def standing(*, request: ServiceRequest) -> CoinPayment | None:
    """The coins that pay, or have paid, for a request."""
    return request.coin_payments.standing().select_related("volunteer__person").first()


def among(*, request_ids: Iterable[int]) -> set[int]:
    """Which of these requests coins are chosen or set aside for; one query, so that bulk steps stay set-based."""
    rows = CoinPayment.objects.filter(request__in=request_ids, state__in=[CoinState.CHOSEN, CoinState.HELD])
    return set(rows.values_list("request_id", flat=True))


def purses(*, elder: Elder, user: User) -> list[coins.Purse]:
    """The accounts that this user may choose for an elder's help; whether one can pay says `coins.why_not`."""
    return [each for each in coins.purses(elder=elder) if policies.may_pay_with(user, elder, each.volunteer)]


@transaction.atomic
def choose(*, request_id: int, code: str, by: User, at: datetime) -> CoinPayment:
    """These coins pay for the request; another choice before is undone. When somebody was asked already, they are set
    aside at once.

    The elder, the family under a mandate (the elder's coins or their own), or staff on their word; whose coins they are
    is always told. Raises NotAllowed, MandateMissing, CoinsNotNow, PointsPayAlready, VolunteersOnly and what
    `volunteers.actions.coins` refuses. Source: domain.md §4.3 redeem_for.
    """
    request = trail.locked(request_id)
    require(policies.may_ask(by, request.elder))
    if (
        request.is_alarm
        or request.state not in BEFORE_DONE
        or Settlement.objects.filter(request=request).exists()
    ):
        raise CoinsNotNow(field="pay")
    if request.key.startswith(CLAIM_KEY):
        raise PointsPayAlready(field="pay")
    purse = coins.find(elder=request.elder, code=code)
    require(policies.may_pay_with(by, request.elder, purse.volunteer))
    if not policies.is_office(by, request.community_id):
        mandates.use_if_given(
            elder=request.elder, scope="ASK", verb="coins", object_kind="services.servicerequest", object_id=request.pk,
            by=by, at=at,
        )  # fmt: skip
    if request.helper is not None:
        fits(request=request, helper=request.helper, payer_id=purse.volunteer.pk if purse.volunteer else None)
    before = _locked(request)
    if before is not None:
        if (before.purse, before.volunteer_id) == (
            purse.kind,
            purse.volunteer.pk if purse.volunteer else None,
        ):
            return before
        _drop(before, request, words=_("another choice"), by=by, at=at)
        purse.account.refresh_from_db()
    needed = coins.check(purse=purse, kind=request.kind, minutes=request.minutes, on=day_of(at))
    payment = CoinPayment.objects.create(
        community_id=request.community_id, request=request, purse=purse.kind, volunteer=purse.volunteer,
        relation=purse.relation, coins=needed, chosen_at=at, chosen_by=by,
    )  # fmt: skip
    _tell(request, "chosen", payment, by=by, at=at)
    if request.state not in (R.REQUESTED, R.TRIAGED):
        _hold(payment, request, by=by, at=at)
    return payment


def fits(*, request: ServiceRequest, helper: Helper, payer_id: int | None) -> None:
    """Time coins are answered by a volunteer, never by who pays them. Raises VolunteersOnly."""
    if helper.kind != HelperKind.VOLUNTEER or (payer_id is not None and helper.volunteer_id == payer_id):
        raise VolunteersOnly(name=helper.person.name)


@transaction.atomic
def hold(*, request: ServiceRequest, by: User, at: datetime) -> CoinPayment | None:
    """Set the chosen coins aside, for the length the station foresees now; held ones stay as they are.

    Raises what `volunteers.actions.coins.check` and `hold` refuse: staff then agree another way with the elder.
    """
    payment = _locked(request)
    if payment is not None and payment.state == CoinState.CHOSEN:
        _hold(payment, request, by=by, at=at)
    return payment


@transaction.atomic
def hold_or_drop(*, request: ServiceRequest, by: User, at: datetime) -> CoinPayment | None:
    """The same where nobody can be asked any more: a helper's yes does not fail for a purse. Coins that are not there
    are dropped, and whose they are reads it."""
    try:
        with transaction.atomic():
            return hold(request=request, by=by, at=at)
    except DomainError as refused:
        payment = _locked(request)
        if payment is not None:
            _drop(payment, request, words=refused.message, by=by, at=at)
            notices.coins_moved(
                request=request, payment=payment, what="dropped", amount=payment.coins, by=by, at=at
            )
        return None


@transaction.atomic
def let_go(*, request: ServiceRequest, by: User, at: datetime, if_nobody_is_asked: bool = False) -> None:
    """Nobody comes for the time being: the coins are free again, the choice stays for the next helper."""
    payment = _locked(request)
    if payment is None or payment.state != CoinState.HELD:
        return
    if if_nobody_is_asked and request.candidates.filter(state__in=OPEN_OFFERS).exists():
        return
    assert payment.hold is not None
    coins.release(
        purse=_purse(payment, request), held=payment.hold, key=_key(payment, "back"), memo=request.kind.name,
        on=day_of(at), at=at, by=by,
    )  # fmt: skip
    payment.state = steps.take(COIN_STEPS, "let_go", payment.state)
    payment.save(update_fields=["state"])
    _tell(request, "let_go", payment, by=by, at=at)


@transaction.atomic
def drop(*, request: ServiceRequest, words: str, by: User, at: datetime) -> None:
    """The request ended, or is paid in another way: the coins are free, what was paid before comes back. Once."""
    payment = _locked(request)
    if payment is None:
        return
    if payment.state == CoinState.PAID:
        _give_back(payment, request, words=words, by=by, at=at)
    else:
        _drop(payment, request, words=words, by=by, at=at)


@transaction.atomic
def undo(*, request_id: int, words: str, by: User, at: datetime) -> None:
    """The choice is taken back by who may choose, before the help was confirmed. Raises NotAllowed, CoinsNotNow."""
    request = trail.locked(request_id)
    payment = _locked(request)
    require(
        policies.may_ask(by, request.elder)
        or (payment is not None and policies.owns_coins(by, payment.volunteer))
    )
    if payment is None or payment.state == CoinState.PAID:
        raise CoinsNotNow(field="pay")
    _drop(payment, request, words=words.strip() or _("not wanted any more"), by=by, at=at)


@transaction.atomic
def give_back(*, request_id: int, words: str, by: User, at: datetime) -> None:
    """The station gives back coins that were paid for nothing, with a reason that their owner reads; once.

    Raises NotAllowed, CoinsNotNow, CoinsReturned, WordsMissing. Source: domain.md §4.3 (edits only by reversal entry).
    """
    request = trail.locked(request_id)
    require(policies.is_office(by, request.community_id))
    payment = _locked(request)
    if payment is None or payment.state != CoinState.PAID or not payment.coins_paid:
        raise CoinsNotNow(field="words")
    if not words.strip():
        raise WordsMissing(field="words")
    _give_back(payment, request, words=words.strip(), by=by, at=at)


@transaction.atomic
def settle(*, request: ServiceRequest, by: User, at: datetime) -> CoinPayment | None:
    """The help was confirmed: pay for the minutes really served, at most what was set aside; the rest goes back.

    Nothing is paid when no volunteer gave it. Gives the payment when coins pay for this help, else None: then money is
    split as usual. Source: domain.md §4.2.
    """
    payment = _locked(request)
    if payment is None or payment.state == CoinState.PAID:
        return payment
    if request.helper is None or request.helper.volunteer_id is None:
        _drop(payment, request, words=_("no volunteer gave this help"), by=by, at=at)
        return None
    if payment.state == CoinState.CHOSEN and hold_or_drop(request=request, by=by, at=at) is None:
        return None
    payment = _locked(request)
    assert payment is not None
    assert payment.hold is not None
    served = coins.need(
        community_id=request.community_id, kind=request.kind, minutes=request.minutes, on=day_of(request.done_at or at)
    )  # fmt: skip
    payment.coins_paid = min(served, payment.coins)
    payment.entry = coins.settle(
        purse=_purse(payment, request), held=payment.hold, amount=payment.coins_paid, key=_key(payment, "paid"),
        memo=request.kind.name, on=day_of(at), at=at, by=by,
    )  # fmt: skip
    _close(payment, "pay", "", by=by, at=at)
    _tell(request, "paid", payment, amount=payment.coins_paid, by=by, at=at)
    notices.coins_moved(
        request=request, payment=payment, what="paid", amount=payment.coins_paid, by=by, at=at
    )
    return payment


@transaction.atomic
def tidy(*, community: Community, by: User, at: datetime) -> int:
    """What ended by a way that forgot its coins: they are free all the same. Returns how many. Source: law 5."""
    rows = (
        CoinPayment.objects.of(community)
        .filter(state__in=[CoinState.CHOSEN, CoinState.HELD], request__state__in=[R.CANCELLED, R.FAILED])
        .exclude(request__end_reason__in=STANDING_REASONS, state=CoinState.CHOSEN)
        .order_by("request_id")[:AT_ONCE]
    )
    ended = 0
    for each in rows:
        request = trail.locked(each.request_id)
        if request.state in (R.CANCELLED, R.FAILED):
            drop(request=request, words=_("the request has ended"), by=by, at=at)
            ended += 1
    return ended


# --- the pen ---------------------------------------------------------------------------------------
def _locked(request: ServiceRequest) -> CoinPayment | None:
    return (
        request.coin_payments.standing()
        .select_for_update(of=("self",), no_key=True)
        .select_related("hold", "entry", "volunteer__person", "volunteer__community")
        .first()
    )


def _purse(payment: CoinPayment, request: ServiceRequest) -> coins.Purse:
    return coins.of_payment(
        elder=request.elder, kind=payment.purse, volunteer=payment.volunteer, relation=payment.relation
    )


def _key(payment: CoinPayment, what: str) -> str:
    return f"coins:{payment.pk}:{payment.holds}:{what}"


def _hold(payment: CoinPayment, request: ServiceRequest, *, by: User, at: datetime) -> None:
    purse = _purse(payment, request)
    payment.coins = coins.check(purse=purse, kind=request.kind, minutes=request.minutes, on=day_of(at))
    payment.holds += 1
    payment.hold = coins.hold(
        purse=purse, coins=payment.coins, key=_key(payment, "held"), cause=(coins.CAUSE, request.pk),
        memo=request.kind.name, on=day_of(at), at=at, by=by,
    )  # fmt: skip
    payment.state = steps.take(COIN_STEPS, "hold", payment.state)
    payment.save(update_fields=["coins", "holds", "hold", "state"])
    _tell(request, "held", payment, by=by, at=at)
    notices.coins_moved(request=request, payment=payment, what="held", amount=payment.coins, by=by, at=at)


def _drop(payment: CoinPayment, request: ServiceRequest, *, words: str, by: User, at: datetime) -> None:
    if payment.state == CoinState.HELD:
        assert payment.hold is not None
        coins.release(
            purse=_purse(payment, request), held=payment.hold, key=_key(payment, "back"), memo=request.kind.name,
            on=day_of(at), at=at, by=by,
        )  # fmt: skip
        notices.coins_moved(request=request, payment=payment, what="back", amount=payment.coins, by=by, at=at)
    _close(payment, "drop", words, by=by, at=at)
    _tell(request, "dropped", payment, words=words, by=by, at=at)


def _give_back(payment: CoinPayment, request: ServiceRequest, *, words: str, by: User, at: datetime) -> None:
    assert payment.entry is not None
    if payment.coins_paid:
        coins.give_back(
            purse=_purse(payment, request), paid=payment.entry, reason=words[:200], key=_key(payment, "returned"),
            on=day_of(at), at=at, by=by,
        )  # fmt: skip
        notices.coins_moved(
            request=request, payment=payment, what="back", amount=payment.coins_paid, by=by, at=at
        )
    _close(payment, "return", words, by=by, at=at)
    _tell(request, "returned", payment, words=words, amount=payment.coins_paid, by=by, at=at)


def _close(payment: CoinPayment, step: str, words: str, *, by: User, at: datetime) -> None:
    payment.state = steps.take(COIN_STEPS, step, payment.state)
    payment.closed_at, payment.closed_by, payment.words = at, by, words[:200]
    payment.save(update_fields=["state", "closed_at", "closed_by", "words", "coins_paid", "entry"])


def _tell(
    request: ServiceRequest, step: str, payment: CoinPayment, *, by: User, at: datetime, words: str = "", amount: int | None = None
) -> None:  # fmt: skip
    trail.tell(
        request, RequestVerb.COINS, by=by, at=at, words=words,
        facts={"step": step, "coins": payment.coins if amount is None else amount, "purse": payment.purse},
    )  # fmt: skip
