"""A small station in the middle of its work, made through the real actions: what the crawled pages show."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from carenet.parties import scope
from tests import make
from tests.make import NOW


class World:
    """The community, its users by role, and the rows the pages' addresses need."""

    def __init__(self, community: Any) -> None:
        self.community = community
        self.users: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}
        with scope.within([community.pk]):
            self._staff()
            self._elders()
            self._services()
            self._volunteers()
            self._training()
            self._shifts()
            self._charity()
            self._meetings()

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["rows"][name]
        except KeyError:
            raise AttributeError(name) from None

    def _staff(self) -> None:
        shown = {
            "COMMITTEE": "李主任",
            "DIRECTOR": "张站长",
            "SOCIAL_WORKER": "陈社工",
            "SUPERVISOR": "周督导",
            "AUDITOR": "吴审计",
            "DISPATCHER": "孙调度",
            "DONOR": "钱先生",
            "REPRESENTATIVE": "冯代表",
        }
        for role, name in shown.items():
            self.users[role] = make.user(
                role, self.community, username=f"crawl-{role.lower()}", display_name=name
            )
        street = self.community.area.parent
        self.users["STREET_OFFICER"] = make.user(
            "STREET_OFFICER", None, area=street, username="crawl-street", display_name="钱科员"
        )

    def _elders(self) -> None:
        worker, second = self.users["SOCIAL_WORKER"], self.users["SUPERVISOR"]
        elder = make.elder(self.community, name="王桂珍")
        self.rows["assessment"] = make.assessed(elder, by=worker, second=second)
        make.coloured(make.elder(self.community, name="李建国"), by=worker, second=second)
        self.rows["review"] = make.review(
            make.elder(self.community, name="赵国庆", living="ALONE"), by=worker
        )
        self.rows["triage"] = elder.triage_results.order_by("-pk").first()
        self.rows["token"] = make.help_token(elder)
        self.rows["elder"] = elder
        self.users["ELDER"] = make.user(
            "ELDER", self.community, person=elder.person, username="crawl-elder", display_name="王桂珍"
        )
        from elders.actions import assessments, trials

        other = assessments.start(elder=make.elder(self.community, name="陈玉珍"), by=worker, at=NOW)
        assessments.answer(assessment=other, answers=make.answers(total=72), by=worker, at=NOW)
        self.rows["half"] = assessments.sign(assessment=other, second_assessor=second, by=worker, at=NOW)
        director = self.users["DIRECTOR"]
        version = trials.propose(
            community=self.community,
            changes={"secondary_for_yellow": 1},
            note="早一点看见",
            by=director,
            at=NOW,
        )
        self.rows["trial"] = trials.run(community=self.community, rule_set=version, by=director, at=NOW)
        self.rows["draft"] = assessments.start(
            elder=make.elder(self.community, name="赵秀英"), by=worker, at=NOW
        )
        from elders.actions import retention
        from elders.models import HouseholdRole

        self.rows["home"] = HouseholdRole.objects.get(person=elder.person, kind="RESIDENT").household
        self.rows["lookalike"] = make.elder(self.community, name="王桂贞", born_on=date(1946, 6, 7))
        self.rows["retention"] = retention.plan(community=self.community, on=NOW.date(), by=director, at=NOW)
        from django.utils import timezone

        from carenet.exports import actions as exports
        from elders.actions import rights

        rights.ask(elder=self.half.elder, kind="COPY", words="要一份", by=director, at=NOW)
        self.rows["export"] = exports.ask(
            community=self.community, path="/elders/?format=xlsx", purpose="街道年度核查", language="zh-hans",
            by=self.users["COMMITTEE"], at=timezone.now(),
        )  # fmt: skip

    def _services(self) -> None:
        from services.actions import cases, dispatch
        from services.web import wall

        worker = self.users["SOCIAL_WORKER"]
        self.rows["helper"] = helper = make.helper(self.community, "COMP", "MEAL-D", name="陈志强")
        self.users["VOLUNTEER"] = helper.user
        self.rows["asked"] = make.request(self.elder)
        dispatch.propose(request_id=self.asked.pk, by=worker, at=NOW)
        self.rows["task"] = make.accepted(self.elder, helper)
        self.rows["alarm"] = make.alarm(self.elder)
        self.rows["wall"] = wall.word_of(self.users["COMMITTEE"], self.community.pk)
        self.rows["visit"] = make.visit(self.elder, by=worker)
        self.rows["case"] = cases.open_case(
            elder=self.elder, worker=worker, reason="独居，近日情绪低落", key="crawl-case", by=worker, at=NOW
        )
        self.rows["care"] = make.care_line(self.case)
        care_worker = make.care_worker(self.community)
        self.users["CARE_WORKER"] = care_worker.user

    def _volunteers(self) -> None:
        from volunteers.actions import rewards

        volunteer = self.helper.volunteer
        self.rows["volunteer"] = volunteer
        make.served(volunteer, minutes=120, start=NOW - timedelta(days=3))
        make.points(volunteer, 500)
        self.rows["reward"] = reward = make.reward(self.community)
        self.rows["redemption"] = rewards.redeem(
            volunteer=volunteer, reward=reward, key="crawl", by=self.users["VOLUNTEER"], on=NOW.date(), at=NOW
        )

    def _shifts(self) -> None:
        from django.utils import timezone

        from volunteers.actions import late_hours, registry, team_gifts, team_plans, teams

        worker, at = self.users["SOCIAL_WORKER"], timezone.now()
        self.rows["vo_team"] = team = make.team(self.community)
        registry.Volunteer.objects.filter(pk=self.volunteer.pk).update(team=team)
        self.volunteer.refresh_from_db()
        registry.choose_captain(team=team, captain=self.volunteer, by=worker, at=NOW)
        # An odd hour that began a little while ago: the roster, the code at the place and the ticks are open.
        self.rows["slot"] = slot = make.slot(
            self.community,
            starts_at=at - timedelta(minutes=20),
            team=team,
            warnings=["要上两层楼", "家里有猫"],
        )
        make.promised(slot, self.volunteer)
        make.promised(slot, make.volunteer(self.community, team=team))
        start = NOW - timedelta(days=4)
        late_hours.ask(
            volunteer=self.volunteer, what="陪诊", why="忘了签到", starts_at=start, ends_at=start + timedelta(hours=1),
            by=worker, at=NOW,
        )  # fmt: skip
        make.served(self.volunteer, minutes=240, start=NOW - timedelta(days=6))
        given = [
            team_gifts.offer(
                team=team, giver=self.volunteer, coins=coins, words="", key=f"crawl{coins}", on=at.date(), at=at, by=worker
            )
            for coins in (90, 30)
        ]  # fmt: skip
        team_gifts.accept(gift=given[0], on=at.date(), at=at, by=self.users["DIRECTOR"])
        team_plans.propose(
            team=team, coins=60, words="给高龄独居老人", key="crawl", on=at.date(), at=at, by=worker
        )
        vote = teams.open_vote(team=team, closes_at=at + timedelta(days=3), by=worker, at=at)
        teams.nominate(vote=vote, volunteer=self.volunteer, by=worker, at=at)

    def _training(self) -> None:
        from tests.make import training
        from volunteers.actions import certificates, honours

        worker = self.users["SOCIAL_WORKER"]
        self.rows["course"] = course = training.course(self.community)
        self.rows["course_run"] = run = training.course_run(course, trainer=worker)
        self.rows["lesson"] = run.lessons.first()
        self.rows["enrolment"] = training.learner(run, self.volunteer)
        training.passed(run, make.volunteer(self.community))
        self.rows["honour"] = honour = training.honour(self.community)
        self.rows["nomination"] = honours.nominate(
            honour=honour, person=self.volunteer.person, words="三年如一日照顾独居老人。", by=worker, at=NOW
        )
        self.rows["certificate"] = certificates.issue(
            volunteer=self.volunteer,
            period_from=date(2026, 1, 1),
            period_to=NOW.date(),
            by=self.users["VOLUNTEER"],
            at=NOW,
        )

    def _charity(self) -> None:
        self.rows["fund"] = fund = make.fund(self.community)
        self.rows["donation"] = make.donated(fund, yuan=5000)
        giver = make.person(self.community, name="钱先生")
        self.users["DONOR"].person = giver
        self.users["DONOR"].save(update_fields=["person"])
        self.rows["gift"] = make.donated(fund, yuan=300, donor_person=giver, donor_name="钱先生")
        make.donated_goods(self.community, donor_person=giver)
        self.rows["goods"] = make.donated_goods(self.community)
        self.rows["grant"] = make.asked_grant(fund, self.elder)

    def _meetings(self) -> None:
        from meetings.actions import agenda, decisions, minutes

        staff = self.users["COMMITTEE"]
        parties = ("COMMUNITY", "SOCIAL_ORGANISATION", "SOCIAL_WORK", "VOLUNTEERS", "CHARITY")
        from carenet.parties.states import PartyKind

        kinds = [each for each in parties if each in PartyKind.values] or list(PartyKind.values)
        self.rows["meeting"] = meeting = make.open_meeting(self.community, staff, *kinds[:3])
        self.rows["agenda"] = agenda.draw(meeting=meeting, by=staff, at=NOW)
        self.rows["item"] = self.agenda.items.first()
        self.rows["decision"] = decisions.record(
            meeting=meeting,
            text="在 3 号楼加装扶手",
            responsible=make.party(self.community, kinds[0]),
            due_on=date(2026, 12, 20),
            by=staff,
            at=NOW,
        )
        self.rows["minutes"] = minutes.draft(meeting=meeting, by=staff, at=NOW, body="各方发言要点。")
