"""Actions: the rows of the Q.

An action is a hint that a path needs attention, never an order: when it runs, the Handler
looks at the disk and at the index and does what is right then (DESIGN.md, section 2.1).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    SEND = "send"
    DELETE = "delete"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to look at. Paths are relative to the mapping's folder, parted by ``/``.

    ``src_path`` may name a file or a folder; ``dest_path`` is set for moves alone.
    """

    kind: Kind
    src_path: str
    dest_path: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths it touches; each stands for the whole tree below it too."""
        return (self.src_path, self.dest_path) if self.kind is Kind.MOVE else (self.src_path,)

    def to_json(self) -> str:
        """The row's text. ASCII only, so that names of undecodable bytes survive SQLite."""
        row = {"action": self.kind.value, "src_path": self.src_path}
        if self.kind is Kind.MOVE:
            row["dest_path"] = self.dest_path
        return json.dumps(row, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Action:
        """Raises ``ValueError`` for a row that is not an action."""
        row = json.loads(text)
        try:
            return cls(Kind(row["action"]), str(row["src_path"]), str(row.get("dest_path", "")))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an action: {text[:200]}") from error


def send(path: str) -> Action:
    return Action(Kind.SEND, path)


def delete(path: str) -> Action:
    return Action(Kind.DELETE, path)


def move(src_path: str, dest_path: str) -> Action:
    return Action(Kind.MOVE, src_path, dest_path)
