"""Frames of WebSockets, read by somebody else's library."""

from __future__ import annotations

from typing import Any

import msgspec
from twisted.trial.unittest import SynchronousTestCase
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.wire.codes import DUPLEX, LISTEN
from chatd.wire.frames import Frames, frame
from chatd.wire.jsonlines import encode, entry_object
from chatd.wire.sentences import DONE
from tests.wire.reports import OTHER_REPORTS, REPORTS
from tests.wire.values import ANSWERS, AT, EVENTS, OTHER_ANSWERS, OTHER_EVENTS

FRAMES = Frames()

WORDED = (a.Refused, a.Closing, a.ThrownOut)


def messages(data: bytes) -> list[str]:
    """The texts of the messages in ``data``, as a client finds them."""
    peer = Connection(ConnectionType.CLIENT)
    peer.receive_data(data)
    found, text = [], ""
    for event in peer.events():
        assert isinstance(event, TextMessage), event
        text += event.data
        if event.message_finished:
            found.append(text)
            text = ""
    assert not text, "half a message"
    return found


def one(data: bytes) -> dict[str, Any]:
    """The one object in ``data``."""
    (text,) = messages(data)
    told: dict[str, Any] = msgspec.json.decode(text)
    return told


class FrameTests(SynchronousTestCase):
    def test_sizes_are_told_in_the_fewest_bytes(self) -> None:
        for size in (0, 1, 125, 126, 127, 65535, 65536, 1 << 20):
            # A client that is strict would refuse a longer form (RFC 6455, 5.2).
            self.assertEqual(messages(frame(b"x" * size) + frame(b"end")), ["x" * size, "end"])

    def test_an_event_is_the_object_of_lines_without_its_code(self) -> None:
        for event in [*EVENTS, *OTHER_EVENTS]:
            entry = e.Entry("lab", 42, AT, event)
            self.assertEqual(one(FRAMES.event(DUPLEX, entry)), msgspec.json.decode(entry_object(entry)))
            self.assertEqual(one(FRAMES.mention(DUPLEX, entry)), one(FRAMES.event(DUPLEX, entry)) | {"mention": True})
            replayed = one(FRAMES.answer(DUPLEX, a.Replayed(entry)))
            self.assertEqual(replayed, one(FRAMES.event(DUPLEX, entry)) | {"replayed": True})

    def test_an_answer_too_and_it_says_to_what(self) -> None:
        for answer in [*ANSWERS, *OTHER_ANSWERS, *(report for report, _ in (*REPORTS, *OTHER_REPORTS))]:
            told = one(FRAMES.answer(LISTEN, answer))
            self.assertEqual(told, one(FRAMES.answered(answer, None)))
            if isinstance(answer, a.Replayed):
                continue  # it is told besides, and answers nothing
            for to in (0, -7, "", 'a"b\\', "é"):
                self.assertEqual(one(FRAMES.answered(answer, to)), told | {"id": to})
            if isinstance(answer, WORDED) or (isinstance(answer, a.Done) and answer.done in DONE):
                self.assertNotEqual(told.pop("text"), "")
            self.assertEqual(told, msgspec.json.decode(encode(answer)))

    def test_what_went_wrong_is_told_in_words_too(self) -> None:
        told = one(FRAMES.answer(LISTEN, a.Refused("not-logged-in")))
        self.assertEqual(told["text"], "log in first, or look around as a guest: login, register, guest")
        told = one(FRAMES.answer(LISTEN, a.Refused("no-such-room", '"\\\x07', ("lab",))))
        self.assertIn('"\\', told["text"])
        self.assertEqual(told["error"], "no-such-room")

    def test_an_error_that_has_no_words_yet_is_told_all_the_same(self) -> None:
        self.assertEqual(one(FRAMES.answer(LISTEN, a.Refused("tomorrow")))["error"], "tomorrow")
        self.assertNotIn("text", one(FRAMES.answer(LISTEN, a.Done("say"))))
