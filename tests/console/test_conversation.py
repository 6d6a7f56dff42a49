"""The conversation at the console, as netcat has it."""

from __future__ import annotations

import json

from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer

from chatd.chat import operating as o
from tests.console.desk import PROMPT, DeskTestCase


class ConversationTests(DeskTestCase):
    def test_it_greets_and_asks(self) -> None:
        client = self.sit_down().client
        client.send("")
        client.send("uptime")
        self.assertEqual(client.lines()[-1], PROMPT)

    def test_every_command_has_a_handler(self) -> None:
        self.assertEqual(self.console.commands, set(o.Command.__subclasses__()))

    def test_what_is_wrong_is_told_and_the_prompt_comes_again(self) -> None:
        self.operator.client.send("statsu", "kick", "role x y z")
        self.assertEqual(
            self.operator.client.lines(),
            [
                "00 there is no command statsu; help lists them; did you mean status or restart?",
                PROMPT,
                "00 use it so: kick NAME [TEXT]",
                PROMPT,
                "00 use it so: role NAME user|moderator|operator",
                PROMPT,
            ],
        )

    def test_it_speaks_json(self) -> None:
        setting, prompt, refused, _ = (json.loads(line) for line in self.says("format json", "kick bob"))
        self.assertEqual(setting, {"type": "setting", "name": "format", "value": "json"})
        self.assertEqual(prompt, {"type": "prompt", "name": "console", "text": "console:"})
        self.assertEqual((refused["type"], refused["error"]), ("error", "no-such-user"))

    def test_another_format_there_is_not(self) -> None:
        self.assertEqual(self.says("format xml"), ["use it so: format text|json"])

    def test_help_and_the_end(self) -> None:
        self.assertIn("kick NAME [TEXT]  disconnect somebody", self.says("help kick"))
        self.assertEqual(self.says("quit"), ["goodbye"])
        self.assertTrue(self.operator.client.closed)

    def test_two_at_once_are_two(self) -> None:
        other = self.sit_down()
        self.operator.client.send("passwd nobody", "adduser --from -", "anna")
        self.assertIn("account bob, password", other.says("adduser bob")[0])
        self.assertIn("row 1: account anna", " ".join(self.says(".")))

    def test_lines_sent_ahead_are_worked_off_after_the_end_of_input(self) -> None:
        self.operator.client.send("adduser anna", "users -a")
        self.operator.client.end_input()
        told = self.operator.heard()
        self.assertEqual(told[-1], "goodbye")
        self.assertTrue(any(line.startswith("anna; never here") for line in told), told)

    def test_what_changes_something_is_noted_without_its_text(self) -> None:
        self.guest("bob")
        seen: list[str] = []

        @implementer(ILogObserver)
        def observer(event: LogEvent) -> None:
            seen.append(f"{event.get('verb')} {event.get('about')}")

        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)
        self.says("status", "users", "say a secret", "kick bob be gone")
        self.assertEqual(seen, ["say ", "kick bob"])

    def test_a_defect_is_told_to_nobody_but_the_log(self) -> None:
        self.patch(self.server.house, "hub", None)
        self.assertIn("through no fault of yours", self.says("users")[0])
        self.assertEqual(len(self.flushLoggedErrors(AttributeError)), 1)
        self.patch(self.server.house, "hub", self.server.house.sessions._hub)  # noqa: SLF001 - as it was

    def test_it_ends_with_the_server(self) -> None:
        self.stop()
        self.assertEqual(self.operator.heard(), ["the server is stopping; come back soon"])
