"""Addresses of sign-in and of one's own account."""

from __future__ import annotations

from django.urls import path

from carenet.accounts.web import mail, office, settings, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.by_password, name="sign-in"),
    path("sign-in/code/", sign_in.by_code, name="sign-in-code"),
    path("sign-in/second/", sign_in.second_factor, name="second"),
    path("sign-in/second/set-up/", sign_in.second_factor_set_up, name="second-set-up"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("community/switch/", sign_in.switch_community, name="community-switch"),
    path("me/settings/", settings.settings, name="settings"),
    path("me/settings/password/", settings.password, name="password"),
    path("me/settings/email/", mail.email, name="email"),
    path("me/settings/sessions/end/", settings.end_other_sessions, name="sessions-end"),
    path("me/settings/recovery-codes/", settings.recovery_codes, name="recovery-codes"),
    path("accounts/", office.accounts, name="accounts"),
    path("accounts/open/", office.open_account, name="open"),
    path("accounts/<int:pk>/", office.account, name="account"),
    path("accounts/<int:pk>/roles/<int:grant_pk>/end/", office.end_role, name="role-end"),
    path("accounts/<int:pk>/password/", office.reset_password, name="password-reset"),
    path("accounts/<int:pk>/change/", office.change, name="change"),
]
