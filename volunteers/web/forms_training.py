"""What people type about courses, honours and certificates."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.accounts.models import User
from carenet.accounts.states import Role
from carenet.kernel.months import STATION_ZONE
from carenet.parties.models import Community, Organisation, ServiceKind
from carenet.webkit.forms import DayField, StationForm, plain
from volunteers.models import Course, CourseModule
from volunteers.states import CertificateKind, CourseGives, Level

_MODULE = re.compile(r"^(.+?)[\s,，:：]+(\d{1,4})\s*(?:分钟|分|min|minutes)?$")


class CourseForm(StationForm):
    """The facts of a course that may be corrected later."""

    name = forms.CharField(label=_("Name of the course"), max_length=80)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    words = forms.CharField(
        label=_("What is learnt"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    provider = forms.ModelChoiceField(
        label=_("Provider, for example a hospital or college"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("the station itself"),
    )  # fmt: skip
    practice_minutes = forms.IntegerField(
        label=_("Practice under observation (minutes)"), min_value=0, max_value=20_000, initial=0
    )
    pass_mark = forms.IntegerField(
        label=_("Pass mark of the test (1–100)"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("empty: no test"),
    )
    valid_months = forms.IntegerField(
        label=_("The qualification holds (months)"), min_value=1, max_value=240, required=False,
        help_text=_("empty: without end"),
    )  # fmt: skip
    renew_days = forms.IntegerField(
        label=_("Remind so many days before the end"), min_value=0, max_value=365, initial=60
    )

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = (
            Organisation.objects.of(community).filter(until__isnull=True).order_by("name")
        )  # type: ignore[attr-defined]


class CourseChangeForm(CourseForm):
    is_active = forms.BooleanField(label=_("The course is offered"), required=False)

    @classmethod
    def of(cls, course: Course, data: Any = None) -> CourseChangeForm:
        names = (*CourseForm.base_fields, "is_active")
        initial = {name: getattr(course, name) for name in names}
        return cls(data, initial=initial, community=course.community)


class CourseNewForm(CourseForm):
    gives = forms.ChoiceField(
        label=_("Passing gives"), choices=CourseGives, widget=forms.RadioSelect, initial="LEVEL"
    )
    level = forms.TypedChoiceField(
        label=_("Training level"),
        choices=[("", _("none")), *Level.choices],
        coerce=int,
        required=False,
        empty_value=None,
    )
    service_kind = forms.ModelChoiceField(
        label=_("Kind of service"), queryset=ServiceKind.objects.none(), required=False,
        empty_label=pgettext_lazy("choice", "none"),
    )  # fmt: skip
    modules = forms.CharField(
        label=_("Modules"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("one a line: title and minutes, for example “Blood pressure 60”"),
    )  # fmt: skip
    field_order = ("name", "name_en", "words", "provider", "gives", "level", "service_kind", "modules")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service_kind"].queryset = ServiceKind.objects.filter(who__contains=["VO"]).order_by(
            "number"
        )  # type: ignore[attr-defined]

    def clean_modules(self) -> list[tuple[str, int]]:
        found = []
        for line in self.cleaned_data["modules"].splitlines():
            text = plain(line)
            if not text.strip():
                continue
            match = _MODULE.match(text.strip())
            if match is None or not 1 <= int(match[2]) <= 2000:
                raise forms.ValidationError(
                    _(
                        "Please end each line with the minutes, like “Blood pressure 60”. Not understood: %(line)s"
                    ),
                    params={"line": line.strip()[:60]},
                )
            found.append((match[1].strip()[:120], int(match[2])))
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("gives") == CourseGives.LEVEL and not found.get("level"):
            self.add_error("level", _("Please choose the training level that passing gives."))
        if found.get("gives") == CourseGives.SKILL and not found.get("service_kind"):
            self.add_error("service_kind", _("Please choose the kind of service that passing opens."))
        return found


class RunForm(StationForm):
    """A run of a course: who, where, and a day and time for each module."""

    trainer = forms.ModelChoiceField(
        label=_("Trainer (social worker)"), queryset=User.objects.none(), empty_label=_("Please choose")
    )
    teacher = forms.CharField(label=_("Teacher sent by the provider"), max_length=80, required=False)
    place = forms.CharField(label=_("Where"), max_length=120)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000, initial=20)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules: list[CourseModule | None] = list(course.modules.all()) or [None]
        self.fields["trainer"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(
                is_active=True,
                grants__community=course.community_id,
                grants__role__in=[Role.SOCIAL_WORKER, Role.SUPERVISOR],
                grants__until__isnull=True,
            )
            .distinct()
            .order_by("display_name", "pk")
        )
        for place, module in enumerate(self.modules):
            title = module.title if module else course.title
            self.fields[f"day_{place}"] = DayField(
                label=_("%(title)s: day") % {"title": title}, required=False
            )
            self.fields[f"time_{place}"] = forms.TimeField(
                label=_("%(title)s: begins at") % {"title": title}, required=False, initial=time(9),
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                error_messages={"invalid": _("Please write the time like 9:00.")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        lessons = []
        for place, module in enumerate(self.modules):
            day, at = found.pop(f"day_{place}", None), found.pop(f"time_{place}", None)
            if day and at:
                begin = datetime.combine(day, at, tzinfo=STATION_ZONE)
                lessons.append((begin, module.minutes if module else 60, module))
            elif day:
                self.add_error(f"time_{place}", _("Please write the time like 9:00."))
        if not lessons and not any(name.startswith(("day_", "time_")) for name in self.errors):
            self.add_error("day_0", _("Please write at least one day and time."))
        if len({each[0] for each in lessons}) < len(lessons):
            self.add_error("day_0", _("Two lessons begin at the same time. Please correct one."))
        found["lessons"] = lessons
        return found


class RunChangeForm(StationForm):
    place = forms.CharField(label=_("Where"), max_length=120)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2000)
    teacher = forms.CharField(label=_("Teacher sent by the provider"), max_length=80, required=False)


class WhyForm(StationForm):
    """A reason other people will read."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ResultForm(StationForm):
    on = DayField(label=_("Day of the test"))
    score = forms.IntegerField(label=_("Points (0–100)"), min_value=0, max_value=100)


