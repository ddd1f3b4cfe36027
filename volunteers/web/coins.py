"""The volunteer's own time coins, gifts, questions; the published hours. The office does the same at the counter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.audit import reading
from carenet.kernel import months
from carenet.ledger.models import Account
from carenet.ledger.states import Unit
from carenet.webkit import once, refusals
from carenet.webkit.forms import StationForm
from volunteers import policies, policies_bank
from volunteers.actions import closing, gifts, pool, questions
from volunteers.models import Closing, Expiry, Gift, Policy, Question, Volunteer
from volunteers.reports import accounts, published
from volunteers.web.access import allowed, community_of, is_volunteer, own_record
from volunteers.web.bank_forms import DonateForm, GiveForm, ObjectForm, WordsForm


def who_of(request: HttpRequest) -> tuple[Volunteer, str]:
    """The own record, or at the counter the one named by `for`; and what every address must carry on."""
    wanted = request.POST.get("for") or request.GET.get("for") or ""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        volunteer = get_object_or_404(
            Volunteer.objects.visible_to(request.user).select_related("person", "community", "team"),
            pk=int(wanted),
        )
        if not policies.may_redeem(request.user, volunteer):
            raise Http404
        return volunteer, f"?for={volunteer.pk}" if volunteer.person_id != request.user.person_id else ""
    own = own_record(request)
    if own is None:
        raise Http404
    return own, ""


def _back(carry: str) -> HttpResponse:
    return redirect(reverse("volunteers:coins") + carry)


@login_required
def coins(request: HttpRequest) -> HttpResponse:
    """Hours for later: balance, what waits, gifts, every line."""
    if own_record(request) is None and is_volunteer(request) and not request.GET.get("for"):
        return render(request, "volunteers/no_record.html")
    volunteer, carry = who_of(request)
    if carry:
        reading.record(request, [volunteer.person], ["name"], _("time coins at the counter"))
    before = request.GET.get("before", "")
    statement = accounts.statement(
        volunteer,
        Unit.COIN,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    codes = {f"overflow:{volunteer.account_code}": "overflow", f"hold:{volunteer.account_code}": "aside"}
    more = {
        codes[code]: balance
        for code, balance in Account.objects.of(volunteer.community_id)
        .filter(unit=Unit.COIN, code__in=codes)
        .values_list("code", "balance")
    }
    values = Policy.objects.values_on(volunteer.community_id, timezone.localdate())
    both = Gift.objects.visible_to(request.user).open().select_related("giver__person", "receiver__person")
    offered = list(both.filter(receiver=volunteer).order_by("expires_on"))
    given = list(both.filter(giver=volunteer).order_by("expires_on"))
    return render(
        request,
        "volunteers/coins.html",
        {
            "volunteer": volunteer, "carry": carry, "statement": statement, "overflow": more.get("overflow", 0),
            "set_aside": more.get("aside", 0), "offered": offered, "given": given, "may_give": values["gift_allowed"],
            "may_give_team": values["group_account"] and volunteer.team is not None and volunteer.team.until is None,
            "inherited": [
                (each, amount)
                for each in Closing.objects.inherited_by(volunteer).select_related("volunteer__person", "heir")[:20]
                if (amount := closing.may_honour(closing=each, on=timezone.localdate()))
            ],
            "redeem_age": values["redeem_min_age"],
            "questions": Question.objects.filter(volunteer=volunteer).for_the_volunteer(),
            "ending": Expiry.objects.filter(volunteer=volunteer, done_at__isnull=True).order_by("ends_on")[:6],
        },
    )  # fmt: skip


@login_required
@once.once
def give(request: HttpRequest) -> HttpResponse:
    """Offer coins to a relative, by number and name."""
    volunteer, carry = who_of(request)
    form = GiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts, at = form.cleaned_data, timezone.now()
        with refusals.refusals_on(form):
            receiver = gifts.find_receiver(
                community=volunteer.community, number=facts["number"], name=facts["name"]
            )
            gift = gifts.offer(
                giver=volunteer, receiver=receiver, coins=facts["coins"], relation=facts["relation"], words=facts["words"],
                key=request.POST["idempotency_key"], on=timezone.localdate(at), at=at, by=request.user,
            )  # fmt: skip
            messages.success(
                request, _("Your gift waits for a yes from %(name)s.") % {"name": gift.receiver.person.name}
            )
            return _back(carry)
    return refusals.form_page(
        request, "volunteers/coin_give.html", form, {"volunteer": volunteer, "carry": carry}
    )


@login_required
@once.once
def donate(request: HttpRequest) -> HttpResponse:
    """Give coins to the common pool."""
    volunteer, carry = who_of(request)
    form = DonateForm(request.POST or None)
    balance = pool.account_of(volunteer=volunteer, unit=Unit.COIN).balance
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        with refusals.refusals_on(form):
            pool.donate(
                volunteer=volunteer, unit=Unit.COIN, amount=form.cleaned_data["coins"], key=request.POST["idempotency_key"],
                on=timezone.localdate(at), at=at, by=request.user,
            )  # fmt: skip
            messages.success(
                request, _("Thank you! The hours are in the common pool for those who need them most.")
            )
            return _back(carry)
    return refusals.form_page(
        request,
        "volunteers/coin_donate.html",
        form,
        {"volunteer": volunteer, "carry": carry, "balance": balance},
    )


@login_required
@once.once
def to_honour(request: HttpRequest, pk: int) -> HttpResponse:
    """Inherited hours become an honour of who earned them, when the heir wishes so."""
    volunteer, carry = who_of(request)
    today = timezone.localdate()
    found = get_object_or_404(
        Closing.objects.inherited_by(volunteer).select_related("volunteer__person", "heir", "community"),
        pk=pk,
    )
    amount = closing.may_honour(closing=found, on=today)
    if not amount and request.method != "POST":
        raise Http404
    form = StationForm(request.POST or None)
    if request.method == "POST":
        with refusals.refusals_on(form):
            closing.to_honour(closing=found, on=today, at=timezone.now(), by=request.user)
            messages.success(request, _("Thank you. The hours are an honour now and stay on record."))
            return _back(carry)
    reading.record(request, [found.volunteer.person], ["name"], _("inherited time coins"))
    return refusals.form_page(
        request, "volunteers/closing_honour.html", form, {"closing": found, "amount": amount, "carry": carry}
    )


ANSWERS = {"accept": gifts.accept, "decline": gifts.decline, "withdraw": gifts.withdraw}


@login_required
@once.once
def gift(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Yes, no thank you, or taken back."""
    if request.method != "POST" or step not in ANSWERS:
        raise Http404
    found = get_object_or_404(Gift.objects.visible_to(request.user), pk=pk)
    _volunteer, carry = who_of(request)
    at = timezone.now()
    with refusals.refusals_told(request):
        ANSWERS[step](gift=found, on=timezone.localdate(at), at=at, by=request.user)
        messages.success(
            request,
            {
                "accept": _("Accepted. The hours are on your account now."),
                "decline": _("Declined with thanks. The hours went back."),
                "withdraw": _("Taken back. The hours are on your account again."),
            }[step],
        )
    return _back(carry)


