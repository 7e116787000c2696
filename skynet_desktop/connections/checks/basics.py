"""The three methods that every connection has, and what it declares of itself."""

from __future__ import annotations

import inspect
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.checks.rig import (
    MIB,
    MakeConnection,
    Place,
    Rig,
    may_raise,
    raises,
)
from skynet_desktop.core.errors import PathError, RemoteMissing


class Declares(Rig):
    def test_kind_is_a_word(self, connection: Connection) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", connection.kind)
        assert connection.parallel >= 1

    def test_options_are_arguments_of_the_constructor(self, connection: Connection) -> None:
        arguments = inspect.signature(type(connection)).parameters
        names = [option.name for option in connection.options]
        assert len(set(names)) == len(names)
        takes_any = any(a.kind is a.VAR_KEYWORD for a in arguments.values())
        assert takes_any or set(names) <= set(arguments)
        for option in connection.options:
            assert option.label, f"{option.name} needs a label for the form"
            if option.kind == "choice":
                assert option.choices
                assert option.default is None or option.default in option.choices

    def test_describes_itself(self, connection: Connection) -> None:
        assert connection.describe().strip()

    def test_close_never_raises(self, make_connection: MakeConnection) -> None:
        make_connection().close()
        connection = make_connection()
        connection.open()
        thread = threading.Thread(target=connection.close)
        thread.start()
        thread.join(10)
        connection.close()

    def test_a_second_instance_works_beside_the_first(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        place.send("a", b"first")
        second = make_connection()
        second.open()
        place.through(second).send("b", b"second")
        second.close()
        place.holds(a=b"first", b=b"second")


class Sends(Rig):
    def test_send_new_file(self, place: Place) -> None:
        place.send("new.txt", b"content")
        place.holds_all({"new.txt": b"content", "new": None})

    def test_send_empty_file(self, place: Place) -> None:
        place.send("empty", b"")
        place.holds(empty=b"")

    def test_send_a_few_megabytes(self, place: Place) -> None:
        content = os.urandom(3 * MIB + 17)
        place.send("some", content)
        place.holds(some=content)

    def test_send_replaces(self, place: Place) -> None:
        for content in (b"long " * 1000, b"short", b"", b"longer " * 5000):
            place.send("file", content)
            place.holds(file=content)

    def test_send_twice_is_as_good_as_once(self, place: Place) -> None:
        src = place.source(b"same")
        place.connection.send(src, place.path("file"))
        place.connection.send(src, place.path("file"))
        place.holds(file=b"same")

    def test_send_leaves_the_source_alone(self, place: Place) -> None:
        src = place.source(b"mine")
        before = os.stat(src)
        place.connection.send(src, place.path("file"))
        after = os.stat(src)
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)

    def test_send_makes_folders(self, place: Place) -> None:
        deep = "/".join(["d"] * 100)
        place.send("one/two/three", b"3")
        place.send(f"{deep}/file", b"deep")
        place.holds_all({"one/two/three": b"3", f"{deep}/file": b"deep"})


class Deletes(Rig):
    def test_delete_removes_the_file(self, place: Place) -> None:
        place.send("dir/file", b"x")
        place.connection.delete(place.path("dir/file"))
        place.holds_all({"dir/file": None})

    def test_delete_of_a_missing_file_is_no_error(self, place: Place) -> None:
        place.send("there", b"x")
        for name in ("gone", "gone", "no/such/folder", "there/below"):
            place.connection.delete(place.path(name))
        place.holds(there=b"x")

    def test_delete_never_takes_a_prefix(self, place: Place) -> None:
        others = ["IMG_10", "IMG_1.jpg", "IMG_", "IMG_1 copy", "img_2/IMG_1", "IMG_11/a"]
        for name in ("IMG_1", *others):
            place.send(name, name.encode())
        place.connection.delete(place.path("IMG_1"))
        place.holds_all({"IMG_1": None} | {name: name.encode() for name in others})

    def test_delete_never_takes_a_pattern(self, place: Place) -> None:
        place.send("a1", b"1")
        place.send("a%", b"2")
        for name in ("a?", "a*", "a[0-9]", "a_", "%", ".*"):
            with may_raise(PathError):
                place.connection.delete(place.path(name))
        place.holds_all({"a1": b"1", "a%": b"2"})

    def test_delete_never_takes_a_folder(self, place: Place) -> None:
        place.send("dir/file", b"1")
        place.send("dir/sub/file", b"2")
        for name in ("dir", "dir/sub"):
            with may_raise(PathError):
                place.connection.delete(place.path(name))
        place.holds_all({"dir/file": b"1", "dir/sub/file": b"2"})


class Moves(Rig):
    def test_move_renames(self, place: Place) -> None:
        place.send("old", b"content")
        place.connection.move(place.path("old"), place.path("new"))
        place.holds(old=None, new=b"content")

    def test_move_makes_folders(self, place: Place) -> None:
        place.send("dir/old", b"content")
        place.connection.move(place.path("dir/old"), place.path("x/y/z/new"))
        place.holds_all({"dir/old": None, "x/y/z/new": b"content"})

    def test_move_replaces(self, place: Place) -> None:
        place.send("old", b"the new content")
        place.send("new", b"former")
        place.connection.move(place.path("old"), place.path("new"))
        place.holds(old=None, new=b"the new content")

    def test_move_takes_one_file_only(self, place: Place) -> None:
        for name in ("IMG_1", "IMG_10", "IMG_1.jpg"):
            place.send(name, name.encode())
        place.connection.move(place.path("IMG_1"), place.path("moved"))
        place.holds_all({"IMG_10": b"IMG_10", "IMG_1.jpg": b"IMG_1.jpg", "moved": b"IMG_1"})

    def test_move_of_a_missing_file_is_said(self, place: Place) -> None:
        place.send("dest", b"stays")
        for name in ("gone", "no/such/folder", "dest/below"):
            with raises(RemoteMissing):
                place.connection.move(place.path(name), place.path("dest"))
        place.holds(dest=b"stays")

    def test_move_repeated_is_said_and_harmless(self, place: Place) -> None:
        place.send("old", b"content")
        place.connection.move(place.path("old"), place.path("new"))
        with raises(RemoteMissing):
            place.connection.move(place.path("old"), place.path("new"))
        place.holds(new=b"content")

    def test_move_onto_itself_loses_nothing(self, place: Place) -> None:
        place.send("same", b"content")
        with may_raise(PathError):
            place.connection.move(place.path("same"), place.path("same"))
        place.holds(same=b"content")


class Threads(Rig):
    def test_as_many_threads_as_it_allows(self, place: Place) -> None:
        """Each works on files of its own; nothing gets mixed up."""

        def work(worker: int) -> dict[str, bytes | None]:
            mine: dict[str, bytes | None] = {}
            for number in range(6):
                name, content = f"t{worker}/f{number}", f"{worker}-{number} ".encode() * 5000
                place.send(name, content)
                mine[name] = content
            place.connection.delete(place.path(f"t{worker}/f0"))
            place.connection.move(place.path(f"t{worker}/f1"), place.path(f"moved{worker}"))
            mine[f"moved{worker}"] = mine[f"t{worker}/f1"]
            return mine | {f"t{worker}/f0": None, f"t{worker}/f1": None}

        count = place.connection.parallel
        with ThreadPoolExecutor(count) as pool:
            for expected in pool.map(work, range(count)):
                place.holds_all(expected)
