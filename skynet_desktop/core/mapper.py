"""Mapper: where a local path lives at the remote.

As in the seed, a mapping has four parts, and the two bases follow from them:

    local_root / local_dir    -> local_base
    remote_root / remote_dir  -> remote_base

A path below the local base keeps its relative part below the remote base. The seed cut the
local path by string length, which glued names together after a trailing slash; here paths
are compared part by part.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from types import ModuleType

from skynet_desktop.core.errors import SettingsError


def fold(path: str) -> str:
    """The form by which two names count as one on systems that normalise or ignore case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@dataclass(frozen=True)
class Mapper:
    """Maps local paths to remote ones and back. Immutable; safe from any thread.

    ``flavour`` is ``posixpath`` or ``ntpath``: the rules for local paths, this system's by
    default. Remote paths always use ``/``; a leading slash of the remote root is kept, as
    SFTP needs it. Raises :class:`SettingsError` for a relative local root or a remote part
    with ``.`` or ``..`` in it.
    """

    local_root: str
    local_dir: str
    remote_root: str
    remote_dir: str
    flavour: ModuleType = os.path
    local_base: str = field(init=False)
    remote_base: str = field(init=False)

    def __post_init__(self) -> None:
        joined = self.flavour.join(self.local_root, self.local_dir)
        local_base = self.flavour.normpath(joined)
        if not self.flavour.isabs(local_base):
            raise SettingsError(f"The folder {joined!r} is not an absolute path.")
        object.__setattr__(self, "local_base", local_base)
        object.__setattr__(self, "remote_base", _remote_join(self.remote_root, self.remote_dir))

    @classmethod
    def of(cls, local: str, remote: str, flavour: ModuleType = os.path) -> Mapper:
        """From two whole paths, each split into its root and its last part."""
        local_root, local_dir = flavour.split(flavour.normpath(local))
        remote_root, slash, remote_dir = remote.rstrip("/").rpartition("/")
        if remote.startswith("/") and not slash:
            slash = "/"  # the remote's own root
        return cls(local_root, local_dir, remote_root + slash, remote_dir, flavour)

    def relative(self, local_path: str) -> str:
        """The path below the local base, parted by ``/``; "" for the base itself.

        Raises ``ValueError`` for a path outside of it.
        """
        sep: str = self.flavour.sep
        path = local_path
        if self.flavour.altsep:
            path = path.replace(self.flavour.altsep, sep)
        base = self.local_base if self.local_base.endswith(sep) else self.local_base + sep
        if self.flavour.normcase(path[: len(base)]) == self.flavour.normcase(base):
            below = path[len(base) :].rstrip(sep)
        elif self.flavour.normcase(path.rstrip(sep)) == self.flavour.normcase(base.rstrip(sep)):
            below = ""
        else:
            raise ValueError(f"{local_path!r} is not below {self.local_base!r}")
        return below.replace(sep, "/") if sep != "/" else below

    def local(self, relative: str) -> str:
        """The local path of a relative one."""
        if not relative:
            return self.local_base
        sep: str = self.flavour.sep
        base = self.local_base if self.local_base.endswith(sep) else self.local_base + sep
        return base + (relative.replace("/", sep) if sep != "/" else relative)

    def remote(self, relative: str) -> str:
        """The remote path of a relative one."""
        if not relative:
            return self.remote_base
        if not self.remote_base or self.remote_base.endswith("/"):
            return self.remote_base + relative
        return f"{self.remote_base}/{relative}"

    def map_to_remote_path(self, local_path: str) -> str:
        """The seed's one method: a full local path in, the full remote path out."""
        return self.remote(self.relative(local_path))


def _remote_join(root: str, directory: str) -> str:
    absolute = root.startswith("/") or (not root and directory.startswith("/"))
    parts = [part for part in f"{root}/{directory}".split("/") if part]
    if any(part in (".", "..") for part in parts):
        raise SettingsError(f"The remote path {root}/{directory} must not contain '.' or '..'.")
    return ("/" if absolute else "") + "/".join(parts)
