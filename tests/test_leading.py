"""A session from its greeting to its goodbye, whatever comes between."""

from __future__ import annotations

from typing import Any

from chatd.chat.answers import Closing
from chatd.dialogue.requests import Requests
from chatd.session import Session
from tests.frontends.web.programs import WebStage, kinds


class LeadingTests(WebStage):
    def test_one_that_breaks_off_is_ended_and_told_so(self) -> None:
        async def converse(requests: Requests, session: Session) -> None:
            raise ZeroDivisionError

        self.patch(Requests, "converse", converse)
        self.furnish()
        peer = self.visitor()
        peer.begin()
        (told,) = peer.read()
        self.assertEqual((told["type"], told["reason"], peer.codes), ("closing", "internal", [1000]))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_nobody_begins_while_the_server_stops(self) -> None:
        self.server.house.leading.stopping = Closing("stopping", why="new disks")
        peer = self.visitor()
        peer.begin()
        self.assertEqual((kinds(peer.read()), peer.objects[-1]["why"]), (["greeting", "closing"], "new disks"))

    def test_its_end_is_its_end_however_it_comes(self) -> None:
        other = self.guest("eve", "public")
        ways: dict[str, Any] = {
            "quit": lambda peer: peer.ask("quit"),
            "lost": lambda peer: peer.lose(clean=False),
            "sent away": lambda peer: peer.session.end(Closing("kicked")),
        }
        for name, end in ways.items():
            peer = self.guest("gus", "public")
            other.read()
            end(peer)
            self.server.turn()
            self.assertEqual(kinds(other.read()), ["left"], name)
            self.assertNotIn("gus", self.server.house.hub.users)
            peer.lose()
