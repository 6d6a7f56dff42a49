"""The objects for programs, as they are documented."""

from __future__ import annotations

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from chatd.chat import answers as a
from chatd.chat import events as e
from chatd.chat.moments import Moment
from chatd.wire.codes import CREDENTIALS, DUPLEX, LISTEN
from chatd.wire.jsonlines import JsonLines, entry_object
from chatd.wire.objects import value
from tests.wire.reports import OTHER_REPORTS, REPORTS
from tests.wire.values import ANSWERS, AT, EVENTS, OTHER_ANSWERS, OTHER_EVENTS

JSON = JsonLines()


class JsonTests(SynchronousTestCase):
    def test_a_line_of_a_room_is_as_documented(self) -> None:
        line = JSON.event(DUPLEX, e.Entry("lab", 42, AT, e.Said("alice", "hello")))
        wanted = '{"type":"said","room":"lab","seq":42,"user":"alice","text":"hello","at":"2026-01-31T12:01:02.345Z"}'
        self.assertEqual(line.decode(), f"111 {wanted}\r\n")

    def test_a_users_own_log_is_no_room(self) -> None:
        told = msgspec.json.decode(entry_object(e.Entry("@alice", 7, AT, e.Private("bob", "alice", "psst"))))
        self.assertEqual(told["log"], "@alice")
        self.assertNotIn("room", told)

    def test_what_is_told_again_is_marked(self) -> None:
        entry = e.Entry("lab", 42, AT, e.Entered("alice"))
        told = msgspec.json.decode(JSON.answer(DUPLEX, a.Replayed(entry))[4:])
        self.assertIs(told.pop("replayed"), True)
        self.assertEqual(told, msgspec.json.decode(JSON.event(DUPLEX, entry)[4:]))

    def test_a_prompt_has_a_name_for_programs(self) -> None:
        line = JSON.answer(CREDENTIALS, a.Prompt("password", "password:"))
        self.assertEqual(line, b'01 {"type":"prompt","name":"password","text":"password:"}\r\n')

    def test_an_error_has_its_identifier(self) -> None:
        told = msgspec.json.decode(JSON.answer(LISTEN, a.Refused("no-such-room", "lob", ("lab",)))[3:])
        self.assertEqual(told, {"type": "error", "error": "no-such-room", "about": "lob", "near": ["lab"]})

    def test_what_a_ticket_is_for_is_called_for(self) -> None:
        ticket = a.Ticket(ticket="abc", purpose="put", name="a.txt", size=5, expires=Moment(AT), command="nc")
        told = msgspec.json.decode(JSON.answer(LISTEN, ticket)[3:])
        self.assertEqual((told["for"], told["expires"]), ("put", "2026-01-31T12:01:02.345Z"))

    def test_never_is_empty(self) -> None:
        told = msgspec.json.decode(JSON.answer(LISTEN, a.RoomInfo("lab", "", "", "open", Moment(0), ()))[3:])
        self.assertEqual(told["created"], "")

    def test_every_value_comes_back_as_it_was(self) -> None:
        for event in [*EVENTS, *OTHER_EVENTS]:
            for log in ("lab", "@alice"):
                entry = e.Entry(log, 42, AT, event)
                self.assertEqual(value(JSON.event(DUPLEX, entry)[4:].decode()), entry)
        for answer in [*ANSWERS, *OTHER_ANSWERS, *(report for report, _ in (*REPORTS, *OTHER_REPORTS))]:
            self.assertEqual(value(JSON.answer(LISTEN, answer)[3:].decode()), answer)
