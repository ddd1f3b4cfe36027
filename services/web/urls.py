"""The addresses of the services pages."""

from __future__ import annotations

from django.urls import path, re_path

from services.web import board, cases, field, help, home, requests, roster, taking, tasks, wall

app_name = "services"
urlpatterns = [
    path("help/<str:token>/", help.help_page, name="help"),
    path("help/<str:token>/state/", help.help_state, name="help-state"),
    path("help/<str:token>/fine/", help.help_fine, name="help-fine"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/take/", taking.take, name="request-take"),
    path("requests/take/elders/", taking.take_elders, name="request-take-elders"),
    path("requests/<int:pk>/", requests.detail, name="request"),
    path("requests/<int:pk>/propose/", requests.propose, name="request-propose"),
    path("requests/<int:pk>/ask/", requests.ask, name="request-ask"),
    re_path(
        r"^requests/(?P<pk>[0-9]+)/(?P<verb>triage|schedule|start|finish|confirm|close|reopen|fail|cancel)/$",
        requests.step,
        name="request-step",
    ),
    re_path(r"^offers/(?P<pk>[0-9]+)/(?P<verb>accept|decline)/$", requests.answer, name="offer-answer"),
    path("board/", board.board, name="board"),
    path("board/live/", board.live, name="board-live"),
    path("board/duty/", board.take_duty, name="board-duty"),
    path("board/wall/", wall.turn, name="wall-turn"),
    path("board/wall/<str:word>/", wall.wall, name="wall"),
    path("board/wall/<str:word>/live/", wall.wall_live, name="wall-live"),
    path("board/<int:pk>/claim/", board.claim, name="board-claim"),
    path("board/<int:pk>/", board.alarm, name="alarm"),
    path("tasks/", tasks.task_list, name="tasks"),
    path("tasks/<int:pk>/", tasks.task, name="task"),
    path("tasks/<int:pk>/start/", tasks.start, name="task-start"),
    path("tasks/<int:pk>/finish/", tasks.finish, name="task-finish"),
    path("tasks/offers/<int:pk>/accept/", tasks.accept, name="task-accept"),
    path("tasks/offers/<int:pk>/decline/", tasks.decline, name="task-decline"),
    path("field/", field.day, name="field"),
    path("field/calls/<int:elder>/", field.call, name="call"),
    path("field/visits/", field.visit_list, name="visits"),
    path("field/visits/log/<int:elder>/", field.log_visit, name="visit-log"),
    path("field/visits/<int:pk>/", field.visit_detail, name="visit"),
    path("field/visits/<int:pk>/report/", field.report, name="visit-report"),
    path("field/visits/<int:pk>/correct/", field.correct, name="visit-correct"),
    path("field/follow-ups/<int:pk>/finish/", field.finish_follow_up, name="follow-up-finish"),
    path("field/concerns/<int:pk>/handle/", cases.handle_concern, name="concern-handle"),
    path("cases/", cases.case_list, name="cases"),
    path("cases/open/<int:elder>/", cases.case_open, name="case-open"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("home/", home.home, name="home"),
    path("home/ask/", home.ask, name="home-ask"),
    path("home/alarm/", home.alarm, name="home-alarm"),
    path("home/<int:pk>/confirm/", home.confirm, name="home-confirm"),
    path("home/<int:pk>/not-right/", home.not_right, name="home-not-right"),
    path("home/<int:pk>/cancel/", home.cancel, name="home-cancel"),
    path("roster/", roster.sheets, name="rosters"),
    path("roster/record/", roster.record, name="roster-record"),
    path("roster/<int:pk>/", roster.sheet, name="roster-sheet"),
]
