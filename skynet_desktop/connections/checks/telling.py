"""What a connection tells besides: the content it read, the tag it left, the requests it made."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from skynet_desktop.connections.base import Lists, SendsBatches, SendsUploads, Upload
from skynet_desktop.connections.checks.rig import MIB, MakeConnection, Place, Rig, needs, raises
from skynet_desktop.connections.recovery import CountsRequests, RequestKind
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import SourceChanged


class Telling(Rig):
    """Nothing need be told, but what is must be true: the engine takes it for proof."""

    def _check(self, place: Place, uploads: list[Upload]) -> None:
        lists = needs(place.connection, Lists)
        tags = {place.path(file.path): file.tag for file in lists.list(self.base)}
        for upload in uploads:
            assert upload.tag in ("", tags[upload.remote_path])
            found = upload.content.of(upload.state.size)
            assert found in (None, hash_of_file(upload.src_path, lambda: None))

    @pytest.mark.parametrize("size", [0, 5, 3 * MIB, None], ids=["0", "small", "middle", "big"])
    def test_upload_tells_the_tag_and_the_content(self, place: Place, size: int | None) -> None:
        sends = needs(place.connection, SendsUploads)
        content = os.urandom(self.big if size is None else size)
        for name in ("file", "file", "other"):  # the second time it may be there already
            upload = place.upload(name, content)
            sends.send_upload(upload)
            self._check(place, [upload])

    def test_upload_tells_no_content_it_did_not_send(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        upload = place.upload("file", os.urandom(3 * MIB))
        with open(upload.src_path, "r+b") as file:
            file.write(b"another beginning")
        with raises(SourceChanged):
            sends.send_upload(upload)
        assert upload.tag == ""

    def test_batch_tells_the_tags_and_the_contents(self, place: Place) -> None:
        sends = needs(place.connection, SendsBatches)
        uploads = [place.upload(f"d{i % 3}/f{i}", os.urandom(i * 97)) for i in range(20)]
        assert not any(error for _, error in sends.send_batch(uploads))
        self._check(place, uploads)


class Counted(Rig):
    def test_requests_are_counted(self, place: Place, make_connection: MakeConnection) -> None:
        connection = make_connection()
        counts = needs(connection, CountsRequests)
        found: Counter[RequestKind] = Counter()
        counts.on_request = lambda kind: found.update([kind])
        connection.open()
        mine = place.through(connection)
        mine.send("first", b"x")  # whatever is found out by a first request is known now
        for act, kind in (
            (lambda: mine.send("file", b"content"), RequestKind.PUT),
            (mine.listed, RequestKind.LIST),
            (lambda: mine.read("file"), RequestKind.GET),
            (lambda: connection.delete(mine.path("file")), RequestKind.DELETE),
        ):
            found.clear()
            act()
            assert found == {kind: 1}
        connection.close()
