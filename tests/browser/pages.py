"""The pages the crawl opens. Add yours: `add(Page("elders:list", roles=("COMMITTEE", "SOCIAL_WORKER")))`.

`args` gets the `World` (tests/browser/world.py: one of everything) and returns the arguments of the address:
`args=lambda world: (world.elder.pk,)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """One address, opened by each of the roles ("" is a visitor)."""

    url_name: str
    roles: tuple[str, ...]
    args: Callable[[Any], tuple[Any, ...]] | None = None
    query: str = ""
    office: bool = False
    target: int = 44
    status: int = 200
    latin: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return f"{self.url_name}{self.query}"


PAGES: list[Page] = []
OFFICE = ("COMMITTEE",)
STAFF = ("COMMITTEE", "SOCIAL_WORKER")
EVERYBODY = (
    "COMMITTEE",
    "SOCIAL_WORKER",
    "VOLUNTEER",
    "ELDER",
    "AUDITOR",
    "DISPATCHER",
    "CARE_WORKER",
    "STREET_OFFICER",
)
VISITOR = ("",)


def add(*pages: Page) -> None:
    """Add pages to the crawl."""
    PAGES.extend(pages)


def of(name: str, attribute: str = "pk") -> Callable[[Any], tuple[Any, ...]]:
    """The arguments of a page about one row of the world."""
    return lambda world: (getattr(getattr(world, name), attribute),)


# --- the frame and the core ---------------------------------------------------------------------
add(
    Page("portal:home", VISITOR),
    Page("portal:about", ("", "VOLUNTEER")),
    Page("portal:desk", EVERYBODY),
    Page("portal:street", ("STREET_OFFICER",)),
    Page("accounts:sign-in", VISITOR),
    Page("accounts:sign-in-code", VISITOR),
    Page("accounts:settings", ("COMMITTEE", "VOLUNTEER", "ELDER")),
    Page("accounts:email", ("COMMITTEE", "ELDER")),
    Page("accounts:accounts", ("DIRECTOR",)),
    Page("accounts:open", ("DIRECTOR",)),
    Page("accounts:account", ("DIRECTOR",), lambda world: (world.users["VOLUNTEER"].pk,)),
    Page("accounts:password", ("COMMITTEE", "VOLUNTEER")),
    Page("accounts:second-set-up", OFFICE),
    Page("audit:reads", ("AUDITOR",)),
    Page("audit:notes", ("AUDITOR",)),
    Page("audit:rights", ("AUDITOR",)),
    Page("audit:city", ("AUDITOR",)),
    Page("audit:rows", ("AUDITOR",)),
    Page("audit:row", ("AUDITOR",), lambda world: ("elders.elder", world.elder.pk)),
    Page("audit:row", ("AUDITOR",), lambda world: ("accounts.user", world.users["ELDER"].pk), query="?user"),
    Page("audit:my-looks", ("ELDER", "VOLUNTEER")),
    Page("notices:bell", ("COMMITTEE", "VOLUNTEER", "ELDER")),
    Page("notices:failed", OFFICE),
    Page("jobs:jobs", OFFICE),
    Page("exports:list", ("COMMITTEE", "DIRECTOR")),
    Page("exports:ask", OFFICE, query="?of=/elders/requests/%3Fformat%3Dxlsx%26columns%3Dall"),
    Page("exports:export", ("COMMITTEE", "DIRECTOR"), of("export")),
)
# --- elders -------------------------------------------------------------------------------------
add(
    Page("elders:list", STAFF),
    Page("elders:register", OFFICE),
    Page("elders:import", OFFICE),
    Page("elders:import-of", OFFICE, lambda world: ("households",), latin=frozenset({"Excel"})),
    Page("elders:import-past", OFFICE),
    Page("elders:due", STAFF),
    Page("elders:duplicates", OFFICE),
    Page("elders:duplicate", OFFICE, lambda world: (world.elder.person_id, world.lookalike.person_id)),
    Page("elders:household", OFFICE, of("home")),
    Page("elders:retention-run", ("DIRECTOR",), of("retention")),
    Page("elders:overview", OFFICE),
    Page("elders:requests", OFFICE),
    Page("elders:consent-texts", ("DIRECTOR",)),
    Page("elders:retention", ("DIRECTOR",)),
    Page("elders:consents", OFFICE, of("elder")),
    Page("elders:mandates", OFFICE, of("elder")),
    Page("elders:copy", OFFICE, of("elder")),
    Page(
        "elders:copy",
        OFFICE,
        lambda world: (world.half.elder.pk,),
        query="?asked",
        latin=frozenset({"GB", "JSON", "WGS"}),
    ),
    Page("elders:mine", ("ELDER",), target=60),
    Page("elders:my-letters", ("ELDER",), target=60),
    Page("elders:my-letter", ("ELDER",), of("elder"), target=60),
    Page("elders:file", STAFF, of("elder")),
    Page("elders:help-card", STAFF, of("elder")),
    Page("elders:health", STAFF),
    Page("elders:health", ("COMMITTEE",), query="?tab=measure"),
    Page("elders:rounds", OFFICE),
    Page("elders:privacy", ("DIRECTOR", "AUDITOR")),
    Page("elders:privacy", ("DIRECTOR",), query="?kind=BREACH"),
    Page("elders:privacy-new", ("DIRECTOR",), lambda world: ("breach",)),
    Page("elders:privacy-new", ("DIRECTOR",), lambda world: ("sharing",), query="?sharing"),
    Page("elders:limits", ("DIRECTOR",)),
    Page("elders:limits-confirm", ("DIRECTOR",)),
    Page("elders:limits-set", ("SUPERVISOR",)),
    Page("elders:health-file", STAFF, of("elder")),
    Page("elders:health-file", OFFICE, of("elder"), query="?tab=readings"),
    Page("elders:health-measure", OFFICE, of("elder")),
    Page("elders:letters", OFFICE),
    Page("elders:letter", STAFF, of("elder")),
    Page("elders:assessment", ("SOCIAL_WORKER",), of("assessment")),
    Page("elders:assessment", ("SOCIAL_WORKER",), of("draft"), query="?draft"),
    Page("elders:triage", ("SOCIAL_WORKER",), of("triage")),
    Page("elders:assess", STAFF, of("elder"), latin=frozenset({"Stay", "Independent"})),
    Page("elders:assessment", ("SUPERVISOR",), of("half"), query="?half"),
    Page("elders:assessment-send-back", ("SUPERVISOR",), of("half")),
    Page("elders:due", ("SOCIAL_WORKER",), query="?tab=sign"),
    Page("elders:calendar", ("SOCIAL_WORKER",)),
    Page(
        "elders:forms",
        ("DIRECTOR",),
        latin=frozenset(
            [
                "De",
                "Jong",
                "Gierveld",
                "Stay",
                "Independent",
                "Mapi",
                "Research",
                "Trust",
                "Shah",
                "Russell",
                "Borson",
            ]
        ),
    ),
    Page(
        "elders:form-turn",
        ("DIRECTOR",),
        lambda world: ("ZBI4",),
        latin=frozenset({"Mapi", "Research", "Trust"}),
    ),
    Page("elders:rules", ("DIRECTOR",)),
    Page("elders:rules-propose", ("DIRECTOR",)),
    Page("elders:trial", ("DIRECTOR",), of("trial")),
    Page("elders:weather", ("COMMITTEE",)),
    Page("elders:review-sheet", ("SOCIAL_WORKER",), of("triage"), target=60),
    Page("elders:review", ("COMMITTEE",), lambda world: (world.review.decision_id,)),
    Page("elders:review-correct", ("COMMITTEE",), of("review")),
    Page("elders:review-back", ("COMMITTEE",), of("review")),
    Page("elders:triage-explain", ("SOCIAL_WORKER",), of("triage"), target=60),
)
# --- services -----------------------------------------------------------------------------------
add(
    Page("services:help", VISITOR, lambda world: (world.token,), target=60),
    Page("services:requests", (*STAFF, "DISPATCHER")),
    Page("services:request-take", OFFICE),
    Page("services:request", STAFF, of("asked")),
    Page("services:request-coins", OFFICE, of("asked")),
    Page("services:home-coins", ("ELDER",), of("asked"), target=60),
    Page("services:my-coins", ("ELDER", "VOLUNTEER")),
    Page("services:board", STAFF),
    Page("services:wall", VISITOR, lambda world: (world.wall,)),
    Page("services:alarm", STAFF, of("alarm")),
    Page("services:tasks", ("VOLUNTEER", "CARE_WORKER")),
    Page("services:task", ("VOLUNTEER",), of("task")),
    Page("services:field", ("SOCIAL_WORKER",)),
    Page("services:visits", ("SOCIAL_WORKER",)),
    Page("services:visit-log", ("SOCIAL_WORKER",), of("elder")),
    Page("services:visit", ("SOCIAL_WORKER",), of("visit")),
    Page("services:cases", ("SOCIAL_WORKER",)),
    Page("services:case", ("SOCIAL_WORKER",), of("case")),
    Page("services:case-hand-over", ("SUPERVISOR",), of("case")),
    Page("services:cases-nobodys", ("SUPERVISOR",)),
    Page("elders:health", ("SOCIAL_WORKER",), query="?tab=plans"),
    Page("elders:health-file", ("SOCIAL_WORKER",), of("elder"), query="?tab=plans"),
    Page("services:care-plan", ("SOCIAL_WORKER",), lambda world: (world.care.plan_id,)),
    Page("services:care-line", ("SOCIAL_WORKER",), of("care")),
    Page("services:care-line-loosen", ("SOCIAL_WORKER",), of("care")),
    Page("services:home", ("ELDER",)),
    Page("services:home-ask", ("ELDER",), target=60),
    Page("services:home-alarm", ("ELDER",), target=60),
    Page("services:call", ("SOCIAL_WORKER",), of("elder")),
    Page("services:visit-correct", ("SOCIAL_WORKER",), of("visit")),
    Page("services:case-open", ("SOCIAL_WORKER",), of("elder")),
    Page("services:task-finish", ("VOLUNTEER",), of("task")),
    Page("services:rosters", OFFICE),
    Page("services:roster-record", OFFICE),
)
# --- volunteers ---------------------------------------------------------------------------------
add(
    Page("volunteers:me", ("VOLUNTEER",)),
    Page("volunteers:points", ("VOLUNTEER",)),
    Page("volunteers:hours", ("VOLUNTEER",)),
    Page("volunteers:my-slips", ("VOLUNTEER",)),
    Page("volunteers:rewards", ("VOLUNTEER",)),
    Page("volunteers:reward-check", ("VOLUNTEER",), of("reward")),
    Page("volunteers:list", STAFF),
    Page("volunteers:detail", STAFF, of("volunteer")),
    Page("volunteers:enrol", OFFICE),
    Page("volunteers:change", OFFICE, of("volunteer")),
    Page("volunteers:qualify", OFFICE, of("volunteer")),
    Page("volunteers:rules", OFFICE),
    Page("volunteers:redemptions", OFFICE),
    Page("volunteers:counter", OFFICE),
    Page("volunteers:slip-find", OFFICE),
    Page("volunteers:hand-over", OFFICE, of("redemption", "code")),
    Page("volunteers:shop", OFFICE),
    Page("volunteers:reward", OFFICE, of("reward")),
    Page("volunteers:reward-change", OFFICE, of("reward")),
    Page("volunteers:reward-stock", OFFICE, of("reward")),
    Page("volunteers:my-slip", ("VOLUNTEER",), of("redemption", "uid")),
    Page("volunteers:reward-offer", OFFICE),
    Page("volunteers:coins", ("VOLUNTEER",)),
    Page("volunteers:coin-give", ("VOLUNTEER",)),
    Page("volunteers:coin-donate", ("VOLUNTEER",)),
    Page("volunteers:published", ("VOLUNTEER", "COMMITTEE", "ELDER")),
    Page("volunteers:team-give", ("VOLUNTEER",)),
    Page("volunteers:team-account", ("VOLUNTEER", "COMMITTEE"), of("vo_team")),
    Page("volunteers:team-propose", ("COMMITTEE",), of("vo_team")),
    Page("volunteers:team-end", ("COMMITTEE",), of("vo_team")),
    Page("volunteers:bank", STAFF),
    Page("volunteers:reserves", OFFICE),
    Page("volunteers:bank-pool", OFFICE),
    Page("volunteers:closings", OFFICE),
    Page("volunteers:dividends", OFFICE),
    Page("volunteers:dividend-new", OFFICE),
    Page("volunteers:my-dividends", ("VOLUNTEER",)),
    Page("volunteers:close", OFFICE, of("volunteer")),
    Page("volunteers:brought", OFFICE, of("volunteer")),
    Page("volunteers:moves", OFFICE),
    Page("volunteers:questions", STAFF),
    Page("volunteers:call-backs", STAFF),
    Page("volunteers:claims", OFFICE),
    Page("volunteers:backing", OFFICE),
    Page("volunteers:backing-set", OFFICE),
    Page("volunteers:kpis", OFFICE),
    Page("volunteers:reward-photo-change", OFFICE, of("reward")),
    Page("volunteers:reward-service", OFFICE, of("reward")),
    Page("volunteers:slip-proxy", ("VOLUNTEER",), of("redemption", "token")),
)
# --- volunteers: shifts and teams ---------------------------------------------------------------
add(
    Page("volunteers:my-shifts", ("VOLUNTEER",), target=60),
    Page("volunteers:open-shifts", ("VOLUNTEER",), target=60),
    Page("volunteers:my-shift", ("VOLUNTEER",), of("slot"), target=60),
    Page("volunteers:my-late", ("VOLUNTEER",), target=60),
    Page("volunteers:my-calendar", ("VOLUNTEER",)),
    Page("volunteers:my-about", ("VOLUNTEER",)),
    Page("volunteers:my-team", ("VOLUNTEER",), target=60),
    Page("volunteers:here", ("VOLUNTEER",), of("slot", "uid"), target=60),
    Page("volunteers:slots", STAFF, query="?all=1"),
    Page("volunteers:slot", OFFICE, of("slot")),
    Page("volunteers:slot-poster", OFFICE, of("slot")),
    Page("volunteers:slot-new", OFFICE),
    Page("volunteers:series-new", OFFICE),
    Page("volunteers:shift-templates", OFFICE),
    Page("volunteers:shift-template-new", OFFICE),
    Page("volunteers:late-entries", OFFICE),
    Page("volunteers:teams", OFFICE),
    Page("volunteers:team", OFFICE, of("vo_team")),
    Page("volunteers:papers", OFFICE, of("volunteer")),
)
# --- charity ------------------------------------------------------------------------------------
add(
    Page("charity:my-gifts", ("DONOR",)),
    Page("charity:my-gift", ("DONOR",), of("gift")),
    Page("charity:fund-list", OFFICE),
    Page("charity:fund-open", ("DIRECTOR",)),
    Page("charity:fund", OFFICE, of("fund")),
    Page("charity:donation-list", OFFICE),
    Page("charity:donation-record", OFFICE),
    Page("charity:donation", OFFICE, of("donation")),
    Page("charity:donation-reverse", ("DIRECTOR",), of("donation")),
    Page("charity:fund-close", ("DIRECTOR",), of("fund")),
    Page("charity:grant-list", STAFF),
    Page("charity:grant-ask", STAFF),
    Page("charity:grant", STAFF, of("grant")),
    Page("charity:goods-list", OFFICE),
    Page("charity:goods-receive", OFFICE),
    Page("charity:goods", OFFICE, of("goods")),
    Page("charity:open", ("", "COMMITTEE")),
)
# --- training, honours, certificates ---------------------------------------------------------------
add(
    Page("volunteers:my-training", ("VOLUNTEER",)),
    Page("volunteers:my-certificates", ("VOLUNTEER",)),
    Page("volunteers:certificate-ask", ("VOLUNTEER",)),
    Page("volunteers:certificate", ("VOLUNTEER", "COMMITTEE"), of("certificate", "uid")),
    Page("volunteers:training", STAFF),
    Page("volunteers:course", OFFICE, of("course")),
    Page("volunteers:course-new", OFFICE),
    Page("volunteers:course-change", OFFICE, of("course")),
    Page("volunteers:course-plan", OFFICE, of("course")),
    Page("volunteers:course-run", STAFF, of("course_run")),
    Page("volunteers:course-run-change", OFFICE, of("course_run")),
    Page("volunteers:lesson-roll", OFFICE, of("lesson")),
    Page("volunteers:course-person", OFFICE, of("enrolment")),
    Page("volunteers:course-result", OFFICE, of("enrolment")),
    Page("volunteers:course-practice", OFFICE, of("enrolment")),
    Page("volunteers:qualifications", OFFICE),
    Page("volunteers:honours-office", STAFF),
    Page("volunteers:honour-criteria", OFFICE),
    Page("volunteers:honour-nominate", OFFICE, of("honour")),
    Page("volunteers:nomination", OFFICE, of("nomination")),
    Page("volunteers:certificates", OFFICE),
    Page("volunteers:certificate-revoke", OFFICE, of("certificate", "uid")),
    Page("volunteers:certificate-paper", OFFICE, of("volunteer")),
    Page("volunteers:records-export", OFFICE),
    Page("volunteers:verify", VISITOR),
    Page("volunteers:verify-code", VISITOR, of("certificate", "code")),
    Page("volunteers:honours", VISITOR),
    Page("volunteers:honours-community", VISITOR, lambda world: (world.community.slug,)),
)
# --- meetings -----------------------------------------------------------------------------------
add(
    Page("meetings:meetings", (*STAFF, "REPRESENTATIVE")),
    Page("meetings:call", OFFICE),
    Page("meetings:decisions", STAFF),
    Page("meetings:decision", OFFICE, of("decision")),
    Page("meetings:meeting", STAFF, of("meeting")),
    Page("meetings:agenda", OFFICE, of("meeting")),
    Page("meetings:sign-in", OFFICE, of("meeting")),
    Page("meetings:decide", OFFICE, of("meeting")),
    Page("meetings:minutes", OFFICE, of("meeting")),
    Page("meetings:item", OFFICE, of("item")),
    Page("meetings:move", OFFICE, of("meeting")),
    Page("meetings:public-list", VISITOR),
)
# --- the office ---------------------------------------------------------------------------------
add(Page("admin:index", ("COMMITTEE", "AUDITOR"), office=True))
add(
    *(
        Page(f"admin:parties_{model}_changelist", OFFICE, office=True)
        for model in ("place", "room", "organisation", "person", "servicekind", "area", "community")
    ),
    Page("admin:parties_place_add", OFFICE, office=True),
    Page("admin:parties_organisation_add", OFFICE, office=True),
)
LISTS = (
    "ledger_account", "ledger_entry", "ledger_hold", "ledger_periodlock", "ledger_accountfreeze",
    "elders_elder", "elders_assessment", "elders_triagedecision", "elders_triageresult", "elders_concern", "elders_consent",
    "elders_clockrule", "elders_instrument", "charity_fund", "charity_donation", "charity_goodsdonation", "charity_grant",
    "charity_costsplit", "charity_costsharerule", "volunteers_volunteer", "volunteers_team", "volunteers_qualification",
    "volunteers_course", "volunteers_courserun", "volunteers_nomination", "volunteers_certificate", "volunteers_honour",
    "volunteers_policy", "volunteers_attendance", "volunteers_reward", "volunteers_redemption", "volunteers_stockmove",
    "services_offering", "services_helper", "services_servicerequest", "services_visit", "services_case",
    "services_followup", "services_feedback", "services_settlement", "services_rostersheet", "services_dutyshift",
    "meetings_meeting", "meetings_agenda", "meetings_decision", "meetings_minutes",
)  # fmt: skip
# Scales that carry their authors' names.
PROPER = {"elders_instrument": frozenset({"De", "Jong", "Gierveld", "Stay", "Independent"})}
FORMS = {
    "elders_elder": "elder", "elders_assessment": "assessment", "charity_fund": "fund", "charity_donation": "donation",
    "charity_grant": "grant", "volunteers_volunteer": "volunteer", "volunteers_reward": "reward",
    "services_servicerequest": "asked", "services_visit": "visit", "meetings_meeting": "meeting",
    "meetings_decision": "decision",
}  # fmt: skip
add(
    *(
        Page(f"admin:{model}_changelist", ("DIRECTOR",), office=True, latin=PROPER.get(model, frozenset()))
        for model in LISTS
    ),
    *(Page(f"admin:{model}_change", ("DIRECTOR",), of(row), office=True) for model, row in FORMS.items()),
)
