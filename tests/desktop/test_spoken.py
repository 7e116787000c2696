from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop import spoken as module
from skynet_desktop.desktop.sentences import Templates, fill
from skynet_desktop.desktop.spoken import know, spoken
from tests.desktop.pseudo import pseudo_files, pseudo_language
from tools.translations import sentences
from tools.translations.pseudo import pseudo
from tools.translations.text import FIELD

__all__ = ["pseudo_files", "pseudo_language"]

pytestmark = pytest.mark.usefixtures("pseudo_language")


@cache  # not when this is imported, which each worker of a run does: it takes two seconds
def templates() -> list[str]:
    return sorted({text.source for text in sentences.texts()})


def with_fields() -> list[str]:
    return [text for text in templates() if FIELD.search(text)]


# Like names, hosts, paths and numbers, in letters that no sentence of ours holds.
PLAIN = st.text("αβγδжщ漢字0123456789/-_", min_size=1, max_size=20)
QUOTED = st.text("αβ жщ.,: 漢字0123456789/-_'", max_size=20).map(lambda text: json.dumps(text))
VALUES = st.lists(PLAIN | QUOTED, min_size=5, max_size=5)


@given(template=st.deferred(lambda: st.sampled_from(with_fields())), values=VALUES)
@settings(
    max_examples=1_000,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_sentence_is_known_by_its_template(template: str, values: list[str]) -> None:
    said = fill(template, dict(enumerate(values)))
    assert spoken(said) == fill(pseudo(template), dict(enumerate(values)))


def test_sentences_without_fields() -> None:
    plain = [text for text in templates() if not FIELD.search(text)]
    assert len(plain) > 300
    assert {text: spoken(text) for text in plain} == {text: pseudo(text) for text in plain}


def test_a_sentence_in_a_sentence() -> None:
    inner = "The folder {0} is not there. Is its disk plugged in?"
    said = "The service nas: The folder /a b: c is not there. Is its disk plugged in?"
    assert spoken(said) == fill(
        pseudo("The service {0}: {1}"), {0: "nas", 1: fill(pseudo(inner), {0: "/a b: c"})}
    )


def test_sentences_one_after_another() -> None:
    first, second = "The destination is full.", "Check the settings of the service."
    assert spoken(f"{first} {second}") == f"{pseudo(first)} {pseudo(second)}"
    assert spoken(f"{first} Nobody knows this.") == f"{pseudo(first)} Nobody knows this."
    assert spoken(f"Photos: {first}") == f"Photos: {pseudo(first)}"


def test_what_goes_on_after_a_subject() -> None:
    said = 'settings.toml, line 3: mappings.a.hours cannot be understood: in "x" the limit in '
    inner = fill(pseudo('in "{0}" the limit in MB/s is missing; 0 stands for none'), {0: "x"})
    words = fill(pseudo("cannot be understood: {0}"), {0: f"{inner}."})
    assert spoken(f"{said}MB/s is missing; 0 stands for none.") == (
        f"settings.toml, line 3: mappings.a.hours {words}"
    )


def test_a_form_leaves_out_the_place() -> None:
    missing = "is not there. Make it, plug in its disk, or correct the path."
    said = spoken(f'The folder "/a b" {missing}')
    assert said == fill(pseudo("The folder {0} {1}"), {0: '"/a b"', 1: pseudo(missing)})


def test_quoted_values_are_not_taken_apart() -> None:
    template, values = "There is no mapping {0}. Known: {1}.", {0: "'x. Known: y'", 1: "z"}
    assert spoken(fill(template, values)) == fill(pseudo(template), values)


def test_what_settings_declare_is_known_too() -> None:
    assert spoken("mappings.a.local is missing. The folder on this computer.").endswith(
        f"{pseudo('is missing. {0}').replace('{0}', pseudo('The folder on this computer.'))}"
    )


@pytest.mark.parametrize(
    "text",
    ["", " ", "Nothing of ours.", "{0}", "{", "%n %1", "a" * 100_000, ". : ? " * 300, "\ud800 \0"],
)
def test_what_nobody_knows_stays(text: str) -> None:
    assert spoken(text) == text


def test_the_template_with_most_words_wins() -> None:
    templates = Templates(["{0} is missing.", "The file {0} is missing.", "The {0} is missing."])
    found = templates.find("The file a is missing.")
    assert found is not None and found == ("The file {0} is missing.", {0: "a"})


def test_a_field_that_comes_twice_holds_the_same() -> None:
    templates = Templates(["use {0} or {0}."])
    assert templates.find("use a or b.") is None
    assert templates.find("use a or a.") == ("use {0} or {0}.", {0: "a"})


def test_english_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    know(())
    assert spoken("The destination is full.") == "The destination is full."


@pytest.fixture
def many() -> Iterator[None]:
    known = module._templates
    know([*templates(), *(f"Number {n} of {{0}} has {{1}} left." for n in range(500))])
    yield
    module._templates = known


@pytest.mark.usefixtures("many")
def test_it_is_quick() -> None:
    """With twice as many templates as there are; each sentence for the first time."""
    said = [f"The folder /{n} is not there. Is its disk plugged in?" for n in range(300)]
    said += [f"What {n} says is not known here." for n in range(300)]
    spoken(said[0])
    best = min(_seconds(said[n : n + 100]) for n in range(0, 600, 100)) / 100
    assert best < 0.0002
    again = min(_seconds(said[-100:]) for _ in range(5)) / 100
    assert again < 0.0001


def _seconds(sentences: list[str]) -> float:
    begun = time.perf_counter()
    for sentence in sentences:
        spoken(sentence)
    return time.perf_counter() - begun


def test_the_words_come_from_the_translator() -> None:
    assert QCoreApplication.translate("engine", "Add it first.") == pseudo("Add it first.")
