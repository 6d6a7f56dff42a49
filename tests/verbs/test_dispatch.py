"""Every request has one handler, and what a line is answered comes behind what the lines before it brought about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from chatd import house
from chatd.chat import events as e
from chatd.chat import requests as r
from chatd.chat.answers import Answer, Refusal, TopicIs
from chatd.delivery import Channel
from chatd.roomlog import Logs
from chatd.testing import Server
from chatd.verbs.dispatch import Dispatcher, Handler
from tests.connections import Connection, SessionTestCase
from tests.journals import MemoryJournal


class TableTests(SessionTestCase):
    def test_the_house_has_one_handler_for_each_request(self) -> None:
        tables: list[dict[type[r.Request], Handler]] = []

        def spy(logs: Logs, *given: Any) -> Dispatcher:
            tables.extend(given)
            return Dispatcher(logs, *given)

        self.patch(house, "Dispatcher", spy)
        directory = Path(self.mktemp())
        directory.mkdir()
        Server(directory).stop()
        handled = [kind for table in tables for kind in table]
        self.assertEqual(set(handled), set(r.Request.__subclasses__()))
        self.assertEqual(len(handled), len(set(handled)))


class DispatcherTestCase(SessionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.journal = MemoryJournal(later=True)
        self.logs = Logs(self.journal, self.arrive, lambda: 0, lambda: None, {})
        self.done: list[str] = []
        self.dispatcher = Dispatcher(
            self.logs, {r.Say: self.do_say, r.Info: self.do_info}, {r.Topic: self.do_topic, r.Kick: self.do_kick}
        )
        self.alice = Connection(self.turns, self.clock, lambda text: self.dispatcher.line(self.session, text))
        self.session, self.taker = self.alice.session, self.alice.taker
        self.alice.enter(self.lab, Channel())
        self.begin(self.session.in_rooms())
        self.topic: Deferred[None] = Deferred()

    def arrive(self, entry: e.Entry) -> None:
        assert isinstance(entry.event, e.Said)
        self.done.append(f"heard {entry.event.text}")

    def do_say(self, session: object, request: r.Say) -> None:
        self.logs.append("lab", e.Said("alice", request.text))

    def do_info(self, session: object, request: r.Info) -> Answer:
        self.done.append("info")
        return TopicIs("lab", "tea")

    async def do_topic(self, session: object, request: r.Topic) -> Answer:
        self.done.append("topic asked")
        await self.topic
        self.done.append("topic set")
        return TopicIs("lab", request.text)

    def do_kick(self, session: object, request: r.Kick) -> None:
        self.done.append("refused")
        raise Refusal("not-here", request.name)

    def come_back(self) -> None:
        """Let all that was appended come back."""
        self.logs.flush()
        self.journal.answer()


class LineTests(DispatcherTestCase):
    def test_an_answer_is_told_at_once_where_nothing_is_under_way(self) -> None:
        self.alice.say("/info")
        self.assertEqual(self.alice.lines(), ["111 -- topic of lab: tea"])

    def test_an_empty_line_is_nothing(self) -> None:
        self.alice.say("", "  ")
        self.assertEqual((self.done, self.alice.lines()), ([], []))
        self.assertFalse(self.logs.pending)

    def test_what_is_said_waits_for_nothing(self) -> None:
        self.alice.say("one", "two", "three")
        self.come_back()
        self.assertEqual(self.done, ["heard one", "heard two", "heard three"])

    def test_an_answer_comes_behind_what_was_said_before(self) -> None:
        for flushed in (False, True):
            self.alice.say("hello")
            if flushed:
                self.logs.flush()
            self.alice.say("/info")
            self.assertFalse(self.taker.wants_line())
            self.assertEqual(self.alice.lines(), [])
            self.come_back()
            self.come_back()
            self.assertEqual(self.done, ["heard hello", "info"])
            self.assertEqual(self.alice.lines(), ["111 -- topic of lab: tea"])
            self.done.clear()

    def test_so_does_a_refusal(self) -> None:
        for line in ("/kick bob", "/nonsense"):
            self.alice.say("hello", line)
            self.assertEqual(self.alice.lines(), [])
            self.come_back()
            (told,) = self.alice.lines()
            self.assertTrue(told.startswith("111 -- "))
        self.alice.say("/nonsense")
        self.assertEqual(len(self.alice.lines()), 1)

    def test_a_coroutine_keeps_the_next_line_waiting(self) -> None:
        self.alice.say("/topic tea")
        self.assertFalse(self.taker.wants_line())
        self.topic.callback(None)
        self.assertTrue(self.taker.wants_line())
        self.assertEqual(self.alice.lines(), ["111 -- topic of lab: tea"])

    def test_verbatim_says_every_line_as_it_is(self) -> None:
        self.session.verbatim = True
        self.alice.say("/info", "//x", "Exit Chat")
        self.come_back()
        self.assertEqual(self.done, ["heard /info", "heard //x", "heard Exit Chat"])


class RequestTests(DispatcherTestCase):
    def test_it_is_done_and_its_answer_told(self) -> None:
        done = self.begin(self.dispatcher.do(self.session, r.Info()))
        self.assertIsNone(self.successResultOf(done))
        self.assertEqual(self.alice.lines(), ["111 -- topic of lab: tea"])

    def test_a_coroutine_is_waited_for(self) -> None:
        done = self.begin(self.dispatcher.do(self.session, r.Topic("tea")))
        self.assertNoResult(done)
        self.topic.callback(None)
        self.successResultOf(done)
        self.assertEqual(self.alice.lines(), ["111 -- topic of lab: tea"])

    def test_what_is_refused_is_the_callers_to_tell(self) -> None:
        refused = self.begin(self.dispatcher.do(self.session, r.Kick("bob")))
        self.assertEqual(self.failureResultOf(refused, Refusal).value.answer.error, "not-here")
        self.assertEqual(self.alice.lines(), [])

    def test_it_waits_for_what_was_said_before(self) -> None:
        self.alice.say("hello")
        done = self.begin(self.dispatcher.do(self.session, r.Info()))
        self.assertEqual(self.done, [])
        self.come_back()
        self.successResultOf(done)
        self.assertEqual(self.done, ["heard hello", "info"])

    def test_what_it_brings_about_comes_before_the_next_question(self) -> None:
        done = self.begin(self.dispatcher.do(self.session, r.Say("hello")))
        self.assertNoResult(done)
        self.come_back()
        self.successResultOf(done)
        self.assertEqual(self.done, ["heard hello"])
