"""The voice that asks a program nothing that it has not answered already."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Prompt, Refusal, Refused
from chatd.frontends.web.voice import WebVoice


class AskTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.voice = WebVoice()

    def ask(self, answer: str, secret: bool = False) -> str:
        """What comes of the question, when this is what was given for it."""
        self.voice.answers = {"room-again": answer}
        return self.successResultOf(self.voice.ask(Prompt("room-again", "again:"), secret))

    def test_the_answer_was_given_beforehand(self) -> None:
        self.assertEqual(self.ask("lab"), "lab")

    def test_it_is_clean_unless_it_is_a_secret(self) -> None:
        self.assertEqual(self.ask(" \x1b[2Jlab\u202e\x00 "), "lab")
        self.assertEqual(self.ask(" \x1b[2Jlab ", secret=True), " \x1b[2Jlab ")

    def test_without_one_it_is_refused(self) -> None:
        for answers, secret in (({}, False), ({"room-again": ""}, True), ({"room-again": " \x00 "}, False)):
            self.voice.answers = answers
            failure: Any = self.failureResultOf(self.voice.ask(Prompt("room-again", "again:"), secret), Refusal)
            self.assertEqual(failure.value.answer, Refused("answer-needed", "room-again", why="again:"))

    def test_nothing_is_ever_open(self) -> None:
        self.ask("lab")
        self.assertFalse(self.voice.is_asking)
        self.voice.give_up()
