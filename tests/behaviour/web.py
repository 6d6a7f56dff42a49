"""What a person does and hears in a browser: requests as JSON objects over a WebSocket, and objects back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Ping, Request, TextMessage

from chatd.chat import answers as a
from chatd.chat import entrances as n
from chatd.chat import requests as r
from chatd.testing import Client, Server
from chatd.wire.codes import DUPLEX, Code
from chatd.wire.webjson import Typed
from tests.behaviour.hearing import Hearing
from tests.behaviour.readers import JsonReader, Value

QUESTIONS = frozenset({"room-again", "room-password", "new-room-password"})
"""What only the server knows that it is to be asked; for all else a page has forms of its own."""

FORMS: dict[str, tuple[str, ...]] = {
    "login": ("name", "password"),
    "register": ("name", "code", "password", "again"),
    "password": ("password", "new", "again"),
    "unregister": ("password",),
}
"""The fields of the page's forms, in order."""

ID = "asked"
"""What all requests bear but those that say one thing, so that both ways are gone; answers come in their order."""

_ENTRANCES = {str(kind.__struct_config__.tag): kind for kind in n.Entrance.__subclasses__()}


class _Noticed(bytearray):
    """Has ``notice`` called whenever something is written to it."""

    def __init__(self, notice: Callable[[], object]) -> None:
        super().__init__()
        self._notice = notice

    def extend(self, data: Any) -> None:
        super().extend(data)
        self._notice()


class Socket:
    """The browser's side of a WebSocket: pings and closes are answered as they come, whether anybody looks or not."""

    def __init__(self, server: Server, address: str) -> None:
        self.client = Client(server, address, True, server.website.site)
        server.clients.append(self.client)
        self.client.transport.written = _Noticed(lambda: server.clock.callLater(0, self._receive))
        self.data = bytearray()
        """All that has come, as it came."""
        self._wire = WSConnection(ConnectionType.CLIENT)
        self._messages: list[str] = []
        self._piece = ""
        self._send(Request("chat.example", "/ws"))

    def send(self, message: bytes) -> None:
        """Send a text message."""
        self._send(TextMessage(message.decode()))

    def messages(self) -> list[str]:
        """Those that have come since the last time."""
        messages, self._messages = self._messages, []
        return messages

    def _send(self, event: Event) -> None:
        self.client.send_bytes(self._wire.send(event))

    def _receive(self) -> None:
        data = self.client.received()
        if not data:
            # What was written in several pieces came with the first; behind a close frame even nothing is too much.
            return
        self.data += data
        self._wire.receive_data(data)
        for event in self._wire.events():
            if isinstance(event, TextMessage):
                self._piece += event.data
                if event.message_finished:
                    self._messages.append(self._piece)
                    self._piece = ""
            elif isinstance(event, Ping | CloseConnection):
                self.client.protocol.dataReceived(self._wire.send(event.response()))
            elif not isinstance(event, AcceptConnection):
                raise AssertionError(f"{event} came")


