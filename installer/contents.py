"""What the frozen program holds and what stays out, for all systems.

``skynet.spec`` builds by it, and the tests judge it without building. A *destination* is a path
in the folder that PyInstaller makes, with either slash; an *entry* is a row of PyInstaller's
tables: destination, source and kind.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from installer import ROOT
from skynet_desktop.connections.registry import GROUP

Entry = tuple[str, str, str]

LANGUAGES = ("de", "es", "fr", "zh_CN")
"""Those of ours that Qt's own texts are translated to."""

# --- modules --------------------------------------------------------------------------------------

_FOR_WRITERS = ("skynet_desktop.connections.conformance", "skynet_desktop.connections.checks")
"""The suite for whoever writes a connection: it needs pytest, hence a checkout."""

_FOR_HOSTS = ("skynet_desktop.skywatch",)
"""The web monitor has requirements of its own, and its own ways to run."""

_LOOKED_FOR = ("psycopg_binary._psycopg", "psycopg_binary.pq")
"""psycopg's driver, which brings its libpq. It is looked for while the program runs; without it
the system's libpq would do, which most desktops do not have."""

_STDLIB_OUT = (
    "__main__", "_crypt", "_curses", "_curses_panel", "_gdbm", "_dbm", "_tkinter", "antigravity",
    "curses", "distutils", "ensurepip", "idlelib", "lib2to3", "nis", "pydoc_data", "readline",
    "this", "tkinter", "turtle", "turtledemo", "venv",
)  # fmt: skip

EXCLUDED = (
    *_FOR_WRITERS,
    *_FOR_HOSTS,
    *_STDLIB_OUT,
    "PyInstaller", "_distutils_hack", "_pytest", "hypothesis", "mypy_boto3_s3", "pip",
    "pkg_resources", "pytest", "setuptools", "wheel",
    *(f"PySide6.{name}" for name in (
        "QtConcurrent", "QtDesigner", "QtHelp", "QtOpenGL", "QtOpenGLWidgets", "QtPrintSupport",
        "QtQml", "QtQuick", "QtQuickControls2", "QtQuickTest", "QtQuickWidgets", "QtSql",
        "QtSvgWidgets", "QtTest", "QtUiTools", "QtXml",
    )),
)  # fmt: skip


def hidden_imports(submodules: Callable[[str], Iterable[str]]) -> list[str]:
    """Modules that no import statement shows: all of ours, the database's driver, the connections
    of packages that are installed here, found as the registry finds them, and the standard
    library, of which a connection in a person's own folder may want any part.

    ``submodules`` names a package's modules, itself among them.
    """
    standard = {name for name in sys.stdlib_module_names - {*_STDLIB_OUT} if find_spec(name)}
    found = {module for name in ("skynet_desktop", *standard) for module in submodules(name)}
    declared = (point.module for point in _declared())
    return sorted({*filter(ships, found), *_LOOKED_FOR, *declared})


def ships(module: str) -> bool:
    """Whether a module of ours or of the standard library comes along."""
    if re.search(r"(^|\.)(tests?|idle_test|__main__)(\.|$)", module):
        return module == "skynet_desktop.__main__"
    return not any(module == out or module.startswith(f"{out}.") for out in EXCLUDED)


# --- packages' metadata ---------------------------------------------------------------------------


def pinned(
    file: Path = ROOT / "requirements.txt", environment: dict[str, str] | None = None
) -> list[Requirement]:
    """What the file pins for this system, or for the one that ``environment`` describes."""
    lines = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith("-r ")]
    return [each for each in found if each.marker is None or each.marker.evaluate(environment)]


def distributions() -> list[str]:
    """Packages whose metadata comes along: their versions, licences and entry points are read
    by the running program."""
    declared = [point.dist.name for point in _declared() if point.dist]
    return sorted({"skynet-desktop", *declared, *(each.name for each in pinned())})


def _declared() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)


# --- files ----------------------------------------------------------------------------------------

_AWS = {"s3", "sts", "sso", "sso-oidc", "signin"}
"""S3, and what boto3's chain asks for keys: roles, single sign-on, a login."""

