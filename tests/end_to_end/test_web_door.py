"""Coming in at a browser where the server is particular about whom it lets in."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import WEB, Person, expect, web_port
from tests.end_to_end.tools import PASSWORD, Connection, enter

RULES = """
[accounts]
register_code = "open sesame"
sessions_per_account = 1
[limits]
idle_login_seconds = 1
"""


SOCKETS = """
    window.WebSocket = class extends WebSocket {
        constructor(url) {
            super(url);
            this.addEventListener("close", () => { document.documentElement.dataset.closed = ""; });
        }
    };
"""
"""Lets a test see that a connection has ended."""


class DoorTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp()).absolute().with_suffix(".toml")
        config.write_text(RULES)
        self.daemon = server.shared(self, *WEB, "--config", str(config))
        self.line, self.port = self.daemon.port, web_port(self.daemon)

    def register(self, name: str) -> Connection:
        """An account, and its only session."""
        connection = Connection(self, self.line)
        connection.send(f"register {name}", "open sesame", PASSWORD, PASSWORD)
        connection.line(f"welcome, {name}")
        return connection

    def test_a_code_is_asked_for_where_one_is_needed(self) -> None:
        anna = Person(self, self.port)
        anna.come("Make an account", "anna")
        anna.see("#door-error", "you need a code")
        expect(anna.page.locator("#sign-in-code")).to_be_focused()
        anna.page.keyboard.type("open sesame")
        anna.page.keyboard.press("Enter")
        anna.be_in("public")

    def test_the_oldest_session_can_be_ended(self) -> None:
        oldest = self.register("ben")
        ben = Person(self, self.port)
        ben.come("Log in", "ben")
        ben.button("End it and come in").click()
        ben.be_in("public")
        oldest.line("another session of ben took the place of this one")

    def test_who_waits_long_before_the_door_comes_in_all_the_same(self) -> None:
        carla = Person(self, self.port, script=SOCKETS)
        # The server sends those away who do not sign in.
        expect(carla.page.locator("html[data-closed]")).to_have_count(1)
        carla.guest("carla")

    def test_an_invitation_leads_into_the_room(self) -> None:
        owner = self.register("owner")
        owner.answer("create club", "the room club is made")
        enter(owner, "club").answer("/access invited", "set the access")
        self.register("dora").answer("quit", "goodbye")
        dora = Person(self, self.port)
        dora.come("Log in", "dora")
        dora.be_in("public")
        owner.answer("/invite dora", "dora is invited")
        dora.see(".ask", "owner invites you into club").get_by_role("button", name="Enter").click()
        dora.be_in("club")
        expect(dora.page.locator(".ask")).to_have_count(0)
