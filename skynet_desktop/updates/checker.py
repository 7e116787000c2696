"""Looks for newer versions: once a day at most by itself, and whenever a person asks."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import skynet_desktop
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.updates import releases, signed, source
from skynet_desktop.updates.fetching import fetch
from skynet_desktop.updates.memory import Memory
from skynet_desktop.updates.news import News, news_of
from skynet_desktop.updates.releases import ReleaseList
from skynet_desktop.updates.signed import Untrusted
from skynet_desktop.updates.source import Source
from skynet_desktop.updates.versions import Version

log = logging.getLogger(__name__)

NOWHERE = "This copy of Skynet Desktop comes from no release, so it looks for no new versions."

_DAY = 86_400.0
_JITTER = 4 * 3_600.0
"""Up to so much later, or all computers would ask at the time of their first start."""


@dataclass(frozen=True, slots=True)
class Known:
    """``looked_at`` in seconds since 1970, 0 for never. ``told``: that the person was told of
    these news; ``skipped``: that they want to hear of them no more."""

    looked_at: float = 0.0
    news: News | None = None
    told: bool = False
    skipped: bool = False


class Checker:
    """For one home. Safe from any thread; every method reads files, and :meth:`look` the web."""

    def __init__(
        self,
        state: Path,
        source: Source | None,
        running: str = skynet_desktop.__version__,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``source`` is None for a build that looks for nothing; ``clock`` gives seconds since
        1970, ``chance`` something from 0 to 1."""
        self.source = source
        self.running = Version.of(running)
        self._memory = Memory(state)
        self._clock = clock
        self._chance = chance

    @classmethod
    def of(cls, state: Path) -> Checker:
        """As this build ships, over this state folder."""
        return cls(state, source.shipped())

    @property
    def is_possible(self) -> bool:
        """Whether this build says where to look."""
        return self.source is not None

    def known(self) -> Known:
        """What is known without asking anybody."""
        notes = self._memory.notes()
        seen = self._seen()
        news = news_of(seen, self.running) if seen else None
        if news is None:
            return Known(notes.looked_at)
        return Known(notes.looked_at, news, notes.told == news.key, notes.skipped == news.key)

    def is_due(self) -> bool:
        """Whether a day has passed. A clock that was set back is not waited for."""
        notes, now = self._memory.notes(), self._clock()
        return self.is_possible and not now < notes.next_at <= now + _DAY + _JITTER

    def look(self, route: Route) -> Known:
        """Ask now. Raises ``ServiceError`` with what went wrong; :class:`SettingsError` where
        there is nobody to ask. The next look by itself is a day later either way."""
        if self.source is None:
            raise SettingsError(NOWHERE)
        now = self._clock()
        later = now + _DAY + self._chance() * _JITTER
        self._memory.note(lambda notes: replace(notes, tried_at=now, next_at=later))
        data = fetch(self.source.url, route)
        found = _read(data, self.source)
        self._check_time(found, now)
        self._memory.keep_list(data)
        self._memory.note(lambda notes: replace(notes, looked_at=now))
        return self.known()

    def tell(self, news: News) -> None:
        """The person was told of these."""
        self._memory.note(lambda notes: replace(notes, told=news.key))

    def skip(self, news: News | None) -> None:
        """They want to hear of these no more; None takes it back."""
        self._memory.note(lambda notes: replace(notes, skipped=news.key if news else ""))

    def _seen(self) -> ReleaseList | None:
        """The last good list, verified anew; how old it is plays no part."""
        data = self._memory.signed_list()
        if not data or self.source is None:
            return None
        try:
            return _read(data, self.source)
        except Untrusted as error:
            log.info("the list of releases that was kept is not used: %s", error)
            return None

    def _check_time(self, found: ReleaseList, now: float) -> None:
        """Somebody between us and the makers may show an old list for ever, and so hide that
        there is a newer version."""
        seen = self._seen()
        if seen is not None and found.issued < seen.issued:
            raise Untrusted("The list of releases is older than one seen before; it was ignored.")
        if found.valid_until < datetime.fromtimestamp(now, UTC):
            raise Untrusted(
                "The list of releases has expired, so it does not tell whether there is a newer "
                "version. Is the clock of this computer right?"
            )


def _read(data: bytes, source: Source) -> ReleaseList:
    body = signed.verified(data, source.keys)
    try:
        return releases.read(body)
    except ValueError as error:
        raise Untrusted(f"The list of releases cannot be used: {error}.") from error
