"""Helpers, requests, alarms and visits, made through the real actions."""

from __future__ import annotations

import io
import itertools
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image

from carenet.accounts.models import User
from carenet.parties.models import Community, Organisation, ServiceKind
from elders.actions import health
from elders.models import Elder
from services.actions import care_plans, catalogue, dispatch, intake, providers, visits
from services.models import Candidate, CareLine, Case, Helper, Offering, ServiceRequest, Visit
from tests.make import NOW
from tests.make.parties import person, registrar, user
from tests.make.volunteers import volunteer, volunteer_user

__all__ = [
    "accepted",
    "alarm",
    "care_line",
    "care_worker",
    "helper",
    "kind",
    "offering",
    "picture",
    "registrar",
    "request",
    "social_helper",
    "visit",
]

_numbers = itertools.count(1)


def kind(code: str) -> ServiceKind:
    return ServiceKind.objects.get(pk=code)


def helper(
    community: Community, *codes: str, east: float = 0.0, north: float = 0.0, name: str = "", account: bool = True,
    level: int = 2, **fields: Any,
) -> Helper:  # fmt: skip
    """A trained, insured volunteer `east` and `north` metres from the centre who may give the kinds `codes`."""
    enrolled = volunteer(
        community, name=name, level=level, insured_until=fields.pop("insured_until", date(2027, 12, 31)),
        building=fields.pop("building", None), door=fields.pop("door", ""),
    )  # fmt: skip
    return _placed(community, "VOLUNTEER", codes or ("COMP",), east, north, person=enrolled.person,
                   volunteer=enrolled, user=volunteer_user(enrolled) if account else None, **fields)  # fmt: skip


def care_worker(
    community: Community, *codes: str, east: float = 0.0, north: float = 0.0, name: str = "杨护理",
    organisation: Organisation | None = None, **fields: Any,
) -> Helper:  # fmt: skip
    """A care worker of a provider, with an account."""
    found = person(community, name=name, born_on=date(1985, 2, 3), no_id_reason=f"测试{next(_numbers)}")
    account = user("CARE_WORKER", community, person=found, organisation=organisation, display_name=name)
    return _placed(community, "CARE_WORKER", codes or ("BATH-H",), east, north, person=found, user=account,
                   organisation=organisation, **fields)  # fmt: skip


def social_helper(community: Community, worker: User, *codes: str) -> Helper:
    """A social worker who may also be sent."""
    found = person(
        community, name=str(worker), born_on=date(1990, 2, 3), no_id_reason=f"测试{next(_numbers)}"
    )
    return _placed(community, "SOCIAL_WORKER", codes or ("PSY-1",), 0, 0, person=found, user=worker)


def _placed(
    community: Community, of_kind: str, codes: tuple[str, ...], east: float, north: float, **fields: Any
) -> Helper:
    import math

    from services.nearest import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON

    lon = community.origin_lon + east / (METRES_PER_DEGREE_LON * math.cos(math.radians(community.origin_lat)))
    lat = community.origin_lat + north / METRES_PER_DEGREE_LAT
    return providers.admit(
        community=community, kind=of_kind, kinds=[kind(code) for code in codes], lon=lon, lat=lat, by=registrar(),
        at=NOW, **fields,
    )  # fmt: skip


def offering(community: Community, code: str, price_fen: int, **fields: Any) -> Offering:
    fields.setdefault("valid_from", date(2026, 1, 1))
    return catalogue.set_price(
        community=community, kind=kind(code), price_fen=price_fen, by=registrar(), at=NOW, **fields
    )


def request(
    of: Elder, code: str = "COMP", *, by: User | None = None, at: datetime = NOW, **fields: Any
) -> ServiceRequest:
    """A request taken by telephone."""
    fields.setdefault("channel", "PHONE")
    fields.setdefault("key", f"test-request-{next(_numbers)}")
    return intake.take(elder=of, kind=kind(code), by=by or registrar(), at=at, **fields)


def accepted(
    of: Elder,
    helper: Helper,
    code: str = "COMP",
    *,
    by: User | None = None,
    at: datetime = NOW,
    **fields: Any,
) -> ServiceRequest:
    """A request that was offered to a helper and accepted."""
    by = by or registrar()
    asked = request(of, code, by=by, at=at, **fields)
    offer = dispatch.offer(request_id=asked.pk, helper_id=helper.pk, by=by, at=at)
    assert isinstance(offer, Candidate)
    return dispatch.accept(candidate_id=offer.pk, by=by, at=at)


def alarm(of: Elder, *, by: User | None = None, at: datetime = NOW, **fields: Any) -> ServiceRequest:
    fields.setdefault("channel", "ONE_TAP")
    fields.setdefault("key", f"test-alarm-{next(_numbers)}")
    return intake.raise_alarm(elder=of, by=by or registrar(), at=at, **fields)


def visit(of: Elder, *, by: User, at: datetime = NOW, **fields: Any) -> Visit:
    fields.setdefault("seen", "SEEN")
    fields.setdefault("mood", "GOOD" if fields["seen"] == "SEEN" else "")
    fields.setdefault("findings", ["NOTHING"] if fields["seen"] == "SEEN" else [])
    fields.setdefault("note", "")
    fields.setdefault("visited_at", at - timedelta(minutes=5))
    fields.setdefault("key", f"test-visit-{next(_numbers)}")
    return visits.log(elder=of, by=by, at=at, **fields)


def picture(width: int = 640, height: int = 480, *, kind: str = "JPEG", place: bool = True) -> bytes:
    """What a phone sends: a picture that tells in its EXIF part where it was taken, held sideways."""
    image = Image.new("RGB", (width, height), "khaki")
    tags = Image.Exif()
    if place:
        tags[0x0112] = 6  # turned by a quarter
        tags[0x0110] = "Phone-of-Li"
        tags.get_ifd(0x8825).update({1: "N", 2: (25.0, 51.0, 12.0), 3: "E", 4: (98.0, 51.0, 24.0)})
    out = io.BytesIO()
    image.save(out, kind, exif=tags)
    return out.getvalue()


def care_line(of: Case, *, by: User | None = None, at: datetime = NOW, **fields: Any) -> CareLine:
    """A treatment plan that a case carries out."""
    worker = by or of.worker
    today = at.date()
    plan = fields.pop("plan", None) or health.note_plan(
        elder=of.elder, words="每天量两次血压", treated_by="卫生院", since=today, review_on=today + timedelta(days=30),
        by=worker, at=at,
    )  # fmt: skip
    fields.setdefault("words", "每周二、五上门量血压")
    fields.setdefault("review_on", today + timedelta(days=20))
    return care_plans.tie(plan=plan, case=of, since=today, by=worker, at=at, **fields)
