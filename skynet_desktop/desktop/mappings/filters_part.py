"""What is left out: groups to tick, patterns to write, and live what they leave out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from skynet_desktop.core.ignore_presets import (
    IGNORE_PRESETS,
    IgnorePreset,
    ticked,
    with_preset,
    without_preset,
)
from skynet_desktop.desktop import theme, tokens, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.looking import Looking
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.engine.preview import OURS, Preview

_LOOK_MS = 500
_LINES = 6
_MOST_SHOWN = 12


class FiltersPart(QWidget):
    """The ticks and the text are two views of one list of patterns."""

    changed = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._local = ""
        self._boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.XS)
        for preset in IGNORE_PRESETS:
            self._add_group(column, preset)
        column.addSpacing(tokens.S)
        label = QLabel(self.tr("&Patterns, one a line, as in a .gitignore file"))
        self._text = QPlainTextEdit()
        self._text.setObjectName("patterns")
        self._text.setAccessibleName(self.tr("Patterns of files to leave out"))
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setPlaceholderText("*.iso\nprivate/\n!private/letter.txt")
        line = self._text.fontMetrics().lineSpacing()
        self._text.setFixedHeight(line * _LINES + tokens.L)
        label.setBuddy(self._text)
        column.addWidget(label)
        column.addWidget(self._text)
        column.addSpacing(tokens.S)
        self._found = QLabel()
        self._found.setObjectName("left-out")
        self._found.setTextFormat(Qt.TextFormat.PlainText)
        self._found.setWordWrap(True)
        theme.mark(self._found, kind="caption")
        column.addWidget(self._found)
        self._looking = Looking(controller, self)
        self._looking.found.connect(self._show)
        self._looking.finished.connect(self._show)
        self._looking.failed.connect(self._refuse)
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._text.textChanged.connect(self._on_text)

    @property
    def ignore(self) -> tuple[str, ...]:
        lines = self._text.toPlainText().splitlines()
        return tuple(line for line in lines if line.strip())

    def set_ignore(self, ignore: Sequence[str]) -> None:
        self._text.setPlainText("\n".join(ignore))

    def set_folder(self, local: str) -> None:
        """The folder that the patterns are tried on."""
        if local != self._local:
            self._local = local
            self._timer.start()

    def stop(self) -> None:
        """End a look that is under way: the window closes."""
        self._timer.stop()
        self._looking.stop()

    @staticmethod
    def usual() -> tuple[str, ...]:
        """What a new mapping leaves out."""
        return tuple(p for preset in IGNORE_PRESETS if preset.usual for p in preset.patterns)

    def _add_group(self, column: QVBoxLayout, preset: IgnorePreset) -> None:
        box = QCheckBox(QCoreApplication.translate("settings", preset.label))
        help_ = QCoreApplication.translate("settings", preset.help)
        box.setObjectName(f"leave-out-{preset.key}")
        box.setToolTip(help_)
        box.setAccessibleDescription(help_)
        box.clicked.connect(lambda on: self._tick(preset, on))
        self._boxes[preset.key] = box
        column.addWidget(box)

    def _tick(self, preset: IgnorePreset, on: bool) -> None:
        change = with_preset if on else without_preset
        self.set_ignore(change(self.ignore, preset))

    def _on_text(self) -> None:
        on = {preset.key for preset in ticked(self.ignore)}
        for key, box in self._boxes.items():
            box.setChecked(key in on)
        self._timer.start()
        self.changed.emit()

    def _look(self) -> None:
        if self._local:
            theme.mark(self._found, tone="")
            self._found.setText(self.tr("Looking what is left out…"))
            self._looking.start(self._local, "", self.ignore)

    def _show(self, found: Preview) -> None:
        theme.mark(self._found, tone="")
        self._found.setText(left_out_words(found))

    def _refuse(self, error: Exception) -> None:
        theme.mark(self._found, tone="danger")
        self._found.setText(spoken(str(error)))


def left_out_words(found: Preview) -> str:
    """What is left out, pattern by pattern, the most first."""
    by_count = sorted(found.left_out.items(), key=lambda item: -item[1].files)
    lines = []
    for pattern, tally in by_count[:_MOST_SHOWN]:
        ours = QCoreApplication.translate("mappings", "Skynet's own files")
        name = ours if pattern == OURS else pattern
        examples = ", ".join(_drawable(path) for path in tally.examples)
        amount = f"{words.files(tally.files)}, {words.size(tally.bytes)}"
        lines.append(f"•  {name}: {amount} ({examples})" if examples else f"•  {name}: {amount}")
    if not lines:
        return QCoreApplication.translate("mappings", "Nothing in this folder is left out.")
    head = QCoreApplication.translate("mappings", "Left out: {0}, {1}. Mirrored: {2}, {3}.").format(
        words.files(found.left_out_files), words.size(found.left_out_bytes),
        words.files(found.found.files), words.size(found.found.bytes),
    )  # fmt: skip
    if len(by_count) > _MOST_SHOWN:
        more = len(by_count) - _MOST_SHOWN
        lines.append(QCoreApplication.translate("mappings", "and %n other pattern(s)", None, more))
    return "\n".join([head, *lines])


def _drawable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
