"""Signing and notarizing: which commands, in which order. Apple's tools do it.

Keys come by the environment, and without them the bundle is signed for this one Mac's eyes only
("ad hoc"), which is what Apple's processors want at least:

    SKYNET_MAC_IDENTITY    a "Developer ID Application" certificate in the keychain, by its name
    SKYNET_NOTARY_KEY      the file of an App Store Connect API key (.p8)
    SKYNET_NOTARY_KEY_ID   its id
    SKYNET_NOTARY_ISSUER   the id of who issued it

Order matters: a signature covers those of what lies within, so it goes from the inside out.
``codesign --deep`` is not for signing (Apple's TN2206): it would give our entitlements to all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ENTITLEMENTS = Path(__file__).with_name("entitlements.plist")

Command = list[str]

_AD_HOC = "-"
_NOTARY = {
    "--key": "SKYNET_NOTARY_KEY",
    "--key-id": "SKYNET_NOTARY_KEY_ID",
    "--issuer": "SKYNET_NOTARY_ISSUER",
}
_MAGICS = (
    # Of Mach-O files: 64 and 32 bits, in either order of bytes, and several of them in one.
    b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce",
    b"\xca\xfe\xba\xbe", b"\xbe\xba\xfe\xca", b"\xca\xfe\xba\xbf", b"\xbf\xba\xfe\xca",
)  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """Whom to sign as, and what to show to Apple's notary; empty where it is not asked."""

    identity: str = _AD_HOC
    notary: tuple[str, ...] = ()

    @property
    def real(self) -> bool:
        return self.identity != _AD_HOC


def keys(environ: Mapping[str, str]) -> Keys:
    """Raises ``ValueError`` if there is a part of what the notary needs, or no identity to it:
    a release that was to be notarized must not pass without."""
    identity = environ.get("SKYNET_MAC_IDENTITY") or _AD_HOC
    given = {option: environ[name] for option, name in _NOTARY.items() if environ.get(name)}
    if given and (len(given) < len(_NOTARY) or identity == _AD_HOC):
        raise ValueError(f"notarizing needs SKYNET_MAC_IDENTITY and all of {[*_NOTARY.values()]}")
    return Keys(identity, tuple(word for pair in given.items() for word in pair))


def of_bundle(app: Path, keys: Keys) -> list[Command]:
    """Sign the bundle ``app`` and everything in it, then have it verified."""
    return [
        *(_sign(path, keys) for path in inside_out(app)),
        _sign(app, keys, "--entitlements", str(ENTITLEMENTS)),
        ["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)],
    ]


def of_image(image: Path, keys: Keys) -> list[Command]:
    """Sign the finished disk image, have it and what it holds notarized, and put Apple's ticket
    on it, so that it opens without a network too. Nothing without keys."""
    if not keys.real:
        return []
    done = [_sign(image, keys)]
    if keys.notary:
        done += [
            # This may take minutes. If Apple refuses, stapling fails, hence the build.
            ["xcrun", "notarytool", "submit", str(image), *keys.notary, "--wait"],
            ["xcrun", "stapler", "staple", str(image)],
            ["spctl", "--assess", "--type", "open", "--context", "context:primary-signature",
             "--verbose=2", str(image)],
        ]  # fmt: skip
    return done


def inside_out(app: Path) -> list[Path]:
    """All code within the bundle but its own program, what lies deepest first: libraries, and
    frameworks as a whole. Raises ``OSError``."""
    found = {_framework(path) or path for path in _machine_code(app / "Contents" / "Frameworks")}
    return sorted(found, key=lambda path: (-len(path.parts), path))


def _machine_code(folder: Path) -> Iterator[Path]:
    """Told by their first bytes; links are only names of what is found elsewhere."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) in _MAGICS:
                    yield path


def _framework(path: Path) -> Path | None:
    """The framework whose own library this is: X.framework/Versions/A/X."""
    framework = path.parent.parent.parent
    return framework if framework.name == f"{path.name}.framework" else None


def _sign(path: Path, keys: Keys, *options: str) -> Command:
    # Without a team there is nothing by which the hardened runtime could tell our libraries
    # from others, and it would refuse to load them.
    hardened = ["--timestamp", "--options", "runtime"] if keys.real else []
    return ["codesign", "--force", "--sign", keys.identity, *hardened, *options, str(path)]
