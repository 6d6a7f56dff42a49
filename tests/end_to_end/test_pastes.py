"""Pasting into netcat: what others see of it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.tools import Connection, Program, guest, make_room, nc


class PasteTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.port = server.shared(self).port

    def _pasted(self, room: str, count: int) -> list[str]:
        """What somebody in ``room`` sees of ``seq count``, up to the leaving of who pasted it."""
        make_room(self, self.port, room)
        ear = guest(Connection(self, self.port), f"ear-{room}", room)
        ear.line("member")
        script = f"(echo guest hand-{room}; echo enter {room}; seq {count}) | nc -N 127.0.0.1 {self.port}"
        Program(self, "sh", "-c", script).rest()
        ear.line(f"hand-{room} left")
        seen = ear.so_far().replace("\r", "").split("\n")
        start = next(at for at, line in enumerate(seen) if f"hand-{room} entered" in line) + 1
        return seen[start : next(at for at, line in enumerate(seen) if f"hand-{room} left" in line)]

    def test_sixty_lines_are_one_with_a_name_eleven_without_and_one_that_says_how_to_see_the_others(self) -> None:
        named, *further, fold = self._pasted("sixty", 60)
        self.assertRegex(named, r"^111 \[sixty\] \d\d:\d\d hand-sixty: 1$")
        self.assertEqual(further, [f"111 [sixty] | {number}" for number in range(2, 13)])
        self.assertRegex(fold, r"^111 \[sixty\] -- … 48 more lines: /more sixty#\d+$")
        reader = guest(nc(self, self.port), "reader", "sixty")
        reader.send(fold.partition(": ")[2])
        reader.line("| 60")
        reader.line("48 lines of sixty#")

    def test_thirty_lines_are_shown_whole(self) -> None:
        named, *further = self._pasted("thirty", 30)
        self.assertTrue(named.endswith("hand-thirty: 1"), named)
        self.assertEqual(further, [f"111 [thirty] | {number}" for number in range(2, 31)])

    def test_what_was_said_is_found_by_its_words(self) -> None:
        make_room(self, self.port, "hay")
        speaker = guest(nc(self, self.port), "speaker", "hay")
        speaker.answer("a needle in the hay", "a needle")
        reader = nc(self, self.port)
        reader.send("guest finder", "search needle")
        reader.line("speaker: a needle in the hay")
        reader.line("1 found")
