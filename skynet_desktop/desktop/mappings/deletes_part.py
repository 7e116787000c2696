"""What a deletion here means there, and when to ask first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.mappings.dressed import dressed
from skynet_desktop.settings import MappingSettings


class DeletesPart(QWidget):
    """Keeping the remote copies is the first choice and the one that is made for the person."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._keep = QRadioButton(self.tr("&Keep remote copies"))
        self._mirror = QRadioButton(self.tr("&Mirror deletions too (complete sync)"))
        self._keep.setObjectName("keep")
        self._mirror.setObjectName("complete-sync")
        self._keep.setChecked(True)
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.XS)
        for button, help_ in (
            (self._keep, self.tr("What you delete here stays at the service. Nothing is ever "
                                 "removed there.")),
            (self._mirror, self.tr("What you delete here is deleted there too. An unplugged "
                                   "disk or an empty folder never counts as deleted.")),
        ):  # fmt: skip
            group.addButton(button)
            column.addWidget(button)
            label = QLabel(help_)
            label.setWordWrap(True)
            label.setContentsMargins(tokens.XL + 2, 0, 0, 0)  # below the button's text
            theme.mark(label, kind="caption")
            button.setAccessibleDescription(help_)
            column.addWidget(label)
            column.addSpacing(tokens.S)
        names = ("delete_limit_count", "delete_limit_share")
        self._limits = dressed(SettingsForm(MappingSettings, {}, names), {})
        column.addWidget(self._limits)
        self._limits.hide()
        self._mirror.toggled.connect(self._limits.setVisible)
        self._mirror.toggled.connect(lambda _: self.changed.emit())
        self._limits.changed.connect(self.changed)

    @property
    def mirrors(self) -> bool:
        """Whether a deletion here reaches the destination."""
        return self._mirror.isChecked()

    def values(self) -> dict[str, object]:
        return {"complete_sync": self.mirrors, **self._limits.values()}

    def set_values(self, mapping: MappingSettings) -> None:
        (self._mirror if mapping.complete_sync else self._keep).setChecked(True)
        self._limits.set_values(
            {
                "delete_limit_count": mapping.delete_limit_count,
                "delete_limit_share": mapping.delete_limit_share,
            }
        )

    def is_right(self) -> bool:
        return not self.mirrors or self._limits.is_right()
