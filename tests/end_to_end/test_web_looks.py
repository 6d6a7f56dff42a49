"""How the page stands on screens of any size, in the dark, and before those who do not see it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.end_to_end import server
from tests.end_to_end.browser import PHONE, WEB, Person, expect, serious, web_port
from tests.end_to_end.tools import enter, make_room, nc, register

BRIGHTNESS = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"""


class LookTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.daemon = server.shared(self, *WEB)
        self.line, self.port = self.daemon.port, web_port(self.daemon)

    def populate(self, person: Person, room: str) -> None:
        """Let there be one of everything in ``room``, which ``person`` has."""
        person.see("#title", room)
        peer = enter(register(nc(self, self.line), f"{room}-peer"), room)
        peer.answer(f"see https://example.org/ {person.page.locator('#me strong').inner_text()}", "see https")
        peer.answer("/me waves", "waves")
        peer.answer(f"/chat {room}-owner", "is asked")
        person.see(".ask")
        person.say("\n".join(f"line {number}" for number in range(60)))
        person.see(".pasted")
        person.say("/help")
        person.see(".note", "/whois")
        person.say("/nonsense")
        person.see(".note.error", "There is no command /nonsense.")

    def test_nothing_keeps_people_out_that_axe_knows_of(self) -> None:
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                room = f"axe-{scheme}"
                person = Person(self, self.port, color_scheme=scheme)
                person.see("#door")
                self.assertEqual(serious(person), [])
                person.register(f"{room}-owner").make(room)
                self.populate(person, room)
                self.assertEqual(serious(person), [])
                person.button("About this conversation").click()
                expect(person.page.get_by_role("dialog")).to_be_visible()
                self.assertEqual(serious(person), [])
                person.page.keyboard.press("Escape")
                person.button("Search").click()
                person.see("#search-pane")
                self.assertEqual(serious(person), [])

    def test_on_a_phone_everything_is_within_reach(self) -> None:
        make_room(self, self.line, "small")
        person = Person(self, self.port, "#small", **PHONE)
        self.assertEqual(serious(person), [])
        person.register("small-owner", "small")
        self.populate(person, "small")
        size = person.page.locator("#text").evaluate("(field) => parseFloat(getComputedStyle(field).fontSize)")
        self.assertGreaterEqual(size, 16)
        wide = "document.documentElement.scrollWidth"
        self.assertEqual(person.page.evaluate(wide), 390)
        expect(person.page.locator("#text")).to_be_in_viewport(ratio=1)
        self.assertEqual(serious(person), [])
        # The keyboard takes its part of the height.
        person.page.locator("#text").focus()
        person.page.set_viewport_size({"width": 390, "height": 440})
        expect(person.page.locator("#text")).to_be_in_viewport(ratio=1)
        expect(person.page.locator("#log > :last-child")).to_be_in_viewport()
        person.page.set_viewport_size({"width": 390, "height": 844})
        for name, pane in (("Conversations", "#places"), ("2 members", "#members-pane")):
            person.button(name).click()
            person.see(f"{pane} .place")
            self.assertEqual(serious(person), [])
            self.assertEqual(person.page.evaluate(wide), 390)
            person.page.keyboard.press("Escape")
            expect(person.button(name)).to_be_focused()

    def test_it_is_dark_where_that_is_wished_for(self) -> None:
        for scheme, is_dark in (("dark", True), ("light", False)):
            person = Person(self, self.port, color_scheme=scheme)
            person.see("#door")
            self.assertEqual(max(person.page.evaluate(BRIGHTNESS)) < 64, is_dark)