class PracticeForm(StationForm):
    on = DayField(label=_("Day of the practice"))
    minutes = forms.IntegerField(label=_("Minutes observed"), min_value=1, max_value=1440)
    what = forms.CharField(label=_("What was practised"), max_length=120, required=False)


# --- honours ---------------------------------------------------------------------------------------
class CriteriaForm(StationForm):
    name = forms.CharField(label=_("Title of the honour"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    words = forms.CharField(
        label=_("What it honours"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    min_hours = forms.IntegerField(
        label=_("Hours of service, at least"), min_value=0, max_value=100_000, initial=0
    )
    min_months = forms.IntegerField(
        label=_("Months of service, at least"), min_value=0, max_value=600, initial=0
    )
    min_level = forms.TypedChoiceField(
        label=_("Training level, at least"), choices=[("", _("none")), *Level.choices], coerce=int, required=False,
        empty_value=None,
    )  # fmt: skip
    endorsements = forms.IntegerField(label=_("Endorsements needed"), min_value=0, max_value=20, initial=2)
    notice_days = forms.IntegerField(label=_("Days of public notice"), min_value=1, max_value=60, initial=7)
    source = forms.CharField(label=_("Decided by"), max_length=160, help_text=_("meeting or document"))
    valid_from = DayField(label=_("Holds from"))


class NominateForm(StationForm):
    words = forms.CharField(
        label=_("Why this person"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("what they did, in two or three sentences; it is published"),
    )  # fmt: skip
    consented = forms.BooleanField(
        label=_("The person agrees that name and deeds are published"), required=False,
        help_text=_("may also be asked later; without it nothing is published"),
    )  # fmt: skip


class WordsForm(StationForm):
    words = forms.CharField(
        label=_("Words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ObjectionForm(StationForm):
    words = forms.CharField(
        label=_("What speaks against it"), max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    contact = forms.CharField(
        label=_("How we can reach you"),
        max_length=60,
        required=False,
        help_text=_("only the station sees this"),
    )


class AnswerForm(StationForm):
    words = forms.CharField(
        label=_("What was found"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    upheld = forms.TypedChoiceField(
        label=_("Is the objection right?"), choices=[("no", _("no")), ("yes", _("yes"))], coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip


# --- certificates ----------------------------------------------------------------------------------
class AskForm(StationForm):
    """Which paper, about which days."""

    kind = forms.ChoiceField(
        label=_("Which paper?"),
        choices=CertificateKind,
        widget=forms.RadioSelect,
        initial=CertificateKind.CERTIFICATE,
    )
    period = forms.ChoiceField(
        label=_("About which days?"), choices=(), widget=forms.RadioSelect, initial="all"
    )
    since = DayField(label=_("First day"), required=False, help_text=_("only for “other days”"))
    until = DayField(label=_("Last day"), required=False)

    def __init__(self, *args: Any, today: date, joined_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.joined_on = today, joined_on
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            ("all", _("from the beginning until today")),
            ("this", _("this year (%(year)d)") % {"year": today.year}),
            ("last", _("last year (%(year)d)") % {"year": today.year - 1}),
            ("own", _("other days")),
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        year = self.today.year
        match found.get("period"):
            case "all":
                span = (min(self.joined_on, self.today), self.today)
            case "this":
                span = (date(year, 1, 1), self.today)
            case "last":
                span = (date(year - 1, 1, 1), date(year - 1, 12, 31))
            case _:
                if not found.get("since"):
                    self.add_error("since", _("Please write the first day."))
                if not found.get("until"):
                    self.add_error("until", _("Please write the last day."))
                span = (found.get("since") or self.today, found.get("until") or self.today)
        found["period_from"], found["period_to"] = span
        return found


class PaperForm(AskForm):
    paper_reason = forms.CharField(
        label=_("Who asked on paper, when and what for"), max_length=200,
        help_text=_("kept with the certificate and in the audit"),
    )  # fmt: skip


class CodeForm(StationForm):
    code = forms.CharField(
        label=_("Verification code"), max_length=40, help_text=_("twelve signs under the seal, for example ABCD-EFGH-JKMN"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class SpanForm(StationForm):
    """The days of an export."""

    since = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and not since <= until <= since + timedelta(days=366 * 2):
            self.add_error("until", _("The last day comes after the first, at most two years later."))
        return found
