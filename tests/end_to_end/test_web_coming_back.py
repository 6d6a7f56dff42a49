"""A browser that loses the server, and comes back to where it was."""

from __future__ import annotations

import socket

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import Person, expect
from tests.end_to_end.tools import Connection, guest, make_room


def free_port() -> int:
    """A port that nobody listens on; a server that starts again needs the same."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class ComingBackTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.port = free_port()
        self.daemon = self.enterContext(server.running("--web", f"tcp:{self.port}:interface=127.0.0.1"))
        make_room(self, self.daemon.port, "lab")

    def test_every_message_comes_once_and_in_order_after_the_server_was_killed(self) -> None:
        anna = Person(self, self.port, "#lab").register("anna", "lab")
        anna.tolerate_absence()
        anna.say("one")
        anna.see(".message", "one")
        self.daemon.kill()
        expect(anna.see("#state")).to_contain_text("The connection is lost.")
        anna.page.locator("#text").fill("typed meanwhile")
        expect(anna.button("Send")).to_be_disabled()
        self.daemon.start()
        speaker = guest(Connection(self, self.daemon.port), "speaker", "lab")
        for number in range(5):
            speaker.answer(f"missed {number}", f"missed {number}")
        anna.see(".message", "missed 4")
        expect(anna.page.locator("#state")).to_be_hidden()
        anna.page.locator("#text").press("Enter")
        speaker.line("anna: typed meanwhile")
        anna.see(".message", "typed meanwhile")
        self.assertEqual(anna.messages(), ["one", *(f"missed {number}" for number in range(5)), "typed meanwhile"])

    def test_a_server_that_stops_says_so_and_guests_sign_in_again(self) -> None:
        ben = Person(self, self.port, "#lab").guest("ben", "lab")
        ben.tolerate_absence()
        self.daemon.stop()
        expect(ben.see("#state")).to_contain_text("comes back")
        self.daemon.start()
        # A guest's session does not outlive the server.
        ben.see("#door-news", "Your session has ended. Sign in again.")
        ben.guest("ben", "lab")

    def test_what_was_perhaps_not_said_stands_in_the_line_again(self) -> None:
        carla = Person(self, self.port, "#lab").register("carla", "lab")
        carla.tolerate_absence()
        self.daemon.process.send_signal(19)  # SIGSTOP: it takes nothing, and nobody is told
        carla.say("into the void")
        self.daemon.process.send_signal(9)
        self.daemon.kill()
        carla.see("#state", "The connection is lost.")
        self.daemon.start()
        expect(carla.page.locator("#state")).to_be_hidden()
        expect(carla.page.locator("#text")).to_have_value("into the void")
