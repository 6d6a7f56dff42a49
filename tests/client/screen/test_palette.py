"""Colours, and none."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from urwid.display.common import AttrSpec

from chatd.client.screen.palette import NAMES, THEMES, chosen, name_look, palette


class PaletteTests(SynchronousTestCase):
    def test_every_colour_is_one(self) -> None:
        for theme in THEMES:
            for _, foreground, background, plain in palette(theme):
                AttrSpec(foreground, background, 16)
                AttrSpec(plain, "default", 1)

    def test_every_name_has_a_look(self) -> None:
        looks = {entry[0] for entry in palette("dark")}
        self.assertEqual({f"name{number}" for number in range(NAMES)} - looks, set())
        self.assertEqual(name_look("Alice"), name_look("alice"))

    def test_no_colour_is_wanted(self) -> None:
        self.assertEqual(chosen("auto", {"NO_COLOR": "1", "TERM": "xterm"}), "none")
        self.assertEqual(chosen("auto", {"TERM": "vt100"}), "none")
        self.assertEqual(chosen("light", {"NO_COLOR": "1"}), "light", "who asks for one gets it")

    def test_the_background_is_known_or_dark(self) -> None:
        self.assertEqual(chosen("auto", {"TERM": "xterm", "COLORFGBG": "0;15"}), "light")
        self.assertEqual(chosen("auto", {"TERM": "xterm", "COLORFGBG": "15;0"}), "dark")
        self.assertEqual(chosen("auto", {"TERM": "xterm"}), "dark")
