"""Settings > Monitor: where this machine is watched from, its token, and how the reports go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.credentials import CredentialsError
from skynet_desktop.desktop import theme, tokens, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.flow import Flow
from skynet_desktop.desktop.forms.field import Field
from skynet_desktop.desktop.forms.secret import SecretInput
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.threads import Job
from skynet_desktop.monitoring import keep_secret, kept_secret, try_out
from skynet_desktop.notifier.told import Told, told
from skynet_desktop.settings import Monitor, Settings

_LOOK_MS = 2_000


class MonitorPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, QCoreApplication.translate("MonitorPage", "Monitor"))
        self._testing: Job | None = None
        self._looking: Job | None = None
        self.note(
            self.tr(
                "Skywatch shows in a browser, wherever you are, how far this machine is. It hears "
                "of progress and of names, never of what is in your files."
            )
        )
        self._address = self.table("monitor", ("url",))
        self._token = self._token_field()
        self.column.addWidget(self._token)
        self._buttons()
        self._result = Banner("monitor-result", "success")
        self.column.addWidget(self._result)
        self._rest = self.table("monitor", ("machine_name", "hide_paths", "enabled"))
        self.section(self.tr("How it goes"))
        self._state = QLabel()
        self._state.setObjectName("monitor-state")
        self._state.setWordWrap(True)
        self.column.addWidget(self._state)
        self._problem = Banner("monitor-problem", "warning")
        self.column.addWidget(self._problem)
        self.column.addStretch(1)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._address.changed.connect(self._fit)
        controller.settingsChanged.connect(self._follow)
        self._follow(controller.settings)
        self._show(None)
        self._ask_whether_kept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def finish(self) -> bool:
        self._keep()
        return super().finish()

    def discard(self) -> None:
        self._secret.set_value("")
        super().discard()

    # --- the token ----------------------------------------------------------------------

    def _token_field(self) -> Field:
        self._secret = SecretInput()
        field = Field(
            "monitor-token",
            self.tr("Token or password"),
            self.tr(
                "Skywatch makes a token for each machine. It is kept in the keyring, and nowhere "
                "else."
            ),
            self._secret,
            lambda _: "",
        )
        self._secret.finished.connect(self._keep)
        return field

    def _keep(self) -> None:
        secret = self._secret.value().strip()
        if secret:
            self._write_secret(secret)

    def _write_secret(self, secret: str) -> None:
        app = self.controller.app

        def done() -> None:
            self._secret.set_value("")
            self._show_kept(bool(secret))
            self._token.show_fault("")

        def refused(error: Exception) -> None:
            self._token.show_fault(spoken(str(error)))

        self.controller.change(
            lambda: keep_secret(app, secret), while_alive(self, done), while_alive(self, refused)
        )

    def _ask_whether_kept(self) -> None:
        app = self.controller.app

        def work() -> bool:
            try:
                return bool(kept_secret(app))
            except CredentialsError:
                return False

        self.controller.jobs.run(work, while_alive(self, self._show_kept))

    def _show_kept(self, kept: bool) -> None:
        self._secret.set_kept(kept)
        self._forget.setVisible(kept)

    # --- what one may do ----------------------------------------------------------------

    def _buttons(self) -> None:
        self._test = self.button("monitor-test", self.tr("&Test"), self._try)
        self._open = self.button("monitor-open", self.tr("&Open web monitor"), self._open_page)
        self._forget = self.button(
            "monitor-forget", self.tr("&Forget the token"), lambda: self._write_secret("")
        )
        self._forget.setVisible(False)
        self.column.addLayout(Flow(self._test, self._open, self._forget, space=tokens.S))

    def _entered(self) -> Monitor:
        """As it stands in the fields, applied or not."""
        values: dict[str, Any] = self._address.form.values()
        return replace(self.controller.settings.monitor, **values)

    def _fit(self) -> None:
        """What makes sense for this address."""
        monitor = self._entered()
        self._test.setEnabled(bool(monitor.url) and self._testing is None)
        self._token.setVisible(monitor.wants_secret or not monitor.url)
        self._open.setVisible(bool(monitor.page))

    def _try(self) -> None:
        if not self._address.form.is_right():
            return
        app, monitor = self.controller.app, self._entered()
        secret = self._secret.value().strip() or None
        self._say("info", self.tr("Asking {0}…").format(monitor.url))
        self._testing = self.controller.jobs.run(
            lambda: try_out(app, monitor, secret),
            while_alive(self, self._tried),
            while_alive(self, self._failed),
        )
        self._fit()

    def _tried(self, sentence: str) -> None:
        self._testing = None
        self._say("success", spoken(sentence))
        self._fit()

    def _failed(self, error: Exception) -> None:
        self._testing = None
        self._say("warning" if isinstance(error, ConnectionLost) else "danger", spoken(str(error)))
        self._fit()

    def _say(self, tone: str, text: str) -> None:
        theme.mark(self._result, "banner", tone)
        self._result.say(text)

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._entered().page))

    # --- how it goes --------------------------------------------------------------------

    def _follow(self, _: Settings) -> None:
        self._fit()
        self._look()

    def _look(self) -> None:
        """One look at a time: a disk may be slow."""
        if self._looking is not None:
            return
        state = self.controller.app.paths.state
        self._looking = self.controller.jobs.run(
            lambda: told(state), while_alive(self, self._show), while_alive(self, self._blind)
        )

    def _blind(self, _: Exception) -> None:
        """The outbox cannot be read now; what was shown last stays."""
        self._looking = None

    def _show(self, state: Told | None) -> None:
        self._looking = None
        monitor = self.controller.settings.monitor
        self._state.setText(standing(monitor, state))
        problem = state.problem if state and monitor.is_on else ""
        self._problem.say(spoken(problem))


def standing(monitor: Monitor, state: Told | None) -> str:
    """When the monitor was told last, and what waits."""
    translate = QCoreApplication.translate
    if not monitor.url:
        return translate("MonitorPage", "No monitor is set up.")
    if not monitor.enabled:
        return translate("MonitorPage", "The monitor is told nothing.")
    if state is None or state.sent_at is None:
        return translate("MonitorPage", "Nothing was told yet.")
    when = words.time_of(datetime.fromtimestamp(state.sent_at, UTC))
    waiting = state.waiting.files + state.waiting.events
    parts = [translate("MonitorPage", "Last told: {0}.").format(when)]
    if waiting:
        parts.append(translate("MonitorPage", "%Ln report(s) waiting.", None, waiting))
    if state.waiting.dropped:
        lost = state.waiting.dropped
        parts.append(translate("MonitorPage", "%Ln line(s) of the history were lost.", None, lost))
    return " ".join(parts)
