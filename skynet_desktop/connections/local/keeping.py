"""Puts what an upload replaces under another name, right before the new content comes.

The old file gets a second name (a hard link), so that its first one is never missing; on file
systems without such links (FAT, some shares) it is renamed. The new content is renamed over the
name and never written into the file, so the old one stays as it was.
"""

from __future__ import annotations

import errno
import os

from skynet_desktop.connections.local.root import Root, refuse_folder
from skynet_desktop.core.files import is_regular

_LINK_ITSELF = {"follow_symlinks": False} if os.link in os.supports_follow_symlinks else {}


def keep(root: Root, target: str, keep_as: str) -> bool:
    """Keep what is at ``target``, a full path; nothing there is no error. False if that is a
    file which only a copy can keep, because ``keep_as`` lies on another disk.

    Raises ``OSError`` and ``PathError``: then it must not be replaced.
    """
    try:
        st = os.lstat(target)
    except FileNotFoundError:
        return True
    refuse_folder(target)
    kept = root.place(keep_as, make_parents=True)
    refuse_folder(kept)
    try:
        if is_regular(st):
            _link(target, kept)
        else:
            os.replace(target, kept)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        os.replace(target, kept)
    return True


def _link(target: str, kept: str) -> None:
    try:
        os.link(target, kept, **_LINK_ITSELF)
    except FileExistsError:
        os.unlink(kept)
        os.link(target, kept, **_LINK_ITSELF)