@login_required
@once.once
def overflow(request: HttpRequest) -> HttpResponse:
    """What becomes of hours beyond a full account."""
    if request.method != "POST":
        raise Http404
    volunteer, carry = who_of(request)
    at, choice = timezone.now(), request.POST.get("choice", "")
    amount = request.POST.get("amount", "")
    if choice not in ("POOL", "KEEP", "HONOUR") or not (
        amount.isascii() and amount.isdigit() and len(amount) < 10
    ):
        raise Http404
    with refusals.refusals_told(request):
        pool.choose(
            volunteer=volunteer, choice=choice, amount=int(amount), key=request.POST["idempotency_key"],
            on=timezone.localdate(at), at=at, by=request.user,
        )  # fmt: skip
        messages.success(request, _("Thank you, it is done. Your hours stay on record in any case."))
    return _back(carry)


# --- questions -----------------------------------------------------------------------------------
@login_required
@once.once
def my_question(request: HttpRequest, pk: int) -> HttpResponse:
    """A question to me, and my answer."""
    question = get_object_or_404(
        Question.objects.visible_to(request.user).select_related("volunteer__person", "community"), pk=pk
    )
    if question.volunteer.person_id != request.user.person_id:
        raise Http404
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            questions.answer(
                question=question, words=form.cleaned_data["words"], at=timezone.now(), by=request.user
            )
            messages.success(request, _("Thank you for your answer. The station will tell you the result."))
            return redirect("volunteers:my-question", pk=pk)
    return refusals.form_page(
        request, "volunteers/my_question.html", form,
        {"question": question, "services": list(question.attendances.select_related("reversed_by").order_by("served_on"))},
    )  # fmt: skip


# --- the published hours -------------------------------------------------------------------------
@allowed(policies_bank.may_question)
def published_hours(request: HttpRequest) -> HttpResponse:
    """Who gave how many hours last month, masked; a member may ask about a line for some days."""
    community, today = community_of(request), timezone.localdate()
    days = Policy.objects.values_on(community, today)["dispute_days"]
    month = months.previous_month(today)
    first, last = questions.window(month, days)
    rows = published.month_of(community, month)
    return render(
        request, "volunteers/published.html",
        {"rows": rows, "month": month, "last": last, "open": first <= today <= last, "total": sum(r.minutes for r in rows)},
    )  # fmt: skip


@allowed(policies_bank.may_question)
@once.once
def published_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The services behind one published line, without names of those helped; ask about them."""
    community, today = community_of(request), timezone.localdate()
    month = months.previous_month(today)
    volunteer = get_object_or_404(
        Volunteer.objects.of(community).select_related("person", "community"), pk=pk
    )
    services = published.services(volunteer, month)
    if not services:
        raise Http404
    form = ObjectForm(request.POST or None, choices=published.choices(services))
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["attendances"])
        at = timezone.now()
        with refusals.refusals_on(form):
            questions.object_to(
                volunteer=volunteer, month=month, attendances=[each for each in services if str(each.pk) in chosen],
                words=form.cleaned_data["words"], on=today, at=at, by=request.user,
            )  # fmt: skip
            messages.success(request, _("Thank you. The station asks, and tells you the result."))
            return redirect("volunteers:published")
    return refusals.form_page(
        request,
        "volunteers/published_ask.html",
        form,
        {"masked": volunteer.person.masked_name, "month": month},
    )
