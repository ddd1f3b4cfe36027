"""Every refusal of the shop: the right one, nothing taken, one plain sentence that says what to do next, twice."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from carenet.kernel.errors import DomainError
from carenet.ledger import accounts
from carenet.ledger.models import Account
from carenet.parties.models import ServiceKind
from tests import make
from tests.make import NOW
from tests.make.parties import registrar
from volunteers.actions import backing, kept, photos, registry, rewards, service_rewards, slips
from volunteers.models import Redemption, Reward, ServiceClaim, Volunteer

TODAY = NOW.date()
Attempt = Callable[[Volunteer], Any]


def facts(**more: Any) -> dict[str, Any]:
    return {"by": registrar(), "at": NOW, **more}


def take(volunteer: Volunteer, *, key: str = "k", points: int | None = None, **fields: Any) -> Redemption:
    reward = fields.pop("reward", None) or make.reward(volunteer.community, **fields)
    return rewards.redeem(volunteer=volunteer, reward=reward, key=key, on=TODAY, points=points, **facts())


def service(volunteer: Volunteer, **fields: Any) -> Reward:
    """A visit of company for 30 points; the volunteer is on the list of elders."""
    if fields.pop("listed", True):
        make.elder(volunteer.community, person=volunteer.person)
    reward = make.reward(volunteer.community, stock=0, kind="SERVICE", **fields)
    service_rewards.become_service(
        reward=reward, kind=ServiceKind.objects.get(code="COMP"), minutes=60, hold_days=30, **facts()
    )
    reward.refresh_from_db()
    return reward


def ask(volunteer: Volunteer, *, key: str = "c", points: int | None = None, **fields: Any) -> ServiceClaim:
    reward = fields.pop("reward", None) or service(volunteer, **fields)
    return service_rewards.claim(
        volunteer=volunteer, reward=reward, key=key, on=TODAY, points=points, **facts()
    )


def frozen(volunteer: Volunteer) -> Volunteer:
    account = Account.objects.get(code=volunteer.account_code, unit="POINT")
    accounts.freeze(account=account, reason="核对中", **facts())
    return volunteer


def gone(volunteer: Volunteer) -> Volunteer:
    return registry.leave(volunteer=volunteer, on=TODAY, reason="搬走", **facts())


def twice(what: Callable[..., Any]) -> Attempt:
    def attempt(volunteer: Volunteer) -> None:
        reward = (
            service(volunteer, per_person=1)
            if what is ask
            else make.reward(volunteer.community, per_person=1)
        )
        what(volunteer, reward=reward, key="first")
        what(volunteer, reward=reward, key="second")

    return attempt


def key_again(what: Callable[..., Any]) -> Attempt:
    def attempt(volunteer: Volunteer) -> None:
        if what is ask:
            first, second = service(volunteer), make.reward(volunteer.community, stock=0)
        else:
            first, second = make.reward(volunteer.community), make.reward(volunteer.community)
        what(volunteer, reward=first, key="same")
        what(volunteer, reward=second, key="same")

    return attempt


def closed(volunteer: Volunteer) -> Reward:
    return rewards.close(reward=make.reward(volunteer.community), **facts())


def poor(volunteer: Volunteer) -> dict[str, Any]:
    return {"fund": make.fund(volunteer.community, yuan=0), "backing_fen": 500}


def collected(volunteer: Volunteer) -> Redemption:
    return rewards.hand_over(redemption=take(volunteer), **facts())


def lapsed(volunteer: Volunteer) -> Redemption:
    slip = take(volunteer)
    late = slip.pick_up_by + timedelta(days=15)
    slips.lapse(community=volunteer.community, on=late, **facts())
    return slip


def photo(volunteer: Volunteer, content: bytes, alt: str = "一袋米") -> None:
    photos.put(reward=make.reward(volunteer.community), content=content, alt=alt, **facts())


def picture(width: int = 800, height: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#c96").save(out, "JPEG")
    return out.getvalue()


def past_backing(volunteer: Volunteer) -> None:
    for days in (9, 5):
        backing.set_backing(
            community=volunteer.community, goods="捐赠大米", goods_points=100, valid_from=TODAY - timedelta(days=days),
            source="议事会", **facts(),
        )  # fmt: skip


REFUSALS: dict[str, tuple[type[DomainError], Attempt]] = {
    "stock": (rewards.SoldOut, lambda v: take(v, stock=0)),
    "points": (rewards.Overdrawn, lambda v: take(v, reward=make.reward(v.community, points=101))),
    "limit": (rewards.LimitReached, twice(take)),
    "age": (rewards.TooYoung, lambda v: take(v, min_age=90)),
    "frozen": (rewards.Frozen, lambda v: take(frozen(v))),
    "left": (rewards.Frozen, lambda v: take(gone(v))),
    "backing": (rewards.NotBacked, lambda v: take(v, **poor(v))),
    "closed gift": (rewards.NotOffered, lambda v: take(v, reward=closed(v))),
    "price": (rewards.PriceChanged, lambda v: take(v, points=29)),
    "key": (rewards.KeyReused, key_again(take)),
    "expired": (rewards.AlreadyCancelled, lambda v: rewards.hand_over(redemption=lapsed(v), **facts())),
    "collected": (rewards.AlreadyCollected, lambda v: rewards.take_back(redemption=collected(v), **facts())),
    "nameless proxy": (rewards.NameMissing, lambda v: rewards.hand_over(redemption=take(v), proxy=True, **facts())),
    "relation": (slips.RelationMissing, lambda v: slips.hand_over(redemption=take(v), proxy_name="王强", **facts())),
    "question": (slips.QuestionMissing, lambda v: slips.note_channel(redemption=take(v), channel="PHONE", **facts())),
    "service: points": (rewards.Overdrawn, lambda v: ask(v, reward=service(v, points=101))),
    "service: limit": (rewards.LimitReached, twice(ask)),
    "service: age": (rewards.TooYoung, lambda v: ask(v, min_age=90)),
    "service: frozen": (rewards.Frozen, lambda v: ask(frozen(v))),
    "service: left": (rewards.Frozen, lambda v: ask(v, reward=_after(gone, v))),
    "service: backing": (rewards.NotBacked, lambda v: ask(v, **poor(v))),
    "service: price": (rewards.PriceChanged, lambda v: ask(v, points=29)),
    "service: key": (rewards.KeyReused, key_again(ask)),
    "service: not on the list": (service_rewards.NobodyToServe, lambda v: ask(v, listed=False)),
    "service: a thing": (service_rewards.NotAService, lambda v: ask(v, reward=make.reward(v.community))),
    "service: closed": (service_rewards.ClaimClosed, lambda v: _settle_released(v)),
    "service: pieces": (rewards.LiesOnNoShelf, lambda v: rewards.restock(
        reward=service(v), quantity=3, source="捐赠", **facts())),
    "service: has pieces": (service_rewards.HasPieces, lambda v: service_rewards.become_service(
        reward=make.reward(v.community), kind=ServiceKind.objects.get(code="COMP"), minutes=30, hold_days=9, **facts())),
    "photo": (photos.NotAPhoto, lambda v: photo(v, b"%PDF-1.7 not a picture")),
    "photo: cut": (photos.NotAPhoto, lambda v: photo(v, picture()[:900])),
    "photo: small": (photos.TooSmall, lambda v: photo(v, picture(100, 90))),
    "photo: big": (photos.TooBig, lambda v: photo(v, b"0" * (photos.MOST_BYTES + 1))),
    "photo: words": (photos.WordsMissing, lambda v: photo(v, picture(), alt=" ")),
    "backing: nothing": (backing.BackingMissing, lambda v: backing.set_backing(
        community=v.community, valid_from=TODAY, source="议事会", **facts())),
    "backing: past": (backing.BackingInThePast, past_backing),
    "filter": (kept.FilterNeedsName, lambda v: kept.keep(
        community=v.community, page="list", name=" ", query="level=2", by=make.user("DIRECTOR", v.community), at=NOW)),
}  # fmt: skip


def _after(what: Callable[[Volunteer], Any], volunteer: Volunteer) -> Reward:
    reward = service(volunteer)
    what(volunteer)
    return reward


def _settle_released(volunteer: Volunteer) -> None:
    claim = ask(volunteer)
    service_rewards.release(claim=claim, words="不需要了", **facts())
    service_rewards.settle(claim=claim, on=TODAY, **facts())


@pytest.mark.parametrize("case", REFUSALS)
def test_every_refusal_is_plain_says_what_to_do_next_and_takes_nothing(case: str, community: Any) -> None:
    kind, attempt = REFUSALS[case]
    volunteer = make.volunteer(community)
    make.points(volunteer, 100)
    with pytest.raises(DomainError) as refused:
        attempt(volunteer)
    assert type(refused.value) is kind
    with translation.override("en"):
        english = refused.value.message
    with translation.override("zh-hans"):
        chinese = refused.value.message
    assert english != chinese
    assert re.search(r"\bplease\b", english, re.I), english
    assert "请" in chinese, chinese
    assert not re.search(r"[A-Za-z]{4,}|%\(|\b(error|invalid|null)\b", chinese), chinese
    assert chinese.endswith("。") and len(chinese) <= 70, chinese
    assert english.endswith(".") and len(english) <= 170, english
    taken = sum(each.points for each in Redemption.objects.exclude(state="CANCELLED"))
    taken += sum(each.points for each in ServiceClaim.objects.exclude(state="RELEASED"))
    assert Account.objects.get(code=volunteer.account_code, unit="POINT").balance == 100 - taken
    if case not in (
        "limit",
        "key",
        "collected",
        "nameless proxy",
        "relation",
        "question",
        "service: limit",
        "service: key",
    ):
        assert taken == 0
