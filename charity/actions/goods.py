"""Donated goods: taken in after a look, given out piece by piece."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel import months
from carenet.ledger.errors import KeyReused
from charity import policies
from charity.actions.refusals import InTheFuture, NotEnoughGoods, NotPositive, NotUsable, ReceiptTaken
from charity.models import GoodsDonation, GoodsIssue
from charity.states import Publish, Valuation

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community, Organisation, Person
    from elders.models import Elder


@transaction.atomic
def receive(
    *,
    community: Community,
    kind: str,
    what: str,
    quantity: int,
    unit: str,
    received_on: date,
    by: User,
    at: datetime,
    key: str,
    donor_name: str = "",
    donor_person: Person | None = None,
    donor_organisation: Organisation | None = None,
    publish: str = Publish.ANONYMOUS,
    valuation: str = Valuation.UNDETERMINED,
    value_fen: int | None = None,
    receipt_no: str = "",
    place: str = "",
    usable: bool = True,
) -> GoodsDonation:
    """Take donated goods in. Goods without a provable value are listed apart: no income, no receipt.

    Raises NotUsable, NotPositive, InTheFuture, ReceiptTaken, NotAllowed, KeyReused.
    Source: Charity Law Art. 36, 38; accounting rules in domain.md §5.2.
    """
    require(policies.may_record(by, community.pk))
    if not usable:
        raise NotUsable
    if quantity <= 0 or (valuation != Valuation.UNDETERMINED and (value_fen or 0) <= 0):
        raise NotPositive
    if received_on > months.day_of(at):
        raise InTheFuture
    facts = {"kind": kind, "what": what.strip(), "quantity": quantity, "unit": unit.strip()}
    earlier = GoodsDonation.objects.filter(community=community, key=key).first()
    if earlier is not None:
        if any(getattr(earlier, name) != value for name, value in facts.items()):
            raise KeyReused
        return earlier
    proved = valuation != Valuation.UNDETERMINED
    receipt_no = receipt_no.strip() if proved else ""
    if receipt_no and GoodsDonation.objects.filter(community=community, receipt_no=receipt_no).exists():
        raise ReceiptTaken(receipt_no=receipt_no)
    goods = GoodsDonation.objects.create(
        community=community,
        left=quantity,
        valuation=valuation,
        value_fen=value_fen if proved else None,
        donor_name=donor_name.strip(),
        donor_person=donor_person,
        donor_organisation=donor_organisation,
        publish=publish if donor_name.strip() else Publish.ANONYMOUS,
        received_on=received_on,
        receipt_no=receipt_no,
        place=place.strip(),
        key=key,
        recorded_by=by,
        recorded_at=at,
        **facts,
    )
    audit.note(
        community=community,
        verb="charity.goods_received",
        object_kind="charity.goods",
        object_id=goods.pk,
        by=by,
        at=at,
    )
    return goods


@transaction.atomic
def give_out(
    *,
    goods: GoodsDonation,
    quantity: int,
    purpose: str,
    by: User,
    at: datetime,
    key: str,
    on: date | None = None,
    elder: Elder | None = None,
) -> GoodsIssue:
    """Give some of the goods out; the shelf never goes below zero. Raises NotEnoughGoods, NotPositive, NotAllowed."""
    require(policies.may_hand_out(by, goods.community_id))
    if quantity <= 0:
        raise NotPositive
    day = on or months.day_of(at)
    if day > months.day_of(at):
        raise InTheFuture
    shelf = GoodsDonation.objects.select_for_update(no_key=True).get(pk=goods.pk)
    earlier = GoodsIssue.objects.filter(community=shelf.community_id, key=key).first()
    if earlier is not None:
        if (earlier.goods_id, earlier.quantity) != (shelf.pk, quantity):
            raise KeyReused
        return earlier
    if shelf.left < quantity:
        raise NotEnoughGoods(left=shelf.left, unit=shelf.unit)
    shelf.left -= quantity
    shelf.save(update_fields=["left"])
    issue = GoodsIssue.objects.create(
        community_id=shelf.community_id,
        goods=shelf,
        quantity=quantity,
        given_on=day,
        purpose=purpose.strip(),
        elder=elder,
        key=key,
        by=by,
        at=at,
    )
    audit.note(
        community=shelf.community_id,
        verb="charity.goods_given_out",
        object_kind="charity.goods",
        object_id=shelf.pk,
        by=by,
        at=at,
        facts={"quantity": quantity},
    )
    return issue
