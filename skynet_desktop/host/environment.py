"""What other programs may see of our environment: what they need, and no secret.

A service may be given its keys by variables, and any program we start would inherit them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

# Named one by one: of a variable nobody has heard of, nobody knows what it holds.
_PASSED = re.compile(
    "PATH|HOME|USER|LOGNAME|USERNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP"
    # a Unix desktop and its programs
    "|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|BROWSER"
    "|XDG_(RUNTIME_DIR|SESSION_TYPE|SESSION_DESKTOP|CURRENT_DESKTOP|SESSION_CLASS|MENU_PREFIX"
    "|(CONFIG|DATA|CACHE|STATE)_(HOME|DIRS))"
    "|KDE_FULL_SESSION|KDE_SESSION_VERSION|GNOME_DESKTOP_SESSION_ID|__CF_USER_TEXT_ENCODING"
    "|(GTK|QT)_IM_MODULE|XMODIFIERS|QT_QPA_PLATFORMTHEME|GTK_THEME|QT_SCALE_FACTOR|GDK_SCALE"
    # Windows
    "|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|PROGRAMDATA|PUBLIC|ALLUSERSPROFILE"
    "|PROGRAMFILES|PROGRAMFILES\\(X86\\)|PROGRAMW6432|COMMONPROGRAMFILES"
    "|USERPROFILE|USERDOMAIN|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|COMPUTERNAME"
)


def for_others(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a program that is not ours.

    A frozen app's own library path would make it load our libraries instead of its own; the
    one from before, which PyInstaller keeps aside, takes its place.
    """
    passed = {name: value for name, value in environ.items() if _PASSED.fullmatch(name.upper())}
    original = environ.get("LD_LIBRARY_PATH_ORIG")
    return passed | ({"LD_LIBRARY_PATH": original} if original else {})
