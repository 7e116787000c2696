"""Whether the network costs by the byte, as NetworkManager says.

Qt's own backend for NetworkManager takes the network of the start for unmetered, and tells of
no change when it then becomes so (seen with Qt 6.11).
"""

from __future__ import annotations

import sys
from contextlib import closing

SERVICE = "org.freedesktop.NetworkManager"
PATH = "/org/freedesktop/NetworkManager"
_SECONDS = 2.0
_YES, _GUESS_YES = 1, 3


def is_metered() -> bool:
    """False where nobody knows, and on other systems. Returns within five seconds: call it off
    the thread of a window."""
    if sys.platform != "linux":
        return False
    from jeepney import DBusAddress, MessageType, Properties
    from jeepney.io.blocking import open_dbus_connection

    question = Properties(DBusAddress(PATH, SERVICE, SERVICE)).get("Metered")
    try:
        with closing(open_dbus_connection("SYSTEM", auth_timeout=_SECONDS)) as bus:
            answer = bus.send_and_get_reply(question, timeout=_SECONDS)
    except Exception:  # no bus, none that answers, one that breaks off
        return False
    if answer.header.message_type is not MessageType.method_return:
        return False
    return answer.body[0][1] in (_YES, _GUESS_YES)
