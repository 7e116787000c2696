"""What ships and what does not, judged without building."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import skynet_desktop
from installer import ROOT, contents
from skynet_desktop.connections.registry import Registry
from skynet_desktop.desktop.translations import LANGUAGES

SHIPPED = [
    "LICENSE",
    "resources/translations/skynet_hi.qm",
    "resources/translations/engine.json",
    "resources/icons/skynet.svg",
    "PySide6/Qt/translations/qtbase_de.qm",
    "PySide6/translations/qtbase_zh_CN.qm",  # where Windows has them
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    r"PySide6\plugins\platforms\qwindows.dll",
    "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
    "botocore/cacert.pem",
    "botocore/data/endpoints.json",
    "botocore/data/partitions.json",
    "botocore/data/s3/2006-03-01/service-2.json.gz",
    "botocore/data/s3/2006-03-01/paginators-1.json",  # lists longer than a page
    "botocore/data/sso-oidc/2019-06-10/service-2.json.gz",
    "boto3-1.44.5.dist-info/licenses/LICENSE",
    "skynet_desktop-0.1.0.dist-info/entry_points.txt",
]
LEFT_OUT = [
    "resources/translations/skynet_hi.ts",
    "PySide6/Qt/translations/qtbase_ja.qm",
    "PySide6/Qt/translations/qt_help_de.qm",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "PySide6/Qt/plugins/networkinformation/libqglib.so",
    "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
    r"PySide6\plugins\tls\qschannelbackend.dll",
    "botocore/data/ec2/2016-11-15/service-2.json.gz",
    "botocore/data/s3control/2018-08-20/service-2.json.gz",
    "boto3/data/ec2/2016-11-15/resources-1.json",
    "boto3/examples/s3.rst",
    "skynet_desktop-0.1.0.dist-info/direct_url.json",
]


@pytest.mark.parametrize("destination", SHIPPED)
def test_it_ships(destination: str) -> None:
    assert contents.keep(destination)


@pytest.mark.parametrize("destination", LEFT_OUT)
def test_it_stays_out(destination: str) -> None:
    assert not contents.keep(destination)


def every_module(name: str) -> list[str]:
    """As PyInstaller lists a package, from what lies in the checkout."""
    if name != "skynet_desktop":
        return [name]
    files = Path(skynet_desktop.__file__).parent.rglob("*.py")
    dotted = (".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files)
    return [module.removesuffix(".__init__") for module in dotted]


def test_every_kind_that_the_registry_knows_comes_along() -> None:
    hidden = set(contents.hidden_imports(every_module))
    registry = Registry()
    for kind in registry.kinds():
        assert registry.get(kind).__module__ in hidden, kind


def test_all_of_ours_comes_along_but_the_suite_that_needs_pytest() -> None:
    hidden = set(contents.hidden_imports(every_module))
    missing = set(every_module("skynet_desktop")) - hidden
    assert missing and all(
        re.match(
            r"skynet_desktop\.(connections\.(conformance|checks)|skywatch)\b|.*\.__main__$", name
        )
        for name in missing
    )
    assert "skynet_desktop.__main__" in hidden


def test_the_web_monitor_stays_on_hosts() -> None:
    """It would take Django along, where the build finds it."""
    assert "skynet_desktop.skywatch" in contents.EXCLUDED
    hidden = contents.hidden_imports(every_module)
    assert not [name for name in hidden if "skywatch" in name]
    assert "skynet_desktop.notifier.schema" in hidden


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="by names that Linux gives them")
def test_the_databases_driver_comes_with_its_library() -> None:
    linked = pytest.importorskip("PyInstaller.depend.bindepend").get_imports
    driver = find_spec("psycopg_binary")
    assert driver and driver.origin
    package = Path(driver.origin).parent
    entries = [
        *((f"psycopg_binary/{file.name}", str(file), "EXTENSION") for file in package.glob("*.so")),
        *(
            (f"{file.parent.name}/{file.name}", str(file), "BINARY")
            for file in package.with_name("psycopg_binary.libs").iterdir()
        ),
    ]
    kept = contents.needed(entries, lambda source: [name for name, _ in linked(source)])
    names = " ".join(Path(entry[0]).name for entry in kept)
    for part in ("_psycopg.", "pq.", "libpq-", "libssl-", "libcrypto-"):
        assert part in names, part


def test_a_persons_connection_finds_the_standard_library() -> None:
    hidden = set(contents.hidden_imports(every_module))
    assert {"ftplib", "http", "imaplib", "webbrowser", "xml", "zoneinfo"} <= hidden
    assert not {"tkinter", "idlelib", "turtle", "__main__"} & hidden


def test_nothing_that_ships_is_excluded() -> None:
    assert not set(contents.hidden_imports(every_module)) & set(contents.EXCLUDED)


def test_no_part_of_qt_that_we_import_is_excluded() -> None:
    imported = set()
    for file in Path(skynet_desktop.__file__).parent.rglob("*.py"):
        text = file.read_text("utf-8")
        imported |= set(re.findall(r"^\s*(?:from|import) (PySide6\.\w+)", text, re.MULTILINE))
    assert imported
    assert not imported & set(contents.EXCLUDED)


def test_qts_own_texts_are_of_our_languages() -> None:
    """English needs none, and Qt speaks no Hindi."""
    assert set(contents.LANGUAGES) == LANGUAGES.keys() - {"en", "hi"}


def test_metadata_of_everything_pinned_comes_along() -> None:
    names = contents.distributions()
    assert {"skynet-desktop", "boto3", "paramiko", "keyring", "PySide6-Essentials"} <= set(names)
    for pin in contents.pinned():
        assert pin.name in names
        assert re.fullmatch(r"==[^,]+", str(pin.specifier)), f"{pin} is not pinned"


def test_pins_of_other_systems_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text('# why\n\na==1  # for us\nb==2; sys_platform == "nowhere"\n')
    assert [pin.name for pin in contents.pinned(file)] == ["a"]


# --- libraries that came along only for what is left out ------------------------------------------

LINKS = {
    "/venv/QtCore.abi3.so": ["/venv/libQt6Core.so.6"],
    "/venv/libQt6Core.so.6": ["/lib/libicu.so.73", "libc.so.6"],
    "/venv/libqxcb.so": ["/lib/libxcb-cursor.so.0"],
    "/venv/libqgtk3.so": ["/lib/libgtk-3.so.0"],
}
QXCB = ("PySide6/Qt/plugins/platforms/libqxcb.so", "/venv/libqxcb.so", "BINARY")
BINARIES = [
    ("PySide6/QtCore.abi3.so", "/venv/QtCore.abi3.so", "EXTENSION"),
    ("PySide6/Qt/lib/libQt6Core.so.6", "/venv/libQt6Core.so.6", "BINARY"),
    ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
    ("libicu.so.73", "/lib/libicu.so.73", "BINARY"),
    QXCB,
    ("libxcb-cursor.so.0", "/lib/libxcb-cursor.so.0", "BINARY"),
    ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/venv/libqgtk3.so", "BINARY"),
    ("libgtk-3.so.0", "/lib/libgtk-3.so.0", "BINARY"),
    ("libpython3.11.so.1.0", "/usr/lib/libpython3.11.so.1.0", "BINARY"),
]


def test_what_is_left_out_takes_its_libraries_along() -> None:
    kept = contents.needed(BINARIES, lambda source: LINKS.get(source, []))
    assert {entry[0] for entry in BINARIES} - {entry[0] for entry in kept} == {
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "libgtk-3.so.0",
    }


def test_windows_writes_its_paths_the_other_way() -> None:
    dll = ("VCRUNTIME140.dll", r"C:\Python\VCRUNTIME140.dll", "BINARY")
    plugin = (r"PySide6\plugins\platforms\qwindows.dll", r"C:\venv\qwindows.dll", "BINARY")
    python = ("python311.dll", r"C:\Python\python311.dll", "BINARY")
    spare = (r"PySide6\opengl32sw.dll", r"C:\venv\opengl32sw.dll", "BINARY")
    links = {plugin[1]: [dll[1]]}
    kept = contents.needed([dll, plugin, python, spare], lambda source: links.get(source, []))
    assert kept == [dll, plugin, python]


def test_links_to_what_is_gone_go_too() -> None:
    there = ("PySide6/Qt/lib/libQt6Core.so.6", "/venv/libQt6Core.so.6", "BINARY")
    good = ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK")
    bad = ("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", "SYMLINK")
    deep = ("a/b/link", "../file", "SYMLINK")
    file = ("a/file", "/somewhere/file", "DATA")
    assert contents.without_dangling([good, bad, deep, file], [there]) == [good, deep, file]


# --- frameworks, of which a Mac's libraries are made ----------------------------------------------


def framework(name: str, version: str = "A") -> list[tuple[str, str, str]]:
    """As PyInstaller lists one: its library, its description, and the links that it must have."""
    return [
        (f"{name}.framework/Versions/{version}/{name}", f"/venv/{name}", "BINARY"),
        (f"{name}.framework/Versions/{version}/Resources/Info.plist", "/venv/Info.plist", "DATA"),
        (f"{name}.framework/Versions/Current", version, "SYMLINK"),
        (f"{name}.framework/{name}", f"Versions/Current/{name}", "SYMLINK"),
        (f"{name}.framework/Resources", "Versions/Current/Resources", "SYMLINK"),
        (name, f"{name}.framework/Versions/{version}/{name}", "SYMLINK"),
    ]


def test_of_a_framework_comes_all_or_nothing() -> None:
    core, qml, python = framework("QtCore"), framework("QtQml"), framework("Python", "3.11")
    extension = ("PySide6/QtCore.abi3.so", "/venv/QtCore.abi3.so", "EXTENSION")
    links = {extension[1]: ["@rpath/QtCore.framework/Versions/A/QtCore"]}
    binaries = [extension, core[0], qml[0], python[0]]
    kept = contents.needed(binaries, lambda source: links.get(source, []))
    assert kept == [extension, core[0], python[0]]  # no module is linked to a Mac's Python
    assert contents.without_dangling([*core[1:], *qml[1:], *python[1:]], kept) == [
        *core[1:], *python[1:]
    ]  # fmt: skip
