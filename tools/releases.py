"""Makes and signs the list of releases that every installed Skynet Desktop reads.

python -m tools.releases key FILE           a new private key; prints its public key
python -m tools.releases source OUT ...     what a build ships: resources/releases.json
python -m tools.releases list OUT ...       the list, with one release more, as JSON to look at
python -m tools.releases sign JSON OUT ...  sign it, and see that it can be read
python -m tools.releases verify FILE ...    what installed copies will read from it

Each has --help. docs/updates.md tells the format, and how keys are kept and changed.
"""

# ruff: noqa: T201 - a command speaks by printing

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.updates import releases, signed
from skynet_desktop.updates.source import Source
from skynet_desktop.updates.versions import Version

KEY_VARIABLE = "SKYNET_RELEASE_KEY"
_DAYS = 180
_KINDS = {
    ".AppImage": ("linux", "appimage"), ".deb": ("linux", "deb"), ".exe": ("windows", "setup"),
    ".dmg": ("macos", "dmg"),
}  # fmt: skip
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except (ValueError, OSError, SkynetError) as error:
        print(f"releases: {error}", file=sys.stderr)
        return 1
    return 0


# --- keys and sources -----------------------------------------------------------------------


def _make_key(given: argparse.Namespace) -> None:
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(given.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    print(signed.public_text(key.public_key()))


def _make_source(given: argparse.Namespace) -> None:
    source = Source.of({"url": given.url, "keys": given.public, "page": given.page})
    _write(given.out, json.dumps(source.as_json(), indent=1).encode() + b"\n")


def _private(files: Sequence[Path]) -> list[Ed25519PrivateKey]:
    texts = [file.read_bytes() for file in files]
    if not texts and KEY_VARIABLE in os.environ:
        texts = [os.environ[KEY_VARIABLE].encode()]
    keys = [serialization.load_pem_private_key(text, None) for text in texts]
    good = [key for key in keys if isinstance(key, Ed25519PrivateKey)]
    if not good or len(good) < len(keys):
        raise ValueError(f"give an Ed25519 key by --key FILE, or in the variable {KEY_VARIABLE}")
    return good


def _public(texts: Sequence[str]) -> list[Ed25519PublicKey]:
    return [signed.public_key(text) for text in texts]


# --- the list -------------------------------------------------------------------------------


def _make_list(given: argparse.Namespace) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    old: list[dict[str, Any]] = []
    if given.before:
        body = signed.verified(given.before.read_bytes(), _public(given.public))
        old = json.loads(body)["releases"]
    new = [_release(given, now)] if given.version else []
    if not old and not new:
        raise ValueError("give --version for a new release, or --before to issue a list anew")
    values = {
        "format": releases.FORMAT,
        "product": releases.PRODUCT,
        "issued": now.isoformat(),
        "valid_until": (now + timedelta(days=given.days)).isoformat(),
        "releases": [*new, *(each for each in old if each["version"] != given.version)],
    }
    body = json.dumps(values, indent=1, ensure_ascii=False).encode() + b"\n"
    releases.read(body)
    _write(given.out, body)


def _release(given: argparse.Namespace, now: datetime) -> dict[str, Any]:
    version = str(Version.of(given.version))
    if not (given.files and given.address):
        raise ValueError("a new release needs --files and --address")
    downloads = [_download(file, given.address) for file in _artefacts(given.files)]
    if not downloads:
        raise ValueError(f"no file in {given.files} is a download")
    notes = {"en": list(changes(given.changelog.read_text("utf-8"), version))}
    for pair in given.notes:
        language, _, file = pair.partition("=")
        lines = Path(file).read_text("utf-8").splitlines()
        notes[language] = [line.removeprefix("- ").strip() for line in lines if line.strip()]
    flags = {"urgent": True} if given.urgent else {}
    return {"version": version, "date": now.date().isoformat(), **flags, "notes": notes,
            "downloads": downloads}  # fmt: skip


def _artefacts(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix in _KINDS)


def _download(file: Path, address: str) -> dict[str, Any]:
    """The machine is told by the file's name; without it the file is for every one."""
    system, kind = _KINDS[file.suffix]
    machines = [_MACHINES[word] for word in _MACHINES if word in file.name.lower()]
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "system": system,
        "machine": machines[0] if machines else releases.ANY,
        "kind": kind,
        "url": f"{address.rstrip('/')}/{quote(file.name)}",
        "sha256": digest,
        "size": file.stat().st_size,
    }


