"""With which permissions a file begins at the server."""

from __future__ import annotations

import os

from skynet_desktop.connections.base import Upload
from skynet_desktop.core.errors import SourceChanged, source_error
from skynet_desktop.core.files import FileState


def mode_of(upload: Upload) -> int:
    """The permission bits to create the file with; the server's umask applies to them.

    Raises the source's error, or :class:`SourceChanged` if it is not the version that was
    to be sent. The owner may always read and write: a second try must be able to.
    """
    try:
        st = os.stat(upload.src_path)
    except OSError as error:
        raise source_error(error) from error
    if FileState.of(st) != upload.state:
        raise SourceChanged("The file changed before it was read.")
    return 0o644 if os.name == "nt" else (st.st_mode & 0o777) | 0o600