_PLUGINS = {  # Qt's, by folder; those of other systems are simply not there
    "iconengines": {"qsvgicon"},
    "imageformats": {"qico", "qsvg"},
    # Not glib's: it loads modules of the system that were made for another glib.
    "networkinformation": {
        "qapplenetworkinformation", "qconnman", "qnetworklistmanager", "qnetworkmanager",
    },
    "platforminputcontexts": {
        "composeplatforminputcontextplugin", "ibusplatforminputcontextplugin",
    },
    "platforms": {"qcocoa", "qoffscreen", "qwayland", "qwindows", "qxcb"},
    "platformthemes": {"qxdgdesktopportal"},  # not GTK's, which brings all of GTK along
    "styles": {"qmacstyle", "qmodernwindowsstyle", "qwindowsvistastyle"},
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-shell-integration": {"xdg-shell"},
}  # fmt: skip

_OUT = re.compile(
    r"(^|/)direct_url\.json$"  # says from where on this machine a package was installed
    r"|(^|/)(boto3/examples/|botocore/data/.*/examples-[^/]*\.json)"
    r"|^resources/translations/[^/]+\.ts$"
    r"|\.(pyi|cmake|qmltypes)$"
)
_AWS_DATA = re.compile(r"(^|/)(boto3|botocore)/data/([^/]+)/")
_PLUGIN = re.compile(r"(^|/)plugins/([^/]+)/(?:lib)?([^/]+?)\.(so|dll|dylib)$")
_QT_TEXTS = re.compile(r"(^|/)PySide6/(?:Qt/)?translations/(.+)$")


def keep(destination: str) -> bool:
    """Whether a file comes along. Shared libraries are judged by :func:`needed` besides."""
    path = _plain(destination)
    if _OUT.search(path):
        return False
    if service := _AWS_DATA.search(path):
        return service[3] in _AWS
    if "PySide6/" in path and (plugin := _PLUGIN.search(path)):
        return plugin[3] in _PLUGINS.get(plugin[2], ())
    if texts := _QT_TEXTS.search(path):
        return texts[2] in {f"qtbase_{language}.qm" for language in LANGUAGES}
    return True


def needed(binaries: Iterable[Entry], imports: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Of these, the extension modules and plugins, and the libraries that those lead to.

    What is left out takes along what came for it alone. ``imports`` names the libraries that a
    source file is linked to.
    """
    kept = [entry for entry in binaries if keep(entry[0])]
    files = {_name(entry[0]): entry for entry in kept if entry[2] != "SYMLINK"}
    ahead = [entry for entry in kept if _is_root(entry)]
    reached = {_name(entry[0]) for entry in ahead}
    while ahead:
        for name in map(_name, imports(ahead.pop()[1])):
            if name in files and name not in reached:
                reached.add(name)
                ahead.append(files[name])
    return [entry for entry in kept if _name(entry[0]) in reached]


def without_dangling(entries: Iterable[Entry], present: Iterable[Entry]) -> list[Entry]:
    """``entries`` less the links to files that are neither among them nor ``present``, and less
    what belongs to a Mac's framework whose library is not ``present``: of a framework come all
    links and its Info.plist or nothing, or it could not be signed."""
    entries, present = list(entries), list(present)
    there = {_plain(entry[0]) for entry in (*entries, *present)}
    frameworks = {_framework(entry[0]) for entry in present}

    def stays(destination: str, source: str, kind: str) -> bool:
        if framework := _framework(destination):
            return framework in frameworks
        target = posixpath.join(posixpath.dirname(_plain(destination)), source)
        return kind != "SYMLINK" or posixpath.normpath(target) in there

    return [entry for entry in entries if stays(*entry)]


def _is_root(entry: Entry) -> bool:
    """What is loaded by its name while the program runs."""
    return (
        entry[2] == "EXTENSION"
        or _PLUGIN.search(_plain(entry[0])) is not None
        or re.match(r"(lib)?python(\d|$)", _name(entry[0]), re.IGNORECASE) is not None
    )


def _framework(path: str) -> str:
    """The folder of the framework that a file is in; empty if it is in none."""
    found = re.match(r"(.*?\.framework)/", _plain(path))
    return found[1] if found else ""


def _name(path: str) -> str:
    return posixpath.basename(_plain(path))


def _plain(path: str) -> str:
    return path.replace("\\", "/")
