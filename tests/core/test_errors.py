"""Sorting errors nobody translated: one bad path stays one bad path, a lost service halts
(promise 6)."""

from __future__ import annotations

import errno
import os

import pytest

from skynet_desktop.core import errors
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathError,
    PathImpossible,
    RemoteMissing,
    ServiceError,
    SkynetError,
    SourceUnreadable,
    SourceVanished,
    StorageFull,
    sorted_error,
    source_error,
)


def os_error(number: int, filename: str | None = None) -> OSError:
    return OSError(number, os.strerror(number), filename)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (errno.ECONNRESET, ConnectionLost),
        (errno.ECONNREFUSED, ConnectionLost),
        (errno.EPIPE, ConnectionLost),
        (errno.ETIMEDOUT, ConnectionLost),
        (errno.EHOSTUNREACH, ConnectionLost),
        (errno.ENETDOWN, ConnectionLost),
        (errno.ESTALE, ConnectionLost),
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.ENAMETOOLONG, PathImpossible),
        (errno.EILSEQ, PathImpossible),
        (errno.EFBIG, PathImpossible),
        (errno.EACCES, PathDenied),
        (errno.EPERM, PathDenied),
        (errno.EROFS, PathDenied),
        (errno.ENOENT, RemoteMissing),
        (errno.EISDIR, PathBlocked),
        (errno.ENOTDIR, PathBlocked),
        (errno.EEXIST, PathBlocked),
        (errno.ENOTEMPTY, PathBlocked),
        (errno.EBUSY, PathError),
    ],
)
def test_errors_of_the_destination(number: int, wanted: type[SkynetError]) -> None:
    found = sorted_error(os_error(number), "/here/file")
    assert type(found) is wanted
    assert found.reason


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (errno.ENOENT, SourceVanished),
        (errno.ENOTDIR, SourceVanished),
        (errno.EACCES, SourceUnreadable),
        (errno.EIO, SourceUnreadable),
        (errno.EBUSY, SourceUnreadable),
    ],
)
def test_errors_that_name_the_local_file_are_about_it(
    number: int, wanted: type[SkynetError]
) -> None:
    assert type(sorted_error(os_error(number, "/here/file"), "/here/file")) is wanted
    assert type(source_error(os_error(number))) is wanted


@pytest.mark.parametrize("error", [EOFError(), TimeoutError(), ConnectionResetError("x")])
def test_losses_without_a_number(error: Exception) -> None:
    assert isinstance(sorted_error(error), ConnectionLost)


@pytest.mark.parametrize("error", [ValueError("odd"), KeyError("x"), RuntimeError(), OSError()])
def test_the_unknown_is_the_paths_own(error: Exception) -> None:
    found = sorted_error(error)
    assert isinstance(found, PathError)
    assert not isinstance(found, ServiceError)


def test_ours_come_back_as_they_are() -> None:
    error = PathDenied("No.")
    assert sorted_error(error) is error


def test_the_tree_parts_services_from_paths() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, SkynetError)]
    assert len(kinds) > 12
    assert not [k for k in kinds if issubclass(k, ServiceError) and issubclass(k, PathError)]
