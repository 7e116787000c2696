"""Linux: watchdog's inotify observer, taught four things.

- Ignored trees get no watch: the kernel allows only so many.
- A folder that could not be watched is counted instead of being passed over in silence.
- An overflow of the kernel's queue is told to us; watchdog itself only logs it.
- Names are put right after folders were renamed. A watch belongs to a folder, whatever its name
  is now; watchdog keeps the names by following events, which tell of the past while it looks at
  the present. After renames in quick succession some watches are left under names of others,
  and what they see is then looked for in the wrong place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyConstants, InotifyFD, Mask, WatchDescriptor

from skynet_desktop.core.files import may_look_into


@dataclass(frozen=True)
class Hooks:
    """``skips(path)`` tells a folder that needs no watch; ``overflowed()`` and
    ``unwatched(path)`` (no watch is left for it) and ``closed(path)`` (it may not be looked into:
    it and what is below may have none) are called from watchdog's threads and must be quick."""

    skips: Callable[[str], bool]
    overflowed: Callable[[], None]
    unwatched: Callable[[str], None]
    closed: Callable[[str], None]


class _WatchGroup(InotifyWatchGroup):
    def __init__(self, hooks: Hooks, *args: Any, **kwargs: Any) -> None:
        self._hooks = hooks  # before the base class, which adds the watches at once
        super().__init__(*args, **kwargs)

    def _add_all_callbacks(self, path: bytes) -> None:
        """Watch the folder and all below it, parents first.

        A folder is listed after its watch stands, so that a subfolder made meanwhile is
        either listed here or brings its own event.
        """
        self._watch(path)
        if not self.is_recursive:
            return
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    names = [e.path for e in entries if e.is_dir(follow_symlinks=False)]
            except OSError:
                self._tell(folder)  # SyncSnap reports what it cannot read
                continue
            for name in names:
                if not self._hooks.skips(os.fsdecode(name)):
                    self._watch(name)
                    waiting.append(name)

    def _watch(self, path: bytes) -> None:
        """Like the base class's ``_add_callback``, but tells what failed, and says nothing
        when a folder that was renamed is met again under its new name."""
        try:
            with self._inotify_fd._lock:
                watch = self._inotify_fd._get_or_create_watch(path, self.event_mask)
                watch.callbacks[self._id] = self._callback
        except OSError:
            if path == self.path:
                raise
            watch = None
        if watch is None or watch.wd == -1:  # -1: no permission
            self._tell(path)
            return
        before = self._active_callbacks_by_watch.get(watch.wd)
        if before is not None and self._active_callbacks_by_path.get(before) == watch.wd:
            del self._active_callbacks_by_path[before]
        self._active_callbacks_by_path[path] = watch.wd
        self._active_callbacks_by_watch[watch.wd] = path

    def _tell(self, path: bytes) -> None:
        """That there is no watch; a folder that vanished needs none."""
        try:
            is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError:
            self._hooks.closed(os.fsdecode(path))
            return
        if is_folder:
            tell = self._hooks.unwatched if may_look_into(path) else self._hooks.closed
            tell(os.fsdecode(path))

    def on_queue_overflow(self) -> None:
        super().on_queue_overflow()
        self._hooks.overflowed()

    def put_names_right(self) -> None:
        """Walk the tree as it is now: each folder's watch gets its present name, folders that
        have none get one, and watches of folders that went away end."""
        with self._lock:
            if not self.is_active:
                return
            before = set(self._active_callbacks_by_watch)
            self._active_callbacks_by_watch.clear()
            self._active_callbacks_by_path.clear()
            self._add_all_callbacks(self.path)
            gone = before - set(self._active_callbacks_by_watch)
            self._inotify_fd.remove_callbacks([(wd, self._id) for wd in gone])

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        """Unlike the base class's, it can take a watch that is known no more, or whose name
        belongs to another one now."""
        path = self._active_callbacks_by_watch.pop(wd, None)
        if path is not None and self._active_callbacks_by_path.get(path) == wd:
            del self._active_callbacks_by_path[path]


class _Emitter(InotifyEmitter):
    def __init__(self, *args: Any, hooks: Hooks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hooks = hooks

    def on_thread_start(self) -> None:
        self._inotify = _WatchGroup(
            self._hooks,
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=self.watch.is_recursive,
            event_mask=Mask(self.get_event_mask_from_filter() | InotifyConstants.IN_ATTRIB),
            follow_symlink=self.watch.follow_symlink,
        )

    def put_names_right(self) -> None:
        group = self._inotify
        if isinstance(group, _WatchGroup):
            group.put_names_right()


class TunedInotifyObserver(BaseObserver):
    """Raises ``OSError`` from ``start`` if the root itself cannot be watched."""

    def __init__(self, hooks: Hooks) -> None:
        self._fd = InotifyFD()
        self._fd.start()
        super().__init__(_Emitter, inotify_fd=self._fd, hooks=hooks)

    def put_names_right(self) -> None:
        """After folders were renamed; from any thread. Takes as long as a walk over all folders,
        and events wait for it. Raises ``OSError`` if the root is gone."""
        for emitter in self.emitters:
            if isinstance(emitter, _Emitter):
                emitter.put_names_right()

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self._fd.stop()
        self._fd.join()
