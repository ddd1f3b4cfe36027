"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path, re_path

from meetings.web import agendas, meetings, minutes, public, sitting

app_name = "meetings"
urlpatterns = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/call/", meetings.call, name="call"),
    path("meetings/decisions/", sitting.decision_list, name="decisions"),
    path("meetings/decisions/<int:pk>/", sitting.decision, name="decision"),
    path("meetings/items/<int:pk>/", agendas.item, name="item"),
    path("meetings/items/<int:pk>/step/", agendas.item_step, name="item-step"),
    path("meetings/items/<int:pk>/discuss/", sitting.discuss, name="discuss"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/quorum/", meetings.quorum, name="quorum"),
    path("meetings/<int:pk>/move/", meetings.move, name="move"),
    path("meetings/<int:pk>/step/", meetings.step, name="step"),
    path("meetings/<int:pk>/agenda/", agendas.agenda, name="agenda"),
    path("meetings/<int:pk>/sign-in/", sitting.sign_in, name="sign-in"),
    path("meetings/<int:pk>/decide/", sitting.decide, name="decide"),
    path("meetings/<int:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<int:pk>/minutes/start/", minutes.start, name="minutes-start"),
    path("meetings/<int:pk>/calendar.ics", minutes.calendar_file, name="calendar-file"),
    re_path(
        r"^meetings/(?P<pk>\d+)/(?P<which>agenda|minutes)\.(?P<form>pdf|docx)$", minutes.paper, name="paper"
    ),
    path("minutes/", public.minutes_list, name="public-list"),
    path("minutes/<int:pk>/", public.minutes, name="public-minutes"),
]
