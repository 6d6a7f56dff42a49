"""What is typed for a room goes there and nowhere else."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat.answers import Refused, Setting, YouEntered, YouLeft
from chatd.client.gate import Gate
from chatd.client.outbox import Outbox


class OutboxTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.gate = Gate(self.clock)
        self.sent: list[str] = []
        self.told: list[str] = []
        self.it = Outbox(
            self.gate,
            lambda line: self.sent.append(line.decode()),
            lambda line: self.sent.append(f"asked {line.decode()}"),
            self.told.append,
        )
        self.gate.turn(True)
        self.it.told(YouEntered("lab", "", 1))

    def assert_sent(self, *lines: str) -> None:
        self.assertEqual(self.sent, list(lines))
        self.sent.clear()

    def test_the_room_with_the_focus_is_spoken_to_at_once(self) -> None:
        self.it.put("LAB", "one")
        self.it.put("", "/rooms")
        self.assert_sent("one", "/rooms")

    def test_another_room_has_to_have_the_focus_first(self) -> None:
        self.it.put("ops", "one")
        self.it.put("ops", "two")
        self.it.put("lab", "three")
        self.assert_sent("asked /focus ops")
        self.assertTrue(self.it.told(Setting("focus", "ops")), "it need not be shown")
        self.assert_sent("one", "two", "asked /focus lab")
        self.it.told(Setting("focus", "lab"))
        self.assert_sent("three")

    def test_a_focus_that_was_asked_for_is_shown(self) -> None:
        self.assertFalse(self.it.told(Setting("focus", "ops")))
        self.assertFalse(self.it.told(Setting("bell", "on")))

    def test_what_is_meant_for_a_room_that_was_left_is_said_nowhere(self) -> None:
        self.it.put("ops", "one")
        self.it.put("lab", "two")
        self.it.told(Refused("muted", "lab"))
        self.assertEqual(self.told, [])
        self.assertFalse(self.it.told(Refused("not-in-room", "ops")), "the person is told")
        self.assertEqual(self.told, ["not said in ops: one"])
        self.assert_sent("asked /focus ops", "two")

    def test_nothing_is_sent_while_a_verb_may_ask_for_a_password(self) -> None:
        self.gate.hold()
        self.it.put("lab", "one")
        self.assert_sent()
        self.gate.turn(False)
        self.gate.release()
        self.assert_sent()
        self.gate.turn(True)
        self.assert_sent("one")

    def test_a_paste_is_sent_in_one_piece(self) -> None:
        self.it.put("lab", "one\ntwo")
        self.assert_sent("asked one\ntwo")

    def test_what_waits_outlives_a_connection(self) -> None:
        self.gate.reset()
        self.it.stop()
        self.it.put("lab", "one")
        self.assert_sent()
        self.it.told(YouEntered("lab", "", 1))
        self.gate.turn(True)
        self.assert_sent("one")

    def test_leaving_gives_the_focus_to_another(self) -> None:
        self.it.told(YouLeft("lab", "ops"))
        self.it.put("ops", "one")
        self.assert_sent("one")
