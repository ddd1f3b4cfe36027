"""Addresses of the REST calls, under /api/v1/."""

from django.urls import path

from volunteers.api import bank, shifts, training, views

app_name = "api-volunteers"
urlpatterns = [
    path("volunteers/", views.VolunteerList.as_view(), name="volunteers"),
    path("volunteers/<int:pk>/", views.VolunteerOne.as_view(), name="volunteer"),
    path("volunteers/<int:pk>/statements/<str:unit>/", views.Statement.as_view(), name="statement"),
    path("rewards/", views.Rewards.as_view(), name="rewards"),
    path("rewards/<int:pk>/redeem/", views.Redeem.as_view(), name="redeem"),
    path("redemptions/", views.SlipList.as_view(), name="redemptions"),
    path("redemptions/<int:pk>/", views.SlipOne.as_view(), name="redemption"),
    path("redemptions/<int:pk>/hand-over/", views.HandOver.as_view(), name="hand-over"),
    path("redemptions/<int:pk>/take-back/", views.TakeBack.as_view(), name="take-back"),
    path("shifts/", shifts.ShiftList.as_view(), name="shifts"),
    path("shifts/open/", shifts.OpenShifts.as_view(), name="open-shifts"),
    path("shifts/check-in/", shifts.CheckInByCode.as_view(), name="check-in"),
    path("shifts/<int:pk>/", shifts.ShiftOne.as_view(), name="shift"),
    path("shifts/<int:pk>/promise/", shifts.PromiseShift.as_view(), name="promise-shift"),
    path("shifts/<int:pk>/stand-in/", shifts.StandIn.as_view(), name="stand-in"),
    path("shifts/<int:pk>/book/", shifts.BookShift.as_view(), name="book-shift"),
    path("promises/", shifts.PromiseList.as_view(), name="promises"),
    path("promises/<int:pk>/step-back/", shifts.StepBack.as_view(), name="step-back"),
    path("promises/<int:pk>/come-after-all/", shifts.ComeAfterAll.as_view(), name="come-after-all"),
    path("promises/<int:pk>/check-in/", shifts.TickIn.as_view(), name="tick-in"),
    path("promises/<int:pk>/check-out/", shifts.CheckOut.as_view(), name="check-out"),
    path("accounts/", bank.Accounts.as_view(), name="accounts"),
    path("gifts/", bank.Gifts.as_view(), name="gifts"),
    path("gifts/<int:pk>/accept/", bank.GiftStep.as_view(step="accept"), name="gift-accept"),
    path("gifts/<int:pk>/decline/", bank.GiftStep.as_view(step="decline"), name="gift-decline"),
    path("gifts/<int:pk>/withdraw/", bank.GiftStep.as_view(step="withdraw"), name="gift-withdraw"),
    path("courses/", training.Courses.as_view(), name="courses"),
    path("course-runs/", training.Runs.as_view(), name="course-runs"),
    path("course-runs/<int:pk>/enrol/", training.Enrol.as_view(), name="enrol"),
    path("enrolments/", training.Enrolments.as_view(), name="enrolments"),
    path("enrolments/<int:pk>/withdraw/", training.Withdraw.as_view(), name="enrolment-withdraw"),
    path("qualifications/", training.Qualifications.as_view(), name="qualifications"),
]
