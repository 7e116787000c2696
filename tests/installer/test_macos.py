"""What is made for a Mac, as far as it can be judged without one."""

from __future__ import annotations

import importlib
import plistlib
import shutil
import struct
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from installer import APP
from installer.macos import bundle, dmg, icns, signing, wording
from skynet_desktop.desktop.translations import LANGUAGES
from skynet_desktop.host.autostart.base import NAME
from skynet_desktop.host.autostart.macos import LaunchAgent

# --- Info.plist and what macOS says of us ---------------------------------------------------------


def written(values: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from the file: a value that no plist can hold fails."""
    read: dict[str, Any] = plistlib.loads(plistlib.dumps(values))
    return read


def test_the_bundle_lives_in_the_menu_bar_and_works_with_windows_closed() -> None:
    info = written(bundle.info("1.2.3"))
    assert (info["LSUIElement"], info["LSAppNapIsDisabled"]) == (True, True)
    assert info["NSHighResolutionCapable"] is True
    assert info["LSMinimumSystemVersion"] == "13.0"
    assert info["CFBundleShortVersionString"] == info["CFBundleVersion"] == "1.2.3"


@pytest.mark.parametrize(
    ("version", "shown"), [("1.2.0rc1", "1.2.0"), ("2.0", "2.0"), ("1.2.3.4", "1.2.3")]
)
def test_a_version_is_three_numbers_to_apple(version: str, shown: str) -> None:
    assert bundle.info(version)["CFBundleVersion"] == shown


def test_it_is_the_application_that_starts_at_login(tmp_path: Path) -> None:
    agent = LaunchAgent([f"/Applications/{bundle.BUNDLE}/Contents/MacOS/{APP}"], tmp_path)
    agent.turn_on()
    told = plistlib.loads(agent.path.read_bytes())
    assert told["Label"] == bundle.IDENTIFIER
    assert told["AssociatedBundleIdentifiers"] == [bundle.IDENTIFIER]


def test_macos_is_told_of_all_our_languages() -> None:
    assert wording.LANGUAGES.keys() == LANGUAGES.keys()
    assert bundle.info("1")["CFBundleLocalizations"] == list(wording.LANGUAGES.values())


def test_every_question_of_macos_has_a_reason_in_every_language(tmp_path: Path) -> None:
    rows = wording.write(tmp_path)
    assert len(rows) == len(LANGUAGES)
    asked = {key for key in bundle.info("1") if key.endswith("UsageDescription")}
    assert len(asked) == 7
    texts = []
    for place, file, kind in rows:
        assert (kind, place) == ("DATA", str(Path(file).relative_to(tmp_path)))
        reasons = plistlib.loads(Path(file).read_bytes())
        assert reasons.keys() == asked
        texts.append(tuple(reasons.values()))
    assert len(set(texts)) == len(LANGUAGES)


# --- the icon -------------------------------------------------------------------------------------


def test_the_icon_holds_every_size(tmp_path: Path) -> None:
    data = icns.draw(tmp_path).read_bytes()
    magic, length = struct.unpack(">4sI", data[:8])
    assert (magic, length) == (b"icns", len(data))
    found, at = {}, 8
    while at < len(data):
        kind, size = struct.unpack(">4sI", data[at : at + 8])
        image = data[at + 8 : at + size]
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        found[kind] = struct.unpack(">II", image[16:24])
        at += size
    assert at == len(data)
    assert found == {kind: (side, side) for kind, side in icns.TYPES.items()}


# --- signing --------------------------------------------------------------------------------------

REAL = signing.Keys("Developer ID Application: Somebody (TEAM)", ("--key", "k.p8"))
CODE = b"\xcf\xfa\xed\xfe and so on"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Laid out as PyInstaller lays a bundle out."""
    made = tmp_path / bundle.BUNDLE
    files = {
        f"MacOS/{APP}": CODE,
        "Frameworks/libssl.3.dylib": CODE,
        "Frameworks/PySide6/QtCore.abi3.so": CODE,
        "Frameworks/PySide6/Qt/plugins/platforms/libqcocoa.dylib": b"\xca\xfe\xba\xbe, for both",
        "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore": CODE,
        "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/Resources/Info.plist": b"<plist/>",
        "Frameworks/Python.framework/Versions/3.11/Python": CODE,
        "Resources/resources/icons/skynet.svg": b"<svg/>",
        "Info.plist": b"<plist/>",
    }
    for name, content in files.items():
        file = made / "Contents" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    inside = made / "Contents"
    (inside / "Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/Current").symlink_to("A")
    (inside / "Frameworks/QtCore").symlink_to("PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore")
    (inside / "Frameworks/resources").symlink_to("../Resources/resources")
    (inside / "MacOS/skynet").symlink_to(APP)
    return made


def test_code_is_signed_from_the_inside_out(app: Path) -> None:
    found = [str(path.relative_to(app / "Contents/Frameworks")) for path in signing.inside_out(app)]
    assert found == [
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/lib/QtCore.framework",
        "PySide6/QtCore.abi3.so",
        "Python.framework",
        "libssl.3.dylib",
    ]


def test_nothing_is_signed_before_what_lies_in_it(app: Path) -> None:
    signed = [Path(command[-1]) for command in signing.of_bundle(app, REAL)[:-1]]
    for place, path in enumerate(signed):
        assert not any(later.is_relative_to(path) for later in signed[place + 1 :])
    assert signed[-1] == app


def test_the_runtime_is_hardened_and_the_program_alone_has_exceptions(app: Path) -> None:
    *libraries, program, verified = signing.of_bundle(app, REAL)
    for command in (*libraries, program):
        assert command[:4] == ["codesign", "--force", "--sign", REAL.identity]
        assert "--timestamp" in command and "runtime" in command
        assert "--deep" not in command
    assert not any("--entitlements" in command for command in libraries)
    assert program[program.index("--entitlements") + 1] == str(signing.ENTITLEMENTS)
    assert verified[1] == "--verify" and verified[-1] == str(app)


def test_without_keys_the_runtime_would_refuse_our_own_libraries(app: Path) -> None:
    commands = signing.of_bundle(app, signing.keys({}))
    assert all("-" in command[3:4] for command in commands[:-1])
    assert not any("runtime" in command for command in commands)
    assert signing.of_image(Path("x.dmg"), signing.keys({})) == []


def test_the_exceptions_are_those_that_were_justified() -> None:
    assert plistlib.loads(signing.ENTITLEMENTS.read_bytes()) == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True
    }


