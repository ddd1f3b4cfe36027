"""Addresses of training, honours and certificates."""

from __future__ import annotations

from django.urls import URLPattern, path

from volunteers.web import certificates, courses, honours, learner, public_papers, runs

urlpatterns: list[URLPattern] = [
    path("me/training/", learner.training, name="my-training"),
    path("me/training/runs/<int:pk>/enrol/", learner.enrol, name="my-course-enrol"),
    path("me/training/enrolments/<int:pk>/withdraw/", learner.withdraw, name="my-course-withdraw"),
    path("me/certificates/", learner.certificates, name="my-certificates"),
    path("me/certificates/ask/", learner.ask, name="certificate-ask"),
    path("me/honours/<int:pk>/consent/", learner.consent, name="my-honour-consent"),
    path("volunteers/training/", courses.training, name="training"),
    path("volunteers/training/courses/new/", courses.new, name="course-new"),
    path("volunteers/training/courses/<int:pk>/", courses.course, name="course"),
    path("volunteers/training/courses/<int:pk>/change/", courses.change, name="course-change"),
    path("volunteers/training/courses/<int:pk>/plan/", courses.plan, name="course-plan"),
    path("volunteers/training/qualifications/", courses.qualifications, name="qualifications"),
    path("volunteers/training/qualifications/<int:pk>/revoke/", courses.revoke, name="qualification-revoke"),
    path("volunteers/training/runs/<int:pk>/", runs.run, name="course-run"),
    path("volunteers/training/runs/<int:pk>/change/", runs.change, name="course-run-change"),
    path("volunteers/training/runs/<int:pk>/step/", runs.step, name="course-run-step"),
    path("volunteers/training/runs/<int:pk>/seat/", runs.seat, name="course-seat"),
    path("volunteers/training/lessons/<int:pk>/", runs.roll, name="lesson-roll"),
    path("volunteers/training/enrolments/<int:pk>/", runs.person, name="course-person"),
    path("volunteers/training/enrolments/<int:pk>/result/", runs.result, name="course-result"),
    path("volunteers/training/enrolments/<int:pk>/practice/", runs.practice, name="course-practice"),
    path("volunteers/training/enrolments/<int:pk>/withdraw/", runs.withdraw, name="course-withdraw"),
    path("volunteers/training/<str:kind>/<int:pk>/take-back/", runs.take_back, name="course-take-back"),
    path("volunteers/honours/", honours.office, name="honours-office"),
    path("volunteers/honours/criteria/", honours.criteria, name="honour-criteria"),
    path("volunteers/honours/<int:pk>/nominate/", honours.nominate, name="honour-nominate"),
    path("volunteers/nominations/<int:pk>/", honours.nomination, name="nomination"),
    path("volunteers/nominations/<int:pk>/step/", honours.step, name="nomination-step"),
    path("volunteers/objections/<int:pk>/answer/", honours.answer, name="objection-answer"),
    path("volunteers/certificates/", certificates.register, name="certificates"),
    path("volunteers/certificates/records/", certificates.records, name="records-export"),
    path("volunteers/certificates/<uuid:uid>/", certificates.certificate, name="certificate"),
    path("volunteers/certificates/<uuid:uid>/revoke/", certificates.revoke, name="certificate-revoke"),
    path("volunteers/<int:pk>/certificate/", certificates.on_paper, name="certificate-paper"),
    path("verify/", public_papers.verify, name="verify"),
    path("verify/<str:code>/", public_papers.verify_code, name="verify-code"),
    path("honours/", public_papers.honours_list, name="honours"),
    path("honours/<slug:slug>/", public_papers.honours, name="honours-community"),
    path("honours/<slug:slug>/<int:pk>/object/", public_papers.object_to, name="honour-object"),
]
