"""What of a WebSocket's messages waits."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import requests as r
from chatd.frontends.web.messages import BESIDES, Messages
from chatd.wire.webjson import Asked


class MessagesTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.parsed: list[bytes] = []
        self.messages = Messages(self.parse, 100)

    def parse(self, message: bytes, limit: int) -> list[Asked]:
        """A thing for each character."""
        self.parsed.append(message)
        return [Asked(r.Say(character)) for character in message.decode()] or [Asked(r.Rooms())]

    def texts(self, most: int = 100) -> list[object]:
        """What is taken, up to so many."""
        found: list[object] = []
        while len(found) < most and (asked := self.messages.next_line()) is not None:
            found.append(getattr(asked.request, "text", None))
        return found

    def test_things_come_one_after_the_other(self) -> None:
        self.messages.feed(b"ab")
        self.messages.feed(b"")
        self.messages.feed(b"c")
        self.assertEqual(self.texts(), ["a", "b", None, "c"])
        self.assertIsNone(self.messages.next_line())

    def test_a_message_is_looked_at_when_its_turn_comes(self) -> None:
        self.messages.feed(b"ab")
        self.messages.feed(b"cd")
        self.assertEqual((self.parsed, self.messages.lines), ([], 2))
        self.assertEqual(self.texts(1), ["a"])
        self.assertEqual((self.parsed, self.messages.lines), ([b"ab"], 2))

    def test_one_waits_until_all_of_it_is_taken(self) -> None:
        self.messages.feed(b"ab")
        self.assertEqual(self.messages.waiting, 2 + BESIDES)
        self.texts(1)
        self.assertEqual(self.messages.waiting, 2 + BESIDES)
        self.texts(1)
        self.assertEqual(self.messages.waiting, 0)

    def test_those_of_nothing_count_too(self) -> None:
        for _ in range(10):
            self.messages.feed(b"")
        self.assertEqual(self.messages.waiting, 10 * BESIDES)
        self.texts()
        self.assertEqual(self.messages.waiting, 0)

    def test_what_waits_is_thrown_away(self) -> None:
        self.messages.feed(b"ab")
        self.messages.feed(b"cd")
        self.texts(1)
        self.assertEqual(self.messages.take_rest(), b"")
        self.assertEqual((self.texts(), self.messages.waiting, self.messages.lines), ([], 0, 0))
        self.messages.feed(b"e")
        self.assertEqual((self.texts(), self.messages.waiting), (["e"], 0))
