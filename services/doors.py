"""What the services app registers at start: notices, menu items, cards of the office's home, story lines, home hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import STAFF_ROLES, Role
from carenet.audit import verbs
from carenet.documents import registry as documents
from carenet.documents.registry import DocumentKind
from carenet.kernel.digest import Figure
from carenet.webkit import dashboard, menu
from elders import reports as elders
from elders.actions import following
from elders.reports import carrying, health
from elders.reports import dossier as elders_dossier
from elders.reports import letters as elders_letters
from services import notices, policies, reports
from services.actions import departures, photos, reward_claims
from services.models import Case
from services.reports import care_plans, dossier, engaged, letters, ratings
from services.states import OPEN_OFFERS
from services.web import tasks
from volunteers import portal

if TYPE_CHECKING:
    from django.http import HttpRequest

    from carenet.accounts.models import User
    from carenet.parties.models import Person
    from elders.models import Elder

HELPERS = frozenset({Role.VOLUNTEER, Role.CARE_WORKER})
AT_HOME = frozenset({Role.ELDER, Role.FAMILY})


def register() -> None:
    """Called once by AppConfig.ready."""
    notices.register_templates()
    # Sealed: opened only by the page of the visit, which writes the read log.
    documents.register(
        DocumentKind(code=photos.KIND, label=_("photo of a visit"), may_read=lambda _user, _document: False)
    )
    verbs.register("services.case_handed_over", _("handed a case over"))
    verbs.register("services.wall", _("turned a screen into a wall board"))
    _menu()
    dashboard.register(figures, roles=STAFF_ROLES, order=10)
    dashboard.register(todos, roles=STAFF_ROLES, order=5)
    dashboard.register(chart, roles=STAFF_ROLES, order=40)
    elders.register_timeline(reports.timeline)
    elders_letters.register(letters.letter_part)
    elders.register_tie(_open_work)
    elders_dossier.register(dossier.sections, dossier.why_not)
    following.register(departures)
    health.register_care(_open_cases)
    carrying.register(carrying.Source(care_plans.carriers, care_plans.carried, care_plans.tie_url))
    portal.register_next(tasks.for_home)
    portal.register_waiting(tasks.waiting_for_home)
    portal.register_engaged(engaged.helping)
    portal.register_ratings(ratings.of_volunteer)
    portal.register_satisfaction(ratings.by_month)
    portal.register_claims(withdraw=reward_claims.withdraw, standing=reward_claims.standing)


def _open_cases(elder: Elder, user: User) -> list[health.CareLink]:
    """The elder's open cases, for whoever reads cases; the health file leads to them."""
    rows = (
        Case.objects.visible_to(user)
        .open()
        .filter(elder=elder)
        .select_related("worker")
        .order_by("opened_at")
    )
    return [
        health.CareLink(
            f"{each.get_method_display()} · {each.worker}", timezone.localdate(each.opened_at),
            reverse("services:case", args=[each.pk]),
        )
        for each in rows
    ]  # fmt: skip


def _open_work(person: Person, elder: Elder | None) -> list[str]:
    """Open requests of an elder, and a helper who is at work, cannot be closed by a merge of records."""
    from services.models import ServiceRequest
    from services.states import BEFORE_DONE

    found = []
    if elder is not None and ServiceRequest.objects.filter(elder=elder, state__in=BEFORE_DONE).exists():
        found.append(
            gettext("A service or alarm of this record is still open. Please finish or cancel it first.")
        )
    if ServiceRequest.objects.filter(helper__person=person, state__in=BEFORE_DONE).exists():
        found.append(gettext("This person is helping somebody just now. Keep this record."))
    return found


def _menu() -> None:
    rows: tuple[tuple[Any, str, frozenset[str], str, int, Any, Any], ...] = (
        (_("Live board"), "services:board", STAFF_ROLES, "siren", 5, _("Alarms and what waits"), open_alarms),
        (
            _("Requests"), "services:requests", STAFF_ROLES | {Role.DISPATCHER, Role.AUDITOR}, "inbox", 10,
            _("Take down, find a helper, follow"), waiting,
        ),
        (_("My day"), "services:field", STAFF_ROLES, "footprints", 15, _("Visits, calls, what to look after"), None),
        (_("Group entry"), "services:rosters", STAFF_ROLES, "list-checks", 45, _("One list, many people"), None),
        (_("My tasks"), "services:tasks", HELPERS, "hand-helping", 10, _("Who needs me, what is mine"), my_offers),
        (_("My home"), "services:home", AT_HOME, "house", 5, _("Who comes, was it good, help"), None),
    )  # fmt: skip
    for label, url_name, roles, icon, order, hint, badge in rows:
        menu.register(
            menu.MenuItem(
                label=label, url_name=url_name, roles=roles, icon=icon, order=order, hint=hint, badge=badge
            )
        )


