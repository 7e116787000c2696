"""Where paths are hidden no word of theirs leaves, nor a sentence that may quote one."""

from __future__ import annotations

import json

from skynet_desktop.notifier import schema
from skynet_desktop.notifier.outbox import Batch
from skynet_desktop.notifier.report import report
from tests.notifier.made import MACHINE, WHO, a_file

PATH = "canary folder/canary file.txt"
REASON = "At the destination this is the same name as 'canary other.txt'; rename one of them."


def told(hide: bool) -> dict[str, object]:
    event = {"seq": 1, "at": 1.0, "mapping": "photos", "path": PATH, "kind": "failed", "size": 0,
             "seconds": 0.0, "reason": REASON, "cause": "PathImpossible"}  # fmt: skip
    offline = {**event, "seq": 2, "path": "", "kind": "state:offline", "cause": "",
               "reason": "The folder /home/canary is not there."}  # fmt: skip
    mapping = {"name": "photos", "place": "sftp:canary/backup", "state": "offline",
               "reason": "The folder /home/canary is not there."}  # fmt: skip
    batch = Batch(
        [mapping],
        [a_file(PATH, state="failed", reason=REASON, cause="PathImpossible"),
         a_file(PATH + "2", state="failed", reason=REASON, cause="SomethingNew"),
         a_file(PATH + "3")],
        [event, offline],
    )  # fmt: skip
    return report(WHO, MACHINE, batch, hide=hide).as_json()


def test_nothing_of_a_path_leaves() -> None:
    assert "canary" in json.dumps(told(hide=False))
    assert "canary" not in json.dumps(told(hide=True))


def test_what_is_left_still_says_something() -> None:
    report = told(hide=True)
    files = report["files"]
    assert isinstance(files, list)
    assert [row["reason"] for row in files] == [
        "The destination cannot hold this name or size.",
        "It could not be mirrored.",
        "",
    ]
    assert report["mappings"][0]["place"] == "sftp"  # type: ignore[index]
    assert files[0]["path_key"] == schema.path_key(PATH, WHO.salt)
    assert len({row["path_key"] for row in files}) == 3


def test_a_state_has_no_file() -> None:
    events = told(hide=False)["events"]
    assert isinstance(events, list)
    assert [row["path_key"] == "" for row in events] == [False, True]
