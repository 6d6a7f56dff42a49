"""What another configuration changes, and when."""

from __future__ import annotations

from typing import Any

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from chatd.changes import AT_START, effective, told
from chatd.config import Config


def config(**sections: dict[str, Any]) -> Config:
    return msgspec.convert(sections, Config)


class ChangeTests(SynchronousTestCase):
    def test_the_same_is_no_change(self) -> None:
        self.assertEqual(told(config(rooms={"max": 7}), config(rooms={"max": 7})), [])

    def test_numbers_and_choices_are_told_as_they_were_and_are(self) -> None:
        old, new = config(), config(rooms={"max": 7}, accounts={"guests": False})
        self.assertEqual(
            told(old, new), ["[accounts] guests is false now, and was true", "[rooms] max is 7 now, and was 1000"]
        )

    def test_texts_are_not_told_for_they_may_be_secret(self) -> None:
        sentences = told(config(), config(server={"motd": "the code is 1234"}, accounts={"auth": ["memory:bob:pw"]}))
        self.assertEqual(
            sentences,
            ["[server] motd has changed", "[accounts] auth has changed, and holds from the next restart on"],
        )

    def test_what_needs_a_restart_stays_as_it_is_until_then_and_is_told_each_time(self) -> None:
        old = config(listen={"line": ["tcp:1"]}, rooms={"max": 5, "history": 10})
        new = config(listen={"line": ["tcp:2"]}, rooms={"max": 6, "history": 20})
        now = effective(old, new)
        self.assertEqual((now.listen.line, now.rooms.max, now.rooms.history), (("tcp:1",), 6, 10))
        later = [sentence for sentence in told(now, new) if sentence.endswith("holds from the next restart on")]
        self.assertEqual(later, told(now, new))
        self.assertEqual(len(later), 2)

    def test_whatever_waits_for_a_restart_is_there(self) -> None:
        for section, key in AT_START:
            self.assertTrue(key == "*" or hasattr(getattr(Config(), section), key), f"[{section}] {key}")
