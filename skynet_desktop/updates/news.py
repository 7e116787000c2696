"""What a list of releases means for the version that runs, and which file is for whom. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from skynet_desktop.updates.computer import Computer
from skynet_desktop.updates.releases import ANY, Download, Release, ReleaseList
from skynet_desktop.updates.versions import Version


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell: newer releases, the newest first, or that the running one was
    withdrawn, or both."""

    running: Version
    releases: tuple[Release, ...]
    withdrawn: bool

    @property
    def newest(self) -> Release | None:
        return self.releases[0] if self.releases else None

    @property
    def urgent(self) -> bool:
        return self.withdrawn or any(release.urgent for release in self.releases)

    @property
    def key(self) -> str:
        """What is told once, and may be skipped. That the running one was withdrawn is news of
        its own, also to who skipped the newer one."""
        told = [f"withdrawn {self.running}"] if self.withdrawn else []
        return ", ".join([*told, *([str(self.releases[0].version)] if self.releases else [])])


def news_of(found: ReleaseList, running: Version) -> News | None:
    """None while there is nothing to tell. Never offers what is not newer, what was withdrawn,
    or a candidate to who runs none."""
    newer = tuple(
        release
        for release in found.releases
        if release.version > running
        and not release.withdrawn
        and (running.is_candidate or not release.version.is_candidate)
    )
    withdrawn = any(r.withdrawn for r in found.releases if r.version == running)
    return News(running, newer, withdrawn) if newer or withdrawn else None


def download_for(release: Release, computer: Computer) -> Download | None:
    """The file for this computer, of the kind it has now if there is one."""
    fitting = [
        each
        for each in release.downloads
        if each.system == computer.system and each.machine in (computer.machine, ANY)
    ]
    same = [each for each in fitting if each.kind == computer.kind]
    return next(iter([*same, *fitting]), None)
