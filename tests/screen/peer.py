"""Our own seat on a bus: there we answer for objects, and call those of others.

Built on jeepney, which the app brings along for the keyring.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Queue
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import DBusRouter, open_dbus_connection

from tests.screen.processes import Part

REPLY_SECONDS = 10.0
PROPERTIES = "org.freedesktop.DBus.Properties"
Answer = Callable[..., tuple[Any, ...]]
"""Gets the arguments of a call, gives those of the reply."""


class BusError(Exception):
    """The other side answered with an error."""


class Peer(Part):
    """Answers come one after the other, on a thread of its own; methods may be called on any.

    What is served is served at every path, so tell it all before you ``own`` the name.
    """

    def __init__(self, address: str) -> None:
        self.env = {}
        self._methods: dict[tuple[str, str], tuple[str, Answer]] = {}
        self._properties: dict[str, dict[str, tuple[str, Any]]] = {}
        self._callers = threading.local()
        self._connection = open_dbus_connection(address)
        self._router = DBusRouter(self._connection)
        self._inbox: Queue[Message | None] = Queue()
        self._router.filter(MatchRule(type="method_call"), queue=self._inbox)
        self._thread = threading.Thread(target=self._answer_all, daemon=True)
        self._thread.start()
        self.serve(PROPERTIES, "Get", "v", self._get)
        self.serve(PROPERTIES, "GetAll", "a{sv}", self._get_all)

    def close(self) -> None:
        self._router.close()
        self._inbox.put(None)
        self._thread.join(REPLY_SECONDS)
        self._connection.close()

    # --- as a client --------------------------------------------------------------------

    def call(
        self,
        name: str,
        path: str,
        interface: str,
        method: str,
        signature: str = "",
        *body: Any,
    ) -> tuple[Any, ...]:
        """Raises :class:`BusError`, or ``TimeoutError`` where nobody answers."""
        there = DBusAddress(path, bus_name=name, interface=interface)
        message = new_method_call(there, method, signature or None, body)
        reply = self._router.send_and_get_reply(message, timeout=REPLY_SECONDS)
        if reply.header.message_type is MessageType.error:
            error = reply.header.fields[HeaderFields.error_name]
            raise BusError(f"{interface}.{method}: {error} {reply.body}")
        return tuple(reply.body)

    def properties(self, name: str, path: str, interface: str) -> dict[str, Any]:
        (found,) = self.call(name, path, PROPERTIES, "GetAll", "s", interface)
        return {key: value for key, (_, value) in found.items()}

    def has_owner(self, name: str) -> bool:
        return bool(self._ask_bus("NameHasOwner", name))

    def pid_of(self, name: str) -> int:
        """The process behind a name. Raises :class:`BusError` if there is none."""
        return int(self._ask_bus("GetConnectionUnixProcessID", name))

    def _ask_bus(self, method: str, name: str) -> Any:
        bus = "org.freedesktop.DBus"
        return self.call(bus, "/org/freedesktop/DBus", bus, method, "s", name)[0]

    def listen(self, interface: str) -> Queue[tuple[str, tuple[Any, ...]]]:
        """From now on every signal of that interface: its name and what it says."""
        rule = MatchRule(type="signal", interface=interface)
        self._router.send_and_get_reply(message_bus.AddMatch(rule), timeout=REPLY_SECONDS)
        heard: Queue[tuple[str, tuple[Any, ...]]] = Queue()
        self._router.filter(rule, queue=_Ear(heard))
        return heard

    # --- as a server --------------------------------------------------------------------

    def own(self, name: str) -> None:
        """Raises ``AssertionError`` if another one has it."""
        reply = self._router.send_and_get_reply(
            message_bus.RequestName(name, 4), timeout=REPLY_SECONDS
        )
        assert reply.body == (1,), f"{name} is taken"

    def serve(self, interface: str, method: str, gives: str, answer: Answer) -> None:
        """``gives`` is the reply's signature."""
        self._methods[interface, method] = (gives, answer)

    def serve_property(self, interface: str, name: str, signature: str, value: Any) -> None:
        self._properties.setdefault(interface, {})[name] = (signature, value)

    def emit(self, path: str, interface: str, signal: str, signature: str, *body: Any) -> None:
        here = DBusAddress(path, interface=interface)
        self._router.send(new_signal(here, signal, signature, body))

    @property
    def caller(self) -> str:
        """Within an answer: whose call it is."""
        return str(self._callers.name)

    def _answer_all(self) -> None:
        while (message := self._inbox.get()) is not None:
            reply = self._answer(message)
            if not message.header.flags & MessageFlag.no_reply_expected:
                self._router.send(reply)

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        asked = fields.get(HeaderFields.interface, ""), fields[HeaderFields.member]
        if asked not in self._methods:
            unknown = "org.freedesktop.DBus.Error.UnknownMethod"
            return new_error(message, unknown, "s", (".".join(asked),))
        gives, answer = self._methods[asked]
        self._callers.name = fields.get(HeaderFields.sender, "")
        try:
            return new_method_return(message, gives or None, answer(*message.body))
        except Exception as error:
            return new_error(message, "org.freedesktop.DBus.Error.Failed", "s", (repr(error),))

    def _get(self, interface: str, name: str) -> tuple[Any, ...]:
        return (self._properties[interface][name],)

    def _get_all(self, interface: str) -> tuple[Any, ...]:
        return (self._properties.get(interface, {}),)


class _Ear(Queue[Message]):
    """Passes on what matters of a message."""

    def __init__(self, heard: Queue[tuple[str, tuple[Any, ...]]]) -> None:
        super().__init__()
        self._heard = heard

    def put_nowait(self, message: Message) -> None:
        member = message.header.fields[HeaderFields.member]
        self._heard.put((member, tuple(message.body)))