def changes(changelog: str, version: str) -> Iterator[str]:
    """The points below ``## VERSION``, each on one line, without Markdown's marks. Raises
    ``ValueError`` if there are none."""
    heading = re.compile(rf"^## \[?{re.escape(version)}\]?(?: .*)?$", re.MULTILINE)
    found = heading.search(changelog)
    if found is None:
        raise ValueError(f"the changelog has no part with the heading: ## {version}")
    part = re.split(r"^## ", changelog[found.end() :], maxsplit=1, flags=re.MULTILINE)[0]
    points = re.split(r"^- ", part, flags=re.MULTILINE)[1:]
    if not points:
        raise ValueError(f"the changelog says nothing of {version}")
    for point in points:
        yield re.sub(r"[`*]", "", " ".join(point.split()))


# --- signing --------------------------------------------------------------------------------


def _sign(given: argparse.Namespace) -> None:
    body = given.json.read_bytes()
    keys = _private(given.key)
    data = signed.sign(body, keys)
    _show(data, [key.public_key() for key in keys])
    _write(given.out, data)


def _verify(given: argparse.Namespace) -> None:
    _show(given.file.read_bytes(), _public(given.public))


def _show(data: bytes, keys: Sequence[Ed25519PublicKey]) -> None:
    found = releases.read(signed.verified(data, keys))
    print(f"Issued {found.issued.isoformat()}, valid until {found.valid_until.isoformat()}.")
    if found.valid_until < datetime.now(UTC):
        raise ValueError("the list has expired: issue it anew (list --before)")
    for release in found.releases:
        marks = [word for word in ("urgent", "withdrawn") if getattr(release, word)]
        files = [f"{each.system} {each.machine} {each.kind}" for each in release.downloads]
        said = " ".join([str(release.version), release.date.isoformat(), *marks])
        print(f"{said}: {', '.join(files)} ({', '.join(sorted(release.notes))})")


def _write(out: Path, data: bytes) -> None:
    out.write_bytes(data)
    print(f"{out}: {len(data)} bytes")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="releases", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    key = verbs.add_parser("key", help="make a key pair")
    key.set_defaults(run=_make_key)
    key.add_argument("file", type=Path, help="for the private key; must not exist")

    source = verbs.add_parser("source", help="what a build ships")
    source.set_defaults(run=_make_source)
    source.add_argument("out", type=Path)
    source.add_argument("--url", required=True, help="where the signed list is")
    source.add_argument("--page", required=True, help="where a person finds all downloads")
    _public_option(source)

    made = verbs.add_parser("list", help="the list, to be looked at and signed")
    made.set_defaults(run=_make_list)
    made.add_argument("out", type=Path)
    made.add_argument("--before", type=Path, help="the signed list so far; its releases stay")
    _public_option(made, required=False)
    made.add_argument("--version", help="of the new release; without it the list is issued anew")
    made.add_argument("--files", type=Path, help="the folder with its downloads")
    made.add_argument("--address", help="where those will be: https://...")
    made.add_argument("--changelog", type=Path, default=Path("CHANGELOG.md"))
    made.add_argument(
        "--notes", action="append", default=[], metavar="LANGUAGE=FILE", help="a line a note"
    )
    made.add_argument("--urgent", action="store_true", help="who has an older one should not wait")
    made.add_argument("--days", type=int, default=_DAYS, help="how long the list is valid")

    sign = verbs.add_parser("sign", help="sign a list")
    sign.set_defaults(run=_sign)
    sign.add_argument("json", type=Path)
    sign.add_argument("out", type=Path)
    sign.add_argument(
        "--key", type=Path, action="append", default=[],
        help=f"a private key; may be given several times. Without it, the variable {KEY_VARIABLE}",
    )  # fmt: skip

    verify = verbs.add_parser("verify", help="what installed copies will read")
    verify.set_defaults(run=_verify)
    verify.add_argument("file", type=Path)
    _public_option(verify)
    return parser


def _public_option(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "--public", action="append", default=[], required=required, metavar="KEY",
        help="a public key; may be given several times",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