class WebDriver(Hearing):
    """Speaks JSON over a WebSocket, as a page does that has forms for names and passwords."""

    def __init__(self, server: Server, address: str) -> None:
        super().__init__(JsonReader(), server)
        self._socket = Socket(server, address)
        self._form: list[str] = []
        """What was asked for, and what of it is filled in."""
        self._asked: dict[str, Any] = {}
        """What was asked for last, and may be asked for once more with an answer."""
        self._question = ""
        self._unanswered: list[str] = []
        """The types of what bore an id and was not answered by an object that bears it."""
        self.forget()

    # Doing

    def register(self, name: str, password: str, again: str = "") -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._ask(n.Register(name, password))

    def login(self, name: str, password: str) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._ask(n.Login(name, password))

    def guest(self, name: str = "") -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._ask(n.Guest(name))

    def go_on(self, code: str, seen: Mapping[str, int | None]) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._ask(n.GoOn(code, dict(seen)))

    def do(self, *requests: r.Request) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        for request in requests:
            self._ask(request)

    def paste(self, *lines: str) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._ask(r.Say("\n".join(lines)))

    def give(self, ticket: str, data: bytes) -> bool:
        """As :class:`tests.behaviour.drivers.Driver`."""
        head, _ = self._transfer("POST", ticket, (f"Content-Length: {len(data)}",), data)
        return head.startswith(b"HTTP/1.1 201 ")

    def fetch(self, ticket: str, offset: int = 0) -> bytes:
        """As :class:`tests.behaviour.drivers.Driver`."""
        head, data = self._transfer("GET", ticket, (f"Range: bytes={offset}-",) if offset else ())
        return data if head.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 206 ")) else b""

    def _transfer(self, method: str, ticket: str, headers: tuple[str, ...], data: bytes = b"") -> tuple[bytes, bytes]:
        """The head and the body of what is answered to a request on a connection of its own."""
        other = Client(self._server, self._socket.client.transport.address, True, self._server.website.site)
        head = (f"{method} /files/{ticket}/name HTTP/1.1", "Host: chat.example", *headers, "", "")
        other.send_bytes("\r\n".join(head).encode() + data)
        came, _, body = other.received().partition(b"\r\n\r\n")
        other.lose()
        return came, body

    def answer(self, *answers: str) -> None:
        """As :class:`tests.behaviour.drivers.Driver`; what is no answer is typed in a room."""
        for given in answers:
            self._listen()
            if self._form:
                self._fill(given)
            elif self._question:
                self._send(self._asked | {"answers": {self._question: given}})
            else:
                self._ask(Typed(given))

    def choose(self, word: str) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        name, _, rest = word.partition(" ")
        if name in FORMS:
            self._form = [name]
            if rest:
                self._fill(rest)
        else:
            self._ask(_ENTRANCES[name]())

    def _fill(self, given: str) -> None:
        self._form.append(given)
        name, *filled = self._form
        fields = [field for field in FORMS[name] if field != "code" or self._server.config.accounts.register_code]
        if len(filled) == len(fields):
            self._form = []
            values = dict(zip(fields, filled, strict=True))
            values.pop("again", None)
            self._ask(_ENTRANCES[name](**values))

    def _ask(self, request: r.Request | n.Entrance | Typed) -> None:
        message = msgspec.to_builtins(request)
        says_one = isinstance(request, r.Say) and "\n" not in request.text
        self._send(message if says_one else message | {"id": ID})

    def _send(self, message: dict[str, Any]) -> None:
        self._asked, self._question = message, ""
        if "id" in message:
            self._unanswered.append(message["type"])
        self._socket.send(msgspec.json.encode(message))

    def hang_up(self) -> None:
        """As :class:`tests.behaviour.drivers.Driver`."""
        self._listen()
        if self._unanswered:
            raise AssertionError(f"nothing came to end {self._unanswered}")
        self._socket.client.lose()

    @property
    def closed(self) -> bool:
        """As :class:`tests.behaviour.drivers.Driver`."""
        return self._socket.client.closed

    # Hearing

    def _listen(self) -> list[str]:
        self.everything = self._socket.data
        for message in self._socket.messages():
            told = msgspec.json.decode(message)
            if self._ends(told):
                continue
            if told.get("error") == "answer-needed" and told["about"] in QUESTIONS:
                self._question = told["about"]
                told = msgspec.to_builtins(a.Prompt(told["about"], told["why"]))
            self._unread.append(f"{DUPLEX.value} {msgspec.json.encode(told).decode()}")
        return self._unread

    def _ends(self, told: dict[str, Any]) -> bool:
        """Whether ``told`` says no more than that what was asked for is done."""
        if told.get("id") != ID:
            return False
        asked = self._unanswered.pop(0)
        return bool(told["type"] == "done" and told["done"] == asked)

    def expect(self, *values: Value, code: Code | None = None) -> None:
        """As :class:`tests.behaviour.drivers.Driver`, without menus and what a page asks by itself."""
        super().expect(*_told(values))

    def expect_only(self, *values: Value) -> None:
        """As :meth:`expect`, and that nothing else came."""
        super().expect_only(*_told(values))


def _told(values: tuple[Value, ...]) -> list[Value]:
    return [value for value in values if not _is_of_lines(value)]


def _is_of_lines(value: Value) -> bool:
    """Whether it is told because questions come one after the other, as the end of a registration long refused is."""
    asks = isinstance(value, a.Prompt) and value.name not in QUESTIONS
    return asks or isinstance(value, a.MainMenu) or value == a.Refused("not-registered")
