"""What a check-up finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from skynet_desktop.credentials.suspects import cleaned


class Level(StrEnum):
    """How grave it is, later ones outweigh earlier. A note is worth knowing and fine as it is;
    a warning will or may cost something; what is bad does not work."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """``topic`` is a heading, such as "Clock" or "Service nas"; all of a topic come together.
    ``text`` says what was found and ``advice`` what to do, "" where there is nothing to. A
    second line of the advice is a command for a terminal."""

    topic: str
    level: Level
    text: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "topic": self.topic,
            "level": self.level.value,
            "text": self.text,
            "advice": self.advice,
        }

    def cleaned(self) -> Finding:
        """Without anything that is, or looks like, a secret."""
        return Finding(self.topic, self.level, cleaned(self.text), cleaned(self.advice))


def worst(findings: Iterable[Finding]) -> Level:
    """The gravest level among them."""
    order = list(Level)
    return max((each.level for each in findings), key=order.index, default=Level.OK)
