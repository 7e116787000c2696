from __future__ import annotations

import random

import pytest

import skynet_desktop
from skynet_desktop.updates.versions import Version

IN_ORDER = ["0.1.0rc1", "0.1.0rc2", "0.1.0rc10", "0.1.0", "0.1.1", "0.2.0rc1", "0.2.0", "0.10.0",
            "1.0.0rc99999", "1.0.0", "10.0.0"]  # fmt: skip


def test_they_follow_each_other_as_numbers() -> None:
    shuffled = [Version.of(text) for text in IN_ORDER]
    random.Random(1).shuffle(shuffled)
    assert [str(version) for version in sorted(shuffled)] == IN_ORDER


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3 ", " 1.2.3", "1.2.3\n", "01.2.3", "1.2.3rc0",
     "1.2.3rc", "1.2.3a1", "1.2.3.dev1", "1.2.3-rc1", "1.2.3RC1", "-1.2.3", "1.2.³", "1.२.3",
     "123456.0.0", "1.2.3+local", "9" * 10_000],
)  # fmt: skip
def test_nothing_else_is_a_version(text: str) -> None:
    with pytest.raises(ValueError, match="is no version") as caught:
        Version.of(text)
    assert len(str(caught.value)) < 120


def test_our_own_is_one() -> None:
    assert str(Version.of(skynet_desktop.__version__)) == skynet_desktop.__version__
