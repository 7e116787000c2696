"""The page that answers "is everything all right?" at a glance."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QWidget

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XL, L, M
from skynet_desktop.desktop.window.card import MappingCard
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.desktop.window.plot import ThroughputPlot
from skynet_desktop.desktop.window.state_look import state_pixmap
from skynet_desktop.desktop.window.tiles import Tiles
from skynet_desktop.host import opening

_ICON = 32
_WORDS_MS = 20_000  # "3 min ago" grows old by itself


class Overview(QStackedWidget):
    """Cards for all mappings; or that there are none, or that the settings are broken."""

    def __init__(
        self, controller: Controller, errands: Errands, send_anyway: Callable[[], None]
    ) -> None:
        super().__init__()
        self._controller = controller
        self._errands = errands
        self._send_anyway = send_anyway
        self._cards: dict[str, MappingCard] = {}
        self._broken_now = False
        self._wanted = ""
        self._page = self._make_page()
        self._empty = self._make_empty()
        self._broken = self._make_broken()
        self._starting = QWidget()
        for page in (self._starting, self._page, self._empty, self._broken):
            self.addWidget(page)
        self._again = QTimer(self, interval=_WORDS_MS)
        self._again.timeout.connect(self._on_timer)
        self._again.start()
        controller.snapshotChanged.connect(self._on_snapshot)
        controller.settingsChanged.connect(self._on_settings)
        theme.signals.changed.connect(self._paint_icon)
        self._on_snapshot(controller.snapshot)

    # --- parts --------------------------------------------------------------------------

    def _make_page(self) -> QScrollArea:
        self._icon = QLabel()
        self._sentence = label(kind="title", name="sentence", wraps=True)
        add = button(self.tr("&Add…"), "add", "plus")
        add.setAccessibleName(self.tr("Set up another mirror"))
        add.clicked.connect(self._set_up)
        head = row(self._icon, self._sentence, add, space=M)
        head.setStretch(1, 1)
        self._tiles = Tiles()
        content = QWidget()
        theme.mark(content, kind="page")
        layout = column(self._tiles, self._make_plot(), space=L, margins=(XL, XL))
        layout.insertLayout(0, head)
        self._list = column(space=M)
        layout.addLayout(self._list)
        layout.addStretch()
        content.setLayout(layout)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        return scroll

    def _make_plot(self) -> QFrame:
        frame = QFrame()
        theme.mark(frame, kind="card")
        title = label(self.tr("Speed over the last minutes"), "caption")
        plot = ThroughputPlot(self._controller.meter)
        frame.setLayout(column(title, plot, margins=(L, M)))
        return frame

    def _make_empty(self) -> Notice:
        set_up = button(self.tr("&Set up a mirror…"), "set-up", kind="primary")
        set_up.clicked.connect(self._set_up)
        notice = Notice(self.tr("Nothing is mirrored yet"), set_up)
        notice.say(
            self.tr("Choose a folder and where it goes. Whatever you put into it is there "
                    "seconds later.")
        )  # fmt: skip
        notice.show_icon(icons.app_icon())
        return notice

    def _make_broken(self) -> Notice:
        again = button(self.tr("&Try again"), "try-again", kind="primary")
        again.clicked.connect(self._try_again)
        edit = button(self.tr("&Open the settings file"), "open-settings-file")
        edit.clicked.connect(self._open_settings_file)
        notice = Notice(self.tr("The settings cannot be read"), edit, again)
        notice.show_glyph("warning", "danger")
        return notice

    # --- what it shows ------------------------------------------------------------------

    def show_broken(self, sentence: str) -> None:
        self._broken_now = True
        self._broken.say(spoken(sentence))
        self._choose_page()

    def show_mapping(self, name: str) -> None:
        """Bring this card into view, now or as soon as there is one."""
        card = self._cards.get(name)
        self._wanted = "" if card else name
        if card is not None:
            card.focus()
            self._page.ensureWidgetVisible(card)

    @Slot(object)
    def _on_settings(self, _: object) -> None:
        self._broken_now = False
        self._choose_page()

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._sentence.setText(words.sentence(snapshot))
        self._paint_icon()
        self._tiles.show_snapshot(snapshot)
        self._follow([view.name for view in snapshot.mappings])
        for view in snapshot.mappings:
            self._cards[view.name].show_view(view)
        self._choose_page()
        if self._wanted in self._cards:
            self.show_mapping(self._wanted)

    def _follow(self, names: list[str]) -> None:
        """Cards come and go with their mappings; those that stay are not touched."""
        for name in [name for name in self._cards if name not in names]:
            card = self._cards.pop(name)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, name in enumerate(names):
            if name not in self._cards:
                card = MappingCard(name, self._controller, self._errands, self._send_anyway)
                self._cards[name] = card
                self._list.insertWidget(place, card)

    def _choose_page(self) -> None:
        controller = self._controller
        page: QWidget = self._page
        if self._broken_now:
            page = self._broken
        elif not controller.is_loaded:
            page = self._starting
        elif not controller.settings.mappings:
            page = self._empty
        if page is not self.currentWidget():
            self.setCurrentWidget(page)

    @Slot()
    def _paint_icon(self) -> None:
        state = self._controller.snapshot.state
        if state is not State.SETUP or self._cards:
            self._icon.setPixmap(state_pixmap(state, self._icon, _ICON))

    @Slot()
    def _on_timer(self) -> None:
        if self.isVisible():
            self._on_snapshot(self._controller.snapshot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_snapshot(self._controller.snapshot)

    # --- what the person does -----------------------------------------------------------

    @Slot()
    def _set_up(self) -> None:
        self._controller.show(Place.WIZARD)

    @Slot()
    def _try_again(self) -> None:
        # Not reload(): what is mended may be as it was before, and then nothing would be said.
        self._controller.change(lambda: None, self._mended, self._not_mended)

    def _mended(self) -> None:
        self._on_settings(None)

    def _not_mended(self, error: Exception) -> None:
        self.show_broken(str(error))

    @Slot()
    def _open_settings_file(self) -> None:
        file = self._controller.settings_file
        self._controller.jobs.run(lambda: opening.open_text(file))
