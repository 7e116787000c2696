"""A table of the settings on a page: each value is applied when its field is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.mappings.dressed import dressed
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.settings import Settings, store


class TablePart(QWidget):
    """Follows changes from elsewhere, except in a field that is being edited: what was typed is
    never taken away. What is refused is said at its field."""

    changed = Signal()

    def __init__(
        self,
        controller: Controller,
        table: str,
        names: Sequence[str],
        zeros: Mapping[str, str] | None = None,
    ) -> None:
        """``table`` is general, notifications, network or monitor."""
        super().__init__()
        self._controller = controller
        self._table = table
        self._names = tuple(names)
        self._shown: dict[str, object] = {}
        self.form = dressed(
            SettingsForm(type(getattr(controller.settings, table)), {}, names), zeros or {}
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self._show(controller.settings)
        self.form.finished.connect(self._write)
        self.form.changed.connect(self.changed)
        controller.settingsChanged.connect(self._show)

    @property
    def pending(self) -> list[str]:
        """What was typed and not applied yet."""
        values = self.form.values()
        return [name for name in self._names if values[name] != self._shown[name]]

    def finish(self) -> bool:
        """Apply what is pending; False if something of it is wrong, which is shown then."""
        if not self.pending:
            return True
        if not self.form.is_right():
            return False
        for name in self.pending:
            self._write(name)
        return True

    def discard(self) -> None:
        """Show what the settings say."""
        self._shown = {}
        self._show(self._controller.settings)

    def _show(self, settings: Settings) -> None:
        present = asdict(getattr(settings, self._table))
        typed = set(self.pending) if self._shown else set()
        self.form.set_values({n: present[n] for n in self._names if n not in typed})
        values = self.form.values()
        # As the form shows it: a field may round.
        self._shown = {n: self._shown[n] if n in typed else values[n] for n in self._names}

    def _write(self, name: str) -> None:
        if name not in self.pending:
            return
        value = self.form.values()[name]
        file, table = self._controller.settings_file, self._table

        def change() -> object:
            present = getattr(store.load(file), table)
            return store.set_table(file, replace(present, **{name: value}))

        def done() -> None:
            self._shown[name] = value

        def refused(error: Exception) -> None:
            self.form.show_fault(name, spoken(str(error)))

        self._controller.change(change, while_alive(self, done), while_alive(self, refused))
