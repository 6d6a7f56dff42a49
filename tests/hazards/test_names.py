"""Look-alike names through the whole server: refused, or equal to what they look like."""

from __future__ import annotations

from chatd.testing import Client
from tests.behaviour.scene import Stage

EQUAL = {
    "straſſe": "strasse",
    "ＳＴＲＡＳＳＥ": "strasse",
    "STRASSE": "strasse",
    "\u212aelvin": "kelvin",
    "KELVIN": "kelvin",
    "ｋelvin": "kelvin",
    "Zoe\u0308": "zoë",
    "ZOË": "zoë",
}
"""What is written, and the account it is."""

ALIKE = {
    "аlice": "alice",  # Cyrillic a
    "alicе": "alice",  # Cyrillic ie
    "a1ice": "alice",
    "aIice": "alice",
    "b0b": "bob",
    "bοb": "bob",  # Greek omicron
}
"""What is none of these accounts, but looks like one."""

UNSEEN = (
    "ali\u200bce",
    "\u200balice",
    "alice\u200d",
    "ali\u00adce",
    "al\ufeffice",
    "alice\u2060",
    "ali\u034fce",
    "al\u3164ice",
)
"""Names with something in them that is not seen."""


class NamesTests(Stage):
    def setUp(self) -> None:
        self.start({"accounts": {"sessions_per_account": 1000}})
        for name in sorted({*EQUAL.values(), *ALIKE.values()}):
            client = self.server.connect()
            client.send(f"register {name}", "pw", "pw", "create den", f"create {name}room")
            self.assertIn(f"00 welcome, {name}", client.lines())
        self.visitor = self._account("visitor")

    def _account(self, name: str) -> Client:
        client = self.server.connect()
        client.send(f"register {name}", "pw", "pw")
        client.received()
        return client

    def _told(self, *lines: str) -> str:
        client = self.server.connect()
        client.received()
        client.send(*lines)
        return client.received().decode()

    def test_what_is_equal_logs_in(self) -> None:
        for written, name in EQUAL.items():
            self.assertIn(f"00 welcome, {name}\r\n", self._told(f"login {written}", "pw"), written)

    def test_and_cannot_be_had(self) -> None:
        for written in EQUAL:
            for line in (f"guest {written}", f"register {written}\nx\nx"):
                self.assertNotIn("welcome", self._told(line), written)

    def test_and_stands_for_the_user_and_the_room_everywhere(self) -> None:
        for written, name in EQUAL.items():
            told = self._told(
                "guest g",
                f"whois {written}",
                f"info {written}room",
                f"enter {written}room",
                f"/who {written}room",
                "/quit",
            )
            self.assertIn(f"00 {name}: here since", told)
            self.assertIn(f"00 {name}room: topic:", told)
            self.assertIn(f"111 [{name}room] -- you are in", told)

    def test_what_looks_alike_cannot_be_had_and_is_nobody(self) -> None:
        for written in ALIKE:
            for line in (f"guest {written}", f"register {written}\nx\nx"):
                told = self._told(line)
                self.assertNotIn("welcome", told, written)
            self.assertIn("wrong name or password", self._told(f"login {written}", "pw"))
            self.assertIn("nobody called", self._told("guest g", f"whois {written}", "quit"))

    def test_nor_can_what_has_something_in_it_that_is_not_seen(self) -> None:
        for written in UNSEEN:
            for line in (f"guest {written}", f"register {written}\nx\nx"):
                told = self._told(line)
                self.assertNotIn("welcome", told, written)
            self.visitor.send(f"create {written}")
            self.assertNotIn("is made", self.visitor.received().decode(), written)

    def test_nor_what_looks_like_a_word_of_the_server(self) -> None:
        for written in ("Ѕerver", "0perator", "5ystem", "pub1ic", "SERVER", "ａｌｌ", "1ogin"):
            self.assertNotIn("welcome", self._told(f"guest {written}"), written)

    def test_a_name_is_shown_as_it_was_registered(self) -> None:
        told = self._told("register Ｆｒｉｄａ", "pw", "pw")
        self.assertIn("00 welcome, Frida\r\n", told)
        self.assertIn("00 welcome, Frida\r\n", self._told("login frida", "pw"))

    def test_a_room_that_looks_like_another_is_refused(self) -> None:
        for written in ("аliceroom", "b0broom", "alicer\u043eom"):
            self.visitor.send(f"create {written}")
            self.assertNotIn("is made", self.visitor.received().decode(), written)
