"""Meetings over REST: every write needs an Idempotency-Key; refusals are 409 with a sentence."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from carenet.audit import reading
from carenet.webkit.api import OnceAPIMixin
from meetings import policies, reports
from meetings.actions import agenda, attendance, calendar, decisions, minutes
from meetings.api import serializers as shapes
from meetings.models import Attendance, Decision, Meeting


class ReadersOnly:
    """For those without a seat or a paper to keep there is no such address."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        user: Any = request.user
        if not any(policies.may_read(user, each) for each in user.community_ids):
            raise Http404


@extend_schema_view(
    list=extend_schema(summary="Meetings, the newest first"), retrieve=extend_schema(summary="One meeting")
)
@extend_schema(tags=["meetings"])
class MeetingViewSet(
    ReadersOnly, OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # type: ignore[misc]
    """Meetings, their agenda, sign-in, decisions and minutes."""

    queryset = Meeting.objects.none()
    serializer_class = shapes.MeetingSerializer

    def get_queryset(self) -> QuerySet[Meeting]:
        return (
            Meeting.objects.visible_to(self.request.user)
            .select_related("community")
            .order_by("-scheduled_at", "-pk")
        )  # type: ignore[arg-type]

    def _read(self, shape: type[Serializer[Any]]) -> dict[str, Any]:
        form = shape(data=self.request.data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def _secretary(self) -> Any:
        """The active community; there is no such address for those who may not prepare meetings."""
        community = getattr(self.request, "community", None) or getattr(
            self.request._request, "community", None
        )
        if community is None or not policies.may_prepare(self.request.user, community.pk):  # type: ignore[arg-type]
            raise Http404
        return community

    @extend_schema(
        request=shapes.CallSerializer, responses={201: shapes.MeetingSerializer}, summary="Call a meeting"
    )
    def create(self, request: Request) -> Response:
        """Call a meeting and invite its parties."""
        community = self._secretary()
        made = calendar.call(
            community=community, **self._read(shapes.CallSerializer), by=request.user, at=timezone.now()
        )  # type: ignore[arg-type]
        return Response(shapes.MeetingSerializer(made).data, status=201)

    @extend_schema(
        request=shapes.PrepareSerializer,
        responses=shapes.AgendaSerializer,
        summary="Draw a month's joint-meeting agenda",
    )
    @action(detail=False, methods=["post"], url_path="prepare")
    def prepare(self, request: Request) -> Response:
        """Draw (or redraw) the agenda; a published one is returned untouched."""
        community = self._secretary()
        month = self._read(shapes.PrepareSerializer)["month"]
        made = agenda.prepare(community=community, month=month, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shapes.AgendaSerializer(made).data)

    @extend_schema(responses=shapes.AgendaSerializer, summary="The agenda")
    @action(detail=True, methods=["get"], url_path="agenda")
    def agenda(self, request: Request, pk: str | None = None) -> Response:
        """A draft is only there for those who prepare it."""
        found = self.get_object()
        current = getattr(found, "agenda", None)
        if current is None or (
            current.is_draft and not policies.may_prepare(request.user, found.community_id)
        ):  # type: ignore[arg-type]
            raise Http404
        return Response(shapes.AgendaSerializer(current).data)

    @extend_schema(
        request=shapes.ItemSerializer, responses={201: shapes.AgendaItemSerializer}, summary="Add a topic"
    )
    @action(detail=True, methods=["post"], url_path="agenda/items")
    def add_item(self, request: Request, pk: str | None = None) -> Response:
        """Add a topic by hand."""
        found = self._with_agenda()
        made = agenda.add_item(
            agenda=found.agenda, **self._read(shapes.ItemSerializer), by=request.user, at=timezone.now()
        )  # type: ignore[arg-type]
        return Response(shapes.AgendaItemSerializer(made).data, status=201)

    @extend_schema(request=None, responses=shapes.AgendaSerializer, summary="Publish the agenda")
    @action(detail=True, methods=["post"], url_path="agenda/publish")
    def publish(self, request: Request, pk: str | None = None) -> Response:
        """Freeze the agenda and tell the representatives."""
        found = self._with_agenda()
        return Response(
            shapes.AgendaSerializer(
                agenda.publish(agenda=found.agenda, by=request.user, at=timezone.now())
            ).data  # type: ignore[arg-type]
        )

    def _with_agenda(self) -> Meeting:
        found: Meeting = self.get_object()
        if getattr(found, "agenda", None) is None:
            raise Http404
        return found

    @extend_schema(request=None, responses=shapes.MeetingSerializer, summary="Begin the meeting")
    @action(detail=True, methods=["post"], url_path="begin")
    def begin(self, request: Request, pk: str | None = None) -> Response:
        """From now on people sign in."""
        done = calendar.open_meeting(meeting=self.get_object(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shapes.MeetingSerializer(done).data)

    @extend_schema(request=None, responses=shapes.MeetingSerializer, summary="End the meeting")
    @action(detail=True, methods=["post"], url_path="end")
    def end(self, request: Request, pk: str | None = None) -> Response:
        """Nobody signs in or decides any more."""
        done = calendar.close(meeting=self.get_object(), by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shapes.MeetingSerializer(done).data)

    @extend_schema(responses=shapes.QuorumSerializer, summary="The quorum now")
    @action(detail=True, methods=["get"], url_path="quorum")
    def quorum(self, request: Request, pk: str | None = None) -> Response:
        """Counted by party from who is in the room."""
        return Response(shapes.QuorumSerializer(reports.quorum(self.get_object(), at=timezone.now())).data)

    @extend_schema(responses=shapes.InvitationSerializer(many=True), summary="Who was invited")
    @action(detail=True, methods=["get"], url_path="invitations")
    def invitations(self, request: Request, pk: str | None = None) -> Response:
        """For the sign-in desk all of them; a representative their own."""
        found = self.get_object()
        rows = found.invitations.select_related("organisation", "person").order_by("party_kind", "pk")
        if not policies.may_prepare(request.user, found.community_id):  # type: ignore[arg-type]
            rows = rows.filter(person_id=request.user.person_id, person__isnull=False)
        rows = list(rows)
        reading.record(request._request, {each.person for each in rows if each.person}, ["name"], "api")
        return Response(shapes.InvitationSerializer(rows, many=True).data)

    @extend_schema(
        request=shapes.SignInSerializer,
        responses={201: shapes.AttendanceSerializer},
        summary="Sign somebody in",
    )
    @action(detail=True, methods=["post"], url_path="sign-in")
    def sign_in(self, request: Request, pk: str | None = None) -> Response:
        """A person speaks for one party only."""
        made = attendance.sign_in(
            meeting=self.get_object(),
            **self._read(shapes.SignInSerializer),
            by=request.user,
            at=timezone.now(),  # type: ignore[arg-type]
        )
        return Response(shapes.AttendanceSerializer(made).data, status=201)

    @extend_schema(
        request=shapes.LeaveSerializer, responses=shapes.AttendanceSerializer, summary="Somebody leaves"
    )
    @action(detail=True, methods=["post"], url_path="leave")
    def leave(self, request: Request, pk: str | None = None) -> Response:
        """The party counts no longer unless somebody else speaks for it."""
        spell = get_object_or_404(
            Attendance.objects.filter(meeting=self.get_object()),
            pk=self._read(shapes.LeaveSerializer)["attendance"],
        )
        done = attendance.leave(attendance=spell, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        return Response(shapes.AttendanceSerializer(done).data)

    @extend_schema(
        request=shapes.DecideSerializer,
        responses={201: shapes.DecisionSerializer},
        summary="Record a decision",
    )
    @action(detail=True, methods=["post"], url_path="decisions")
    def decide(self, request: Request, pk: str | None = None) -> Response:
        """409 `no_quorum` when too few parties are in the room."""
        made = decisions.record(
            meeting=self.get_object(),
            **self._read(shapes.DecideSerializer),
            by=request.user,
            at=timezone.now(),  # type: ignore[arg-type]
        )
        return Response(shapes.DecisionSerializer(made).data, status=201)

    @extend_schema(responses=shapes.MinutesSerializer, summary="The minutes", methods=["GET"])
    @extend_schema(
        request=shapes.MinutesStepSerializer, responses=shapes.MinutesSerializer, summary="A step of the minutes",
        methods=["POST"],
    )  # fmt: skip
    @action(detail=True, methods=["get", "post"], url_path="minutes")
    def minutes(self, request: Request, pk: str | None = None) -> Response:
        """Draft, circulate, revise, confirm, seal."""
        found = self.get_object()
        current = getattr(found, "minutes", None)
        if request.method == "GET":
            if current is None:
                raise Http404
            return Response(shapes.MinutesSerializer(current).data)
        data = self._read(shapes.MinutesStepSerializer)
        now = timezone.now()
        if data["step"] == "draft":
            done = minutes.draft(meeting=found, body=data.get("body"), by=request.user, at=now)  # type: ignore[arg-type]
        elif current is None:
            raise Http404
        else:
            verb = {
                "circulate": minutes.circulate, "revise": minutes.revise, "confirm": minutes.confirm, "seal": minutes.seal,
            }[data["step"]]  # fmt: skip
            done = verb(minutes=current, by=request.user, at=now)  # type: ignore[arg-type]
        return Response(shapes.MinutesSerializer(done).data)

    @extend_schema(
        request=shapes.CommentSerializer,
        responses={201: shapes.CommentedSerializer},
        summary="Answer circulated minutes",
    )
    @action(detail=True, methods=["post"], url_path="minutes/comments")
    def comment(self, request: Request, pk: str | None = None) -> Response:
        """A representative for their organisation; the desk enters what was said on paper."""
        current = getattr(self.get_object(), "minutes", None)
        if current is None:
            raise Http404
        made = minutes.comment(
            minutes=current,
            **self._read(shapes.CommentSerializer),
            by=request.user,
            at=timezone.now(),  # type: ignore[arg-type]
        )
        return Response(shapes.CommentedSerializer(made).data, status=201)


@extend_schema_view(list=extend_schema(summary="Decisions"), retrieve=extend_schema(summary="One decision"))
@extend_schema(tags=["meetings"])
class DecisionViewSet(
    ReadersOnly, OnceAPIMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet
):  # type: ignore[misc]
    """What was decided and what became of it."""

    queryset = Decision.objects.none()
    serializer_class = shapes.DecisionSerializer

    def get_queryset(self) -> QuerySet[Decision]:
        return (
            Decision.objects.visible_to(self.request.user).select_related("meeting").order_by("due_on", "pk")
        )  # type: ignore[arg-type]

    @extend_schema(request=shapes.StepSerializer, responses=shapes.DecisionSerializer, summary="Take a step")
    @action(detail=True, methods=["post"], url_path="step")
    def step(self, request: Request, pk: str | None = None) -> Response:
        """Begin, block, submit, send back, verify, waive."""
        form = shapes.StepSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        done = decisions.take_step(
            decision=self.get_object(), **form.validated_data, by=request.user, at=timezone.now()
        )  # type: ignore[arg-type]
        return Response(shapes.DecisionSerializer(done).data)