def _community(request: HttpRequest) -> Any:
    return getattr(request, "community", None)


def open_alarms(request: HttpRequest) -> int | None:
    """Alarms nobody has answered."""
    from services.models import ServiceRequest

    community = _community(request)
    return ServiceRequest.objects.of(community).alarms().waiting().count() if community else None


def waiting(request: HttpRequest) -> int | None:
    """Requests that wait for a helper, where the user sees all of them."""
    from services.models import ServiceRequest

    community = _community(request)
    if community is None or not request.user.has_role(community.pk, *STAFF_ROLES):  # type: ignore[union-attr]
        return None
    return (
        ServiceRequest.objects.of(community)
        .filter(state__in=["REQUESTED", "TRIAGED"])
        .exclude(kind_id="SOS")
        .count()
    )


def my_offers(request: HttpRequest) -> int | None:
    """Offers that wait for the user's answer."""
    from services.models import Candidate

    return Candidate.objects.filter(helper__user=request.user, state__in=OPEN_OFFERS).count()  # type: ignore[misc]


# --- cards of the office's home page -------------------------------------------------------------------
def figures(request: HttpRequest) -> dashboard.Card | None:
    """The services of today."""
    community = _community(request)
    if community is None:
        return None
    now = timezone.now()
    found = reports.today(community, now)
    requests, board = reverse("services:requests"), reverse("services:board")
    today = f"{timezone.localdate():%Y-%m-%d}"
    return dashboard.FigureCard(
        gettext("Services today"),
        [
            Figure("services.taken", gettext("Asked for today"), found.taken, "", f"{requests}?since={today}"),
            Figure("services.done", gettext("Given today"), found.done, "", f"{requests}?stage=ended&since={today}"),
            Figure("services.waiting", gettext("Waiting for a helper"), found.waiting, "", f"{requests}?stage=waiting"),
            Figure(
                "services.in_time", gettext("Alarms answered within 15 minutes (30 days)"),
                reports.monthly_digest.percent(found.month_in_time, found.month_alarms) if found.month_alarms else "—",
                "%" if found.month_alarms else "", board,
            ),
        ],
    )  # fmt: skip


def todos(request: HttpRequest) -> dashboard.Card | None:
    """What waits for somebody."""
    community = _community(request)
    if community is None:
        return None
    found = reports.today(community, timezone.now())
    requests = reverse("services:requests")
    rows = [
        dashboard.Todo(gettext("Alarms that are open"), found.alarms, reverse("services:board"), "sos"),
        dashboard.Todo(
            gettext("Requests past their time"), found.overdue, f"{requests}?stage=waiting", "bad"
        ),
        dashboard.Todo(
            gettext("Services not confirmed for three days"), found.to_confirm, f"{requests}?stage=to_confirm"
        ),
        dashboard.Todo(
            gettext("Follow-ups past their time"), found.follow_ups_overdue, reverse("services:field"), "bad"
        ),
        dashboard.Todo(
            gettext("Complaints of the last seven days"), found.complaints, f"{requests}?stage=ended"
        ),
    ]
    if policies.supervises(request.user, community.pk):  # type: ignore[arg-type]
        orphaned = Case.objects.of(community).nobodys().count()
        rows.append(
            dashboard.Todo(
                gettext("Cases that are nobody's"), orphaned, reverse("services:cases-nobodys"), "bad"
            )
        )
    return dashboard.TodoCard(gettext("Services: for you to do"), [each for each in rows if each.count])


def chart(request: HttpRequest) -> dashboard.Card | None:
    """Services and alarms of the last fourteen days."""
    community = _community(request)
    if community is None:
        return None
    rows = [
        (f"{day.month}/{day.day}", [services, alarms])
        for day, services, alarms in reports.by_day(community, timezone.localdate())
    ]
    return dashboard.ChartCard(
        gettext("Services of the last fourteen days"), rows, gettext("times"), reverse("services:requests"),
        series=[(pgettext("services app", "Services"), "1"), (gettext("Alarms"), "3")],
    )  # fmt: skip
