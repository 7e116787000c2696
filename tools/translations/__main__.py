"""python3 dev.py translations                   bring resources/translations to the code, compile
python3 dev.py translations compile           compile only
python3 dev.py translations --export de OUT   what is open in German, as JSON for a translator
python3 dev.py translations --import de IN    take it back, checked
python3 dev.py translations --pseudo FOLDER   skynet_pseudo.qm, to find texts left or cut
"""

# ruff: noqa: T201 - a command speaks by printing

from __future__ import annotations

import sys
from pathlib import Path

from tools.translations import catalogue, exchange, pseudo, ts, windows
from tools.translations.catalogue import FOLDER, LANGUAGES


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            return _update()
        case ["compile"]:
            catalogue.compile_all()
            return 0
        case ["--export", language, out] if language in LANGUAGES:
            print(f"{exchange.export(_file(language), Path(out))} texts are open.")
            return 0
        case ["--import", language, given] if language in LANGUAGES:
            return _take(language, Path(given))
        case ["--pseudo", folder]:
            print(pseudo.make(Path(folder)))
            return 0
    print(__doc__)
    return 2


def _update() -> int:
    catalogue.update()
    catalogue.compile_all()
    for language in LANGUAGES:
        entries = ts.read(_file(language))
        left = sum(not entry.is_done for entry in entries)
        print(f"{language:6} {len(entries)} texts, {left} open")
    lost = windows.lost()
    for place in lost:
        print(place)
    return 1 if lost else 0


def _take(language: str, given: Path) -> int:
    count, wrong = exchange.take(_file(language), given)
    catalogue.compile_all()
    print(f"{count} texts were taken.", *wrong, sep="\n")
    return 1 if wrong else 0


def _file(language: str) -> Path:
    return FOLDER / f"skynet_{language}.ts"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
