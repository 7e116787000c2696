"""What settings, connections, presets and patterns declare for the forms: context "settings"."""

from __future__ import annotations

from collections.abc import Iterator

from skynet_desktop.connections.presets import PRESETS
from skynet_desktop.connections.registry import Registry
from skynet_desktop.core.ignore_presets import IGNORE_PRESETS
from skynet_desktop.settings import Monitor, declaring, schema
from tools.translations.text import Text

_TABLES = (schema.General, schema.Notifications, schema.Network, Monitor, schema.MappingSettings)


def texts() -> Iterator[Text]:
    for words, note in _all():
        if words:
            yield Text("settings", words, note=note)


def _all() -> Iterator[tuple[str, str]]:
    for table in _TABLES:
        for name, about in declaring.declared(table).items():
            yield about.label, f"setting {name}: label"
            yield about.help, f"setting {name}: help"
    registry = Registry()
    for kind in registry.kinds():
        cls = registry.get(kind)
        yield cls.title, f"kind of service: {kind}"
        for option in cls.options:
            yield option.label, f"option {option.name} of {kind}: label"
            yield option.help, f"option {option.name} of {kind}: help"
    for preset in PRESETS:
        yield preset.title, f"preset {preset.key}: title"
        yield preset.keys, f"preset {preset.key}: where to find what is asked for"
        for question in preset.questions:
            yield question.label, f"preset {preset.key}, question {question.name}: label"
            yield question.help, f"preset {preset.key}, question {question.name}: help"
            for answer, name in question.known.items():
                yield name, f"preset {preset.key}: name of {question.name} {answer}"
    for group in IGNORE_PRESETS:
        yield group.label, f"ignore patterns {group.key}: label"
        yield group.help, f"ignore patterns {group.key}: help"
