"""What was said before, and long texts, at a browser."""

from __future__ import annotations

import json
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import WEB, Person, expect, web_port
from tests.end_to_end.tools import Connection, enter, guest, make_room, register

PASTE = [f"{number:03} " + "x" * 76 for number in range(400)]
"""32 KiB."""


class HistoryTests(SynchronousTestCase):
    def setUp(self) -> None:
        config = Path(self.mktemp()).absolute().with_suffix(".toml")
        config.write_text("[limits]\nflood = false\n")
        self.daemon = server.shared(self, *WEB, "--config", str(config))
        self.line, self.port = self.daemon.port, web_port(self.daemon)

    def say(self, room: str, *lines: str) -> Connection:
        """Let a guest say ``lines``, each for itself."""
        speaker = guest(Connection(self, self.line), f"{room}-speaker", room)
        for line in lines:
            speaker.answer(line, f"{room}-speaker: {line}")
        return speaker

    def test_older_comes_on_scrolling_up_and_what_is_read_stays_in_its_place(self) -> None:
        make_room(self, self.line, "long")
        self.say("long", *(f"message {number:03}" for number in range(180)))
        anna = Person(self, self.port, "#long").guest("anna", "long")
        # As much as fills the pane comes by itself.
        read = anna.see("#log .message", "message 150")
        expect(anna.page.locator("#log .message", has_text="message 179")).to_be_in_viewport()
        before = anna.page.locator("#log .message").count()
        anna.page.evaluate("document.getElementById('log').scrollTop = 200")
        place = anna.page.evaluate(
            """() => {
                const log = document.getElementById("log");
                const top = log.getBoundingClientRect().top;
                window.read = [...log.children].find((child) => child.getBoundingClientRect().top > top);
                window.text = window.read.textContent;
                return window.read.getBoundingClientRect().top;
            }"""
        )
        expect(anna.page.locator("#log .message")).not_to_have_count(before)
        again = """() => [...document.getElementById("log").children]
            .find((child) => child.textContent.endsWith(window.text.slice(-11))).getBoundingClientRect().top"""
        self.assertLess(abs(anna.page.evaluate(again) - place), 2)
        read.scroll_into_view_if_needed()
        # The pane goes on to the very first, and every message is there once, in its order.
        messages, first = anna.page.locator("#log .message"), anna.page.get_by_text("message 000", exact=True)
        while not first.count():
            count = messages.count()
            anna.page.evaluate("document.getElementById('log').scrollTop = 0")
            expect(messages.nth(count).or_(first).first).to_be_attached()
        self.assertEqual(anna.messages(), [f"message {number:03}" for number in range(180)])
        anna.button("Newest").click()
        expect(anna.page.locator("#log .message", has_text="message 179")).to_be_in_viewport()

    def test_a_paste_of_32_kib_is_one_block_that_is_folded(self) -> None:
        make_room(self, self.line, "paste")
        witness = guest(Connection(self, self.line), "witness", "paste")
        witness.answer("/format json", '"format"')
        ben = Person(self, self.port)
        sizes: list[int] = []
        ben.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sizes.append(len(data))))
        ben.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ben.page.reload()
        ben.register("ben").page.goto(ben.address + "#paste")
        ben.be_in("paste")
        ben.page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(PASTE))
        ben.page.locator("#text").focus()
        ben.page.keyboard.press("Control+V")
        ben.page.keyboard.press("Enter")
        said = [json.loads(witness.line('"said"').partition(" ")[2]) for _ in PASTE]
        self.assertEqual([each["text"] for each in said], PASTE)
        self.assertEqual(len({each["block"] for each in said}), 1)
        self.assertEqual([each["line"] for each in said], list(range(1, 401)))
        self.assertEqual({each["lines"] for each in said}, {400})
        self.assertLess(max(sizes), 8192)
        self.assertGreater(len([size for size in sizes if size > 4096]), 3)
        ben.button("Show all 400 lines").click()
        expect(ben.page.locator("#log pre")).to_have_text("\n".join(PASTE), use_inner_text=True)
        ben.button("Show 12 lines").click()
        expect(ben.page.locator("#log pre")).to_have_text("\n".join(PASTE[:12]), use_inner_text=True)

    def test_words_are_searched_and_lead_to_where_they_were_said(self) -> None:
        for room in ("red", "blue"):
            make_room(self, self.line, room)
        self.say("red", "a barn owl", "a lamp")
        self.say("blue", *(f"owl number {number}" for number in range(22)))
        carla = Person(self, self.port, "#red").guest("carla", "red")
        carla.button("Search").click()
        carla.page.keyboard.type("owl")
        carla.page.keyboard.press("Enter")
        carla.see("#search-state", "20 messages")
        carla.say("/more")
        carla.see("#search-state", "23 messages")
        carla.see("#found li", "a barn owl")
        self.assertEqual(carla.messages(), ["a barn owl", "a lamp"])
        carla.see("#found li", "owl number 7").get_by_role("button", name="blue").click()
        carla.be_in("blue")
        carla.say("/search lamp")
        carla.see("#search-state", "1 message")
        carla.say("/search since:nonsense lamp")
        carla.see("#search-state", "is no time")

    def test_mail_that_waited_and_what_was_written_before_are_there(self) -> None:
        register(Connection(self, self.line), "dora").answer("quit", "goodbye")
        sender = enter(register(Connection(self, self.line), "sender"), "public")
        sender.answer("/msg dora come back soon", "kept until dora is here")
        again = Person(self, self.port)
        again.come("Log in", "dora")
        again.be_in("public")
        badge = again.see("#private .place", "sender").locator(".badge")
        expect(badge).to_contain_text("1 unread, 1 for you")
        again.turn_to("sender")
        again.see(".message", "come back soon")
