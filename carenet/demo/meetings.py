"""Eleven joint meetings with agenda, presence, decisions and sealed minutes; next month's agenda is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from carenet.demo.station import Station
from carenet.kernel import months
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Membership
from meetings.actions import agenda, attendance, calendar, decisions, minutes

Report = Callable[[int], None]

RESOLUTIONS = (
    "本月内走访全部红色老人一遍，名单由社工站提供。", "为 3 号楼加装两盏感应灯，物业公司负责。", "老年食堂增加软食窗口。",
    "志愿者安全培训一次，医院派护士授课。", "手机帮教课改到周三下午。", "独居老人过冬取暖检查在月底前完成。",
    "积分超市补充大米和食用油。", "慈善基金安排二十户防滑改造。",
)  # fmt: skip
SEATS = ("COMMUNITY", "SOCIAL_WORKER", "VOLUNTEER", "CHARITY", "银龄养老服务队")


def hold(*, station: Station, on: date, small: bool, seed: int, report: Report) -> None:
    """One joint meeting a month on its first Friday; between three and five parties come."""
    random = Random(f"meetings:{seed}")
    secretary = station.users["committee"]
    worker = station.users["worker"]
    speakers = {
        seat: Membership.objects.of(station.community)
        .filter(organisation=station.bodies[seat], role="REPRESENTATIVE")
        .select_related("person")
        .first()
        for seat in SEATS
    }
    month = months.first_of_month(on)
    past = [month]
    for _each in range(2 if small else 10):
        past.append(months.previous_month(past[-1]))
    for month in reversed(past):
        starts = datetime.combine(_first_friday(month), time(9), STATION_ZONE)
        if starts.date() >= on:
            continue
        before = starts - timedelta(days=5)
        drawn = agenda.prepare(community=station.community, month=month, by=station.station, at=before)
        meeting = drawn.meeting
        calendar.move(
            meeting=meeting, scheduled_at=starts, place="和煦养老服务站 银龄学堂教室", chair="李建华", recorder="陈静",
            by=secretary, at=before,
        )  # fmt: skip
        agenda.publish(agenda=drawn, by=secretary, at=before + timedelta(hours=2))
        meeting.refresh_from_db()
        calendar.open_meeting(meeting=meeting, by=secretary, at=starts)
        meeting.refresh_from_db()
        present = [
            seat
            for seat in SEATS
            if seat in {"COMMUNITY", "SOCIAL_WORKER", "VOLUNTEER"} or random.random() < 0.8
        ]
        for place, seat in enumerate(present):
            speaker = speakers[seat]
            if speaker is not None:
                attendance.sign_in(
                    meeting=meeting, person=speaker.person, organisation=station.bodies[seat], by=secretary,
                    at=starts + timedelta(minutes=place),
                )  # fmt: skip
        taken = [
            decisions.record(
                meeting=meeting, text=text, responsible=station.bodies[random.choice(present)],
                due_on=starts.date() + timedelta(days=25), by=secretary, at=starts + timedelta(minutes=40 + 10 * place),
            )
            for place, text in enumerate(random.sample(RESOLUTIONS, 2))
        ]  # fmt: skip
        end = starts + timedelta(minutes=90)
        calendar.close(meeting=meeting, by=secretary, at=end)
        meeting.refresh_from_db()
        _write_up(meeting, secretary=secretary, director=station.users["director"], at=end, on=on)
        for decision in taken:
            if decision.due_on >= on or random.random() < 0.1:
                continue
            day = datetime.combine(decision.due_on - timedelta(days=2), time(16), STATION_ZONE)
            for step, by in (("begin", worker), ("submit", worker), ("verify", station.users["director"])):
                decisions.take_step(decision=decision, step=step, note="已落实（演示）", by=by, at=day)
                decision.refresh_from_db()
        report(1)
    nearest = datetime.combine(on, time(2, 10), STATION_ZONE)
    agenda.prepare(community=station.community, month=months.next_month(on), by=station.station, at=nearest)


def _write_up(meeting, *, secretary, director, at: datetime, on: date) -> None:
    draft = minutes.draft(meeting=meeting, body="会议按议程进行。", by=secretary, at=at + timedelta(hours=3))
    circulated = minutes.circulate(minutes=draft, by=secretary, at=at + timedelta(hours=4))
    later = at + timedelta(days=7)
    if later.date() >= on:
        return
    confirmed = minutes.confirm(minutes=circulated, by=secretary, at=later)
    minutes.seal(minutes=confirmed, by=director, at=later + timedelta(hours=1))


def _first_friday(month: date) -> date:
    return month + timedelta(days=(4 - month.weekday()) % 7)