def test_the_image_is_signed_then_shown_to_apple_then_given_its_ticket() -> None:
    commands = signing.of_image(Path("x.dmg"), REAL)
    assert [command[:3] for command in commands] == [
        ["codesign", "--force", "--sign"],
        ["xcrun", "notarytool", "submit"],
        ["xcrun", "stapler", "staple"],
        ["spctl", "--assess", "--type"],
    ]
    assert "--wait" in commands[1]
    assert commands[1][4:6] == list(REAL.notary)
    assert len(signing.of_image(Path("x.dmg"), signing.Keys(REAL.identity))) == 1


NOTARY = {name: name.lower() for name in signing._NOTARY.values()}


def test_keys_come_by_the_environment() -> None:
    told = {"SKYNET_MAC_IDENTITY": "Somebody", **NOTARY}
    assert signing.keys(told) == signing.Keys(
        "Somebody",
        (
            "--key", "skynet_notary_key", "--key-id", "skynet_notary_key_id",
            "--issuer", "skynet_notary_issuer",
        ),
    )  # fmt: skip
    # A workflow hands a secret that is not there over as an empty text.
    assert signing.keys(dict.fromkeys(told, "")) == signing.Keys()


@pytest.mark.parametrize("missing", ["SKYNET_MAC_IDENTITY", *NOTARY])
def test_a_part_of_the_keys_is_no_key(missing: str) -> None:
    told = {"SKYNET_MAC_IDENTITY": "Somebody", **NOTARY}
    del told[missing]
    with pytest.raises(ValueError, match="notarizing needs"):
        signing.keys(told)


# --- the disk image -------------------------------------------------------------------------------


@pytest.fixture
def dmgbuild(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool itself, which asks for macOS's version when it is imported."""
    monkeypatch.setattr("platform.mac_ver", lambda: ("13.0", ("", "", ""), "arm64"))
    return importlib.import_module("dmgbuild.core")


def test_dmgbuild_makes_what_we_mean(
    dmgbuild: ModuleType, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it but the image's own format: macOS's tools are played."""
    volume = tmp_path / "volume"
    volume.mkdir()
    asked: list[tuple[str, ...]] = []

    def hdiutil(command: str, *arguments: str, plist: bool = True) -> tuple[int, Any]:
        asked.append((command, *arguments))
        mounted = {"dev-entry": "/dev/disk9", "mount-point": str(volume)}
        return 0, {"system-entities": [mounted]} if plist else ""

    def tool(command: list[str]) -> int:
        assert command[0] in ("/usr/bin/ditto", "sync"), "another tool of macOS is needed"
        if command[0] == "/usr/bin/ditto":
            shutil.copytree(command[1], command[2], symlinks=True)
        return 0

    monkeypatch.setattr(dmgbuild, "hdiutil", hdiutil)
    monkeypatch.setattr(dmgbuild.subprocess, "call", tool)
    told, made = dmg.write_layout(tmp_path, app), tmp_path / "x.dmg"
    dmgbuild.build_dmg(str(made), NAME, str(told))

    assert {path.name for path in volume.iterdir()} == {bundle.BUNDLE, "Applications", ".DS_Store"}
    assert (volume / "Applications").readlink() == Path("/Applications")
    assert (volume / bundle.BUNDLE / "Contents/MacOS/skynet").is_symlink()
    create, *_, convert = asked
    assert create[:4] == ("create", "-ov", "-volname", "Skynet Desktop")
    assert convert[0] == "convert" and "ULFO" in convert and str(made) in convert
    store = importlib.import_module("ds_store").DSStore
    with store.open(str(volume / ".DS_Store"), "r") as shown:
        left, right = shown[bundle.BUNDLE]["Iloc"], shown["Applications"]["Iloc"]
        assert left[0] < right[0] and left[1] == right[1]
        assert shown["."]["icvp"]["backgroundType"] == 0
        assert shown["."]["bwsp"]["WindowBounds"] == "{{200, 200}, {540, 320}}"


def test_the_image_is_made_of_the_signed_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, app: Path
) -> None:
    done: list[str] = []

    class Environment:
        def run(self, *words: str, **variables: str) -> None:
            assert words[:2] == ("-m", "dmgbuild")
            done.append("dmgbuild")

    job: Any = type("Job", (), {
        "frozen": app.parent / APP, "out": tmp_path, "version": "1.2.3",
        "environment": Environment(), "folder": lambda self, name: tmp_path,
    })()  # fmt: skip
    monkeypatch.setattr(subprocess, "run", lambda command, check: done.append(command[0]))
    monkeypatch.setattr(signing, "keys", lambda environ: REAL)
    made = dmg.make(job)
    assert made.suffix == ".dmg" and "1.2.3" in made.name
    signed = len(signing.of_bundle(app, REAL))
    assert done == ["codesign"] * signed + ["dmgbuild", "codesign", "xcrun", "xcrun", "spctl"]
