"""SFTP version 3 on the wire: numbers, fields, attributes.

Sources: draft-ietf-secsh-filexfer-02 (sections 3 to 7; version 3 is what OpenSSH and nearly
everybody speaks) and the file PROTOCOL of OpenSSH for the extensions. All integers are big
endian; times are whole seconds since 1970 in 32 bits.
"""

from __future__ import annotations

import stat
import struct
from typing import NamedTuple

from skynet_desktop.core.errors import PathImpossible

# Section 3: packet types.
INIT, VERSION = 1, 2
OPEN, CLOSE, READ, WRITE = 3, 4, 5, 6
LSTAT, FSTAT, SETSTAT, FSETSTAT = 7, 8, 9, 10
OPENDIR, READDIR, REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME = 11, 12, 13, 14, 15, 16, 17, 18
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105
EXTENDED, EXTENDED_REPLY = 200, 201

# Section 6.3: flags of OPEN.
FLAG_READ, FLAG_WRITE = 0x01, 0x02
FLAGS_NEW = FLAG_WRITE | 0x08 | 0x20  # create, and fail if it is there

# Section 7: status codes.
OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE = 0, 1, 2, 3, 4, 5
NO_CONNECTION, SERVER_LOST, UNSUPPORTED = 6, 7, 8
# Of later drafts (filexfer-13, section 9.1), which some servers of version 3 use as well.
NO_SPACE, QUOTA_EXCEEDED = 14, 15

# OpenSSH PROTOCOL, section 4: extensions and the version of each that we speak.
POSIX_RENAME = b"posix-rename@openssh.com"
HARDLINK = b"hardlink@openssh.com"
FSYNC = b"fsync@openssh.com"
STATVFS = b"statvfs@openssh.com"
LIMITS = b"limits@openssh.com"

# Section 5: which attributes follow.
_HAS_SIZE, _HAS_OWNER, _HAS_MODE, _HAS_TIMES = 0x1, 0x2, 0x4, 0x8
_HAS_EXTENDED = 0x80000000

_U32 = struct.Struct(">I")
_U64 = struct.Struct(">Q")
NO_ATTRS = _U32.pack(0)

Reply = tuple[int, int, bytes]
"""Request id, packet type, and what follows the id."""


class StatusError(Exception):
    """The server answered a request with a status that is not OK. Stays in this package."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message or 'no message'} (status {code})")
        self.code = code
        self.message = message


class Attrs(NamedTuple):
    """What we use of a file's attributes; None where the server does not tell."""

    size: int | None = None
    mode: int | None = None
    mtime: int | None = None

    @property
    def is_folder(self) -> bool:
        return self.mode is not None and stat.S_ISDIR(self.mode)

    @property
    def is_file(self) -> bool:
        return self.mode is not None and stat.S_ISREG(self.mode)

    @property
    def is_link(self) -> bool:
        return self.mode is not None and stat.S_ISLNK(self.mode)

    @property
    def mtime_ns(self) -> int | None:
        return None if self.mtime is None else self.mtime * 1_000_000_000


def encode(path: str) -> bytes:
    """The path's bytes on the wire: UTF-8, undecodable bytes as they were (PEP 383).

    Raises :class:`PathImpossible` for a name that no POSIX system could have, and for ``.``
    and ``..``, which would lead elsewhere.
    """
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise PathImpossible("The name holds half a character and cannot be sent.") from None
    if b"\0" in raw:
        raise PathImpossible("The name holds a zero byte and cannot be sent.")
    if b"/." in b"/" + raw and not {b".", b".."}.isdisjoint(raw.split(b"/")):
        raise PathImpossible("A part of the path is '.' or '..', which is no name.")
    return raw


def decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def string(raw: bytes) -> bytes:
    return _U32.pack(len(raw)) + raw


def u32(number: int) -> bytes:
    return _U32.pack(number)


def u64(number: int) -> bytes:
    return _U64.pack(number)


def mode_attrs(mode: int) -> bytes:
    return struct.pack(">II", _HAS_MODE, mode & 0o7777)


def time_attrs(mtime_ns: int) -> bytes:
    """Both times, because the protocol sets them together only. Clamped to 32 bits."""
    seconds = min(max(mtime_ns // 1_000_000_000, 0), 0xFFFFFFFF)
    return struct.pack(">III", _HAS_TIMES, seconds, seconds)


def read_string(body: bytes, at: int = 0) -> tuple[bytes, int]:
    """The string that starts at ``at`` and where it ends."""
    start = at + 4
    end = start + _U32.unpack_from(body, at)[0]
    return body[start:end], end


def read_attrs(body: bytes, at: int = 0) -> tuple[Attrs, int]:
    (flags,) = _U32.unpack_from(body, at)
    at += 4
    size = mode = mtime = None
    if flags & _HAS_SIZE:
        (size,) = _U64.unpack_from(body, at)
        at += 8
    if flags & _HAS_OWNER:
        at += 8
    if flags & _HAS_MODE:
        (mode,) = _U32.unpack_from(body, at)
        at += 4
    if flags & _HAS_TIMES:
        (mtime,) = _U32.unpack_from(body, at + 4)
        at += 8
    if flags & _HAS_EXTENDED:
        (count,) = _U32.unpack_from(body, at)
        at += 4
        for _ in range(2 * count):
            _, at = read_string(body, at)
    return Attrs(size, mode, mtime), at


def status_of(kind: int, body: bytes) -> StatusError | None:
    """None for the status OK. A reply of any other type than STATUS is an error too."""
    if kind != STATUS:
        return StatusError(BAD_MESSAGE, f"unexpected reply {kind}")
    (code,) = _U32.unpack_from(body)
    if code == OK:
        return None
    message = read_string(body, 4)[0] if len(body) > 4 else b""
    return StatusError(code, message.decode("utf-8", "replace"))
