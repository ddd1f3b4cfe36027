"""What the elders app registers at start: notices, background jobs, documents, menu items, dashboard cards, verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import STAFF_ROLES, Role
from carenet.audit import verbs
from carenet.documents import registry as documents
from carenet.documents.registry import DocumentKind
from carenet.kernel.digest import Figure
from carenet.notices import registry as notices
from carenet.notices.registry import NoticeTemplate
from carenet.webkit import dashboard, menu
from elders import policies

if TYPE_CHECKING:
    from django.http import HttpRequest


def register() -> None:
    """Called once by AppConfig.ready."""
    from elders.actions import copying, importing, trials  # noqa: F401  (their decorators register the background jobs)
    from elders.actions import letters as letter_actions

    _notices()
    _menu()
    _stories()
    documents.register(
        DocumentKind(code="elders.import", label=_("register file"), may_read=lambda _user, _document: False)
    )
    # Sealed: opened only by the pages of this app, which write the read log.
    documents.register(
        DocumentKind(code="elders.paper", label=_("signed paper"), may_read=lambda _user, _document: False)
    )
    documents.register(
        DocumentKind(code="elders.file", label=_("copy of a file"), may_read=lambda _user, _document: False)
    )
    verbs.register("elders.exported", _("exported the register of elders"))
    verbs.register("elders.households_exported", _("exported the households"))
    verbs.register("elders.categories_exported", _("exported the elders' categories"))
    verbs.register("elders.readings_exported", _("exported the elders' readings"))
    documents.register(
        DocumentKind(
            code=letter_actions.KIND, label=_("letters to the elders"),
            may_read=lambda user, document: policies.may_write_letters(user, document.community_id),
        )
    )  # fmt: skip
    verbs.register("elders.health_exported", _("exported an elder's readings"))
    verbs.register("elders.merged", _("merged two records of one person"))
    verbs.register("elders.merge_undone", _("took a merge of two records apart"))
    verbs.register("elders.paper_opened", _("opened a signed paper"))
    verbs.register("elders.file_copied", _("made a copy of an elder's whole file"))
    verbs.register("elders.retention_done", _("made old files anonymous"))


def _stories() -> None:
    from elders import reports
    from elders.reports.health import story_lines

    reports.register_timeline(story_lines)


def _about_one(code: str, title: Promise, body: Promise, *, icon: str) -> None:
    """A notice that leads to the file of one elder."""
    notices.register(
        NoticeTemplate(
            code=code, title=title, body=body, url_name="elders:file", url_args=("elder",), icon=icon
        )
    )


def _about_many(code: str, title: Promise, body: Promise, *, icon: str) -> None:
    """A notice that sums up several and leads to the list of what is due."""
    notices.register(NoticeTemplate(code=code, title=title, body=body, url_name="elders:due", icon=icon))


def _notices() -> None:
    _about_one(
        "elders.reassessment_due",
        _("%(name)s: assessment due on %(due_on)s"),
        _("Please agree a day for the ability assessment of %(name)s. It is due on %(due_on)s."),
        icon="clipboard-check",
    )
    _about_many(
        "elders.reassessments_due",
        _("%(count)s assessments are coming due"),
        _("%(count)s elders are waiting for an assessment, the first one on %(due_on)s."),
        icon="clipboard-check",
    )
    _about_one(
        "elders.archive_due",
        _("%(name)s: archive update due on %(due_on)s"),
        _("Please look through the file of %(name)s and note what has changed."),
        icon="folder-clock",
    )
    _about_many(
        "elders.archives_due",
        _("%(count)s archive updates are due"),
        _("The files of %(count)s elders must be looked through, the first one since %(due_on)s."),
        icon="folder-clock",
    )

    _about_one(
        "elders.level_old",
        _("%(name)s: the ability level is a year old"),
        _("The level counts as out of date since %(due_on)s. Please assess %(name)s again."),
        icon="hourglass",
    )
    _about_many(
        "elders.levels_old",
        _("%(count)s ability levels are a year old"),
        _("%(count)s elders should be assessed again, the first one since %(due_on)s."),
        icon="hourglass",
    )
    _about_one(
        "elders.reassessment_late",
        _("%(name)s: assessment overdue since %(due_on)s"),
        _("Nobody has assessed %(name)s. Please see who can."),
        icon="alarm-clock",
    )
    _about_many(
        "elders.reassessments_late",
        _("%(count)s assessments are overdue for a week or more"),
        _("The first one since %(due_on)s. Please see who can."),
        icon="alarm-clock",
    )
    _about_one(
        "elders.archive_late",
        _("%(name)s: archive update overdue since %(due_on)s"),
        _("Nobody has looked through the file of %(name)s. Please see who can."),
        icon="alarm-clock",
    )
    _about_many(
        "elders.archives_late",
        _("%(count)s archive updates are overdue for a week or more"),
        _("The first one since %(due_on)s. Please see who can."),
        icon="alarm-clock",
    )
    _about_one(
        "elders.override_ended",
        _("%(name)s: the colour chosen by hand has ended"),
        _("A full assessment was made or fell due since. Please decide the colour again."),
        icon="traffic-cone",
    )
    notices.register(
        NoticeTemplate(
            code="elders.crisis",
            title=_("Crisis: please look after %(name)s at once"),
            body=_(
                "This cannot wait: somebody should be with %(name)s today. The file says more to social work."
            ),
            url_name="elders:file",
            url_args=("elder",),
            icon="triangle-alert",
            urgent=True,
        )
    )
    notices.register(
        NoticeTemplate(
            code="elders.second_signature",
            title=_("Your signature is asked for: %(name)s"),
            body=_("You assessed %(name)s together. The result counts when you have signed, too."),
            url_name="elders:assessment",
            url_args=("assessment",),
            icon="signature",
        )
    )
    notices.register(
        NoticeTemplate(
            code="elders.assessment_sent_back",
            title=_("Sent back: the assessment of %(name)s"),
            body=_("The second assessor does not agree yet. The reason stands on the assessment."),
            url_name="elders:assessment",
            url_args=("assessment",),
            icon="undo-2",
        )
    )


def _menu() -> None:
    menu.register(
        menu.MenuItem(
            label=_("Elders"), url_name="elders:list", roles=STAFF_ROLES, icon="users", order=20,
            hint=_("Register, find, import"), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Due and overdue"), url_name="elders:due", roles=STAFF_ROLES, icon="clock-alert",
            admin_icon="event_busy", order=22, hint=_("Assessments, files, silence, colours"), place="both",
            section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Health home"), url_name="elders:health", roles=STAFF_ROLES, icon="heart-pulse",
            admin_icon="ecg_heart", order=24, hint=_("Readings, limits, service days"), place="both",
            section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Letters to the elders"), url_name="elders:letters", roles=STAFF_ROLES, icon="mail", order=28,
            hint=_("One page a month for everybody"),
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Requests about one's data"), url_name="elders:requests", roles=STAFF_ROLES, icon="message-circle-question-mark",
            order=26, hint=_("Corrections, copies, consents, keeping and forgetting"), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Registers about personal data"), url_name="elders:privacy", roles={Role.DIRECTOR, Role.AUDITOR},
            icon="shield-check", order=810, hint=_("Impact assessments, who got data, leaks"),
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Monthly letter"), url_name="elders:my-letters", roles={Role.ELDER, Role.FAMILY}, icon="mail", order=79,
            hint=_("Who came, what was done, what comes next"), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("My data"), url_name="elders:mine", roles={Role.ELDER}, icon="file-user", order=80,
            hint=_("What you agreed to, and what you can ask for."), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Rules of the colours"), url_name="elders:rules", roles=STAFF_ROLES, icon="traffic-cone", order=27,
            hint=_("Thresholds, trial runs, who decides otherwise"), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    menu.register(
        menu.MenuItem(
            label=_("Forms of the station"), url_name="elders:forms", roles=STAFF_ROLES, icon="clipboard-list", order=28,
            hint=_("What may be asked, licences, on and off"), section=_("Elders"), section_order=20,
        )
    )  # fmt: skip
    dashboard.register(figures_card, roles=STAFF_ROLES, order=10)
    dashboard.register(todo_card, roles=STAFF_ROLES, order=20)
    dashboard.register(grid_card, roles=STAFF_ROLES, order=60)


def figures_card(request: HttpRequest) -> dashboard.FigureCard:
    """In care, red, waiting for assessment, not heard from."""
    from elders.models import Elder

    elders = Elder.objects.of(request.community).active()  # type: ignore[attr-defined]
    url, due = reverse("elders:list"), reverse("elders:due")
    persons = pgettext("unit", "persons")
    return dashboard.FigureCard(
        gettext("Elders"),
        [
            Figure("elders.in_care", gettext("Elders in care"), elders.count(), persons, url),
            Figure("elders.red", gettext("Red"), elders.filter(colour="RED").count(), persons, f"{url}?colour=RED"),
            Figure(
                "elders.unassessed", gettext("Waiting for assessment"), elders.filter(level__isnull=True).count(), persons,
                f"{url}?level=none",
            ),
            Figure(
                "elders.silent", gettext("Not heard from"), elders.silent(timezone.now()).count(), persons, f"{due}?tab=silent"
            ),
        ],
    )  # fmt: skip


def todo_card(request: HttpRequest) -> dashboard.TodoCard:
    """What waits for a person."""
    from elders.models import Elder, RightsRequest
    from elders.reports.health import past_limit, plans_due
    from elders.reports.pending import awaiting

    at = timezone.now()
    on = timezone.localdate(at)
    elders = Elder.objects.of(request.community)  # type: ignore[attr-defined]
    due = reverse("elders:due")
    todos = [
        dashboard.Todo(
            gettext("Red elders not heard from"),
            elders.silent(at).filter(colour="RED").count(),
            f"{due}?tab=silent",
            "bad",
        ),
        dashboard.Todo(
            gettext("Colours to confirm"), awaiting(elders.present()).count(), f"{due}?tab=decide"
        ),
        dashboard.Todo(
            gettext("Assessments overdue"), elders.overdue_for_assessment(on).count(), f"{due}?tab=overdue"
        ),
        dashboard.Todo(
            gettext("Readings past their limit"),
            past_limit(elders.active()).count(),
            reverse("elders:health"),
            "bad",
        ),
        dashboard.Todo(
            gettext("Treatment plans to look at"),
            plans_due(elders.active(), on=on).count(),
            reverse("elders:health") + "?tab=plans",
        ),
        dashboard.Todo(
            gettext("Requests about data overdue"),
            RightsRequest.objects.of(request.community).overdue(on).count(),  # type: ignore[attr-defined]
            reverse("elders:requests"),
            "bad",
        ),
        dashboard.Todo(
            gettext("Files to look through"), elders.archive_due(on).count(), f"{due}?tab=archive"
        ),
    ]
    return dashboard.TodoCard(gettext("Elders: what waits for you"), [each for each in todos if each.count])


def grid_card(request: HttpRequest) -> dashboard.ChartCard | None:
    """Colours by grid."""
    from django.db.models import Count

    from elders.models import Elder

    counted: dict[str, dict[str, int]] = {}
    rows = (
        Elder.objects.of(request.community).active().values_list("grid__name", "colour").annotate(Count("pk"))
    )  # type: ignore[attr-defined]
    for grid, colour, count in rows:
        counted.setdefault(grid or gettext("without a grid"), {})[colour] = count
    if not counted:
        return None
    colours = ("RED", "YELLOW", "GREEN", "UNASSESSED")
    series = [
        (gettext("Red"), "3"),
        (gettext("Yellow"), "2"),
        (gettext("Green"), "4"),
        (gettext("Grey"), "6"),
    ]
    return dashboard.ChartCard(
        gettext("Colours by grid"),
        [(grid, [found.get(colour, 0) for colour in colours]) for grid, found in sorted(counted.items())],
        unit=pgettext("unit", "persons"),
        url=reverse("elders:list"),
        series=series,
    )
