"""Addresses."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from skynet_desktop.skywatch.ingest.views import ingest
from skynet_desktop.skywatch.pages import (
    account,
    alerts,
    api,
    charts,
    files,
    machine,
    mappings,
    overview,
    people,
    tokens,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("machines/<str:machine>/", machine.machine, name="machine"),
    path("machines/<str:machine>/happenings/", machine.happenings, name="happenings"),
    path("machines/<str:machine>/mapping/", mappings.mapping, name="mapping"),
    path("machines/<str:machine>/files/<str:path_key>/", files.file, name="file"),
    path("machines/<str:machine>/settings/", machine.settings_page, name="machine-settings"),
    path("machines/<str:machine>/mute/", machine.mute, name="mute"),
    path("machines/<str:machine>/forget/", machine.forget_it, name="forget"),
    path("mappings/", mappings.all_mappings, name="mappings"),
    path("files/", files.all_files, name="files"),
    path("failures/", files.failures, name="failures"),
    path("charts/", charts.charts, name="charts"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/make/", tokens.make_token, name="make-token"),
    path("tokens/<int:token>/end/", tokens.end_token, name="end-token"),
    path("people/", people.people, name="people"),
    path("people/<int:person>/link/", people.new_link, name="new-link"),
    path("people/<int:person>/change/", people.change, name="change-person"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/try/", alerts.try_out, name="try-alerts"),
    path("account/", account.account, name="account"),
    path("account/tokens/make/", account.make_own_token, name="make-own-token"),
    path("account/tokens/<int:token>/end/", account.end_own_token, name="end-own-token"),
    path("sign-in/", account.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("welcome/<uidb64>/<token>/", account.Welcome.as_view(), name="welcome"),
    path("api/ingest", ingest, name="ingest"),
    path("api/machines", api.machines),
    path("api/machines/<str:machine>", api.machine),
    path("api/machines/<str:machine>/events", api.events),
    path("api/files", api.all_files),
    path("api/hours", api.by_hour),
]

handler400 = "skynet_desktop.skywatch.pages.errors.bad"
handler403 = "skynet_desktop.skywatch.pages.errors.forbidden"
handler404 = "skynet_desktop.skywatch.pages.errors.missing"
handler500 = "skynet_desktop.skywatch.pages.errors.broken"
