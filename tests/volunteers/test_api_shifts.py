"""REST for shifts, the bank and training: the same rules, scoped, once per key, refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from carenet.webkit import once
from tests import make
from tests.make import training as making
from tests.make.parties import registrar
from volunteers.actions import promises, registry
from volunteers.models import Attendance, Enrolment, Gift, Promise, Slot, Volunteer


@pytest.fixture
def volunteer(community: Any) -> Volunteer:
    return make.volunteer(community, insured_until=timezone.localdate() + timedelta(days=400))


def post(api: Any, path: str, data: dict[str, Any] | None = None, key: str = "") -> Any:
    return api.post(f"/api/v1/{path}", data or {}, format="json", headers={"Idempotency-Key": key or once.new_key()})  # fmt: skip


def get(api: Any, path: str, **query: Any) -> Any:
    return api.get(f"/api/v1/{path}", query).json()


def test_a_volunteer_finds_a_shift_promises_it_once_and_steps_back(
    volunteer: Volunteer, api_for: Any
) -> None:
    api = api_for(make.volunteer_user(volunteer))
    slot = make.slot(volunteer.community, starts_at=timezone.now() + timedelta(days=9), warnings=["两层楼梯"])
    draft = make.slot(volunteer.community, starts_at=timezone.now() + timedelta(days=8), published=False)
    (shown,) = get(api, "shifts/open/")
    assert (shown["id"], shown["free"], shown["why_not"], shown["mine"]) == (slot.pk, 2, "", "")
    assert "uid" not in shown, "who knows the code of the poster need not stand before it"
    assert api.get(f"/api/v1/shifts/{draft.pk}/").status_code == 404
    refused = post(api, f"shifts/{slot.pk}/promise/")
    assert (refused.status_code, refused.json()["code"]) == (409, "tick_warnings")
    word = {"ticked": ["两层楼梯"]}
    first, again = (post(api, f"shifts/{slot.pk}/promise/", word, key="k") for _each in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert Promise.objects.count() == 1
    assert get(api, f"shifts/{slot.pk}/")["mine"] == "PROMISED" and get(api, "shifts/open/") == []
    (line,) = get(api, "promises/", state="PROMISED", shift=slot.pk)["results"]
    back = post(api, f"promises/{line['id']}/step-back/", {"reason": "发烧"})
    assert (back.json()["state"], back.json()["reason"]) == ("RELEASED", "发烧")
    assert api.post(f"/api/v1/promises/{line['id']}/step-back/", {}, format="json").status_code == 400


def test_the_code_of_the_place_checks_in_and_the_office_books(
    volunteer: Volunteer, api_for: Any, staff: Any
) -> None:
    now = timezone.now()
    slot = make.slot(volunteer.community, starts_at=now - timedelta(minutes=10))
    line = make.promised(slot, volunteer)
    own, office = api_for(make.volunteer_user(volunteer)), api_for(staff)
    assert post(own, f"promises/{line.pk}/check-in/").status_code == 404, "nobody ticks themselves"
    assert post(own, "shifts/check-in/", {"code": "6f0d7f0e-0000-4000-8000-000000000000"}).status_code == 404
    here = post(own, "shifts/check-in/", {"code": str(slot.uid)}).json()
    assert (here["state"], here["in_way"]) == ("HERE", "QR")
    late = post(office, f"shifts/{slot.pk}/book/")
    assert (late.status_code, late.json()["code"]) == (409, "not_over_yet")
    other = make.slot(volunteer.community, starts_at=now - timedelta(hours=30))
    done = make.promised(other, make.volunteer(volunteer.community))
    post(office, f"promises/{done.pk}/check-in/", {"came_at": (now - timedelta(hours=30)).isoformat()})
    left = post(
        office, f"promises/{done.pk}/check-out/", {"left_at": (now - timedelta(hours=29)).isoformat()}
    )
    assert (left.json()["served_minutes"], left.json()["out_way"]) == (60, "OFFICE")
    booked = post(office, f"shifts/{other.pk}/book/")
    assert booked.json() == {"credited": 1, "missed": 0, "excused": 0, "minutes": 60, "left": 0}
    assert Attendance.objects.count() == 1 and post(own, f"shifts/{other.pk}/book/").status_code == 404


def test_the_office_puts_somebody_down_and_a_colleague_stands_in(
    volunteer: Volunteer, api_for: Any, staff: Any
) -> None:
    slot = make.slot(volunteer.community, starts_at=timezone.now() + timedelta(hours=5), people=1)
    office, own = api_for(staff), api_for(make.volunteer_user(volunteer))
    sick = make.volunteer(volunteer.community)
    made = post(office, f"shifts/{slot.pk}/promise/", {"volunteer": sick.pk}).json()
    assert (made["volunteer"], made["name"]) == (sick.number, sick.person.name)
    assert get(own, "promises/")["results"] == [], "others' promises are not a volunteer's business"
    assert post(own, f"promises/{made['id']}/step-back/").status_code == 404
    assert post(own, f"shifts/{slot.pk}/promise/", {"volunteer": sick.pk}).status_code == 404
    assert post(own, f"shifts/{slot.pk}/stand-in/").json()["code"] == "no_stand_in_wanted"
    promises.step_back(promise=Promise.objects.get(), by=registrar(), at=timezone.now())
    stood = post(own, f"shifts/{slot.pk}/stand-in/")
    assert (stood.status_code, stood.json()["replaces"]) == (201, made["id"])


def test_lists_of_shifts_and_promises_cost_the_same_whatever_their_length(
    volunteer: Volunteer, api_for: Any, staff: Any, django_assert_max_num_queries: Any
) -> None:
    api, start = api_for(staff), timezone.now() + timedelta(days=2)
    for number in range(3):
        slot = make.slot(volunteer.community, starts_at=start + timedelta(hours=3 * number))
        make.promised(slot, volunteer, at=timezone.now())
    for path in ("shifts/", "promises/"):
        for _warm in range(2):
            api.get(f"/api/v1/{path}")
        with django_assert_max_num_queries(30) as few:
            assert len(get(api, path)["results"]) == 3
        for number in range(3, 9):
            if path == "shifts/":
                make.slot(volunteer.community, starts_at=start + timedelta(hours=3 * number))
            else:
                make.promised(Slot.objects.order_by("pk")[number], volunteer, at=timezone.now())
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(get(api, path)["results"]) == 9


def test_accounts_and_gifts_of_the_bank(volunteer: Volunteer, api_for: Any) -> None:
    other = make.volunteer(volunteer.community)
    mine, theirs = api_for(make.volunteer_user(volunteer)), api_for(make.volunteer_user(other))
    make.served(volunteer, minutes=120)
    gift = {"number": other.number, "name": other.person.name, "coins": 60, "relation": "SPOUSE"}
    wrong = post(mine, "gifts/", gift | {"name": "别人"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "no_such_receiver")
    first, again = (post(mine, "gifts/", gift, key="k") for _each in range(2))
    assert first.json() == again.json() and Gift.objects.count() == 1
    coins = {each["unit"]: each for each in get(mine, "accounts/")}["coins"]
    assert (coins["balance"], coins["aside"], coins["frozen"]) == (60, 60, False)
    assert mine.get(coins["statement"]).json()["balance"] == 60
    (offered,) = get(theirs, "gifts/")["results"]
    assert (offered["mine"], offered["giver_name"]) == ("receiver", volunteer.person.name)
    assert post(mine, f"gifts/{offered['id']}/accept/").status_code == 403
    assert post(theirs, f"gifts/{offered['id']}/accept/").json()["state"] == "ACCEPTED"
    late = post(mine, f"gifts/{offered['id']}/withdraw/")
    assert (late.status_code, late.json()["code"]) == (409, "already_answered")
    assert mine.get("/api/v1/accounts/", {"volunteer": other.pk}).status_code == 404


def test_courses_seats_and_qualifications(volunteer: Volunteer, api_for: Any, staff: Any) -> None:
    api = api_for(make.volunteer_user(volunteer))
    course = making.course(volunteer.community)
    run = making.course_run(course, first=timezone.now() + timedelta(days=2), seats=1)
    making.learner(run, make.volunteer(volunteer.community))
    (shown,) = get(api, "courses/")["results"]
    assert (shown["name"], shown["minutes"], shown["level"]) == (course.name, 150, 2)
    (date_of,) = get(api, "course-runs/")["results"]
    assert (date_of["free"], len(date_of["lessons"])) == (0, 2)
    seat = post(api, f"course-runs/{run.pk}/enrol/").json()
    assert seat["state"] == "WAITING" and seat["missing"]
    assert [each["id"] for each in get(api, "enrolments/")["results"]] == [seat["id"]]
    other = Enrolment.objects.exclude(pk=seat["id"]).get()
    assert post(api, f"enrolments/{other.pk}/withdraw/").status_code == 404
    assert post(api, f"enrolments/{seat['id']}/withdraw/").json()["state"] == "WITHDRAWN"
    today = timezone.localdate()
    registry.qualify(
        volunteer=volunteer,
        level=2,
        valid_from=today - timedelta(days=9),
        valid_to=today,
        by=staff,
        at=timezone.now(),
    )
    (held,) = get(api, "qualifications/")["results"]
    assert (held["level"], held["holds"]) == (2, False)
    assert (
        get(api_for(staff), "qualifications/", volunteer=volunteer.pk)["results"][0]["volunteer"]
        == volunteer.number
    )


def test_who_writes_too_often_is_asked_to_wait(
    volunteer: Volunteer, api_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("volunteers.api.base.WRITES_A_MINUTE", 2)
    api = api_for(make.volunteer_user(volunteer))
    answers = [post(api, "shifts/check-in/", {"code": "x"}) for _each in range(3)]
    assert [each.status_code for each in answers] == [400, 400, 429]
    assert answers[-1].headers["Retry-After"] == "60" and answers[-1].json()["message"]
